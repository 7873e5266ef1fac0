"""Which periods of which jobs have been claimed, so that none is repeated and none is skipped."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.database import Work
from storage.inbox import insert_new
from storage.tables.clock import job_periods

STALE = timedelta(minutes=30)
"""A claim that is older and unfinished belonged to a process that died at it."""


async def claim(work: Work, job: str, period: str) -> bool:
    """Claim a period of a job; False where it was done, or another process is at it."""
    new = await work.conn.execute(
        insert_new(work, job_periods)
        .values(job=job, period=period, claimed_at=work.now)
        .returning(job_periods.c.job)
    )
    if new.first() is not None:
        return True
    again = await work.conn.execute(
        sa.update(job_periods)
        .where(
            job_periods.c.job == job,
            job_periods.c.period == period,
            job_periods.c.finished_at.is_(None),
            job_periods.c.claimed_at < work.now - STALE,
        )
        .values(claimed_at=work.now)
    )
    return again.rowcount == 1


async def done_last(work: Work) -> dict[str, str]:
    """The last period of each job that is done."""
    rows = await work.conn.execute(
        sa.select(job_periods.c.job, sa.func.max(job_periods.c.period))
        .where(job_periods.c.finished_at.is_not(None), job_periods.c.period != WATCH)
        .group_by(job_periods.c.job)
    )
    return {row[0]: row[1] for row in rows}


WATCH = "seen"
"""The period under which a sweep notes that it looked."""


async def last_look(work: Work, job: str) -> datetime | None:
    """When a sweep looked last; None where it never did."""
    found: datetime | None = await work.conn.scalar(
        sa.select(job_periods.c.finished_at).where(
            job_periods.c.job == job, job_periods.c.period == WATCH
        )
    )
    return found


async def look(work: Work, job: str) -> None:
    """A sweep looks now: whoever comes back after a long time knows that the desk was away."""
    await work.conn.execute(
        sa.delete(job_periods).where(job_periods.c.job == job, job_periods.c.period == WATCH)
    )
    await work.conn.execute(
        sa.insert(job_periods).values(
            job=job, period=WATCH, claimed_at=work.now, finished_at=work.now
        )
    )


async def finish(work: Work, job: str, period: str) -> None:
    """The period's work is done and committed."""
    await work.conn.execute(
        sa.update(job_periods)
        .where(job_periods.c.job == job, job_periods.c.period == period)
        .values(finished_at=work.now)
    )


async def release(work: Work, job: str, period: str) -> None:
    """The period's work failed; it may be tried again."""
    await work.conn.execute(
        sa.delete(job_periods).where(
            job_periods.c.job == job,
            job_periods.c.period == period,
            job_periods.c.finished_at.is_(None),
        )
    )


async def abandon(work: Work) -> None:
    """Free what a process that died was at; called by the one that takes the lease."""
    await work.conn.execute(sa.delete(job_periods).where(job_periods.c.finished_at.is_(None)))


async def sweep_out(work: Work, before: datetime) -> None:
    """Forget periods from before that moment."""
    await work.conn.execute(sa.delete(job_periods).where(job_periods.c.claimed_at < before))
