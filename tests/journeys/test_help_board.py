"""The board of calls for help in the chat: honest while something is open, and only for who oversees."""

from io import BytesIO
from pathlib import Path

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from bot.drawing import Drawing
from domain.messages import Attachment
from storage import help_board, inbox, passes, people
from storage.tables.people import roles
from tests.support.desk import Desk, Someone

PNG = b"\x89PNG"


async def drawn(desk: Desk, who: Someone, attachment: Attachment) -> bytes:
    parts = desk.app.parts
    pair = ("memory", who.address)
    async with desk.database.writing() as work:
        address_id = (await inbox.address_ids(work, [pair]))[pair]
    return await Drawing(desk.database, parts.phrases, parts.policies)(attachment, address_id)


def attached(who: Someone) -> Attachment:
    return next(m.attachment for m in reversed(who.messages) if m.attachment)


async def oversees_too(desk: Desk, code: str, community: int) -> None:
    async with desk.database.writing() as work:
        person = await people.person_by_code(work, code)
        assert person is not None
        row = {"person_id": person.id, "community_id": community, "role": "bureau"}
        await work.conn.execute(sa.insert(roles), row)


async def test_the_board_is_honest_from_the_press_to_the_end(desk: Desk, tmp_path: Path) -> None:
    head, granny, mine = await desk.people("head", "granny", "w1")
    said = await head.says("⏱ 求助看板")
    assert "测试社区 求助看板 · 近 7 天" in said
    assert "现在没有没办完的求助" in said
    assert "这段时间没有人求助" in said
    assert (await drawn(desk, head, attached(head))).startswith(PNG)

    await granny.does("help.press")
    await desk.later(seconds=30)
    said = await head.does("helpboard:1")
    assert "现在还有 1 件没办完：1 件没人接。\n最早的一件已经等了 30 秒" in said
    assert "60 秒内有人接：0/1，0%（目标 97.5%，没达到）" in said, "waiting counts at once"
    assert "超时" not in said

    await desk.later(seconds=20)
    await mine.taps("我来")
    said = await head.does("helpboard")
    assert "1 件已接" in said
    assert "60 秒内有人接：1/1，100%（目标 97.5%，达到）" in said
    assert "等人接：一半 50 秒以内，九成 50 秒以内" in said
    assert "等人到门：一半 还没到" in said

    await desk.later(minutes=5)
    await desk.later(minutes=3)  # reminded, silent, given back to the ladder
    said = await head.does("helpboard")
    assert "1 件没人接" in said
    assert "60 秒内有人接：0/1" in said, "hands that let go do not count"
    assert "⚠️ 1 件已经超时" in said
    assert "退回去另外找人的：1 件" in said
    await mine.taps("我来")
    assert "60 秒内有人接：0/1" in await head.does("helpboard")

    await mine.taps("到了")
    await mine.taps("已处理")
    await mine.taps("帮好了")
    said = await head.does("helpboard:30")
    assert "现在没有没办完的求助" in said
    assert "45 分钟内有人到门：1/1，100%（目标 90%，达到）" in said
    picture = await drawn(desk, head, attached(head))
    assert picture.startswith(PNG)


async def test_the_table_counts_and_names_nobody(desk: Desk) -> None:
    head, granny, mine = await desk.people("head", "granny", "w1")
    await granny.does("help.press")
    await desk.later(seconds=40)
    await mine.taps("我来")
    await head.does("helpboard")
    await head.taps("表格")
    paper = attached(head)
    assert paper.filename == "求助数字-2026-11-17至2026-11-23.xlsx"
    book = load_workbook(BytesIO(await drawn(desk, head, paper)))
    rows = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
    assert list(rows) == ["总数", "快不快", "等了多久", "按天", "按周", "按社区", "逐件"]
    assert ("求助", 1) in rows["总数"]
    assert ("60 秒内有人接", 1, 1, "100%", "97.5%", "达到") in rows["快不快"]
    assert ("2026-11-23", 1, 1, 0, 1, 1, 1, 1, 0, 1) in rows["按天"]
    assert rows["按社区"][2][0] == "测试社区"
    assert rows["逐件"][2] == (1, "测试社区", "2026-11-23 10:00:00", 40, None, "已接", 0)
    assert "陈奶奶" not in str(rows)
    assert "3幢" not in str(rows)


async def test_each_sees_what_they_oversee_and_no_more(desk: Desk) -> None:
    granny, other_elder, head = await desk.people("granny", "other-elder", "head")
    elsewhere, worker, resident = await desk.people("other-head", "w1", "resident")
    await granny.does("help.press")
    assert "现在没有没办完的求助" in await elsewhere.does("helpboard")
    for outsider in (worker, resident):
        for action in ("helpboard", "helpboard.sheet:7", "helpboard.open"):
            assert "用不了" in await outsider.does(action)
        with pytest.raises(PermissionError):
            await drawn(desk, outsider, Attachment("help.board", "a.png", {"days": 7}))

    await other_elder.does("help.press")
    await oversees_too(desk, "other-head", 1)
    said = await elsewhere.does("helpboard")
    assert "2 个社区 求助看板" in said
    assert "没办完最多的：测试社区（1）、别的社区（1）" in said
    assert "测试社区 求助看板" in await head.does("helpboard")


async def test_a_link_opens_once_and_soon_and_ends_with_the_access(desk: Desk) -> None:
    head = await desk.person("head")
    await head.does("helpboard")
    assert "只能用一次，5 分钟内有效" in await head.taps("打开看板")
    _, button = head.button("打开求助看板")
    key = button.url.partition("/board#key=")[2]
    async with desk.database.writing() as work:
        person = await people.person_by_code(work, "head")
        assert person is not None
        secret = await passes.enter(work, key)
        assert secret is not None
        assert await passes.enter(work, key) is None, "once"
        assert await passes.enter(work, secret) is None
        assert await passes.holder(work, secret) == person.id
        assert await passes.holder(work, key) is None
        assert (await help_board.overseen(work, person.id))[0].name == "测试社区"
    async with desk.database.writing() as work:
        late, unused = [await passes.issue(work, person.id) for _ in range(2)]
    desk.clock.forward(minutes=6)
    async with desk.database.writing() as work:
        assert await passes.enter(work, late) is None, "soon"
        assert await passes.holder(work, secret) == person.id
    desk.clock.forward(hours=12)
    async with desk.database.writing() as work:
        assert await passes.holder(work, secret) is None, "a working day"
        assert await passes.enter(work, unused) is None
