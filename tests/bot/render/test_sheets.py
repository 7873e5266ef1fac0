"""What every spreadsheet promises, whichever of the two writers made it."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from bot.render import sheet
from bot.render.ledger_sheet import as_xlsx
from domain.ledger import Binder, Column, Kind, Ledger, Row
from domain.people import Language
from wording import Phrases

SAY = Phrases.shipped()[Language.ZH].plain
DANGERS = (
    "=1+1",
    "+8613800000000",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://x","y")',
)


def a_ledger(*notes: str) -> bytes:
    columns = (Column("序号", 6), Column("走访记录", 42), Column("备注", 11))
    rows = tuple(Row.of([number, note, ""]) for number, note in enumerate(notes, 1))
    ledger = Ledger(
        Kind.DIARY, "走访日记", "社工走访日记", ("单位：翠柏社区", "社工：王芳"), columns, rows,
        None, (), ("社工签名：", "日期："), "本月没有走访记录",
    )  # fmt: skip
    return as_xlsx(Binder("王芳", "2026-11", (ledger,)), SAY)


def read(file: bytes) -> Worksheet:
    found = load_workbook(BytesIO(file)).worksheets[0]
    assert isinstance(found, Worksheet)
    return found


def a_cell(text: str) -> Cell:
    page = Workbook().active
    assert isinstance(page, Worksheet)
    return sheet.write(sheet.merged(page, 1, 1, 1), text)


@pytest.mark.parametrize("note", DANGERS)
def test_no_note_becomes_a_formula(note: str) -> None:
    file = a_ledger(note)
    for cell in (read(file)["B4"], a_cell(note)):
        assert cell.data_type == "s"
        assert cell.quotePrefix
        assert str(cell.value).strip() == note.strip()
    with ZipFile(BytesIO(file)) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")


def test_what_xml_cannot_hold_is_left_out_and_too_much_is_cut() -> None:
    bad, long = "好\x00\x0b\ud800\uffff的", "长" * 40_000
    page = read(a_ledger(bad, long))
    assert (page["B4"].value, a_cell(bad).value) == ("好的", "好的")
    assert len(str(page["B5"].value)) == len(str(a_cell(long).value)) == sheet.MOST_CHARS


def test_a_ledger_prints_with_its_head_on_every_page_and_shows_all_of_a_long_note() -> None:
    page = read(a_ledger("血压高", "说了很多话" * 40))
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
    assert page.print_title_rows == "$1:$3"
    assert page.oddFooter is not None
    assert page.oddFooter.center is not None
    assert page.oddFooter.center.text == "第 &P 页，共 &N 页"
    short, long = page.row_dimensions[4].height, page.row_dimensions[5].height
    assert short is not None
    assert long is not None
    assert long > 3 * short


def test_the_same_month_gives_the_same_bytes_and_an_empty_one_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = a_ledger("一", "二")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert a_ledger("一", "二") == first
    assert a_ledger("一") != first
    assert read(a_ledger())["A4"].value == "本月没有走访记录"
