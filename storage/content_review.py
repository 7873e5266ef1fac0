"""Reviews: a guide that is past its date, or that nobody has verified, as a duty of its owner."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from domain.content import Kept, Review
from domain.duty import Duty, DutyEvent, DutyKind, DutyState
from domain.enquiry import Reason
from storage import content, duties
from storage.database import Work
from storage.tables.content import guide_reviews as rows
from storage.tables.duties import duties as duty_rows

SaidWrong = Mapping[str, Sequence[tuple[Reason, int, datetime]]]
WRONG = "wrong"
"""Begins the line of a review's log that says what residents found wrong: `wrong:phone:2`."""


async def kept(work: Work, default_owner: int | None, wrong: SaidWrong) -> list[Kept]:
    """Every published guide with whoever keeps it; those that nobody keeps are left out. What residents
    said is `wrong` counts where it was asked after the version that they may read now was made."""
    keeping, waiting = await content.keeping(work), await _waiting(work)
    found = []
    for guide_id, version in (await content.live(work)).items():
        owner = keeping[guide_id].owner_id or default_owner
        unverified = not version.body["verified"] or bool(version.body["unverified_fields"])
        if owner is not None:
            review_on = keeping[guide_id].review_on
            since = version.made_at
            said = {why.value: n for why, n, last in wrong.get(guide_id, ()) if last >= since}
            waits = guide_id in waiting
            found.append(Kept(guide_id, owner, review_on, unverified, waits, said))
    return found


async def _waiting(work: Work) -> Collection[str]:
    found = await work.conn.scalars(
        sa.select(rows.c.guide_id)
        .join(duty_rows, duty_rows.c.id == rows.c.duty_id)
        .where(duty_rows.c.state < int(DutyState.CLOSED))
    )
    return set(found)


async def ask(work: Work, duty: Duty, guide: Kept) -> None:
    """What a review adds to its duty, and what residents said is wrong to its log."""
    number = (await content.live(work))[guide.guide_id].number
    await work.conn.execute(
        sa.insert(rows).values(duty_id=duty.id, guide_id=guide.guide_id, number=number)
    )
    said = [f"{WRONG}:{why}:{times}" for why, times in guide.wrong.items()]
    if said:
        lines = [(DutyEvent.ADDED, None, line) for line in said]
        await duties.log_all(work, duty.id, lines)


async def review(work: Work, duty: Duty) -> Review:
    """The review behind a duty of that kind."""
    row = (await work.conn.execute(sa.select(rows).where(rows.c.duty_id == duty.id))).one()
    version = await content.get(work, row.guide_id, row.number)
    assert version is not None, "versions are never deleted"
    due = (await content.keeping(work))[row.guide_id].review_on
    wrong = await _wrong(work, duty.id)
    return Review(duty.id, duty.owner_id, duty.community_id, version, due, wrong)


async def _wrong(work: Work, duty_id: int) -> dict[str, int]:
    said = (await duties.words(work, [duty_id])).get(duty_id, ())
    parts = [line.split(":") for line in said]
    return {each[1]: int(each[2]) for each in parts if each[0] == WRONG and len(each) == 3}


async def by_duty(work: Work, duty_id: int) -> Review | None:
    """A review that is not closed, by its duty's id."""
    duty = await duties.get(work, duty_id, DutyKind.GUIDE)
    if duty is None or duty.state is DutyState.CLOSED:
        return None
    return await review(work, duty)


async def look_again(work: Work, duty_id: int, number: int) -> None:
    """The guide has changed since the card was sent: the new version is to be checked."""
    await work.conn.execute(sa.update(rows).where(rows.c.duty_id == duty_id).values(number=number))
