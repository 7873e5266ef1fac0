"""What is promised because of a result, its way back to those who were asked, and duties that follow."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from domain.ballot import BallotState, Round
from domain.duty import Duty, DutyKind
from domain.ladder import Ladder
from domain.survey_paper import Low
from storage import duties
from storage.database import Work
from storage.duties import Opening
from storage.inbox import insert_new
from storage.tables.people import communities, households, people
from storage.tables.survey import (
    survey_duties,
    survey_invitations,
    survey_promises,
    survey_replies,
    survey_rounds,
)


async def promises(work: Work, round_id: int) -> dict[str, str]:
    """What will be done, by aspect."""
    rows = await work.conn.execute(
        sa.select(survey_promises.c.aspect, survey_promises.c.text).where(
            survey_promises.c.round_id == round_id
        )
    )
    return {row.aspect: row.text for row in rows}


async def promise(work: Work, round_id: int, aspect: str, text: str, by: int) -> None:
    """Write what will be done about an aspect, or write it anew."""
    values = {"text": text, "written_by": by, "written_at": work.now}
    kept = await work.conn.execute(
        sa.update(survey_promises)
        .where(survey_promises.c.round_id == round_id, survey_promises.c.aspect == aspect)
        .values(values)
    )
    if not kept.rowcount:
        key = {"round_id": round_id, "aspect": aspect}
        await work.conn.execute(insert_new(work, survey_promises).values(key | values))


async def send_back(work: Work, round_id: int, by: int) -> bool:
    """From now on everyone who was asked is told; False where that has been begun before."""
    new = await work.conn.execute(
        insert_new(work, survey_replies)
        .values(round_id=round_id, sent_by=by, sent_at=work.now, told_up_to=0)
        .returning(survey_replies.c.round_id)
    )
    return new.first() is not None


async def is_sent(work: Work, round_id: int) -> bool:
    """Whether a result has been sent back."""
    query = sa.select(survey_replies.c.round_id).where(survey_replies.c.round_id == round_id)
    return await work.conn.scalar(query) is not None


async def under_way(work: Work) -> list[int]:
    """The rounds whose result has not reached everyone yet."""
    found = await work.conn.scalars(
        sa.select(survey_replies.c.round_id)
        .where(survey_replies.c.done_at.is_(None))
        .order_by(survey_replies.c.round_id)
    )
    return list(found)


async def next_to_tell(work: Work, round_id: int, limit: int) -> list[int]:
    """Some of those who were asked and have not been told, by id; notes that they are told now, and where
    nobody is left, that all have been."""
    told = await work.conn.scalar(
        sa.select(survey_replies.c.told_up_to).where(survey_replies.c.round_id == round_id)
    )
    left = _who_hears(round_id).where(survey_invitations.c.person_id > (told or 0))
    rows = await work.conn.scalars(
        left.distinct().order_by(survey_invitations.c.person_id).limit(limit)
    )
    found = list(rows)
    now_so = {"told_up_to": found[-1]} if found else {"done_at": work.now}
    moved = await work.conn.execute(
        sa.update(survey_replies)
        .where(survey_replies.c.round_id == round_id, survey_replies.c.told_up_to == told)
        .values(now_so)
    )
    return found if moved.rowcount else []


def _who_hears(round_id: int) -> sa.Select[int]:
    """Those who were asked in a round and live there still: in the home for which they were asked, or
    elsewhere in the community. Who said that they had moved is asked nothing and told nothing."""
    return (
        sa.select(survey_invitations.c.person_id)
        .join(survey_rounds, survey_rounds.c.id == survey_invitations.c.round_id)
        .join(people, people.c.id == survey_invitations.c.person_id)
        .join(households, households.c.id == people.c.household_id)
        .where(
            survey_invitations.c.round_id == round_id,
            survey_invitations.c.state != BallotState.INELIGIBLE,
            sa.or_(
                people.c.household_id == survey_invitations.c.household_id,
                households.c.community_id == survey_rounds.c.community_id,
            ),
        )
    )


async def who_hear(work: Work, round_id: int) -> int:
    """How many people a round's result goes back to."""
    theirs = _who_hears(round_id).distinct().subquery("theirs")
    count = await work.conn.scalar(sa.select(sa.func.count()).select_from(theirs))
    return count or 0


async def open_low(
    work: Work,
    round_: Round,
    low: Iterable[tuple[str, float]],
    ladder: Ladder,
    owner_id: int,
    due_at: datetime,
) -> list[Duty]:
    """A duty for each low aspect with its score; those that are there already are left alone."""
    opened = []
    for aspect, score in low:
        duty = await duties.open_duty(
            work,
            Opening(
                kind=DutyKind.SURVEY,
                community_id=round_.community_id,
                ladder=ladder,
                source_key=f"survey:{round_.id}:{aspect}",
                owner_id=owner_id,
            ),
        )
        if duty is None:
            continue
        values = {"round_id": round_.id, "aspect": aspect, "score": score, "due_at": due_at}
        await work.conn.execute(sa.insert(survey_duties).values(duty_id=duty.id, **values))
        opened.append(duty)
    return opened


async def low_of(work: Work, duty_id: int) -> Low | None:
    """What a duty is about, or None."""
    row = (
        await work.conn.execute(
            sa.select(
                survey_duties,
                survey_rounds.c.questionnaire,
                survey_rounds.c.version,
                survey_rounds.c.number,
                communities.c.name.label("place"),
                communities.c.timezone,
            )
            .join(survey_rounds, survey_rounds.c.id == survey_duties.c.round_id)
            .join(communities, communities.c.id == survey_rounds.c.community_id)
            .where(survey_duties.c.duty_id == duty_id)
        )
    ).one_or_none()
    if row is None:
        return None
    return Low(
        row.duty_id,
        row.questionnaire,
        row.version,
        row.number,
        row.place,
        ZoneInfo(row.timezone),
        row.aspect,
        row.score,
        row.due_at,
    )


async def due(work: Work, round_id: int) -> datetime | None:
    """By when the duties of a round are due; None where it has none."""
    found: datetime | None = await work.conn.scalar(
        sa.select(survey_duties.c.due_at).where(survey_duties.c.round_id == round_id).limit(1)
    )
    return found
