"""Periods of jobs: claimed once, freed by failure, taken over from the dead."""

import asyncio
from datetime import timedelta

from storage import periods
from storage.database import Database
from tests.support.clock import HandClock


async def claims(database: Database, period: str = "2026-11-23") -> bool:
    async with database.writing() as work:
        return await periods.claim(work, "tidy", period)


async def test_of_many_who_try_one_gets_the_period(database: Database) -> None:
    got = await asyncio.gather(*(claims(database) for _ in range(6)))
    assert sorted(got) == [False] * 5 + [True]
    assert await claims(database, "2026-11-24"), "the next period is another matter"


async def test_a_period_that_failed_may_be_tried_again(database: Database) -> None:
    assert await claims(database)
    async with database.writing() as work:
        await periods.release(work, "tidy", "2026-11-23")
    assert await claims(database)


async def test_a_finished_period_is_finished_whatever_comes(
    database: Database, clock: HandClock
) -> None:
    assert await claims(database)
    async with database.writing() as work:
        await periods.finish(work, "tidy", "2026-11-23")
        await periods.release(work, "tidy", "2026-11-23")
        await periods.abandon(work)
    clock.forward(days=2)
    assert not await claims(database)


async def test_what_a_dead_process_was_at_is_taken_over(
    database: Database, clock: HandClock
) -> None:
    assert await claims(database)
    clock.forward(minutes=29)
    assert not await claims(database), "it may still be at it"
    clock.forward(minutes=2)
    assert await claims(database)
    async with database.writing() as work:
        await periods.abandon(work)
    assert await claims(database), "whoever takes the lease need not wait"


async def test_old_periods_are_forgotten(database: Database, clock: HandClock) -> None:
    assert await claims(database)
    clock.forward(days=40)
    async with database.writing() as work:
        await periods.sweep_out(work, work.now - timedelta(days=30))
    assert await claims(database)
