"""Leave with a deputy: homes, calls, questions and shifts go over and come back by themselves."""

from datetime import UTC, datetime

import sqlalchemy as sa

from storage.tables.people import communities, people, roles
from tests.journeys.test_roster import TUESDAY, log, on_duty
from tests.support.desk import Desk, Someone

THREE_DAYS = 3 * 24


async def agreed(worker: Someone, deputy: Someone, name: str, first: str, days: str) -> str:
    """The worker asks for leave by three taps, and the deputy agrees; returns what they were asked."""
    await worker.does("shifts")
    await worker.taps("请假")
    await worker.taps(first)
    await worker.taps(days)
    assert "已经去问" in await worker.taps(name)
    asked = deputy.messages[-1].plain
    await deputy.taps("我来代管")
    return asked


async def goes_to_work_at(desk: Desk, code: str, place: str) -> None:
    """From now on this person is of the staff there and nowhere else."""
    async with desk.database.writing() as work:
        who = sa.select(people.c.id).where(people.c.code == code).scalar_subquery()
        there = sa.select(communities.c.id).where(communities.c.code == place).scalar_subquery()
        await work.conn.execute(
            sa.update(roles).where(roles.c.person_id == who).values(community_id=there)
        )


async def test_while_they_are_away_the_deputy_is_called_and_visits_and_then_they_are_back(
    desk: Desk,
) -> None:
    granny, head, mine, deputy = await desk.people("granny", "head", "w1", "w3")
    before = await mine.does("pace")
    asked = await agreed(mine, deputy, "社工丙", "今天", "3 天")
    mine.hears("社工丙 答应代管：11月23日到11月25日")
    assert "他的 20 户" in asked
    assert "社工甲 休假 11月23日到11月25日，社工丙 代管" in head.messages[-1].plain
    assert await log(desk) == [("leave", "2026-11-23")]

    await granny.does("help.press")
    deputy.hears("陈奶奶 求助")
    await desk.later(seconds=61)
    assert "陈奶奶 求助" not in mine.transcript, "nor when all workers are called"
    await deputy.taps("我来")
    await deputy.taps("转给")
    assert not [label for label in deputy.buttons() if "社工甲" in label], (
        "who is away is not asked"
    )
    await deputy.taps("返回")
    assert "记下了" in await deputy.says("3幢502 阿姨血压高")
    assert "30" in before
    assert "26" in await mine.does("pace"), "three of 21 working days are not owed"

    await desk.later(hours=THREE_DAYS)
    mine.hears("您的假休完了")
    deputy.hears("社工甲 休完假了")
    await deputy.does("calls.done:1:settled")
    await granny.does("help.press")
    mine.hears("陈奶奶 求助")


async def test_a_yes_that_comes_too_late_is_told_to_both(desk: Desk) -> None:
    """Meanwhile the deputy is on leave on one of the days."""
    mine, deputy, _ = await desk.people("w1", "w3", "w2")
    await mine.does("shifts")
    await mine.taps("请假")
    await mine.taps("今天")
    await mine.taps("3 天")
    await mine.taps("社工丙")
    yes = deputy.button("我来代管")[1].action
    await agreed(deputy, await desk.person("w2"), "社工乙", "11月24日 周二", "1 天")

    assert "已经变了，这次代管不成" in await deputy.does(yes)
    mine.hears("社工丙 答应了，可那几天的安排已经变了：11月23日到11月25日 代管不成")


async def test_shifts_go_to_the_deputy_and_early_return_brings_them_back(desk: Desk) -> None:
    head, second, deputy = await desk.people("head", "w2", "w1")
    await agreed(second, deputy, "社工甲", "11月24日 周二", "2 天")
    assert await on_duty(desk, TUESDAY) == {"w1"}
    assert await on_duty(desk, datetime(2026, 11, 26, tzinfo=UTC)) == {"w2"}
    assert "（替社工乙）" in await deputy.does("shifts")
    third = await desk.person("w3")
    await third.does("shifts")
    await third.taps("换 24日周二 20:00")
    assert not [label for label in third.buttons() if "社工乙" in label], "who is away cannot swap"
    assert [label for label in third.buttons() if "社工甲" in label]
    await second.does("leave")
    await second.taps("不请了")
    deputy.hears("社工乙 不请假了")
    assert await on_duty(desk, TUESDAY) == {"w2"}
    head.hears("不请假了")


