"""Asking: guides, choices, and a person when nobody is sure; on both databases."""

from datetime import timedelta

from storage import enquiries, people
from tests.support.desk import Desk


async def asked(desk: Desk) -> list[str]:
    """What the week's report reads."""
    async with desk.database.reading() as work:
        person = await people.person_by_code(work, "resident")
        assert person is not None
        since, until = work.now - timedelta(days=1), work.now + timedelta(days=1)
        here = await enquiries.between(work, person.community_id or 0, since, until)
    return [one.text for one in here]


async def test_a_question_gets_the_guide_and_the_rest_is_one_tap_away(desk: Desk) -> None:
    resident = await desk.person("resident")

    said = await resident.says("我爸满八十了，高龄津贴怎么领？")

    assert said.startswith("高龄津贴")
    assert "按 2023-04-01 的规定" in said
    assert "还没核实" in said

    before = len(resident.messages)
    assert "社会保障卡" in await resident.taps("带什么")
    assert "去世" in await resident.taps("怎么办")
    assert "12345" in await resident.taps("打给谁")
    assert "2023年宁波高龄老人补贴政策" in await resident.taps("出处")
    assert "不需要社区盖章" in await resident.taps("社区能盖章吗")
    assert (await resident.taps("返回")).startswith("高龄津贴")
    assert len(resident.messages) == before, "all of it in the place of the answer"


async def test_a_stranger_may_ask_too(desk: Desk) -> None:
    said = await desk.stranger().says("社保卡丢了怎么办")
    assert "社保卡" in said or "社会保障卡" in said


async def test_english_is_answered_in_english(desk: Desk) -> None:
    alex = await desk.person("english")
    said = await alex.says("bus card for elderly")
    assert said.startswith("Free bus card for older people")


async def test_the_menu_leads_to_every_guide(desk: Desk) -> None:
    resident = await desk.person("resident")
    await resident.does("menu")
    await resident.taps("养老助老")
    assert "高龄津贴" in await resident.taps("高龄津贴")


async def test_the_language_switch_is_kept(desk: Desk) -> None:
    resident = await desk.person("resident")
    assert "English from now on" in await resident.does("language")
    assert "English from now on" in await resident.does("language:en")
    assert "Hello 王先生" in await resident.does("start")
    assert "以后说中文" in await resident.does("language")


async def test_a_button_from_before_gets_a_sentence(desk: Desk) -> None:
    resident = await desk.person("resident")
    for action in ("ask.guide:nothing", "ask.part:x:y", "ask.category:999", "gone.action:1", ":"):
        assert "太旧" in await resident.does(action)


async def test_what_may_be_a_cry_for_help_gets_the_number_and_a_way_on(desk: Desk) -> None:
    """No rule foresaw either of them, but both sound like one; the second leaves some doubt."""
    resident = await desk.person("resident")

    assert "120" in await resident.says("我外婆下楼梯踩空了，屁股坐在台阶上，脸煞煞白")

    await resident.says("楼下有人在烧什么东西味道好怪")
    advice, otherwise = resident.messages[-2:]
    assert "请马上打" in advice.text
    assert "叫社工来" in next(button.label for row in advice.buttons for button in row)
    assert otherwise.text.startswith("不是急事")
    assert otherwise.buttons, "and a person can be asked"


async def test_a_false_alarm_and_another_city_leave_the_way_to_the_answer_open(desk: Desk) -> None:
    """What else may have been meant is one tap away, and not in the sight of who cries for help; Hangzhou's
    matter is asked of Hangzhou."""
    resident = await desk.person("resident")

    assert "110" in await resident.says("老公打我")
    assert resident.buttons() == ["🆘 叫社工来", "不是急事，我只是问一下"]
    assert await asked(desk) == [], "a cry is read in no report"
    assert "点下面" in await resident.taps("不是急事")
    assert await asked(desk) == ["老公打我"]
    assert "家庭暴力" in await resident.taps("家庭暴力")
    assert "太旧" in await resident.does("emergency.calm:999")

    await resident.says("我勿想活嘞,遗书也写好嘞")
    assert not any("丧葬" in label for label in resident.buttons())

    said = await resident.says("杭州的公租房怎么申请")
    assert "0571-12345" in said
    assert "我只知道宁波的办法" in said
    assert "公共租赁住房" in await resident.taps("公共租赁住房")
    assert "区号加 12345" in await resident.says("我老家在湖南，那边的低保标准是多少")
