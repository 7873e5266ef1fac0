"""Everyday services, from three taps to a named person who did it, on both databases."""

from datetime import timedelta

import sqlalchemy as sa

from domain.duty import DutyKind, DutyState, Outcome
from storage import service
from storage.tables.service import services
from tests.support.desk import Desk, Someone


async def granny_orders_dinner(desk: Desk) -> Someone:
    granny = await desk.person("granny")
    await granny.says("🍚 生活服务")
    await granny.taps("订饭")
    await granny.taps("今天晚饭 送到家")
    return granny


async def test_a_meal_in_three_taps_and_every_change_is_told(desk: Desk) -> None:
    kitchen, granny = await desk.person("w3"), await desk.person("granny")

    await granny.says("🍚 生活服务")
    said = await granny.taps("订饭")
    assert "今天午饭要在 09:30 前订，现在来不及了" in said
    assert "接下来能订的" in said
    assert "今天晚饭：15:00 前订" in said
    said = await granny.taps("今天晚饭 送到家")

    assert "记下了：今天晚饭" in said
    assert "一号老年食堂，16:30 到 18:00 送到家" in said
    assert "正在转给社工丙" in said
    card = kitchen.hears("🍚 陈奶奶 3幢502")
    assert "送到家" in card.plain
    assert "高血压" not in card.plain, "a kitchen need not know"
    await kitchen.taps("收下")
    granny.hears("社工丙接下了今天晚饭")
    await desk.later(hours=7)
    await kitchen.taps("办好了")
    granny.hears("今天晚饭：社工丙说办好了")
    assert kitchen.hears("办好了").buttons == ()


async def test_who_hears_nothing_is_named_to_be_rung(desk: Desk) -> None:
    kitchen, granny = await desk.person("w3"), await granny_orders_dinner(desk)
    await granny.blocks()
    said = await kitchen.taps("收下")
    assert "收不到消息" not in said, "nobody knows yet"
    await desk.later(hours=7)
    assert "陈奶奶收不到消息，请打个电话" in await kitchen.taps("办好了")


async def test_the_same_meal_is_ordered_once_whoever_taps(desk: Desk) -> None:
    daughter = await desk.person("daughter")
    granny = await granny_orders_dinner(desk)

    await daughter.says("🍚 生活服务")
    await daughter.taps("订饭")
    said = await daughter.taps("今天晚饭 去食堂吃")

    assert "已经约过了：今天晚饭" in said
    async with desk.database.reading() as work:
        assert await work.conn.scalar(sa.select(sa.func.count()).select_from(services)) == 1
    said = await daughter.taps("不要了")
    assert "今天晚饭不要了" in said
    granny.hears("小陈说今天晚饭不要了")
    await granny.says("🍚 生活服务")
    await granny.taps("订饭")
    assert "记下了：今天晚饭" in await granny.taps("今天晚饭 送到家"), "it may be ordered anew"


async def test_too_late_says_so_and_offers_the_next_meal(desk: Desk) -> None:
    granny = await desk.person("granny")
    await granny.says("🍚 生活服务")
    await granny.taps("订饭")
    await desk.later(hours=5, minutes=1)

    said = await granny.taps("今天晚饭 送到家")

    assert "来不及了：今天晚饭现在约不上了" in said
    assert "今天晚饭要在 15:00 前订" in said
    assert "明天午饭" in said
    assert "记下了：明天午饭" in await granny.taps("明天午饭 送到家")


async def test_family_orders_and_the_elder_hears_so(desk: Desk) -> None:
    daughter, granny, kitchen = await desk.people("daughter", "granny", "w3")
    assert "替陈奶奶要什么" in await daughter.does("services")
    await daughter.taps("订饭")
    said = await daughter.taps("今天晚饭 送到家")
    assert "替陈奶奶记下了：今天晚饭" in said
    granny.hears("小陈替您约了今天晚饭")
    assert "由 小陈 替老人约的" in kitchen.hears("陈奶奶").plain
    await kitchen.taps("收下")
    daughter.hears("社工丙接下了陈奶奶的今天晚饭")
    await daughter.does("services")
    said = await daughter.taps("已经约的（1）")
    assert "陈奶奶，今天晚饭：社工丙接下了" in said


