"""How a request ends: a named person says how, may add a line, and all concerned hear it."""

import sqlalchemy as sa

from domain.duty import DutyEvent, DutyState, Outcome
from domain.help import OUTCOMES
from storage import duties, help
from storage.tables.duties import duty_log
from tests.support.desk import Desk, Someone


async def state_of(desk: Desk) -> tuple[DutyState, Outcome | None]:
    async with desk.database.reading() as work:
        duty = await help.get(work, 1)
    assert duty is not None
    return duty.state, duty.outcome


async def at_the_door(desk: Desk) -> tuple[Someone, Someone, Someone, Someone]:
    """陈奶奶 pressed, and 社工甲 has arrived."""
    granny, daughter, mine, on_duty = await desk.people("granny", "daughter", "w1", "w2")
    await granny.does("help.press")
    await mine.taps("我来")
    await mine.taps("到了")
    return granny, daughter, mine, on_duty


async def test_dealt_with_is_not_over_until_it_is_said_how(desk: Desk) -> None:
    granny, daughter, mine, on_duty = await at_the_door(desk)

    said = await mine.taps("已处理")
    assert "还没结束。结果怎样" in said
    assert await state_of(desk) == (DutyState.ARRIVED, None)
    assert "说处理好了，还没选结果，没结束" in on_duty.hears("陈奶奶 求助").plain
    assert "社工甲说已经到了" in granny.messages[-1].plain, "nothing is said of an end yet"

    said = await mine.taps("送医院了")
    assert "已处理：送医院" in said
    assert "要补一句的话，10 分钟内直接打字" in said
    granny.hears("您的求助：社工甲说已经送医院（10:00）")
    daughter.hears("陈奶奶的求助：社工甲说已经送医院（10:00）")
    assert "社工甲 已处理：送医院" in on_duty.hears("陈奶奶 求助").plain
    assert await state_of(desk) == (DutyState.CLOSED, Outcome.HOSPITAL)
    await on_duty.does("calls.done:1:settled")
    assert "社工甲 已经先一步：已结束" in on_duty.chat.notices[-1]
    assert await state_of(desk) == (DutyState.CLOSED, Outcome.HOSPITAL), "the first word stands"


async def test_who_says_it_is_over_and_not_how_is_asked_again_and_keeps_it(desk: Desk) -> None:
    granny, _, mine, _ = await at_the_door(desk)
    head = await desk.person("head")
    await mine.taps("已处理")

    await desk.later(minutes=5)
    reminder = mine.messages[-1]
    assert "还没结束。请按一下结果" in reminder.plain
    assert len([b for row in reminder.buttons for b in row]) == len(OUTCOMES) + 1
    await desk.later(minutes=10)
    head.hears("社工甲 说处理好了，可一直没选结果")
    assert (await state_of(desk))[0] is DutyState.ARRIVED, "it is never taken away, nor closed"

    await mine.taps("还没完")
    assert "还没选结果" not in mine.hears("陈奶奶 求助").plain
    await mine.taps("已处理")
    await mine.taps("电话办好了")
    granny.hears("社工甲说电话里已经办好了")


async def test_dealt_with_and_pressed_again_is_not_dealt_with(desk: Desk) -> None:
    """已处理 was tapped too early, and then nothing came of it."""
    granny, mine = await desk.people("granny", "w1")
    await granny.does("help.press")
    await mine.taps("我来")
    await mine.taps("已处理")

    await granny.does("help.press")
    assert "结果" not in mine.hears("陈奶奶 求助").plain, "the question under the card is gone"
    await desk.later(minutes=5)
    mine.hears("在您手上")
    await desk.later(minutes=2)
    assert (await state_of(desk))[0] is DutyState.OPEN, "silent hands lose it"


async def test_a_line_about_it_is_kept_sealed_for_the_staff(desk: Desk) -> None:
    granny, daughter, mine, on_duty = await at_the_door(desk)
    await mine.does("calls.done:1:other")
    mine.hears("请打一句结果怎样")

    assert "记下了" in await mine.says("老人昏迷不醒，已随 120 去一院")
    assert "120" in mine.messages[-1].plain.split("\n\n")[0], "a cry is answered, and kept as well"
    assert "随 120 去一院" in on_duty.hears("陈奶奶 求助").plain
    assert "一院" not in granny.transcript + daughter.transcript
    async with desk.database.reading() as work:
        raw = await work.conn.execute(sa.text("SELECT detail FROM duty_log WHERE event = 'noted'"))
        assert "一院".encode() not in bytes(raw.scalar_one())
        note = await work.conn.scalar(
            sa.select(duty_log.c.detail).where(duty_log.c.event == DutyEvent.NOTED)
        )
    assert note == "老人昏迷不醒，已随 120 去一院"

    assert "社保" in await mine.says("社保卡丢了怎么办"), "one line, then talk is talk"
    await mine.taps("补一句")
    await mine.says("明天再去看")
    assert "📝 明天再去看" in on_duty.hears("陈奶奶 求助").plain


async def test_a_visit_is_a_visit_and_a_late_line_is_none(desk: Desk) -> None:
    _, _, mine, _ = await at_the_door(desk)
    await mine.does("calls.done:1:settled")
    assert "3幢502" in await mine.says("3幢502 阿姨血压高 要换药")
    await mine.taps("补一句")
    await desk.later(minutes=11)
    await mine.says("社保卡丢了怎么办")
    async with desk.database.reading() as work:
        events = [line.event for line in await duties.history(work, 1)]
    assert DutyEvent.NOTED not in events


async def test_every_outcome_is_said_at_home_in_the_log_and_on_the_next_card(desk: Desk) -> None:
    granny, mine, head = await desk.people("granny", "w1", "head")
    for number, outcome in enumerate(OUTCOMES, 1):
        await granny.does("help.press")
        await mine.does(f"calls.take:{number}")
        await mine.does(f"calls.done:{number}:{outcome}")
        assert "社工甲" in granny.messages[-1].plain
        assert "没好的话" in granny.messages[-1].plain
        assert "结束（" in await head.does(f"calls.log:{number}")
    await granny.does("help.press")
    assert "以前求助 8 次；上次 11月23日：其他" in mine.hears("陈奶奶 求助").plain


async def test_the_card_has_the_floor_the_numbers_and_what_was_before(desk: Desk) -> None:
    granny, mine = await desk.people("granny", "w1")
    await granny.does("help.press")
    await granny.taps("按错了")
    await granny.does("help.press")
    card = mine.hears("陈奶奶 求助")
    assert "3幢502（5 楼）" in card.plain
    assert "单元门密码问物业" in card.plain
    assert '<a href="tel:201">201</a>' in str(card.html)
    assert '女儿 小陈 <a href="tel:202">202</a>' in str(card.html)
    assert "以前求助 1 次，其中按错 1 次；上次 11月23日：按错了" in card.plain
