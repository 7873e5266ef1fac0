"""A whole month of a community, read back cell by cell; the same bytes for ever; safe in a spreadsheet."""

import zipfile
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook

from bot.ledgers import NoSuchWorker, binder
from bot.render.ledger_docx import as_docx
from bot.render.ledger_sheet import as_xlsx
from domain.ledger import Kind, trace
from domain.ledger_facts import Facts
from domain.people import Language
from domain.privacy import Sight
from storage.database import Database
from storage.vault import Vault
from tests.support.clock import HandClock
from tests.support.october import October
from tests.support.october_paper import GOLDEN, READERS, as_text, facts_of, file_of
from tests.support.prepared import SECRET, settled
from wording import Phrases

SAY = Phrases.shipped()[Language.ZH]


@pytest.fixture
async def october(tmp_path: Path, clock: HandClock) -> AsyncIterator[October]:
    """What is read is the same from both databases (`tests/storage`), so one is enough here."""
    database = Database(f"sqlite:///{tmp_path / 'october.sqlite3'}", Vault(SECRET), clock)
    await settled(database)
    yield await October(database, clock).play()
    await database.close()


async def test_the_golden_month_reads_as_it_did(october: October) -> None:
    facts = await facts_of(october)
    for reader in READERS:
        file = await file_of(october, facts, reader)
        assert file == await file_of(october, facts, reader), "the same bytes"
        golden = (GOLDEN / f"october-{reader}.txt").read_text(encoding="utf-8")
        assert as_text(file) == golden, reader
    whole = binder(facts, Sight.HEAD, SAY)
    _is_a_workbook_of_an_office(as_xlsx(whole, SAY.plain))
    _is_a_document_of_an_office(as_docx(whole, SAY.plain))
    assert as_docx(whole, SAY.plain) == as_docx(whole, SAY.plain)
    _every_count_is_as_long_as_its_sources(facts)
    assert [one.kind for one in whole.ledgers] == list(Kind), "every ledger there is"
    with pytest.raises(NoSuchWorker):
        binder(facts, Sight.OWN, SAY, worker_id=999)


def _is_a_workbook_of_an_office(file: bytes) -> None:
    book = load_workbook(BytesIO(file))
    for sheet in book.worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert sheet.print_title_rows == "$1:$3"
        assert sheet.freeze_panes == "A4"
        assert sheet["A1"].font.name == "黑体"
    danger = book["走访日记"]["H8"]
    assert danger.value == "=楼道有电瓶车充电"
    assert (danger.data_type, danger.quotePrefix, danger.font.name) == ("s", True, "宋体")
    assert danger.alignment.wrap_text
    (case,) = [row for row in book["民情台账"].iter_rows(min_row=4) if row[12].value == "民情 1"]
    assert (case[5].data_type, case[5].quotePrefix) == ("s", True), "said at a door, no formula"
    assert case[5].value == "=1幢楼道灯坏了三天，〔健康情况〕；二楼的也不亮"
    with zipfile.ZipFile(BytesIO(file)) as parts:
        assert {info.date_time for info in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not any("docProps" in name for name in parts.namelist())
        assert "<f>" not in "".join(parts.read(name).decode() for name in parts.namelist())


def _is_a_document_of_an_office(file: bytes) -> None:
    document = Document(BytesIO(file))
    section = document.sections[0]
    assert section.page_width is not None
    assert section.page_height is not None
    assert section.page_width > section.page_height
    diary = next(t for t in document.tables if t.cell(0, 1).text == "日期")
    assert diary.cell(1, 8).text == "10月15日再去"
    assert diary.cell(12, 0).text == "合计"
    matters = next(t for t in document.tables if t.cell(0, 6).text == "首问责任人")
    assert [matters.cell(4, n).text for n in (2, 6, 9)] == ["民情：公共设施", "社工甲→社工乙", "是"]
    assert diary.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None
    run = diary.cell(1, 7).paragraphs[0].runs[0]
    assert run._element.rPr.rFonts.get(qn("w:eastAsia")) == "宋体"
    assert document.core_properties.author == ""
    signed = "".join(cell.text for table in document.tables for cell in table.rows[0].cells)
    assert "社区负责人签名：" in signed


def _every_count_is_as_long_as_its_sources(facts: Facts) -> None:
    """In the summary each number that rests on events is their number, but for home-days."""
    summary = binder(facts, Sight.HEAD, SAY).ledgers[0]
    columns = {column.head: n for n, column in enumerate(summary.columns)}
    visits = {columns["走访户次"], columns["不重复户数"]}
    for row in summary.rows:
        for number, cell in enumerate(row.cells):
            if cell.sources and number not in visits:
                assert cell.value == len(cell.sources)
    traced = {(t.row, t.column): len(t.sources) for t in trace(summary, "合计")}
    assert traced["社工甲", "走访户次"] == 6, "six lines, of which two are one home-day"
