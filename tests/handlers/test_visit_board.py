"""The month in words, as a picture and on paper, each for whom it is."""

from datetime import date
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from bot.recipes import RECIPES
from domain.people import Role
from domain.visit_check import Sampling
from knowledge import Knowledge
from storage import people, visit_check
from storage.database import Database
from storage.tables.people import roles
from tests.handlers.visit_talk import PHRASES, POLICIES, Place, Talk
from tests.support.clock import HandClock

ZONE = ZoneInfo("Asia/Shanghai")
ONE_IN_ONE = Sampling(one_in=1)


@pytest.fixture
def place(peopled: Database, knowledge: Knowledge) -> Place:
    return Place(peopled, knowledge)


async def draw(place: Place, who: Talk, recipe: str, **params: Any) -> bytes:
    async with place.database.reading() as work:
        viewer = await people.person(work, who.person.id)
        assert viewer is not None
        return await RECIPES[recipe](work, viewer, params, PHRASES[viewer.language], POLICIES)


async def attached(place: Place, who: Talk) -> bytes:
    """What the newest message brings, drawn for whom it was sent to."""
    attachment = next(m.attachment for m in reversed(who.shown.values()) if m.attachment)
    return await draw(place, who, attachment.recipe, **attachment.params)


async def test_the_pace_says_what_is_due_and_what_is_left(place: Place) -> None:
    worker = await place.talk("w1")
    await worker.says("1幢201 送报纸")
    await worker.says("1幢301 没人在家")

    said = await worker.says("📊 本月走访")

    # 23 November 2026 is the 16th of 21 working days: 30 * 16 // 21 = 22; 6 days remain, today too.
    assert "本月走访 1/30 户次" in said
    assert "按进度今天应有 22，还差 21" in said
    assert "还剩 6 个工作日，平均一天 5 户" in said
    assert "上门没遇到人：1 次" in said
    assert "重点户还有 1 户没去：3幢502 陈奶奶" in said

    await worker.says("3幢502 都好")
    assert "重点户这个月都去过了" in await worker.does("pace")


async def test_a_month_that_cannot_be_kept_says_so(place: Place, clock: HandClock) -> None:
    worker = await place.talk("w1")
    clock.forward(days=7)  # the last working day: at most 8 can still be made
    assert "1 个工作日要走 30 户，恐怕来不及" in await worker.does("pace")


async def test_the_board_is_the_supervisors_own_community(place: Place) -> None:
    worker, other = await place.talk("w1"), await place.talk("other-worker")
    head = await place.talk("head")
    await worker.says("3幢502 都好")
    await other.says("1幢101 都好")

    said = await head.says("📊 走访进度")

    assert "测试社区 2026年11月走访" in said
    assert "每人按进度应有 22 户次" in said
    assert "⚠️ 社工甲 1/30，差 21" in said
    assert "别处" not in said
    assert "全社区 1 户次，3 人比进度慢" in said
    assert (await attached(place, head)).startswith(b"\x89PNG")

    last = await head.taps("上个月")
    assert "2026年10月走访" in last
    assert "社工甲 0/30，差 30" in last


async def test_a_worker_has_no_board_and_others_have_no_pace(place: Place) -> None:
    worker, resident = await place.talk("w1"), await place.talk("resident")
    assert "用不了" in await worker.does("board")
    assert "用不了" in await resident.does("pace")
    assert "用不了" in await resident.does("diary")


async def test_the_diary_of_this_month_and_the_last(place: Place, clock: HandClock) -> None:
    worker = await place.talk("w1")
    await worker.says("3幢502 阿姨血压高 要换药")
    await worker.taps("加跟进")
    await worker.taps("下周")
    await worker.says("1幢201 =1+1")
    await worker.taps("撤销")
    clock.forward(minutes=20)
    await worker.says("1幢301 没人在家")

    said = await worker.does("diary")
    assert "社工甲 2026年11月走访日记，2 条" in said
    assert worker.newest.attachment is not None
    assert worker.newest.attachment.filename == "社工甲-2026-11-走访日记.xlsx"
    rows = sheet(await attached(place, worker))
    assert rows[3][1:8] == (
        "11月23日（周一）",
        "10:00",
        "3幢502",
        "上门",
        "健康",
        "阿姨血压高 要换药",
        "11月30日再去",
    )
    assert rows[4][3:5] == ("1幢301", "上门未遇")
    assert "走访 1 户次" in str(rows[5])
    assert "未遇 1 次" in str(rows[5])

    assert "2026年10月走访日记，0 条" in await worker.taps("上个月的")
    assert "本月没有走访记录" in str(sheet(await attached(place, worker)))


def sheet(data: bytes) -> list[tuple[Any, ...]]:
    book = load_workbook(BytesIO(data))
    return list(book.worksheets[0].iter_rows(values_only=True))