async def test_families_and_check_ins_are_the_deputys_too(desk: Desk) -> None:
    granny, mine, deputy, daughter = await desk.people("granny", "w1", "w3", "daughter")
    assert "没有登记老人" in await deputy.does("family")
    await agreed(mine, deputy, "社工丙", "今天", "3 天")
    await deputy.does("family")
    await deputy.taps("陈奶奶")
    assert "24 小时内有效" in await deputy.taps("添加家人")
    await deputy.does("silent.invite")
    assert "陈奶奶" in str(deputy.buttons())
    await daughter.does("family")
    await daughter.taps("退出")
    await daughter.taps("是的")
    deputy.hears("退出了，以后求助通知不到他")
    assert "通知不到他" not in mine.transcript
    granny.hears("退出了")

    await goes_to_work_at(desk, "w3", "other-place")
    assert "没有登记老人" in await deputy.does("family"), "of another community, at once"
    await goes_to_work_at(desk, "w3", "test-place")
    assert "陈奶奶" in str((await deputy.does("family"), deputy.buttons()))

    await desk.later(hours=THREE_DAYS)
    assert "没有登记老人" in await deputy.does("family")
    assert "用不了" in await deputy.does("family.add:1"), "nor by an old button"


async def test_a_kitchen_on_leave_is_its_deputys(desk: Desk) -> None:
    granny, kitchen, deputy = await desk.people("granny", "w3", "w2")
    await agreed(kitchen, deputy, "社工乙", "今天", "3 天")
    await granny.does("services")
    await granny.taps("订饭")
    assert "正在转给社工乙" in await granny.taps("今天晚饭 送到家")
    deputy.hears("🍚 陈奶奶 3幢502")
    assert "🍚 陈奶奶" not in kitchen.transcript


async def test_what_an_owner_had_before_leave_is_the_deputys_at_the_next_step(desk: Desk) -> None:
    granny, kitchen, deputy = await desk.people("granny", "w3", "w2")
    await granny.does("services")
    await granny.taps("订饭")
    await granny.taps("今天晚饭 送到家")
    await agreed(kitchen, deputy, "社工乙", "今天", "3 天")
    before = kitchen.transcript.count("🍚 陈奶奶")
    await desk.later(minutes=31)
    deputy.hears("🍚 陈奶奶 3幢502")
    assert kitchen.transcript.count("🍚 陈奶奶") == before


async def test_what_was_accepted_before_leave_is_asked_of_the_deputy(desk: Desk) -> None:
    granny, kitchen, deputy = await desk.people("granny", "w3", "w2")
    await granny.does("services")
    await granny.taps("订饭")
    await granny.taps("今天晚饭 送到家")
    await kitchen.taps("收下")
    await agreed(kitchen, deputy, "社工乙", "今天", "3 天")
    before = kitchen.transcript.count("办好了吗")
    await desk.later(hours=23)
    deputy.hears("办好了吗")
    assert kitchen.transcript.count("办好了吗") == before


async def test_nobody_stands_in_for_somebody_who_stands_in(desk: Desk) -> None:
    first, second, third = await desk.people("w1", "w2", "w3")
    await agreed(first, third, "社工丙", "今天", "3 天")
    await third.does("leave")
    await third.taps("今天")
    assert "正替同事代管" in await third.taps("2 天")
    await second.does("leave")
    await second.taps("今天")
    assert "社工甲" not in await second.taps("2 天")
    assert "社工甲" not in second.buttons()
    assert "社工丙" in second.buttons(), "one may stand in for two"
    await second.taps("社工丙")
    again = third.button("我来代管")[1].action
    await third.taps("不行")
    second.hears("社工丙 代管不了")
    assert "已经过去了" in await third.does(again)
    assert "已经过去了" in await first.does(again), "nor may another answer"


async def test_unanswered_leave_is_none_and_is_said(desk: Desk) -> None:
    granny, mine, deputy = await desk.people("granny", "w1", "w3")
    await mine.does("leave")
    await mine.taps("今天")
    await mine.taps("3 天")
    await mine.taps("社工丙")
    await desk.later(hours=14, minutes=1)
    mine.hears("社工丙 没有回话")
    assert "已经过去了" in await deputy.taps("我来代管")
    await granny.does("help.press")
    mine.hears("陈奶奶 求助")
