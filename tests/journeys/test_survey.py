"""A survey from the launch to the result, in the chats of everyone it touches; both databases."""

import asyncio

from knowledge.questionnaires import read_questionnaire
from storage import questionnaires
from tests.support.canteen import OWN
from tests.support.desk import Desk, Someone


async def _launch(desk: Desk, head: Someone) -> None:
    await head.says("🗳 满意度评议")
    await head.taps("居民评社区")
    await head.taps("简版")
    said = await head.taps("发起")
    assert "发起了" in said
    await desk.tick()


async def test_everyone_is_asked_once_and_one_answers(desk: Desk) -> None:
    head, resident, alex, granny = await desk.people("head", "resident", "english", "granny")
    await _launch(desk, head)
    await desk.tick()

    assert resident.transcript.count("想听听您家对社区的看法") == 1
    granny.hears("想听听您家")
    assert alex.messages != []

    await resident.taps("开始")
    shown = len(resident.messages)
    for _ in range(7):
        await resident.taps("非常满意")
    await resident.taps("不写")
    assert len(resident.messages) == shown, "all in one message"
    assert "收到了，谢谢您" in await resident.taps("交上去")

    await head.says("🗳 满意度评议")
    said = await head.taps("居民评社区")
    assert "收回 1 份" in said


async def test_it_can_be_left_and_taken_up_again(desk: Desk) -> None:
    head, resident = await desk.people("head", "resident")
    await _launch(desk, head)
    await resident.taps("开始")
    await resident.taps("比较满意")
    await resident.taps("以后再答")

    said = await resident.says("问卷")
    if "接着答" in " ".join(resident.buttons()):
        said = await resident.taps("接着答")

    assert "第 2 题" in said


async def test_begun_on_one_telephone_it_is_finished_on_another(desk: Desk) -> None:
    head, resident = await desk.people("head", "resident")
    at_home = await desk.also("resident", "resident-at-home")
    await _launch(desk, head)
    await resident.taps("开始")
    await resident.taps("比较满意")
    _, stale = resident.button("比较满意")

    assert "第 2 题" in await at_home.says("问卷")
    for _ in range(6):
        await at_home.taps("非常满意")
    await at_home.taps("不写")
    _, hand_in = at_home.button("交上去")
    said = await resident.does(stale.action)
    assert "已经记下了" in said
    assert "1. 社区服务：比较满意\n2. 社区管理：非常满意" in said

    both = await asyncio.gather(*(one.does(hand_in.action) for one in (resident, at_home)))
    assert sorted("只算一次" in said for said in both) == [False, True]
    assert "只算一次" in await resident.does(stale.action)
    assert "收回 1 份" in await head.does("survey.show:1")


async def test_pushes_wait_for_the_morning(desk: Desk) -> None:
    head, resident = await desk.people("head", "resident")
    desk.clock.forward(hours=12)  # ten in the evening
    await _launch(desk, head)
    assert "想听听您家" not in resident.transcript

    await desk.later(hours=11.5)
    resident.hears("想听听您家")


async def test_another_community_neither_launches_nor_reads_it(desk: Desk) -> None:
    head, foreign, worker, _ = await desk.people("head", "other-head", "w1", "resident")
    await _launch(desk, head)
    for action in ("survey.result:1", "survey.end:1:1"):
        said = await foreign.does(action)
        assert "测试社区" not in said
        assert "收回" not in said
    assert "用不了" in await worker.does("survey")


async def test_two_surveys_ask_one_after_the_other(desk: Desk) -> None:
    head, resident = await desk.people("head", "resident")
    async with desk.database.writing() as work:
        await questionnaires.store(work, read_questionnaire(OWN))
    await _launch(desk, head)
    await head.does("survey.launch:meals:full:1")
    await desk.tick()
    assert "最多 5 题" not in resident.transcript, "a day apart, whoever was faster"
    await resident.taps("开始")
    await resident.taps("比较满意")
    at_question = resident.hears("第 2 题")

    await desk.later(days=1)
    assert "最多 5 题" in resident.messages[-1].plain
    assert "第 1 题" in await resident.taps("开始")
    assert at_question not in resident.messages, "never two questions at once"
    (waits,) = [m for m in resident.messages if "答过的都留着" in m.plain]
    assert [b.label for row in waits.buttons for b in row] == ["👉 接着答"]
    questions = [m for m in resident.messages if "题，" in m.plain and "第 " in m.plain]
    assert len(questions) == 1

    await resident.taps("普通家庭")
    await resident.taps("没吃过")
    await resident.taps("跳过")
    assert "收到了，谢谢您" in await resident.taps("交上去")
    said = await resident.taps("接着答：居民评社区")
    assert "第 2 题，共 7 题" in said
