"""One-touch help, from the press to a named person's tap, on both databases."""

from domain.duty import DutyKind, DutyState
from domain.messages import Contact, Location
from storage import duties, people
from tests.support.desk import Desk


async def test_a_press_is_answered_and_told_to_everyone_at_once(desk: Desk) -> None:
    granny, daughter = await desk.person("granny"), await desk.person("daughter")
    mine, on_duty = await desk.person("w1"), await desk.person("w2")

    said = await granny.says("🆘 一键求助")

    assert "收到了（10:00）" in said
    assert "120" in said
    card = mine.hears("陈奶奶 求助")
    assert "3幢502" in card.plain
    assert "高血压" in card.plain
    assert "对门 501" in card.plain
    assert "女儿 小陈" in card.plain
    on_duty.hears("陈奶奶 求助")
    daughter.hears("陈奶奶 按了一键求助")


async def test_the_first_to_take_it_has_it_and_all_see_who(desk: Desk) -> None:
    granny, daughter = await desk.person("granny"), await desk.person("daughter")
    mine, on_duty = await desk.person("w1"), await desk.person("w2")
    await granny.does("help.press")

    await mine.taps("我来")

    assert "社工甲 已接" in on_duty.hears("陈奶奶 求助").plain
    granny.hears("社工甲接到了您的求助")
    daughter.hears("陈奶奶的求助：社工甲接到了您的求助")

    await mine.taps("在路上")
    granny.hears("社工甲正在路上")
    await mine.taps("到了")
    await mine.taps("已处理")
    granny.hears("这件事办好了")
    assert mine.hears("陈奶奶 求助").buttons == ()


async def test_an_old_button_never_moves_a_request_backwards(desk: Desk) -> None:
    granny, mine, other = await desk.people("granny", "w1", "w2")
    await granny.does("help.press")
    take = other.button("我来")[1].action
    await mine.taps("我来")
    await mine.taps("到了")

    await other.does(take)

    assert "社工甲 已经先一步：已到" in other.chat.notices[-1]
    async with desk.database.reading() as work:
        person = await people.person_by_code(work, "granny")
        assert person is not None
        duty = await duties.open_help(work, person.id)
    assert duty is not None
    assert duty.state is DutyState.ARRIVED


async def test_a_second_press_is_no_second_request(desk: Desk) -> None:
    granny, mine = await desk.person("granny"), await desk.person("w1")
    await granny.does("help.press")

    said = await granny.does("help.press")

    assert "您的求助在" in said
    mine.hears("又按了一次，已按 2 次")
    async with desk.database.reading() as work:
        assert len(await duties.unclosed(work, 1, DutyKind.HELP)) == 1


async def test_the_same_update_twice_is_one_press(desk: Desk) -> None:
    granny = await desk.person("granny")

    await granny.does("help.press", key="update-7")
    await granny.does("help.press", key="update-7")

    assert granny.transcript.count("收到了") == 1
    assert "又按了一次" not in granny.transcript


async def test_silence_climbs_the_ladder_until_somebody_takes_it(desk: Desk) -> None:
    granny, head, third = await desk.people("granny", "head", "w3")
    await granny.does("help.press")
    assert third.messages == []

    await desk.later(seconds=61)
    third.hears("陈奶奶 求助")
    assert head.messages == []

    await desk.later(seconds=120)
    head.hears("陈奶奶 求助")

    await desk.later(seconds=120)
    first = len(third.messages)
    await desk.later(seconds=121)
    assert len(third.messages) > first, "the last rung repeats"

    await third.taps("我来")
    taken = len(head.messages)
    await desk.later(seconds=600)
    assert len(head.messages) == taken, "nobody is called any more once a named person has it"


