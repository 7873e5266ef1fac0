"""The morning's one message: at the hour that was chosen, once, by pace; nothing missed, nothing twice."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from apscheduler.triggers.cron import CronTrigger

from domain.calendar import WorkCalendar
from domain.leave import Asked
from domain.messages import Lane
from knowledge import Knowledge
from scheduler.base import Job, Surroundings
from scheduler.clockwork import Clockwork
from scheduler.visit import JOB, LOST, remind, tell_of_lost_months
from storage import leave, visit
from storage.database import Database
from storage.ladder import no_climb
from storage.tables.messaging import outbox
from storage.tables.visit import visit_workers as visit_rows
from storage.visit import Entry
from tests.handlers.visit_talk import PHRASES, POLICIES, Place, Talk
from tests.support.clock import HandClock

ZONE = ZoneInfo("Asia/Shanghai")
HALF_HOURLY = Job(
    JOB, CronTrigger(hour="6-20", minute="*/30", timezone=ZONE), remind, timedelta(hours=1)
)
LOST_DAILY = Job(LOST, CronTrigger(hour=10, timezone=ZONE), tell_of_lost_months, timedelta(hours=8))


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
            climb=no_climb,
            send=lambda dues: None,
            gauge=lambda name, value: None,
        )
        self.clockwork = Clockwork([HALF_HOURLY, LOST_DAILY], self.around)

    async def at(self, day: date, hour: int = 8, minute: int = 31) -> None:
        local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)
        self.clock.now = local.astimezone(UTC)
        await self.clockwork.run_if_due(HALF_HOURLY)

    async def every_day(self, first: date, last: date) -> None:
        while first <= last:
            await self.at(first)
            first += timedelta(days=1)

    async def wants_none(self, *talks: Talk) -> None:
        """These have switched their digest off: they hear at milestones alone."""
        for talk in talks:
            await talk.does("digest.at:-1")

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
    await morning.wants_none(lazy, keen)
    await visited(morning.place, keen, 2, date(2026, 10, 29), each=10)
    await visited(morning.place, keen, 21, date(2026, 11, 2))

    await morning.every_day(date(2026, 10, 29), date(2026, 12, 2))

    assert await morning.sent(lazy) == [
        ("10-29", "社工甲，这个月只剩最后几个工作日了。"),
        ("10-30", "社工甲，今天是本月最后一个工作日。"),
        ("11-02", "社工甲，10月的走访小结来了。"),
        ("11-16", "社工甲，月过一半了，走访稍微慢了一点。"),
        ("11-24", "社工甲，这个月只剩最后几个工作日了。"),
        ("11-30", "社工甲，今天是本月最后一个工作日。"),
        ("12-01", "社工甲，11月的走访小结来了。"),
    ]
    behind = [day for day, _ in await morning.sent(keen)]
    assert behind == ["10-29", "10-30", "11-02", "12-01"]


async def test_one_digest_a_working_day_with_pace_duties_and_the_walk(morning: Morning) -> None:
    worker = await morning.place.talk("w1")
    await morning.every_day(date(2026, 11, 20), date(2026, 11, 23))

    first, monday = await morning.rows(worker)

    assert first["dedupe_key"] == f"digest:{worker.person.id}:2026-11-20@{worker.address_id}"
    assert monday["lane"] == int(Lane.ROUTINE)
    text = monday["body"]["html"]
    assert "☀️ <b>社工甲，11月23日</b>" in text
    assert "本月 0/30，按进度应有 22。" in text
    assert "今天建议走 5 户" in text
    assert "<b>3幢</b>\n· 101：还没去过" in text
    assert "· 502 陈奶奶：重点户，本月还没去" in text
    assert "quiet" not in monday["body"]
    labels = {label: action for row in monday["body"]["buttons"] for label, action, _ in row}
    assert labels["3幢502 陈奶奶"].startswith("visit.go:")
    assert labels["⏰ 几点提醒"] == "digest"


async def test_from_the_digest_it_is_two_taps_and_the_digest_stays(morning: Morning) -> None:
    worker = await morning.place.talk("w1")
    await worker.does("visit.go:1", ref="digest")
    said = await worker.taps("健康")
    assert "记下了" in said
    assert len(await morning.place.rows()) == 1


async def test_on_pace_with_nothing_due_it_comes_without_a_sound(morning: Morning) -> None:
    keen = await morning.place.talk("w2")
    await visited(morning.place, keen, 12, date(2026, 11, 2))
    await morning.at(date(2026, 11, 11))
    (row,) = await morning.rows(keen)
    assert row["body"]["quiet"] is True
    assert "本月 24/30，按进度应有 11。" in row["body"]["html"]


async def test_each_hears_at_the_hour_they_chose(morning: Morning) -> None:
    early, late = await morning.place.talk("w1"), await morning.place.talk("w2")
    await early.does("digest")
    assert "✅ 08:30" in early.labels()
    assert "工作日 08:00 发给您" in await early.taps("08:00")
    await late.does("digest.at:840")
    assert "太旧" in await late.does("digest.at:3")

    for hour, heard in ((7, (0, 0)), (8, (1, 0)), (13, (1, 0)), (14, (1, 1)), (20, (1, 1))):
        await morning.at(date(2026, 11, 11), hour, 1)
        assert (len(await morning.rows(early)), len(await morning.rows(late))) == heard


async def test_a_run_that_died_halfway_repeats_nothing(morning: Morning) -> None:
    lazy = await morning.place.talk("w1")
    due = datetime(2026, 11, 16, 0, 30, tzinfo=UTC)
    morning.clock.now = due

    for _ in range(3):
        await remind(morning.around, due)

    assert len(await morning.rows(lazy)) == 1


async def test_a_milestone_while_the_process_was_down_is_caught_up_once(morning: Morning) -> None:
    lazy = await morning.place.talk("w1")
    await morning.wants_none(lazy)
    await morning.at(date(2026, 11, 13))  # a Friday; then down over Monday the 16th

    await morning.every_day(date(2026, 11, 17), date(2026, 11, 20))

    assert [day for day, _ in await morning.sent(lazy)] == ["11-17"]


async def test_a_late_start_still_speaks_today_and_never_at_night(morning: Morning) -> None:
    worker = await morning.place.talk("w1")
    await morning.at(date(2026, 11, 16), hour=22)
    assert await morning.rows(worker) == []
    await morning.at(date(2026, 11, 17), hour=11)
    assert len(await morning.rows(worker)) == 1


async def test_rest_days_and_days_of_leave_are_silent(morning: Morning) -> None:
    worker, deputy = await morning.place.talk("w1"), await morning.place.talk("w3")
    await on_leave(morning, worker, deputy, date(2026, 11, 5), date(2026, 11, 20))
    await morning.every_day(date(2026, 10, 1), date(2026, 10, 7))  # the National Day holiday
    assert await morning.rows(worker) == []
    await morning.every_day(date(2026, 11, 4), date(2026, 11, 23))
    assert [day for day, _ in await morning.sent(worker)] == ["11-04", "11-23"]
    back = (await morning.rows(worker))[-1]["body"]["html"]
    assert "月过一半了" in back, "what fell into the leave is said on the first day back"
    assert "本月 0/13" in back
    stands_in = [row["body"]["html"] for row in await morning.rows(deputy)]
    assert any("3幢" in text for text in stands_in)
    assert "3幢" not in stands_in[0]


async def on_leave(morning: Morning, who: Talk, deputy: Talk, first: date, last: date) -> None:
    morning.clock.now = datetime(2026, 9, 1, tzinfo=UTC)
    async with morning.place.database.writing() as work:
        asked = await leave.ask(work, 1, ZONE, who.person.id, deputy.person.id, first, last)
        assert await leave.settle(work, asked, Asked.AGREED)


async def test_half_of_the_time_is_half_of_the_visits(morning: Morning) -> None:
    worker = await morning.place.talk("w1")
    async with morning.place.database.writing() as work:
        await work.conn.execute(sa.insert(visit_rows).values(person_id=worker.person.id, share=50))
    await morning.at(date(2026, 11, 30))
    assert "本月 0/15" in (await morning.rows(worker))[0]["body"]["html"]
    assert "本月走访 0/15" in await worker.does("pace")


async def test_a_lost_month_is_told_to_the_supervisor_once(morning: Morning) -> None:
    head, lazy = await morning.place.talk("head"), await morning.place.talk("w1")
    keen = await morning.place.talk("w2")
    await visited(morning.place, keen, 21, date(2026, 11, 2))
    for day in (25, 26, 27, 30):
        await morning.at(date(2026, 11, day))
        morning.clock.now += timedelta(hours=2)
        await morning.clockwork.run_if_due(LOST_DAILY)
    (told,) = await morning.rows(head)
    assert "恐怕完不成了：社工丙、社工甲。" in told["body"]["html"]
    assert told["created_at"].astimezone(ZONE).day == 26
    assert "恐怕来不及" in (await morning.rows(lazy))[-1]["body"]["html"]
