"""What is typed where a tap was meant: the button is shown, who waits hears how it stands, nothing moves."""

from domain.duty import DutyState
from domain.messages import Location
from storage import help
from tests.support.desk import Desk


async def state(desk: Desk) -> DutyState:
    async with desk.database.reading() as work:
        duty = await help.get(work, 1)
    assert duty is not None
    return duty.state


async def test_words_that_meant_a_button_lead_to_it(desk: Desk) -> None:
    granny, daughter, mine = await desk.people("granny", "daughter", "w1")
    assert "没有把握" in await mine.says("我来"), "nothing runs"
    await granny.does("help.press")

    assert "按求助单上的按钮" in await mine.says("我来！")
    assert await state(desk) is DutyState.OPEN
    await mine.taps("我来")
    assert await state(desk) is DutyState.TAKEN
    await mine.says("我到了")
    mine.button("🏠 到了")

    said = await granny.says("怎么还没来啊")
    assert "正在转给社工" in said, "whoever has it hears that they wait"
    assert "社工甲已经接到您的求助，正在准备出发" in said
    mine.hears("又说：怎么还没来")
    assert "社工甲已经接到陈奶奶的求助" in await daughter.says("我妈怎么样了？")

    assert "按一下“按错了”" in await granny.says("没事了，不用来了")
    assert await state(desk) is DutyState.TAKEN, "a word may be about the pain alone"
    await granny.taps("按错了")
    assert await state(desk) is DutyState.CLOSED


async def test_words_about_a_call_that_is_none_frighten_nobody(desk: Desk) -> None:
    granny, resident, mine = await desk.people("granny", "resident", "w1")
    assert "现在没有求助" in await granny.says("不小心按到了")
    assert "120" not in await resident.says("按错了")
    assert "求助" not in await resident.says("没事了"), "of whatever it is said"

    await granny.does("help.press")
    assert "陈奶奶" not in await resident.says("到哪了"), "nor does it tell of others' calls"
    await desk.later(minutes=31)
    assert "还没有人接" in await granny.says("人呢")
    assert "按一下“按错了”" in await granny.says("我没事了，按错了")
    mine.hears("陈奶奶 求助")


async def test_one_english_word_chooses_no_language(desk: Desk) -> None:
    granny = await desk.person("granny")
    said = await granny.says("SOS")
    assert "请马上打" in said
    assert "set to Chinese" not in said
    assert "收到了" in await granny.does("help.press")


async def test_whom_family_pressed_for_hears_so_and_what_she_shows_joins_the_call(
    desk: Desk,
) -> None:
    granny, daughter, mine = await desk.people("granny", "daughter", "w1")
    await daughter.does("help.press")
    granny.hears("小陈替您按了一键求助（10:00）")
    await daughter.says("我在外地，她不接电话")
    mine.hears("陈奶奶（3幢502）的求助，小陈说：我在外地，她不接电话")
    card = await mine.does("helplist")
    assert "💬 小陈说：我在外地" in card, "nobody's words stand under another's name"

    assert "正在转给社工" in await granny.shares(location=Location(29.8, 121.5))
    assert mine.messages[-1].location is not None
    await granny.says("门开着")
    mine.hears("陈奶奶（3幢502）又说：门开着")
    await granny.taps("摔倒")
    mine.hears("摔倒 / 急病")
