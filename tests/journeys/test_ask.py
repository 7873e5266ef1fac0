"""Asking: guides, choices, and a person when nobody is sure; on both databases."""

from tests.support.desk import Desk


async def test_a_question_gets_the_guide_and_the_rest_is_one_tap_away(desk: Desk) -> None:
    resident = await desk.person("resident")

    said = await resident.says("我爸满八十了，高龄津贴怎么领？")

    assert said.startswith("高龄津贴")
    assert "按 2023-04-01 的规定" in said
    assert "还没逐项核实" in said

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


async def test_what_nobody_knows_goes_to_the_worker_and_comes_back(desk: Desk) -> None:
    resident, worker = await desk.people("resident", "w1")
    said = await resident.says("楼上空调滴水滴到我家衣服上三年了")
    said += await resident.taps("问社工")

    assert "已经交给社工甲" in said
    card = worker.hears("楼上空调滴水")
    assert "王先生 1幢201 问" in card.plain

    await worker.taps("回答")
    await worker.says("明天上午我上门看一看")

    resident.hears("社工甲 回答您的问题“楼上空调滴水滴到我家衣服上三年了”")
    resident.hears("明天上午我上门看一看")
    assert "没有等回答的问题" in await worker.does("questions")


async def test_the_worker_answers_with_a_guide_in_one_tap(desk: Desk) -> None:
    resident, worker = await desk.people("resident", "w1")
    await resident.says("老人家补贴")
    await resident.taps("问社工")

    await worker.taps("📖")

    resident.hears("社工甲 回答您的问题")
    assert resident.messages[-1].buttons != ()


async def test_an_unanswered_question_goes_up_the_ladder(desk: Desk) -> None:
    resident, on_duty, head = await desk.people("resident", "w3", "head")
    await resident.does("question.ask")
    await resident.says("楼道灯坏了谁管")

    desk.clock.forward(hours=12)  # ten in the evening: somebody else is on duty
    await desk.tick()
    on_duty.hears("楼道灯坏了谁管")
    await desk.tick()
    head.hears("楼道灯坏了谁管")


async def test_two_workers_cannot_both_answer(desk: Desk) -> None:
    resident, first, second = await desk.people("resident", "w1", "w2")
    await resident.does("question.ask")
    await resident.says("楼道灯坏了谁管")

    await first.does("question.reply:1")
    await second.does("question.reply:1")
    await first.says("我来报修")

    assert "已经有人回答了" in await second.says("找物业")
    assert "找物业" not in resident.transcript


async def test_another_community_cannot_read_a_question(desk: Desk) -> None:
    resident, foreign = await desk.people("resident", "other-worker")
    await resident.does("question.ask")
    await resident.says("楼道灯坏了谁管")

    said = await foreign.does("question.reply:1")

    assert "不归您的社区" in said
    assert "楼道灯" not in foreign.transcript


async def test_the_language_switch_is_kept(desk: Desk) -> None:
    resident = await desk.person("resident")
    assert "English from now on" in await resident.does("language")
    assert "Hello 王先生" in await resident.does("start")
    assert "以后说中文" in await resident.does("language")


async def test_a_button_from_before_gets_a_sentence(desk: Desk) -> None:
    resident = await desk.person("resident")
    for action in ("ask.guide:nothing", "ask.part:x:y", "ask.category:999", "gone.action:1", ":"):
        assert "太旧" in await resident.does(action)
