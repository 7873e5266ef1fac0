"""The roster worked by people: exchanging shifts, being told of them, and the supervisor's hand."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from bot.loading import load
from knowledge.register import read_register
from storage import people, roster
from storage.database import Database
from storage.tables.people import people as person_rows
from storage.tables.people import shifts
from tests.support.desk import Desk, Someone
from tests.support.prepared import COMMUNITY

TUESDAY = datetime(2026, 11, 24, tzinfo=UTC)
"""08:00 in Ningbo, when a day shift of w2 begins."""


async def on_duty(desk: Desk, at: datetime) -> set[str]:
    """Who stands a shift at that moment, by code."""
    async with desk.database.reading() as work:
        stands = await roster.stands(work, 1, at, at + timedelta(minutes=1))
        ids = [stand.post.person for stand in stands]
        rows = await work.conn.execute(
            sa.select(person_rows.c.code).where(person_rows.c.id.in_(ids))
        )
        return {row.code for row in rows}


async def log(desk: Desk) -> list[tuple[str, str]]:
    async with desk.database.reading() as work:
        return [(change.event, str(change.day)) for change in await roster.latest(work, 1, 20)]


async def asks_third(second: Someone) -> str:
    """w2 would like to be free on Tuesday, and offers w3 tonight's night shift for it."""
    await second.does("shifts")
    await second.taps("换 24日周二 08:00")
    return await second.taps("🔁 社工丙 23日周一 20:00")


async def test_a_shift_is_exchanged_by_one_tap_each_and_both_days_are_logged(desk: Desk) -> None:
    head, first, second, third = await desk.people("head", "w1", "w2", "w3")
    assert "您正在值班，到 20:00" in await second.does("shifts")

    assert "已经去问社工丙" in await asks_third(second)
    asked = third.hears("社工乙 想跟您换班").plain
    assert "您值他的 11月24日 周二 08:00–20:00" in asked
    assert "他值您的 11月23日 周一 20:00–次日08:00" in asked
    assert "请在 11月23日 20:00 前回一声" in asked, "not beyond the first of the two shifts"
    agree = third.button("同意")[1].action
    assert "已经过去了" in await first.does(agree), "only who was asked may answer"

    await third.taps("同意")
    second.hears("社工丙 答应了")
    assert "社工丙 → 社工乙" in head.hears("换班").plain
    assert await on_duty(desk, TUESDAY) == {"w3"}
    assert await on_duty(desk, TUESDAY - timedelta(hours=2)) == {"w2"}
    assert await log(desk) == [("swapped", "2026-11-23"), ("swapped", "2026-11-24")]
    assert "已经过去了" in await third.does(agree), "twice is once"

    async with desk.database.writing() as work:
        await roster.lay_out(work, 1)
    assert await on_duty(desk, TUESDAY) == {"w3"}, "the pattern takes nothing back"

    await desk.later(hours=10)
    assert "您值班（测试社区）" in second.messages[-1].plain
    assert all("值班（测试社区）" not in message.plain for message in third.messages)


async def test_no_answer_no_and_never_mind_leave_the_shift_where_it_is(desk: Desk) -> None:
    head, second, third = await desk.people("head", "w2", "w3")
    await asks_third(second)
    await third.taps("不行")
    second.hears("社工丙 换不了")

    await asks_third(second)
    agree = third.button("同意")[1].action
    assert "还没回" in await second.does("shifts")
    await second.taps("撤回")
    third.hears("社工乙 说不用换了")
    assert "已经过去了" in await third.does(agree)

    await asks_third(second)
    agree = third.button("同意")[1].action
    await desk.later(hours=10, minutes=1)
    second.hears("社工丙 没有回话")
    assert "已经过去了" in await third.does(agree)
    assert await on_duty(desk, TUESDAY) == {"w2"}
    assert head.messages == []


async def test_what_is_twice_is_said_and_a_gap_is_refused(desk: Desk, tmp_path: Path) -> None:
    head, second, third = await desk.people("head", "w2", "w3")
    await head.does("roster")
    await head.taps("23–29日")
    await head.taps("24日周二")
    await head.taps("08:00 社工乙")
    await head.taps("再加一个人")
    assert "11月24日 周二 08:00–20:00：社工丙" in await head.taps("社工丙")
    third.hears("负责人安排您值班：11月24日")
    assert "本来就是社工丙" in await head.does(_add("24T08", "24T20", await _id(desk, "w3")))

    await second.does("shifts")
    await second.taps("换 24日周二 08:00")
    await second.taps("⚠️ 🙋 请社工丙替")
    assert "同一时间有两个班" in third.hears("想请您替班").plain

    register = COMMUNITY.read_text(encoding="utf-8")
    gone = "{code: w3, name: 社工丙, roles: [worker]"
    assert gone in register
    async with desk.database.writing() as work:
        person = await people.person_by_code(work, "w3")
        assert person is not None
        await people.retire(work, person.id)
    assert "用不了" in await third.taps("同意")
    assert await on_duty(desk, TUESDAY) == {"w2", "w3"}


