"""The week of questions: on Monday morning by itself, at any time on demand, for heads only."""

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from bot.drawing import Drawing
from domain.messages import Attachment, Message
from domain.people import Role
from storage import inbox
from tests.support.desk import Desk, Someone


async def drawn(desk: Desk, who: Someone, attachment: Attachment) -> bytes:
    parts = desk.app.parts
    async with desk.database.writing() as work:
        pair = ("memory", who.address)
        address_id = (await inbox.address_ids(work, [pair]))[pair]
    return await Drawing(desk.database, parts.phrases, parts.policies)(attachment, address_id)


def attached(message: Message) -> Attachment:
    assert message.attachment is not None
    return message.attachment


async def a_busy_week(desk: Desk) -> None:
    resident, granny, worker = await desk.people("resident", "granny", "w1")
    await resident.says("高龄津贴怎么领")
    await resident.taps("说错了")
    await resident.taps("钱数")
    await granny.says("王先生家楼下井盖松了")
    await resident.says("我家楼下井盖松了，电话13800001111")
    await resident.taps("问社工")
    await worker.taps("✍️")
    await worker.says("物业今天去修")


async def test_on_demand_it_says_what_was_asked_found_missed_and_wrong(desk: Desk) -> None:
    await a_busy_week(desk)
    head = await desk.person("head")

    said = await head.does("report")

    assert "测试社区 问事周报（11月23日—11月29日）" in said
    assert "居民问了 3 次，2 个人" in said
    assert "交给社工 1 个，答了 1 个，按时 1 个" in said
    assert "有人说“高龄津贴”答错了" in said
    assert "井盖松了" in said
    assert "13800001111" not in said
    assert "王先生" not in said

    picture, sheet = (attached(message) for message in head.messages[-2:])
    assert (await drawn(desk, head, picture)).startswith(b"\x89PNG")
    book = load_workbook(BytesIO(await drawn(desk, head, sheet)))
    assert book.sheetnames == ["概况", "问了什么", "没答上来", "说答错了", "新词", "等人写的指南"]
    told = "\n".join(str(cell.value) for page in book for row in page for cell in row)
    assert "钱数、时间不对" in told
    assert "井盖" in told
    assert "13800001111" not in told
    assert "还没有人问事" in await head.taps("上周")


async def test_nobody_else_sees_it(desk: Desk) -> None:
    await a_busy_week(desk)
    head, worker, other = await desk.people("head", "w1", "other-head")
    await head.does("report")
    picture = attached(head.messages[-1])
    assert "用不了" in await worker.does("report")
    assert "还没有人问事" in await other.does("report")
    for who in (worker, other):
        with pytest.raises(PermissionError):
            await drawn(desk, who, picture)


async def test_it_comes_on_monday_morning_once(desk: Desk) -> None:
    await a_busy_week(desk)
    head, other = await desk.people("head", "other-head")
    await desk.later(days=7)  # Monday 30 November, ten o'clock
    head.hears("问事周报（11月23日—11月29日）")
    told = head.transcript.count("问事周报（")
    assert told == 1
    await desk.later(hours=1)
    assert head.transcript.count("问事周报（") == told
    assert "问事周报" not in other.transcript, "nobody asked there"


async def test_the_street_sees_one_line_for_each_community_and_nobodys_words(desk: Desk) -> None:
    await a_busy_week(desk)
    resident, street, head = await desk.people("resident", "other-head", "head")
    await resident.taps("解决了")
    assert "只有一个社区" in await head.does("reports")
    assert "用不了" in await resident.does("reports")
    await desk.appoint("other-head", 1, Role.STREET)

    said = await street.does("reports")
    assert "2 个社区问事周报（11月23日—11月29日）" in said
    assert "一共问了 3 次：直接答上 1，给了选项 1，没找到 1，说答错 1" in said
    assert "• 测试社区：问 3，没找到 1，说答错 1，解决 50%" in said, "one solved, one wrong"
    assert "• 别的社区" not in said, "nobody asked there"
    assert "井盖" not in said
    picture, sheet = (attached(message) for message in street.messages[-2:])
    assert (await drawn(desk, street, picture)).startswith(b"\x89PNG")
    book = load_workbook(BytesIO(await drawn(desk, street, sheet)))
    rows = [[cell.value for cell in row] for row in book.worksheets[0]]
    assert rows[2] == ["测试社区", 3, 1, 1, 1, 1, 1, 1, 0.5]
    assert rows[3][:2] == ["别的社区", 0]
    assert rows[4] == ["合计", 3, 1, 1, 1, 1, 1, 1, 0.5]
    with pytest.raises(PermissionError):
        await drawn(desk, resident, picture)
    monday = date(2026, 11, 23).toordinal()
    assert "第 1 张，共 1 张" in await street.does(f"report.page:{monday}:9"), "the last there is"
    assert "看不到了" in await street.does(f"report.page:{monday - 21}:1")
    assert "看不到了" in await head.does(f"report.page:{monday}:1"), "oversees one community"

    await desk.later(days=7)
    street.hears("2 个社区问事周报（11月23日—11月29日）")
    await desk.later(hours=1)
    assert street.transcript.count("2 个社区问事周报（") == 2, "asked for once, and once by itself"
    assert "个社区问事周报（" not in head.transcript