async def test_pressed_by_mistake_closes_it_and_calls_everyone_off(desk: Desk) -> None:
    granny, mine, daughter = await desk.people("granny", "w1", "daughter")
    await granny.does("help.press")

    said = await granny.taps("按错了")

    assert "不怕按错" in said
    assert "按错了，不用过来" in mine.hears("陈奶奶 求助").plain
    daughter.hears("陈奶奶说刚才是按错了")
    await desk.later(seconds=600)
    assert mine.messages[-1].card == "help:1"


async def test_what_is_said_after_the_press_reaches_who_has_it(desk: Desk) -> None:
    granny, mine = await desk.person("granny"), await desk.person("w1")
    await granny.does("help.press")

    await granny.taps("摔倒")
    await granny.says("在卫生间，我摔倒了起不来")
    await granny.shares(location=Location(29.88, 121.54))
    await granny.shares(contact=Contact("12345", "邻居"))

    assert "摔倒 / 急病" in mine.hears("陈奶奶 求助").plain
    mine.hears("又说：在卫生间，我摔倒了起不来")
    assert mine.hears("发来").location == Location(29.88, 121.54)


async def test_the_family_presses_on_behalf_of_the_elder(desk: Desk) -> None:
    daughter, mine, granny = await desk.people("daughter", "w1", "granny")

    said = await daughter.says("🆘 一键求助")

    assert "已替陈奶奶发出求助" in said
    assert "由 小陈 替他按下" in mine.hears("陈奶奶 求助").plain
    await mine.taps("我来")
    granny.hears("社工甲接到了您的求助")
    daughter.hears("社工甲接到了您的求助")


async def test_a_cry_in_plain_words_gets_the_number_before_anything(desk: Desk) -> None:
    resident, mine = await desk.person("resident"), await desk.person("w1")

    said = await resident.says("我妈摔倒了起不来")
    assert "120" in said.split("\n\n")[1]
    await resident.taps("叫社工来")

    mine.hears("王先生 求助")


async def test_nobody_else_can_touch_a_request(desk: Desk) -> None:
    granny, stranger = await desk.person("granny"), desk.stranger()
    foreign, resident = await desk.person("other-worker"), await desk.person("resident")
    await granny.does("help.press")

    for action in ("help.take:1", "help.go:1", "help.arrive:1", "help.done:1", "calls.log:1"):
        assert "不归您的社区" in await foreign.does(action)
        assert "用不了" in await resident.does(action)
        assert "用不了" in await stranger.does(action)
    assert "已经结束" in await resident.does("help.wrong:1")
    assert "已经结束" in await resident.does("help.kind:1:fall")
    async with desk.database.reading() as work:
        duty = await duties.get(work, 1)
    assert duty is not None
    assert duty.state is DutyState.OPEN


async def test_a_stranger_is_given_the_numbers(desk: Desk) -> None:
    said = await desk.stranger().does("help.press")
    assert "没法派人过去" in said
    assert "120" in said


async def test_nobody_reachable_is_said_so_and_logged(desk: Desk) -> None:
    granny = await desk.person("granny")

    said = await granny.does("help.press")

    assert "收到了" in said
    async with desk.database.reading() as work:
        log = [line.event for line in await duties.history(work, 1)]
    assert "not_told" in log
    assert "told" not in log


async def test_a_blocked_worker_is_written_down_and_the_ladder_goes_on(desk: Desk) -> None:
    granny, mine, third = await desk.people("granny", "w1", "w3")
    await mine.blocks()

    await granny.does("help.press")
    await desk.later(seconds=61)

    third.hears("陈奶奶 求助")
    async with desk.database.reading() as work:
        lines = await duties.history(work, 1)
    lost = [line for line in lines if line.event == "undelivered"]
    assert [line.detail for line in lost] == ["memory"]


async def test_the_supervisor_reads_the_whole_log(desk: Desk) -> None:
    granny, mine, head = await desk.people("granny", "w1", "head")
    await granny.does("help.press")
    await mine.taps("我来")

    await head.does("helplist")
    said = await head.taps("记录")

    assert "按下求助" in said
    assert "通知 社工甲" in said
    assert "社工甲：已接" in said
