"""The clock: each period once, whoever ticks; a failure is tried again; a stop waits for the job."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from domain.policies import Policies
from knowledge import Knowledge
from knowledge.ladders import load_ladders
from scheduler.base import Job, Surroundings
from scheduler.clockwork import Clockwork, last_due
from scheduler.escalate import climber
from storage.database import Database
from storage.vault import Vault
from tests.support.clock import HandClock
from tests.support.prepared import SECRET
from wording import Phrases

ZONE = ZoneInfo("Asia/Shanghai")


class Diary:
    """A daily job that writes down for which days it ran, and fails on order."""

    def __init__(self) -> None:
        self.days: list[str] = []
        self.fails = 0
        self.open = asyncio.Event()
        self.open.set()
        self.begun = asyncio.Event()

    async def written(self) -> list[str]:
        """Its days, as soon as there are any."""
        async with asyncio.timeout(5):
            while not self.days:  # noqa: ASYNC110  (what is waited for is the clock's own doing)
                await asyncio.sleep(0.01)
        return self.days

    async def __call__(self, _around: Surroundings, due: datetime) -> None:
        self.begun.set()
        await self.open.wait()
        if self.fails:
            self.fails -= 1
            raise ConnectionError("not today")
        self.days.append(f"{due.astimezone(ZONE):%m-%d %H:%M}")

    def job(self, hours: float = 23) -> Job:
        trigger = CronTrigger(hour=9, minute=0, timezone=ZONE)
        return Job("diary", trigger, self, catch_up=timedelta(hours=hours))


class Clocks:
    """Clockworks as several processes on one database have them."""

    def __init__(self, database: Database, knowledge: Knowledge) -> None:
        self.database, self.knowledge = database, knowledge
        self.gauges: dict[str, float] = {}
        self.ran: list[tuple[str, str]] = []
        self.made: list[Clockwork] = []
        self.others: list[Database] = []

    def another(self, *jobs: Job, own_connection: bool = False) -> Clockwork:
        database = self.database
        if own_connection:
            url = database.url.render_as_string(hide_password=False)
            database = Database(url, Vault(SECRET), database.clock)
            self.others.append(database)
        phrases, policies = Phrases.shipped(), Policies(ladders=load_ladders())
        around = Surroundings(
            database=database,
            knowledge=lambda: self.knowledge,
            phrases=phrases,
            policies=policies,
            climb=climber(phrases, policies),
            send=lambda dues: None,
            gauge=self.gauges.__setitem__,
            ran=lambda job, outcome: self.ran.append((job, outcome)),
        )
        clockwork = Clockwork(jobs, around)
        self.made.append(clockwork)
        return clockwork

    async def close(self) -> None:
        for clockwork in self.made:
            await clockwork.stop()
        for database in self.others:
            await database.close()


@pytest.fixture
async def clocks(database: Database, knowledge: Knowledge) -> AsyncIterator[Clocks]:
    made = Clocks(database, knowledge)
    yield made
    await made.close()


@pytest.fixture
def diary() -> Diary:
    return Diary()


async def runs(clockwork: Clockwork, diary: Diary) -> None:
    """One look at the clock, as the lease-holder's tick takes it."""
    await clockwork.run_if_due(diary.job())


async def test_two_processes_do_a_period_once_between_them(clocks: Clocks, diary: Diary) -> None:
    first, second = clocks.another(), clocks.another(own_connection=True)
    await asyncio.gather(*(runs(clock, diary) for clock in (first, second) * 3))
    assert diary.days == ["11-23 09:00"]


async def test_a_restart_repeats_nothing(clocks: Clocks, diary: Diary) -> None:
    await runs(clocks.another(), diary)
    await runs(clocks.another(), diary)
    assert diary.days == ["11-23 09:00"]


async def test_after_downtime_the_missed_period_is_caught_up(
    clocks: Clocks, diary: Diary, clock: HandClock
) -> None:
    clock.forward(hours=20)  # six the next morning
    await runs(clocks.another(), diary)
    assert diary.days == ["11-23 09:00"]
    clock.forward(hours=3)
    await runs(clocks.another(), diary)
    assert diary.days == ["11-23 09:00", "11-24 09:00"]


async def test_what_is_too_old_is_left(clocks: Clocks, diary: Diary, clock: HandClock) -> None:
    clock.forward(hours=4)
    await clocks.another().run_if_due(diary.job(hours=2))
    assert diary.days == []


async def test_a_period_that_failed_is_tried_again_until_it_is_done(
    clocks: Clocks, diary: Diary
) -> None:
    diary.fails = 2
    clockwork = clocks.another()
    for _ in range(2):
        with pytest.raises(ConnectionError):
            await runs(clockwork, diary)
    await runs(clockwork, diary)
    await runs(clockwork, diary)
    assert diary.days == ["11-23 09:00"]


async def test_starting_takes_the_lease_and_catches_up_by_itself(
    clocks: Clocks, diary: Diary
) -> None:
    clockwork = clocks.another(diary.job())
    await clockwork.start()
    assert clocks.gauges["scheduler_leading"] == 1
    assert await diary.written() == ["11-23 09:00"]


async def test_who_does_not_lead_does_nothing(clocks: Clocks, diary: Diary) -> None:
    if clocks.database.url.get_backend_name() == "sqlite":
        return  # there is one process, which leads
    leader = clocks.another(own_connection=True)
    follower = clocks.another(diary.job())
    await leader.start()
    await follower.start()
    await follower.tick()
    assert diary.days == []

    await leader.stop()
    await follower._look_at_lease()
    await follower.tick()
    assert diary.days == ["11-23 09:00"]


async def test_one_job_that_fails_keeps_no_other_from_running(clocks: Clocks, diary: Diary) -> None:
    async def broken(_around: Surroundings, _due: datetime) -> None:
        raise RuntimeError("broken")

    every_second = IntervalTrigger(seconds=1, timezone=ZONE)
    clockwork = clocks.another(Job("broken", every_second, broken), diary.job())
    await clockwork.start()
    await clockwork.tick()
    assert await diary.written() == ["11-23 09:00"]
    assert ("broken", "failed") in clocks.ran
    assert ("diary", "done") in clocks.ran


async def test_a_stop_lets_the_job_in_hand_finish(clocks: Clocks, diary: Diary) -> None:
    diary.open.clear()
    soon = Job("diary", IntervalTrigger(seconds=0.01, timezone=ZONE), diary)
    clockwork = clocks.another(soon)
    await clockwork.start()
    async with asyncio.timeout(5):
        await diary.begun.wait()
    stopping = asyncio.create_task(clockwork.stop())
    await asyncio.sleep(0.05)
    diary.open.set()
    await stopping
    assert diary.days, "it was not broken off"


async def test_what_never_started_can_be_stopped(clocks: Clocks, diary: Diary) -> None:
    await clocks.another(diary.job()).stop()


def test_the_last_due_moment_of_a_trigger() -> None:
    nine = CronTrigger(hour=9, timezone=ZONE)
    now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # ten in the morning there
    assert last_due(nine, now, timedelta(hours=23)) == datetime(2026, 11, 23, 9, tzinfo=ZONE)
    assert last_due(nine, now, timedelta(minutes=59)) is None
    assert last_due(nine, now - timedelta(hours=1), timedelta(0)) is not None, "to the second"
