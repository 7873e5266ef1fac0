"""Reminders by pace: silence on pace, each milestone once, nothing missed after a night down."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from apscheduler.triggers.cron import CronTrigger

from domain.calendar import Month, WorkCalendar
from domain.duty import Duty
from domain.messages import Lane, Owed
from knowledge import Knowledge
from scheduler.base import Job, Surroundings
from scheduler.clockwork import Clockwork
from scheduler.visit import JOB, remind
from storage import visit
from storage.database import Database, Work
from storage.tables.messaging import outbox
from storage.visit import Entry
from tests.handlers.visit_talk import PHRASES, POLICIES, Place, Talk
from tests.support.clock import HandClock

ZONE = ZoneInfo("Asia/Shanghai")
DAILY = Job(JOB, CronTrigger(hour=8, minute=30, timezone=ZONE), remind, timedelta(hours=12))


async def _no_climb(_work: Work, _duty: Duty) -> tuple[Owed, ...]:
    raise AssertionError("a reminder climbs no ladder")


class Morning:
    """The job as the clockwork runs it, on a clock moved by hand."""

    def __init__(self, place: Place, clock: HandClock) -> None:
        self.place = place
        self.clock = clock
        self.around = Surroundings(
            database=place.database,
            knowledge=lambda: place.knowledge,
            phrases=PHRASES,
            policies=POLICIES,
            climb=_no_climb,
            send=lambda dues: None,
            gauge=lambda name, value: None,
        )
        self.clockwork = Clockwork([DAILY], self.around)

    async def at(self, day: date, hour: int = 8, minute: int = 31) -> None:
        local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)
        self.clock.now = local.astimezone(UTC)
        await self.clockwork.run_if_due(DAILY)

    async def every_day(self, first: date, last: date) -> None:
        while first <= last:
            await self.at(first)
            first += timedelta(days=1)

    async def sent(self, talk: Talk) -> list[tuple[str, str]]:
        """The day and the opening line of each message queued for somebody."""
        rows = await self.rows(talk)
        return [
            (f"{row['created_at'].astimezone(ZONE):%m-%d}", row["body"]["html"].split("\n")[0])
            for row in rows
        ]

    async def rows(self, talk: Talk) -> list[dict[str, Any]]:
        async with self.place.database.reading() as work:
            found = await work.conn.execute(
                sa.select(outbox)
                .where(outbox.c.address_id == talk.address_id)
                .order_by(outbox.c.id)
            )
            return [dict(row) for row in found.mappings()]


@pytest.fixture
def morning(peopled: Database, knowledge: Knowledge, clock: HandClock) -> Morning:
    return Morning(Place(peopled, knowledge), clock)


async def visited(place: Place, talk: Talk, days: int, first: date, each: int = 2) -> None:
    """`each` homes a day on working days from `first`."""
    workdays = WorkCalendar().workdays(first, first + timedelta(days=70))[:days]
    async with place.database.writing() as work:
        entries = [
            Entry(
                community_id=1,
                worker_id=talk.person.id,
                household_id=home + 1,
                made_at=datetime(day.year, day.month, day.day, 3, tzinfo=UTC),
                day=day,
                source_key=f"{talk.person.id}:{day}:{home}",
            )
            for day in workdays
            for home in range(each)
        ]
        await visit.record_many(work, entries)


async def test_a_month_behind_and_a_month_on_pace(morning: Morning) -> None:
    lazy, keen = await morning.place.talk("w1"), await morning.place.talk("w2")
    await visited(morning.place, keen, 21, date(2026, 11, 2))

    await morning.every_day(date(2026, 11, 1), date(2026, 12, 2))

    assert await morning.sent(lazy) == [
        ("11-02", "社工甲，10月的走访小结来了。"),
        ("11-16", "社工甲，月过一半了，走访稍微慢了一点。"),
        ("11-24", "社工甲，这个月只剩最后几个工作日了。"),
        ("11-30", "社工甲，今天是本月最后一个工作日。"),
        ("12-01", "社工甲，11月的走访小结来了。"),
    ]
    assert [day for day, _ in await morning.sent(keen)] == ["11-02", "12-01"]


async def test_it_waits_in_the_routine_lane_under_a_key_of_its_own(morning: Morning) -> None:
    lazy = await morning.place.talk("w1")

    await morning.at(date(2026, 11, 16))

    (row,) = await morning.rows(lazy)
    assert row["lane"] == int(Lane.ROUTINE)
    key = f"pace:{lazy.person.id}:2026-11:mid_month@{lazy.address_id}"
    assert row["dedupe_key"] == key
    assert "本月走访 0/30" in row["body"]["html"]
    assert "按进度今天应有 15，还差 15" in row["body"]["html"]
    assert row["body"]["buttons"][0][0][1] == "visit"


async def test_the_summary_leads_to_the_diary_of_the_month_that_ended(morning: Morning) -> None:
    keen = await morning.place.talk("w2")
    await visited(morning.place, keen, 15, date(2026, 10, 8))

    await morning.every_day(date(2026, 11, 1), date(2026, 11, 2))

    (row,) = await morning.rows(keen)
    assert "10月走访 30/30" in row["body"]["html"]
    assert "任务完成了" in row["body"]["html"]
    assert row["body"]["buttons"][0][0][1] == f"board.diary:{keen.person.id}:{Month(2026, 10)}"


async def test_a_run_that_died_halfway_repeats_nothing(morning: Morning) -> None:
    lazy = await morning.place.talk("w1")
    due = datetime(2026, 11, 16, 0, 30, tzinfo=UTC)
    morning.clock.now = due

    for _ in range(3):
        await remind(morning.around, due)

    assert len(await morning.rows(lazy)) == 1


async def test_a_milestone_while_the_process_was_down_is_caught_up_once(morning: Morning) -> None:
    lazy = await morning.place.talk("w1")
    await morning.at(date(2026, 11, 13))  # a Friday; then down over Monday the 16th

    await morning.every_day(date(2026, 11, 17), date(2026, 11, 20))

    assert [day for day, _ in await morning.sent(lazy)] == ["11-17"]


async def test_a_late_start_still_speaks_today_and_never_at_night(morning: Morning) -> None:
    lazy = await morning.place.talk("w1")

    await morning.at(date(2026, 11, 16), hour=7)
    assert await morning.rows(lazy) == []
    await morning.at(date(2026, 11, 16), hour=22)
    assert await morning.rows(lazy) == []
    await morning.at(date(2026, 11, 17), hour=11)
    assert await morning.rows(lazy) == []  # nothing ran before: this desk is new, not late


async def test_a_new_desk_sums_up_no_month_it_did_not_see(morning: Morning) -> None:
    lazy = await morning.place.talk("w1")
    await morning.at(date(2026, 11, 2))
    assert await morning.rows(lazy) == []


async def test_rest_days_are_silent(morning: Morning) -> None:
    lazy = await morning.place.talk("w1")
    await morning.every_day(date(2026, 10, 1), date(2026, 10, 7))  # the National Day holiday
    assert await morning.rows(lazy) == []
    await morning.at(date(2026, 10, 8))
    assert [text for _, text in await morning.sent(lazy)] == ["社工甲，9月的走访小结来了。"]
