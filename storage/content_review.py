"""Reviews: a guide that is past its date, or that nobody has verified, as a duty of its owner."""

from collections.abc import Collection

import sqlalchemy as sa

from domain.content import Kept, Review
from domain.duty import Duty, DutyKind, DutyState
from storage import content, duties
from storage.database import Work
from storage.tables.content import guide_reviews as rows
from storage.tables.duties import duties as duty_rows


async def kept(work: Work, default_owner: int | None) -> list[Kept]:
    """Every published guide with whoever keeps it; those that nobody keeps are left out."""
    keeping, waiting = await content.keeping(work), await _waiting(work)
    found = []
    for guide_id, version in (await content.live(work)).items():
        owner = keeping[guide_id].owner_id or default_owner
        unverified = not version.body["verified"] or bool(version.body["unverified_fields"])
        if owner is not None:
            review_on = keeping[guide_id].review_on
            found.append(Kept(guide_id, owner, review_on, unverified, guide_id in waiting))
    return found


async def _waiting(work: Work) -> Collection[str]:
    found = await work.conn.scalars(
        sa.select(rows.c.guide_id)
        .join(duty_rows, duty_rows.c.id == rows.c.duty_id)
        .where(duty_rows.c.state < int(DutyState.CLOSED))
    )
    return set(found)


async def ask(work: Work, duty: Duty, guide_id: str) -> None:
    """What a review adds to its duty."""
    number = (await content.live(work))[guide_id].number
    await work.conn.execute(
        sa.insert(rows).values(duty_id=duty.id, guide_id=guide_id, number=number)
    )


async def review(work: Work, duty: Duty) -> Review:
    """The review behind a duty of that kind."""
    row = (await work.conn.execute(sa.select(rows).where(rows.c.duty_id == duty.id))).one()
    version = await content.get(work, row.guide_id, row.number)
    assert version is not None, "versions are never deleted"
    due = (await content.keeping(work))[row.guide_id].review_on
    return Review(duty.id, duty.owner_id, duty.community_id, version, due)


async def by_duty(work: Work, duty_id: int) -> Review | None:
    """A review that is not closed, by its duty's id."""
    duty = await duties.get(work, duty_id, DutyKind.GUIDE)
    if duty is None or duty.state is DutyState.CLOSED:
        return None
    return await review(work, duty)


async def look_again(work: Work, duty_id: int, number: int) -> None:
    """The guide has changed since the card was sent: the new version is to be checked."""
    await work.conn.execute(sa.update(rows).where(rows.c.duty_id == duty_id).values(number=number))