def _add(since: str, until: str, person_id: int) -> str:
    """The button that puts somebody on from one hour in Ningbo to another."""
    hours = [
        datetime.strptime(f"2026-11-{text}:00+0800", "%Y-%m-%dT%H:%M%z") for text in (since, until)
    ]
    return f"put.add:{hours[0].timestamp():.0f}:{hours[1].timestamp():.0f}:{person_id}"


async def _id(desk: Desk, code: str) -> int:
    async with desk.database.reading() as work:
        person = await people.person_by_code(work, code)
        assert person is not None
        return person.id


async def test_the_supervisor_puts_takes_off_and_nobody_else_may(desk: Desk) -> None:
    head, first, second, other = await desk.people("head", "w1", "w2", "other-head")
    async with desk.database.reading() as work:
        (tuesday,) = await roster.stands(work, 1, TUESDAY, TUESDAY + timedelta(minutes=1))
    shift, mine = tuesday.post.id, await _id(desk, "w1")
    assert "用不了" in await second.does(f"put.on:{shift}:{mine}")
    assert "值班表已经变了" in await other.does(f"put.on:{shift}:{mine}")
    assert "用不了" in await head.does(f"put.on:{shift}:{await _id(desk, 'other-worker')}")
    assert await on_duty(desk, TUESDAY) == {"w2"}

    await head.does(f"put.shift:{shift}")
    await head.taps("社工甲")
    first.hears("负责人安排您值班：11月24日")
    second.hears("改由社工甲来值")
    assert "本来就是社工甲" in await head.does(f"put.on:{shift}:{mine}")
    assert await on_duty(desk, TUESDAY) == {"w1"}
    assert "社工乙 → 社工甲" in await head.does("month.log")

    await head.does(_add("24T08", "24T12", await _id(desk, "w2")))
    assert await on_duty(desk, TUESDAY) == {"w1", "w2"}
    await head.does("month.day:20261124")
    await head.taps("08:00 社工乙")
    await head.taps("撤下这个班")
    second.hears("您不用值了")
    assert await on_duty(desk, TUESDAY) == {"w1"}
    assert "值班表已经变了" in await head.does(f"put.off:{shift}"), "a shift of the pattern stays"


async def test_a_gap_is_seen_and_filled(desk: Desk) -> None:
    """The other community has no roster at all; by hand somebody is put on, and the gap is less."""
    head, worker = await desk.people("other-head", "other-worker")
    assert "还没有排班" in await head.does("roster")
    assert "336 个小时没有人值班" in await head.does("readiness")
    await head.taps("没人值班的时候")
    await head.taps("补 23日周一 10:00")
    assert "别处社工" in await head.taps("别处社工")
    worker.hears("负责人安排您值班")
    assert "每个小时都有人值班" not in await head.does("readiness"), "its elder has no family"
    assert "没有人值班" not in head.messages[-1].plain
    assert "没有空档" not in await head.does("roster"), "five weeks are more than two"
    worker.hears("11月23日 周一 10:00 到 12月7日 10:00")


async def test_a_load_beside_the_roster_job_brings_no_withdrawn_shift_back(
    peopled: Database, tmp_path: Path
) -> None:
    """The job read the pattern of a moment ago; it waits for the load, and reads it again."""
    text = COMMUNITY.read_text(encoding="utf-8")
    day = "from: '08:00', to: '20:00', person: w2}"
    (tmp_path / "register.yaml").write_text(text.replace(day, day.replace("w2", "w1")), "utf-8")

    async def lays_out() -> None:
        async with peopled.writing() as work:
            await roster.lay_out(work, 1)

    async with peopled.writing() as work:
        await load(work, read_register(tmp_path / "register.yaml"))
        job = asyncio.create_task(lays_out())
        await asyncio.sleep(0.1)
        assert not job.done(), "it waits for who holds the community's roster"
    await job
    async with peopled.reading() as work:
        gone = await people.person_by_code(work, "w2")
        assert gone is not None
        left = sa.select(sa.func.count()).where(
            shifts.c.person_id == gone.id, shifts.c.starts_at > work.now
        )
        assert await work.conn.scalar(left) == 0