async def test_a_supervisor_picks_whose_diary(place: Place) -> None:
    worker, head = await place.talk("w1"), await place.talk("head")
    await worker.says("3幢502 都好")

    await head.does("diary")
    assert sorted(head.labels()) == ["社工丙", "社工乙", "社工甲"]
    assert "社工甲 2026年11月走访日记，1 条" in await head.taps("社工甲")
    assert "3幢502" in str(sheet(await attached(place, head)))


async def test_nobody_reads_what_is_not_theirs(place: Place) -> None:
    worker, other = await place.talk("w1"), await place.talk("w2")
    elsewhere, head = await place.talk("other-head"), await place.talk("head")
    paper = {"worker": worker.person.id, "community": 1, "month": "2026-11"}

    assert "只能看" in await other.does(f"board.diary:{worker.person.id}:2026-11")
    assert "只能看" in await elsewhere.does(f"board.diary:{worker.person.id}:2026-11")
    assert "太旧" in await worker.does(f"board.diary:{worker.person.id}:2026-13")
    for stranger in (other, elsewhere, await place.talk("resident")):
        with pytest.raises(PermissionError):
            await draw(place, stranger, "visit.diary", **paper)
    for stranger in (worker, elsewhere):
        with pytest.raises(PermissionError):
            await draw(place, stranger, "visit.board", community=1, day="2026-11-23")
    foreign = paper | {"worker": (await place.talk("other-worker")).person.id}
    with pytest.raises(PermissionError):
        await draw(place, head, "visit.diary", **foreign)


async def test_a_supervisor_reads_what_was_changed_and_what_strikes(place: Place) -> None:
    worker, head = await place.talk("w1"), await place.talk("head")
    for room in ("101", "102", "201", "202", "301", "302", "401", "402", "501", "502"):
        await worker.says(f"3幢{room} 走访")
    await worker.taps("没人在家")
    await worker.taps("其实有人")
    await worker.taps("撤销")
    said = await head.does("hints.trail")
    assert "11月23日 10:00 社工甲 3幢502：撤销了" in said
    assert "“上门” → “没人在家（算跑了一趟，不算户次）”" in said
    assert "没有。" in await head.does("hints")
    await worker.says("1幢101 走访")
    said = await head.does("hints")
    assert "社工甲：11月23日，10 分钟里记了 10 户" in said
    assert "不是结论" in said
    assert "社工甲：" not in await worker.does("hints")


async def test_changes_are_read_as_far_as_ledgers_are(place: Place, clock: HandClock) -> None:
    worker, head = await place.talk("w1"), await place.talk("head")
    await worker.says("3幢502 楼道灯坏了")
    await worker.taps("补一句")
    await worker.says("阿姨血压高")
    clock.forward(days=8)  # into December
    assert "12月的走访没有改动过" in await head.does("hints.trail")
    await head.does("hints")
    assert "11月走访" in await head.taps("上个月")

    said = await head.taps("改动记录")
    assert "3幢502：“楼道灯坏了” → “楼道灯坏了" in said
    assert "〔健康情况〕" in said
    assert "血压" not in said

    async with place.database.writing() as work:
        await work.conn.execute(
            sa.update(roles).where(roles.c.person_id == head.person.id).values(role=Role.STREET)
        )
    street = await (await place.talk("head")).does("hints.trail:last")
    assert "3幢＊＊＊：“〔略〕” → “〔略〕”" in street


async def test_a_resident_may_say_that_somebody_came_and_a_no_is_only_a_hint(
    place: Place, clock: HandClock
) -> None:
    worker, head, resident = [await place.talk(code) for code in ("w1", "head", "resident")]
    await worker.says("1幢201 医保卡办好了")
    clock.forward(days=1)
    async with place.database.writing() as work:
        (asked,) = await visit_check.choose(work, date(2026, 11, 23), ONE_IN_ONE, ZONE)
        assert await visit_check.choose(work, date(2026, 11, 23), ONE_IN_ONE, ZONE) == []
    assert asked.person_id == resident.person.id

    assert "太旧" in await worker.does(f"came.no:{asked.visit_id}")
    assert "谢谢" in await resident.does(f"came.no:{asked.visit_id}")
    assert "太旧" in await resident.does(f"came.yes:{asked.visit_id}")
    said = await head.does("hints")
    assert "抽样问了 1 户，回了 1 户：0 户说来过，1 户没有印象" in said
    assert "1幢201" in said

    await worker.says("1幢201 再送材料")
    clock.forward(days=1)
    async with place.database.writing() as work:
        assert await visit_check.choose(work, date(2026, 11, 24), ONE_IN_ONE, ZONE) == []
