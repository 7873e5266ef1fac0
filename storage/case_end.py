"""How cases end: closed by a named person, and a day later asked about, once."""

from datetime import datetime

import sqlalchemy as sa

from domain.case import ENDS, Case
from domain.duty import Duty, DutyKind, Outcome
from domain.people import STAFF
from storage import duties as all_duties
from storage.cases import read
from storage.database import Work
from storage.tables.case import cases
from storage.tables.duties import duties
from storage.tables.people import roles


async def close(
    work: Work, duty_id: int, outcome: Outcome, actor_id: int | None, note: str
) -> Duty | None:
    """It is over, with a named person's words; None where it was before."""
    closed = await all_duties.close(work, duty_id, outcome, actor_id, note)
    if closed is not None:
        await work.conn.execute(
            sa.update(cases).where(cases.c.duty_id == duty_id).values(result=note)
        )
    return closed


async def settle(work: Work, case: Case, *, solved: bool, by: int | None) -> bool:
    """Keep what was said of its end; False where something was said before."""
    kept = await work.conn.execute(
        sa.update(cases)
        .where(cases.c.duty_id == case.duty.id, cases.c.solved.is_(None))
        .values(solved=solved, said_at=work.now, said_by=by)
    )
    return kept.rowcount == 1


_LIVES_ON = sa.exists().where(roles.c.person_id == duties.c.subject_id)
"""Whoever has died, or left for good, is nobody here any more."""


async def to_ask(
    work: Work, community_id: int, since: datetime, until: datetime, limit: int
) -> list[Case]:
    """Those that were closed in that time, not by their own people, and were not asked about yet."""
    ids = await work.conn.scalars(
        sa.select(cases.c.duty_id)
        .join(duties, duties.c.id == cases.c.duty_id)
        .where(
            duties.c.kind == DutyKind.CASE,
            duties.c.community_id == community_id,
            duties.c.closed_at >= since,
            duties.c.closed_at < until,
            duties.c.outcome.in_(ENDS),
            sa.or_(duties.c.subject_id.is_(None), _LIVES_ON),
            cases.c.asked_at.is_(None),
            cases.c.solved.is_(None),
        )
        .order_by(cases.c.duty_id)
        .limit(limit)
    )
    return await read(work, cases.c.duty_id.in_(ids.all()))


async def note_asked(work: Work, duty_id: int) -> bool:
    """Note that it is asked about now; False where it was before."""
    done = await work.conn.execute(
        sa.update(cases)
        .where(cases.c.duty_id == duty_id, cases.c.asked_at.is_(None))
        .values(asked_at=work.now)
    )
    return done.rowcount == 1


async def still_here(work: Work, person_id: int | None, community_id: int) -> bool:
    """Whether somebody is of the staff there."""
    query = sa.select(sa.literal(1)).where(
        roles.c.person_id == person_id,
        roles.c.community_id == community_id,
        roles.c.role.in_(STAFF),
    )
    return await work.conn.scalar(query) is not None