async def test_company_to_the_hospital_with_words_and_a_reason_why_not(desk: Desk) -> None:
    granny, daughter, mine = await desk.people("granny", "daughter", "w1")
    said = await granny.says("后天想去医院有人陪吗")
    assert "陪着去医院" in said
    await granny.taps("后天上午")
    said = await granny.says("第一医院 八点半 要轮椅")
    assert "知道了，转给社工" in said
    mine.hears("又说：第一医院 八点半 要轮椅")
    assert "按一下就约好" in await granny.says("明天中午给我送份饭"), (
        "another wish is no word about this one"
    )
    await mine.taps("办不了")
    await mine.taps("那时候抽不出人手")
    told = granny.hears("办不了：那时候抽不出人手")
    assert "0574-00000000" in told.plain
    daughter.hears("陈奶奶的后天上午陪着去医院办不了")
    await granny.taps("换一个时间")
    await granny.taps("后天下午")
    card = mine.hears("陈奶奶 3幢502").plain
    assert "高血压" in card
    await mine.taps("我来")
    granny.hears("社工甲接下了后天下午陪着去医院")


async def test_a_day_that_cannot_be_had_is_said_plainly(desk: Desk) -> None:
    granny = await desk.person("granny")
    said = await granny.says("周六上午想去医院有人陪吗")
    assert "11月28日（周六）上午约不上" in said
    assert "0574-00000000" in said
    assert "今天下午" in " ".join(granny.buttons())
    said = await granny.says("周日中午给我送饭")
    assert "11月29日（周日）午饭约不上" in said
    said = await granny.says("今天中午给我送饭")
    assert "今天午饭要在 09:30 前订，现在来不及了" in said


async def test_silence_climbs_and_the_elder_is_told_that_nobody_accepted(desk: Desk) -> None:
    granny, mine, on_duty, head = await desk.people("granny", "w1", "w2", "head")
    await granny.does("services")
    await granny.taps("上门看看")
    await granny.taps("明天上午")
    mine.hears("上门看看")
    assert "上门看看" not in on_duty.transcript
    await desk.later(hours=1, seconds=1)
    on_duty.hears("还没有人接下")
    await desk.later(hours=5, minutes=30)
    head.hears("还没有人接下")
    granny.hears("明天上午上门看看还没有人接下，正在催")
    await head.does("orders")
    await head.taps("1")
    said = await head.taps("记录")
    assert "通知 社工甲（包户社工）" in said
    assert "按下求助" not in said
    await on_duty.taps("我来")
    assert "✅ 社工乙 接下了" in mine.hears("上门看看").plain
    granny.hears("社工乙接下了")
    await desk.later(days=1)
    on_duty.hears("在您手上，时间过了")
    assert "时间过了还没有说办好" not in head.transcript
    await desk.later(hours=3, seconds=1)
    head.hears("社工乙 接下的，时间过了还没有说办好")


async def test_an_order_of_the_night_wakes_nobody(desk: Desk) -> None:
    granny, mine = await desk.people("granny", "w1")
    await desk.later(hours=12)
    await granny.does("services")
    await granny.taps("家务")
    said = await granny.taps("小修")
    assert "早上一上班就转给社工" in said
    await desk.later(minutes=5)
    assert "小修" not in mine.transcript
    await granny.says("客厅的灯泡")
    assert "不要了，正在告诉" not in await granny.taps("不要了"), "nobody knows of it yet"
    assert "不要了" not in mine.transcript
    assert "灯泡" not in mine.transcript, "whatever is said of it waits for the morning, too"
    await granny.does("services")
    await granny.taps("家务")
    await granny.taps("小修")
    await desk.later(hours=10)
    mine.hears("小修")


async def test_the_lists_of_who_cooks_and_of_who_answers_for_it(desk: Desk) -> None:
    kitchen, head = await desk.people("w3", "head")
    granny = await granny_orders_dinner(desk)
    daughter = await desk.person("daughter")
    await daughter.says("给我妈订明天的午饭")
    await daughter.taps("去食堂吃")

    said = await kitchen.does("orders")
    assert "一号老年食堂 今天晚饭：1 份（送 1，来吃 0），没收下 1" in said
    assert "明天午饭：1 份（送 0，来吃 1），没收下 1" in said
    await kitchen.taps("全收下：今天晚饭")
    granny.hears("社工丙接下了今天晚饭")
    assert "没收下 0" in await kitchen.does("orders")
    await desk.later(hours=8)
    await kitchen.does("orders")
    await kitchen.taps("全办好：今天晚饭")
    granny.hears("说办好了")
    said = await head.does("orders.numbers")
    assert "🍚 约 2，接下 1，办好 1" in said
    await desk.later(hours=20)
    assert "晚了 1" in await head.does("orders.numbers"), "nobody accepted the second one"


