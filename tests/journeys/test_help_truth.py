"""One-touch help says what is so: who pressed, who is told, who can call it off."""

from domain.duty import DutyState, Outcome
from storage import duties, help, help_press, people
from tests.support.desk import Desk, Someone


async def state_of(desk: Desk) -> DutyState:
    async with desk.database.reading() as work:
        duty = await help.get(work, 1)
    assert duty is not None
    return duty.state


async def test_a_relative_does_not_call_off_the_elders_own_press(desk: Desk) -> None:
    granny, daughter, mine = await desk.people("granny", "daughter", "w1")
    await daughter.does("help.press")
    await granny.does("help.press")

    said = await daughter.taps("按错了")

    assert "还有别人也按过，所以求助还在" in said
    assert await state_of(desk) is DutyState.OPEN
    mine.hears("陈奶奶（3幢502）的求助，小陈 说是按错了")
    await daughter.taps("是我自己要帮忙")
    assert await state_of(desk) is DutyState.OPEN


async def test_a_relatives_buttons_work_on_a_request_the_elder_made(desk: Desk) -> None:
    granny, daughter, mine = await desk.people("granny", "daughter", "w1")
    await granny.does("help.press")
    await daughter.does("help.press")

    said = await daughter.taps("摔倒")

    assert "正在转给社工" in said
    mine.hears("陈奶奶（3幢502）：摔倒 / 急病，请快！")
    assert daughter.button("是我自己要帮忙")


async def test_a_fall_makes_haste_and_rings(desk: Desk) -> None:
    granny, mine, third = await desk.people("granny", "w1", "w3")
    await granny.does("help.press")
    cards = len(mine.messages)
    await granny.taps("摔倒")
    assert len(mine.messages) == cards + 1, "a line of its own, not only a card that changes"
    await desk.tick()
    third.hears("陈奶奶 求助")


async def test_who_took_it_from_the_list_hears_all_that_follows(desk: Desk) -> None:
    granny, _, third = await desk.people("granny", "w1", "w3")
    await granny.does("help.press")
    await third.does("helplist")
    await third.taps("我来")

    await granny.says("我在卫生间")
    third.hears("陈奶奶（3幢502）又说：我在卫生间")
    await granny.does("help.press")
    third.hears("又按了一次，已按 2 次")
    await desk.later(minutes=5)
    await desk.later(minutes=2)
    third.hears("没等到您的消息，已经另外找人")


async def test_called_off_reaches_whoever_is_putting_shoes_on(desk: Desk) -> None:
    granny, mine = await desk.people("granny", "w1")
    await granny.does("help.press")
    await mine.taps("我来")
    said = await granny.taps("按错了")
    assert "正在告诉社工不用过来" in said
    mine.hears("陈奶奶（3幢502）的求助：陈奶奶 说按错了，不用过来")


async def test_nobody_is_said_to_be_told_who_is_not(desk: Desk) -> None:
    granny = await desk.person("granny")
    await granny.does("help.press")
    said = await granny.taps("按错了")
    assert "社工" not in said

    await granny.does("help.press")
    await desk.later(minutes=6)
    assert "一联系上社工就转给他" in await granny.taps("按错了")


async def test_the_family_reads_who_pressed_and_whether_a_worker_is_told(desk: Desk) -> None:
    granny, daughter = await desk.people("granny", "daughter")
    await granny.does("help.press")
    card = daughter.hears("陈奶奶 按了一键求助").plain
    assert "社工一时还没联系上" in card
    await granny.taps("按错了")

    await desk.person("w1")
    await granny.does("help.press")
    assert "正在通知社工" in daughter.hears("陈奶奶 按了一键求助").plain
    await granny.taps("按错了")

    son = await another_relative(desk)
    await daughter.does("help.press")
    son.hears("小陈 has called for help for 陈奶奶")


async def another_relative(desk: Desk) -> Someone:
    await desk.also_family_of("english", "granny")
    return await desk.person("english")


async def test_an_owner_who_cannot_be_reached_is_not_waited_for(desk: Desk) -> None:
    granny, mine, on_duty = await desk.people("granny", "w1", "w2")
    await granny.does("help.press")
    await mine.taps("我来")
    await mine.blocks()
    await granny.does("help.press")  # its line to the owner finds out
    await desk.tick()
    granny.hears("还没等到社工甲的消息")
    assert "还没有人接" in on_duty.hears("陈奶奶 求助").plain


async def test_nobody_calls_off_what_somebody_has_arrived_for(desk: Desk) -> None:
    granny, _ = await desk.people("granny", "w1")
    await granny.does("help.press")
    async with desk.database.writing() as work:
        read = await help.get(work, 1)
        worker, elder = [await people.person_by_code(work, code) for code in ("w1", "granny")]
        assert read is not None
        assert worker is not None
        assert elder is not None
        assert await duties.move(work, read, DutyState.ARRIVED, worker.id) is not None
        assert await duties.call_off(work, read, Outcome.FALSE_ALARM, elder.id) is None
    assert await state_of(desk) is DutyState.ARRIVED
    assert "正在告诉社工甲您说是按错了" in await granny.taps("按错了")


async def test_a_press_in_between_keeps_it_open(desk: Desk) -> None:
    daughter = await desk.person("daughter")
    await daughter.does("help.press")
    async with desk.database.writing() as work:
        read = await help.get(work, 1)
        elder = await people.person_by_code(work, "granny")
        assert read is not None
        assert elder is not None
        await help_press.again(work, read, elder.id)
        assert await duties.call_off(work, read, Outcome.FALSE_ALARM, elder.id) is None


async def test_who_it_was_taken_over_from_need_not_go(desk: Desk) -> None:
    granny, mine, on_duty = await desk.people("granny", "w1", "w2")
    await granny.does("help.press")
    await mine.taps("我来")
    await on_duty.taps("换我来")
    mine.hears("社工乙 接过去了，您不用去了")


async def test_a_question_after_the_press_is_passed_on_and_one_tap_from_its_answer(
    desk: Desk,
) -> None:
    granny, mine = await desk.people("granny", "w1")
    await granny.does("help.press")
    said = await granny.says("老年人优待证怎么办")
    assert "正在转给社工" in said
    mine.hears("又说：老年人优待证怎么办")
    assert "优待" in await granny.taps("📖")
