"""After the close: what the head reads, what goes back to everyone, and what becomes of low scores."""

from io import BytesIO
from zipfile import ZipFile

import pytest
import sqlalchemy as sa
from docx import Document
from openpyxl import load_workbook

from bot.recipes import RECIPES
from bot.survey_export import files_of
from bot.survey_view import of_many, of_one
from domain.duty import DutyState
from domain.messages import Lane
from domain.people import Language, Role
from knowledge import Knowledge
from scheduler import survey_result as feedback
from storage import people, survey, survey_reply, survey_result
from storage.database import Database
from storage.tables.duties import duties, duty_log
from storage.tables.people import buildings, households, roles
from storage.tables.people import people as people_table
from storage.tables.survey import survey_sheets
from tests.handlers.survey_town import Town, a_town, add_home, add_person
from tests.support.clock import HandClock

SPECIAL = 12


@pytest.fixture
async def town(database: Database, knowledge: Knowledge, clock: HandClock) -> Town:
    """Forty homes, of which the last twelve are special and, as will be seen, less satisfied."""
    town = await a_town(database, knowledge, clock, homes=40)
    async with database.writing() as work:
        await work.conn.execute(
            sa.update(households).where(households.c.id > 40 - SPECIAL).values(special=True)
        )
    return town


async def a_closed_round(town: Town, ordinary: int = 20, special: int = 11) -> str:
    """Ordinary homes rate 4, special ones 2; the fifth aspect gets a 1 from everybody."""
    await town.launches()
    rated = {f"r{n}": (4, 4, 4, 4, 1, 5, 4) for n in range(1, ordinary + 1)}
    first = 41 - SPECIAL
    rated |= {f"r{n}": (2, 4, 4, 4, 1, 5, 4) for n in range(first, first + special)}
    await town.hand_in(1, rated)
    return await town.does("head", "survey.close:1")


async def drawn(town: Town, recipe: str, code: str = "head", **params: int) -> bytes:
    async with town.database.reading() as work:
        viewer = await people.person_by_code(work, code)
        assert viewer is not None
        say = town.phrases[viewer.language]
        wanted = {"round": 1, **params}
        return await RECIPES[recipe](work, viewer, wanted, say, town.policies)


async def test_the_head_reads_weighted_figures_intervals_and_what_can_be_told_apart(
    town: Town,
) -> None:
    said = await a_closed_round(town)
    assert "请了 40 户，收回 31 份" in said
    assert "普通家庭和特殊家庭各按实际户数折算" in said
    # By hand: 28 homes at 80 and 12 at 30 make 65, where the 31 sheets alone make 62.3.
    assert "社区服务：65.0 分（65.0–65.0），满意 70%" in said
    # 7 aspects: (80·4 + 0 + 100 + 80)/7 and with a 30 in the place of one 80.
    assert "普通家庭：71.4 分\n特殊家庭：64.3 分" in said
    assert (
        "看得出先后：社区文化与邻里 高于 社区管理、社区民主、社区治安、社区队伍与作风"
        " 高于 社区服务 高于 社区环境。" in said
    )
    assert "低于 70 分的方面：社区环境、社区服务。已经记成待办，请在 12月7日前写明做了什么" in said


async def test_a_small_stratum_is_hidden_and_no_sheet_says_that_it_is_of_it(town: Town) -> None:
    said = await a_closed_round(town, ordinary=20, special=2)
    assert "特殊家庭：" not in said
    labels = await town.reads(sa.select(survey_sheets.c.stratum))
    assert {row.stratum for row in labels} == {None}


async def test_low_aspects_are_duties_of_the_head_until_they_write_what_was_done(
    town: Town,
) -> None:
    await a_closed_round(town)
    opened = await town.reads(sa.select(duties))
    assert {row.source_key for row in opened} == {"survey:1:a1", "survey:1:a5"}
    assert {row.owner_id for row in opened} == {await town.person("head")}
    said = await town.does("head", f"surveyed.did:{opened[0].id}")
    assert "请写明做了什么" in said
    said = await town.says("head", "x" * 201)
    assert "200 字以内" in said
    said = await town.says("head", "楼道灯修好了。")
    assert "办结" in said
    assert "楼道灯修好了。" in said
    (closed,) = await town.reads(sa.select(duties).where(duties.c.id == opened[0].id))
    assert (closed.state, closed.outcome) == (int(DutyState.CLOSED), "done")
    log = await town.reads(sa.select(duty_log).where(duty_log.c.duty_id == closed.id))
    assert "楼道灯修好了。" in log[-1].detail
    assert "已经办结" in await town.does("head", f"surveyed.did:{closed.id}")
    assert "不归您管" in await town.does("other-head", f"surveyed.did:{opened[1].id}")


async def moves(town: Town, code: str, community_id: int, number: int) -> None:
    """Their new home."""
    async with town.database.writing() as work:
        block = await work.conn.scalar(sa.select(buildings.c.id))
        home = await add_home(work, community_id, block or 0, number)
        await work.conn.execute(
            sa.update(people_table)
            .where(people_table.c.code == code)
            .values(household_id=home, community_id=community_id)
        )


