"""Surge mode: one switch; all workers at once, what repeats in one list, all else gives way."""

import sqlalchemy as sa

from domain.duty import DutyKind
from domain.messages import Lane, Message, Owed
from domain.people import Role
from storage import duties, outbox, people, roster
from storage.tables.messaging import outbox as rows
from storage.tables.people import roles
from tests.support.desk import Desk, Someone


def lists(somebody: Someone) -> list[str]:
    return [m.plain for m in somebody.messages if "还没有人接的求助：" in m.plain]


async def switched_on(desk: Desk, head: Someone) -> None:
    await head.does("surge")
    assert "已打开应急模式（台风），到 11月23日 22:00：测试社区" in await head.taps("台风 12小时")
    await desk.later(seconds=5)


async def test_everybody_is_told_and_called_and_it_ends_by_itself(desk: Desk) -> None:
    granny, head, first, second, third = await desk.people("granny", "head", "w1", "w2", "w3")
    other = await desk.person("other-worker")
    await switched_on(desk, head)
    for worker in (first, second, third):
        worker.hears("测试社区 应急模式（台风，到 11月23日 22:00，书记 打开）")
    assert other.messages == []
    assert "已经开着了" in await head.does("surge.on:heat:6")

    await granny.does("help.press")
    for worker in (first, second, third):
        worker.hears("陈奶奶 求助")
    async with desk.database.reading() as work:
        duty = await duties.get(work, 1, DutyKind.HELP)
    assert duty is not None
    assert "all_workers" in duty.ladder.rungs[0].who

    await head.does("surge")
    assert "延长到 11月24日 04:00" in await head.taps("再延 6 小时")
    await first.does("calls.done:1:settled")
    await desk.later(hours=18, minutes=1)
    for worker in (first, second, third):
        worker.hears("应急模式（台风）结束了")
    async with desk.database.reading() as work:
        events = [change.event for change in await roster.latest(work, 1, 9)]
    assert events == ["surge_over", "surge_more", "surge_on"]

    seen = len(third.messages)
    await granny.does("help.press")
    assert len(third.messages) > seen, "w3 is on the night shift"
    async with desk.database.reading() as work:
        duty = await duties.get(work, 2, DutyKind.HELP)
    assert duty is not None
    assert "all_workers" not in duty.ladder.rungs[0].who


async def test_what_repeats_comes_in_one_list_and_a_new_person_is_never_delayed(
    desk: Desk,
) -> None:
    granny, head, worker = await desk.people("granny", "head", "w1")
    wang, alex = await desk.people("resident", "english")
    await switched_on(desk, head)
    await wang.does("help.press")
    await granny.does("help.press")
    assert "王先生" not in worker.messages[-1].plain, "another building"
    await alex.does("help.press")
    card = worker.messages[-1].plain
    assert "Alex 求助" in card
    assert "1幢 还有 1 件没人接" in card, "where somebody goes anyway"
    assert "201 王先生" in card
    assert lists(worker) == []

    for _ in range(4):
        await granny.does("help.press")
    (first,) = lists(worker)
    assert "还没有人接的求助：3 件" in first
    assert "502 陈奶奶，10:00 按下，按了 2 次" in first, "rung at the first of four presses more"
    await desk.later(seconds=61)
    assert len(lists(worker)) == 1, "one in a short while, whatever rings in it"
    await desk.later(seconds=120)
    head.hears("陈奶奶 求助")
    assert len(lists(worker)) == 2
    assert "按了 5 次" in lists(worker)[-1]

    await worker.taps("我来：3幢502 陈奶奶")
    await desk.later(seconds=180)
    assert "陈奶奶" not in lists(worker)[-1]
    seen = len(worker.messages)
    await granny.does("help.press")
    assert "又按了一次" in worker.messages[-1].plain, "who has it hears every press"
    assert len(worker.messages) == seen + 1
    async with desk.database.reading() as work:
        told = [line.detail for line in await duties.history(work, 2) if line.event == "told"]
    assert "all_workers: listed" in told
    assert "合在清单里" in await head.does("calls.log:2")


async def test_routine_messages_give_way_and_go_when_it_is_over(desk: Desk) -> None:
    head, worker, elsewhere = await desk.people("head", "w1", "other-worker")
    await push(desk, "w1", "旧")
    await switched_on(desk, head)
    for n in range(3):
        await push(desk, "w1", f"推送 {n}")
    await push(desk, "other-worker", "别处的推送")
    await desk.app.delivery.sweep()
    await desk.settles()
    elsewhere.hears("别处的推送")
    assert "推送 0" not in worker.transcript
    await desk.later(seconds=21)
    worker.hears("推送 0")
    assert "推送 2" not in worker.transcript
    await head.does("surge.end")
    await desk.tick()
    worker.hears("推送 2")


async def push(desk: Desk, code: str, text: str) -> None:
    async with desk.database.writing() as work:
        person = await people.person_by_code(work, code)
        assert person is not None
        owed = [Owed(person.id, Message(text), Lane.ROUTINE, text)]
        await outbox.owe_in_bulk(work, await outbox.address(work, owed))


async def test_what_waited_already_is_spread_and_what_climbs_stays_as_it_was(desk: Desk) -> None:
    granny, head, third = await desk.people("granny", "head", "w3")
    await granny.does("help.press")
    await push(desk, "w3", "先前的推送")
    await switched_on(desk, head)
    async with desk.database.reading() as work:
        due = await work.conn.scalar(sa.select(sa.func.max(rows.c.due_at)))
        duty = await duties.get(work, 1, DutyKind.HELP)
    assert due is not None
    assert duty is not None
    assert "all_workers" not in duty.ladder.rungs[0].who, "frozen is frozen"
    await desk.later(seconds=70)
    third.hears("陈奶奶 求助")
    third.hears("先前的推送")


async def test_only_heads_switch_it_and_who_oversees_switches_all_that_are_theirs(
    desk: Desk,
) -> None:
    head, worker, other = await desk.people("head", "w1", "other-head")
    assert "用不了" in await worker.does("surge.on:typhoon:12")
    assert "用不了" in await worker.does("surge.end")
    await other.does("surge.on:rain:6")
    assert "（测试社区）现在没有打开" in await head.does("surge")
    await other.does("surge.end")
    async with desk.database.writing() as work:
        person = await people.person_by_code(work, "other-head")
        assert person is not None
        bureau = {"person_id": person.id, "community_id": 1, "role": Role.BUREAU}
        await work.conn.execute(sa.insert(roles), bureau)
    assert "都打开应急模式吗？测试社区、别的社区" in await other.does("surge.on:heat:24")
    assert "（测试社区）现在没有打开" in await head.does("surge"), "one tap alone does nothing"
    assert "测试社区、别的社区" in await other.taps("打开（2 个社区）")
    assert "高温，别处书记 打开" in await head.does("surge")
    assert "延长到 11月25日 10:00" in await head.does(head.button("再延 24 小时")[1].action)
    await head.does("surge")
    longer = head.button("再延 24 小时")[1].action
    assert "延长到 11月26日 10:00" in await head.does(longer), "72 hours from now at most"
    assert "没有延长" in await head.does(longer), "twice is once"
    assert "用不了" in await worker.does("readiness")
