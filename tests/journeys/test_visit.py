"""Visits: logged in a sentence or three taps, counted honestly, reminded by pace; both databases."""

from io import BytesIO

from openpyxl import load_workbook

from bot.drawing import Drawing
from storage import inbox
from tests.support.desk import Desk


async def test_one_sentence_is_a_visit(desk: Desk) -> None:
    worker = await desk.person("w1")

    said = await worker.says("3幢502 阿姨血压高 要换药")

    assert "记下了：3幢502" in said
    assert "阿姨血压高 要换药" in said
    assert "1/30" in await worker.says("📊 本月走访")


async def test_dizzy_in_a_note_is_a_visit_and_in_no_note_is_a_cry_for_help(desk: Desk) -> None:
    worker = await desk.person("w1")

    assert "记下了：3幢502" in await worker.says("3幢502 血压 180 头晕 要换药")
    assert "120" in await worker.says("我血压高，头晕得厉害")
    assert "120" in await worker.says("3幢502 老人昏迷不醒"), "what leaves no doubt comes first"
    assert "1/30" in await worker.does("pace")


async def test_three_taps_are_a_visit(desk: Desk) -> None:
    worker = await desk.person("w1")
    said = await worker.says("📝 记走访")
    assert "3幢502" in " ".join(worker.buttons()), said

    await worker.taps("3幢502")
    await worker.taps("健康")

    assert "1/30" in await worker.does("pace")


async def test_the_same_sentence_delivered_twice_is_one_visit(desk: Desk) -> None:
    worker = await desk.person("w1")
    await worker.says("3幢502 测试", key="once")
    await worker.says("3幢502 测试", key="once")
    assert "1/30" in await worker.does("pace")


async def test_nobody_in_is_an_attempt(desk: Desk) -> None:
    worker = await desk.person("w1")
    await worker.says("3幢502 敲门")
    await worker.taps("没人在家")
    assert "0/30" in await worker.does("pace")


async def test_a_worker_reaches_their_own_homes_only(desk: Desk) -> None:
    worker = await desk.person("w1")
    said = await worker.says("5幢101 家里漏水")
    assert "记下了" not in said
    assert "5幢101" in said or worker.buttons()


async def test_a_reminder_comes_at_mid_month_and_not_again(desk: Desk) -> None:
    worker = await desk.person("w1")
    await desk.later(hours=25)  # the last five working days begin on the 24th
    first = worker.transcript.count("/30")
    assert first == 1, worker.transcript
    await desk.tick()
    await desk.tick()
    assert worker.transcript.count("/30") == first


async def test_the_month_comes_as_a_diary(desk: Desk) -> None:
    worker = await desk.person("w1")
    await worker.says("3幢502 =1+1 阿姨血压高")

    await worker.does("diary")

    paper = worker.hears("走访日记").attachment
    assert paper is not None
    parts = desk.app.parts
    async with desk.database.writing() as work:
        pair = ("memory", "w1")
        address_id = (await inbox.address_ids(work, [pair]))[pair]
    data = await Drawing(desk.database, parts.phrases, parts.policies)(paper, address_id)
    sheet = load_workbook(BytesIO(data)).active
    assert sheet is not None
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert any("阿姨血压高" in cell for cell in cells)
    assert any("社工甲" in cell for cell in cells)


async def test_the_supervisor_sees_the_board_of_their_own_community(desk: Desk) -> None:
    worker, head, foreign = await desk.people("w1", "head", "other-head")
    await worker.says("3幢502 测试")

    said = await head.says("📊 走访进度")

    assert "社工甲 1/30" in said
    assert "别处社工" not in said
    assert "社工甲" not in await foreign.does("board")