async def test_everyone_who_was_asked_and_lives_there_hears_what_will_be_done_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feedback, "CHUNK", 15)
    await town.launches()
    assert "已经不住这里" in await town.does("r40", "ballot.moved:1")
    await town.hand_in(1, {f"r{n}": (4, 4, 4, 4, 1, 5, 4) for n in range(1, 40)})
    await town.does("head", "survey.close:1")
    await moves(town, "r38", 1, 202)  # round the corner
    await moves(town, "r39", 2, 203)  # to another community, after she had answered
    await town.does("head", "surveyed.reply:1")
    assert "先写一句再发" in await town.taps("head", "看样子")
    await town.does("head", "surveyed.write:1:a5")
    said = await town.says("head", "<b>三号楼</b>的路灯，月底前修好。")
    assert "记下了" in said
    shown = await town.does("head", "surveyed.preview:1")
    assert "你们说：0.0 分，满意的占 0%。\n我们做：<b>三号楼</b>的路灯，月底前修好。" in shown
    assert "38 人" in await town.taps("head", "发给大家")
    assert "不能再改" in await town.does("head", "surveyed.send:1")
    for _ in range(2):
        await town.ticks()
    heard = [row for row in await town.owed() if "回您的话" in row["body"]["html"]]
    here = {await town.person(f"r{n}") for n in range(1, 39)}
    assert sorted(row["person_id"] for row in heard) == sorted(here)
    assert {row["lane"] for row in heard} == {int(Lane.ROUTINE)}
    assert "&lt;b&gt;三号楼" in heard[0]["body"]["html"]
    async with town.database.reading() as work:
        assert await survey_reply.under_way(work) == []


async def test_the_workbook_and_the_brief_repeat_to_the_byte_and_run_no_formula(
    town: Town,
) -> None:
    await a_closed_round(town)
    async with town.database.writing() as work:
        await survey_reply.promise(work, 1, "a5", "=HYPERLINK(1)\x0b", 1)
    book = await drawn(town, "survey.book")
    sheets = load_workbook(BytesIO(book))
    assert sheets.sheetnames == ["名单", "应答", "权数", "结果", "各档占比", "高低", "算法说明"]
    weights = [[cell.value for cell in row] for row in sheets["权数"].iter_rows(min_row=3)]
    assert [row[2:6] for row in weights] == [[28, 28, 0, 20], [12, 12, 0, 11]]
    assert all(
        cell.data_type != "f" for sheet in sheets for row in sheet.iter_rows() for cell in row
    )
    page = await drawn(town, "survey.brief")
    texts = "\n".join(paragraph.text for paragraph in Document(BytesIO(page)).paragraphs)
    assert "居民满意度评议简报" in texts
    assert "社区环境：=HYPERLINK(1)" in texts
    assert any(name.endswith(".png") for name in ZipFile(BytesIO(page)).namelist())
    async with town.database.reading() as work:
        round_ = await survey.get(work, 1)
        assert round_ is not None
        counted = await of_one(work, round_, town.phrases[Language.ZH])
    files = files_of(counted, town.phrases[Language.ZH])
    assert {name: body[:4] for name, body in files.items()} == {
        "评议工作簿-1.xlsx": b"PK\x03\x04",
        "评议简报-1.docx": b"PK\x03\x04",
        "评议高低-1.png": b"\x89PNG",
        "评议结果-1.png": b"\x89PNG",
    }
    assert files["评议简报-1.docx"] == page, "by command as in the chat"
    assert files["评议工作簿-1.xlsx"] == book


async def test_results_are_for_whoever_oversees_the_community_and_only_after_the_close(
    town: Town,
) -> None:
    await town.launches()
    with pytest.raises(PermissionError):
        await drawn(town, "survey.book")
    assert "还没结束" in await town.does("head", "surveyed.rank:1")
    await town.does("head", "survey.close:1")
    for code in ("other-head", "w1", "r1"):
        for recipe in ("survey.book", "survey.brief", "survey.ranks"):
            with pytest.raises(PermissionError):
                await drawn(town, recipe, code)
    for action in ("rank", "book", "brief", "reply", "write", "preview", "send"):
        assert "不是您社区的" in await town.does("other-head", f"surveyed.{action}:1:a1")


async def test_the_next_round_says_whether_anything_changed(town: Town) -> None:
    await a_closed_round(town)
    await town.launches(number=2)
    rated = {f"r{n}": (4, 4, 5, 4, 4, 4 + n % 2, 4) for n in range(1, 41)}
    await town.hand_in(2, rated)
    said = await town.does("head", "survey.close:2")
    assert "看得出提高了。" in said
    assert "社区环境看得出提高了。" in said
    assert "社区管理看得出" not in said


async def test_a_bureau_sees_all_its_communities_and_a_head_her_own(town: Town) -> None:
    await a_closed_round(town)
    async with town.database.writing() as work:
        block = await work.conn.scalar(sa.select(buildings.c.id))
        for number in range(101, 113):
            home = await add_home(work, 2, block or 0, number)
            await add_person(work, 2, f"r{number}", Role.RESIDENT, home=home)
        await add_person(work, 1, "bureau", Role.BUREAU)
        bureau = await people.person_by_code(work, "bureau")
        assert bureau is not None
        await work.conn.execute(
            sa.insert(roles).values(person_id=bureau.id, community_id=2, role=Role.BUREAU)
        )
    await town.does("other-head", "survey.launch:resident-rates-community:short:1")
    await town.hand_in(2, {f"r{n}": (5, 5, 5, 5, 5, 5, 5) for n in range(101, 113)})
    await town.does("other-head", "survey.close:2")
    async with town.database.reading() as work:
        head = await town.person("head")
        assert [name for _, name in await survey_result.newest_closed(work, head)] == ["测试社区"]
        theirs = await survey_result.newest_closed(work, bureau.id)
        counted = await of_many(work, theirs, town.phrases[bureau.language])
    assert counted.title == "居民评社区满意度问卷（2 个社区）"
    assert counted.turnout.answered == 43
    assert [counted.called(town.phrases[bureau.language])[one.key] for one in counted.places] == [
        "别的社区",
        "测试社区",
    ]
    ((_, found),) = counted.results
    # By hand: 40 homes at 485/7 and 12 at 100.
    assert found.whole.index is not None
    assert found.whole.index.value == pytest.approx((28 * 500 / 7 + 12 * 450 / 7 + 1200) / 52)