async def test_after_the_press_the_services_are_one_tap_away(desk: Desk) -> None:
    granny, mine = await desk.people("granny", "w1")
    await granny.does("help.press")
    await granny.taps("送餐")
    await granny.taps("订饭")
    said = await granny.taps("今天晚饭 送到家")
    assert "记下了：今天晚饭" in said
    await granny.says("多放点汤")
    mine.hears("又说：多放点汤"), "the call for help is still open and hears it first"


async def test_what_is_asked_about_a_service_is_still_a_question(desk: Desk) -> None:
    granny, resident = await desk.people("granny", "resident")
    for question in ("老年食堂怎么申请", "养老服务补贴多少钱", "最近的老年食堂在哪"):
        assert "按一下就约好" not in await granny.says(question)
    assert "按一下就约好" not in await resident.says("明天中午给我送份饭")
    said = await granny.says("能不能送饭到家里")
    assert "能订的" in said
    assert "助餐" in await granny.taps("我是想问一问")
    said = await granny.says("我妈摔倒了 明天中午送饭")
    assert "120" in said


async def test_nobody_else_may_touch_a_service(desk: Desk) -> None:
    granny = await granny_orders_dinner(desk)
    foreign, resident, stranger = (
        await desk.person("other-worker"),
        await desk.person("resident"),
        desk.stranger(),
    )
    for action in ("open:1", "log:1", "take:1", "done:1", "no:1", "why:1:full", "all:take:1"):
        assert "不归您的社区" in await foreign.does(f"orders.{action}")
        assert "用不了" in await resident.does(f"orders.{action}")
        assert "用不了" in await stranger.does(f"orders.{action}")
    assert "陈奶奶" not in await foreign.does("orders")
    elder = await desk.person("other-elder")
    assert "用不了" in await elder.does("arrange.off:1")
    day = f"{desk.clock() + timedelta(hours=8):%Y%m%d}"
    for action in ("services:2", "service.meal:2", "arrange.mine:2", f"arrange.do:2:meal:{day}"):
        assert "陈奶奶" not in await elder.does(action)
    for forged in ("arrange.do:x", f"arrange.do:{'9' * 30}:meal", "arrange.do:5:meal:1:2:3:4"):
        await granny.does(forged)
    async with desk.database.reading() as work:
        order = await service.get(work, 1)
        assert order is not None
        assert order.duty.state is DutyState.OPEN
        counts = await service.counts(work, order.duty.community_id, order.slot.day, order.slot.day)
    assert counts[DutyKind.MEAL].asked == 1
    assert Outcome.CALLED_OFF not in (order.duty.outcome,)


async def test_a_meal_of_every_day_until_it_is_ended(desk: Desk) -> None:
    kitchen, daughter = await desk.people("w3", "daughter")
    granny = await granny_orders_dinner(desk)
    await daughter.does("daily.on:1")
    granny.hears("小陈替您说好了：以后每天的晚饭都订")
    await desk.later(hours=21, minutes=31)
    kitchen.hears("一号老年食堂：每天都要的晚饭，今天 1 份")
    await desk.tick()
    assert "今天晚饭：1 份（送 1，来吃 0），没收下 1" in await kitchen.does("orders")
    await kitchen.taps("全收下：今天晚饭")
    granny.hears("社工丙接下了今天晚饭")
    await granny.does("services")
    await granny.taps("已经约的")
    await granny.taps("不要：今天晚饭")
    await desk.later(days=1, minutes=-1)
    await desk.later(hours=8)
    assert "已经约的（2）" in " ".join(await _menu(granny)), (
        "Wednesday's, and Monday's is not closed"
    )
    await granny.taps("已经约的")
    await granny.taps("以后每天的晚饭都不要了")
    await desk.later(days=1)
    kitchen_list = await kitchen.does("orders")
    assert "今天晚饭" not in kitchen_list
    foreign = await desk.person("other-elder")
    assert "用不了" in await foreign.does("daily.on:1")
    assert "用不了" in await foreign.does("daily.off:5:dinner")


async def _menu(who: Someone) -> list[str]:
    await who.does("services")
    return who.buttons()


async def test_a_meal_that_could_not_be_ordered_is_said(desk: Desk) -> None:
    granny = await granny_orders_dinner(desk)
    await granny.taps("以后每天的晚饭都要")
    desk.clock.forward(hours=29, minutes=10)
    await desk.tick()
    granny.hears("今天的晚饭没能替您订上")
