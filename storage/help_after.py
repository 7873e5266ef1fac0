"""The question a day after help: what was asked, what was said, and how often nobody said anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from domain.duty import Duty
from domain.help import NOTHING_WRONG, Later
from storage.database import Work
from storage.duties import read_duty
from storage.inbox import insert_new
from storage.tables.duties import CLOSED_CALLS, duties
from storage.tables.help import help_after


@dataclass(frozen=True, slots=True)
class Heard:
    """How many requests were asked about, by what was said. Silence is no success: `silent` are those
    that nobody answered, or that nobody could be asked about."""

    solved: int = 0
    unsolved: int = 0
    silent: int = 0

    @property
    def asked(self) -> int:
        return self.solved + self.unsolved + self.silent


async def to_ask(
    work: Work, community_id: int, since: datetime, until: datetime, limit: int
) -> list[Duty]:
    """Requests closed in that time that somebody may not be through with, not asked about yet."""
    asked = sa.select(help_after.c.duty_id).where(help_after.c.duty_id == duties.c.id)
    rows = await work.conn.execute(
        sa.select(duties)
        .where(
            sa.text(CLOSED_CALLS),
            duties.c.community_id == community_id,
            duties.c.closed_at >= since,
            duties.c.closed_at < until,
            sa.func.coalesce(duties.c.outcome, "").not_in(NOTHING_WRONG),
            ~asked.exists(),
        )
        .order_by(duties.c.id)
        .limit(limit)
    )
    return [read_duty(row) for row in rows]


async def note_asked(work: Work, duty_id: int, asked: int) -> bool:
    """Note how many people are asked about it; False where it was asked about before."""
    new = await work.conn.execute(
        insert_new(work, help_after)
        .values(duty_id=duty_id, asked_at=work.now, asked=asked)
        .returning(help_after.c.duty_id)
    )
    return new.first() is not None


async def answer(work: Work, duty_id: int, said: Later, by: int) -> bool:
    """Keep what was said; False where somebody said something before, or nobody was asked."""
    kept = await work.conn.execute(
        sa.update(help_after)
        .where(help_after.c.duty_id == duty_id, help_after.c.answer.is_(None))
        .values(answer=said, answered_at=work.now, answered_by=by)
    )
    return kept.rowcount == 1


async def said(work: Work, duty_id: int) -> Later | None:
    """What was said of it, or None."""
    query = sa.select(help_after.c.answer).where(help_after.c.duty_id == duty_id)
    found = await work.conn.scalar(query)
    return Later(found) if found else None


async def heard(work: Work, community_ids: Sequence[int], since: datetime) -> Heard:
    """What was said of the requests that were asked about since then."""
    rows = await work.conn.execute(
        sa.select(help_after.c.answer, sa.func.count())
        .join(duties, duties.c.id == help_after.c.duty_id)
        .where(duties.c.community_id.in_(community_ids), help_after.c.asked_at >= since)
        .group_by(help_after.c.answer)
    )
    counts = {row[0]: int(row[1]) for row in rows}
    return Heard(
        solved=counts.get(Later.SOLVED, 0),
        unsolved=counts.get(Later.UNSOLVED, 0) + counts.get(Later.AGAIN, 0),
        silent=counts.get(None, 0),
    )
