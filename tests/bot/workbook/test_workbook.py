"""The workbook an office keeps: nothing lost on the way out and in, everything wrong told at once."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.workbook import read_book, write_book
from bot.workbook.layout import GUIDES, SHEETS, lines, unlines
from domain.draft import Draft, DraftState, Why
from domain.people import Language
from knowledge import Knowledge
from knowledge.guides import Guide, GuideBook, Material
from knowledge.source import ContentError
from wording import Phrases, Say

MADE = datetime(2026, 11, 23, tzinfo=UTC)
PHRASES = Phrases.shipped()
ZH, EN = PHRASES[Language.ZH], PHRASES[Language.EN]

FIRST = 3


def sheet(file: Workbook, name: str) -> Worksheet:
    page = file[name]
    assert isinstance(page, Worksheet)
    return page


def edited(book: GuideBook, edit: Callable[[Workbook], object]) -> bytes:
    file = load_workbook(BytesIO(write_book(book, ZH, MADE)))
    edit(file)
    out = BytesIO()
    file.save(out)
    return out.getvalue()


def wrong(book: GuideBook, edit: Callable[[Workbook], object]) -> tuple[str, ...]:
    with pytest.raises(ContentError) as told:
        read_book(edited(book, edit), ZH)
    return told.value.problems


def at(page: Worksheet, heading: str, row: int) -> str:
    place = next(n for n, cell in enumerate(page[1], 1) if cell.value == heading)
    return f"{get_column_letter(place)}{row}"


@pytest.mark.parametrize("say", [ZH, EN], ids=["zh", "en"])
def test_the_shipped_book_comes_back_as_it_was(knowledge: Knowledge, say: Say) -> None:
    book = knowledge.book
    again = read_book(write_book(book, say, MADE), ZH)
    assert again.guides == book.guides
    assert again.english_categories == book.english_categories
    assert (again.version, again.retrieved, again.region) == (
        book.version, book.retrieved, book.region,
    )  # fmt: skip


words = (
    st.text(
        st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs", "Cc")),
        min_size=1,
        max_size=60,
    )
    .map(str.strip)
    .filter(lambda text: bool(text) and all(c.isprintable() or c == "\n" for c in text))
)


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_an_office_writes_comes_back(knowledge: Knowledge, data: st.DataObject) -> None:
    guide = data.draw(st.sampled_from(knowledge.book.guides))
    other = data.draw(st.sampled_from(knowledge.book.guides))
    written = guide.model_copy(
        update={
            "summary": data.draw(words),
            "fee": data.draw(st.sampled_from(["=1+1", "+86", "-5", "@x", "0574", "\\n"]) | words),
            "steps": tuple(data.draw(st.lists(words, min_size=1, max_size=4))),
            "phone": tuple(data.draw(st.lists(words, max_size=3))),
            "materials": tuple(
                Material(name=name, form="原件", where="自备")
                for name in data.draw(st.lists(words, max_size=3))
            ),
            "note": data.draw(st.none() | words),
            "checked": data.draw(st.dates(date(2000, 1, 1), date(2099, 1, 1))),
        }
    )
    guides = {written.id: written} | ({other.id: other} if other.id != written.id else {})
    book = knowledge.book.with_guides(guides.values())
    assert read_book(write_book(book, ZH, MADE), ZH).guides == book.guides


@given(st.lists(words, max_size=5))
def test_lines_in_a_cell_are_the_values_again(values: list[str]) -> None:
    assert unlines(lines(values)) == values


def test_every_field_of_a_guide_stands_in_the_workbook() -> None:
    split = {"time_limit": "statutory", "source": "kind", "more_sources": "kind", "english": "name"}
    columns = {column.field for sheet in SHEETS for column in sheet.columns}
    named = {sheet.name for sheet in SHEETS}
    missing = [
        name
        for name in Guide.model_fields
        if name not in columns | named and split.get(name) not in columns
    ]
    assert not missing, f"add to bot/workbook/layout.py, or an export loses them: {missing}"


def test_the_same_book_gives_the_same_bytes(knowledge: Knowledge) -> None:
    few = knowledge.book.with_guides(knowledge.book.guides[:3])
    assert write_book(few, ZH, MADE) == write_book(few, ZH, MADE)


def test_the_heading_is_chinese_and_the_names_are_hidden(knowledge: Knowledge) -> None:
    file = load_workbook(BytesIO(write_book(knowledge.book, ZH, MADE)))
    page = sheet(file, "办事指南")
    assert [c.value for c in page[1]][:3] == ["编号", "事项名称", "类别"]
    assert [c.value for c in page[2]] == [column.field for column in GUIDES.columns]
    assert page.row_dimensions[2].hidden
    assert page.freeze_panes == "C3"


def test_a_cell_never_becomes_a_formula(knowledge: Knowledge) -> None:
    evil = knowledge.book.guides[0].model_copy(update={"fee": '=HYPERLINK("http://x","y")'})
    file = load_workbook(BytesIO(write_book(knowledge.book.with_guides([evil]), ZH, MADE)))
    page = sheet(file, "办事指南")
    cell = page[at(page, "收费", FIRST)]
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_an_edit_as_spreadsheets_make_it_is_understood(knowledge: Knowledge) -> None:
    """Numbers for telephones, real dates, columns moved, the hidden row gone."""

    def edit(file: Workbook) -> None:
        page = sheet(file, "办事指南")
        page[at(page, "电话", FIRST)] = 87654321
        page[at(page, "上次核对", FIRST)] = datetime(2026, 11, 20)  # noqa: DTZ001  (spreadsheets know no zone)
        page[at(page, "依据日期", FIRST)] = "2026/3/5"
        page[at(page, "已核实", FIRST)] = True
        page[at(page, "步骤", FIRST)] = "先打电话\n\n 再过来 \n"
        page.delete_rows(2)
        page.move_range(f"A1:A{page.max_row}", cols=30)

    guide = read_book(edited(knowledge.book, edit), ZH).guides[0]
    assert guide.phone == ("87654321",)
    assert guide.checked == date(2026, 11, 20)
    assert guide.as_of == date(2026, 3, 5)
    assert guide.verified
    assert guide.steps == ("先打电话", "再过来")


def test_all_that_is_wrong_is_told_at_once_by_sheet_row_and_column(knowledge: Knowledge) -> None:
    def edit(file: Workbook) -> None:
        page = sheet(file, "办事指南")
        page[at(page, "一句话说清", 3)] = None
        page[at(page, "社区能盖章吗", 4)] = "大概能"
        page[at(page, "上次核对", 5)] = "去年"
        page[at(page, "收费", 6)] = "=1+1"
        page[at(page, "编号", 7)] = page[at(page, "编号", 8)].value
        page[at(page, "编号", 9)] = "Gao Ling"
        page[at(page, "未核实的栏目", 10)] = "心情"
        page[at(page, "出处等级", 11)] = None
        papers = sheet(file, "材料")
        papers[at(papers, "材料名称", 3)] = ""
        papers[at(papers, "编号", 4)] = "meiyou"

    told = wrong(knowledge.book, edit)
    for sentence in (
        "“办事指南”表第 3 行“一句话说清”（E3）：不能空着",
        "“办事指南”表第 4 行“社区能盖章吗”（N4）：“大概能”不行，只能是：能、不能、不涉及",
        "“办事指南”表第 5 行“上次核对”（W5）：要写成 2026-11-23 这样的日期",
        "“办事指南”表第 6 行“收费”（K6）：这里是公式，请改成文字",
        "“办事指南”表第 7 行“编号”（A7）：这个编号用了两次",
        "“办事指南”表第 9 行“编号”（A9）：只能用小写字母、数字和短横线，如 gaoling-jintie",
        "“材料”表第 3 行“材料名称”（B3）：不能空着",
        "“材料”表第 4 行“编号”（A4）：“办事指南”表里没有编号“meiyou”",
        "“办事指南”表第 10 行“未核实的栏目”（S10）：没有“心情”这一栏，请照表头写，如“收费”，一栏一行",
        "“办事指南”表第 11 行“编号”（A11）：“出处”表里有它的主要出处，就要写等级；没有，就空着",
    ):
        assert sentence in told


def test_a_guide_without_a_place_and_a_sheet_that_is_gone_are_told(knowledge: Knowledge) -> None:
    def no_place(file: Workbook) -> None:
        sheet(file, "地点").delete_rows(3)

    few = knowledge.book.with_guides(
        g.model_copy(update={"where": g.where[:1]}) for g in knowledge.book.guides[:2]
    )
    assert wrong(few, no_place) == (
        "“办事指南”表第 3 行“编号”（A3）：“地点”表里没有它的行，至少要一行",
    )
    assert wrong(few, lambda file: file.remove(file["地点"])) == ("缺少“地点”表",)
    assert "不认识这一栏" in wrong(few, lambda f: f["材料"].cell(1, 9, "我的备忘"))[0]


def test_what_is_no_workbook_is_told() -> None:
    with pytest.raises(ContentError, match="不是 xlsx"):
        read_book(b"PK\x03\x04 nothing", ZH)


def test_guides_that_are_wanted_are_shown_and_never_read_back(knowledge: Knowledge) -> None:
    miss = Draft(1, 1, "=井盖松了", Why.HANDOFF, None, (), 3, DraftState.WANTED, MADE)
    made = write_book(knowledge.book, ZH, MADE, [miss])
    page = sheet(load_workbook(BytesIO(made)), "等人写的指南")
    assert [cell.value for cell in page[FIRST]] == ["=井盖松了", "3"]
    assert page.cell(FIRST, 1).data_type == "s", "never a formula"
    assert read_book(made, ZH).guides == knowledge.book.guides
