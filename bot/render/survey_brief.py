"""One page on a round, to be edited and printed: picture, table, and what will be done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

from docx import Document
from docx.document import Document as Paper
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from bot.render.sheet import HEI, SONG, restamped, writable

BODY = 10.5
"""五号, in points."""
PICTURE_WIDTH, PICTURE_HEIGHT = 11.5, 10.5
"""The most of the page that a picture takes, in centimetres."""


@dataclass(frozen=True, slots=True)
class Brief:
    """The texts of the page, ready to be read. `table` has its heads in the first row."""

    title: str
    lead: str
    lines: Sequence[str]
    table: Sequence[Sequence[str]]
    doing_head: str
    doing: Mapping[str, str]
    note: str
    picture: bytes | None
    picture_says: str
    made: datetime


def brief_document(brief: Brief) -> bytes:
    """The page as DOCX; the same content gives the same bytes."""
    page = Document()
    _layout(page)
    _line(page.add_paragraph(), brief.title, 18, HEI).alignment = WD_ALIGN_PARAGRAPH.CENTER
    _line(page.add_paragraph(), brief.lead, BODY).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for line in brief.lines:
        _line(page.add_paragraph(), line, BODY)
    if brief.picture is not None:
        _picture(page, brief)
    _table(page, brief.table)
    _line(page.add_paragraph(), brief.doing_head, 12, HEI)
    for name, text in brief.doing.items():
        _line(page.add_paragraph(), f"{name}：{text}", BODY)
    _line(page.add_paragraph(), brief.note, 8)
    return _bytes(page, brief)


def _layout(page: Paper) -> None:
    section = page.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.top_margin = section.bottom_margin = Cm(1.5)
    section.left_margin = section.right_margin = Cm(2)
    style = page.styles["Normal"].paragraph_format
    style.space_before, style.space_after = Pt(0), Pt(3)


def _line(paragraph: Paragraph, words: str, size: float, face: str = SONG) -> Paragraph:
    run = paragraph.add_run(writable(words))
    run.font.size, run.font.name = Pt(size), face
    fonts = run._element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), face)
    return paragraph


def _picture(page: Paper, brief: Brief) -> None:
    """As large as one page leaves room for, with words for whoever cannot see it."""
    paragraph = page.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    shape = paragraph.add_run().add_picture(BytesIO(brief.picture or b""), width=Cm(PICTURE_WIDTH))
    if shape.height > Cm(PICTURE_HEIGHT):
        shape.width = Cm(PICTURE_HEIGHT * shape.width / shape.height)
        shape.height = Cm(PICTURE_HEIGHT)
    shape._inline.docPr.set("descr", brief.picture_says)


def _table(page: Paper, rows: Sequence[Sequence[str]]) -> None:
    table = page.add_table(rows=len(rows), cols=len(rows[0]))
    table.style = "Table Grid"
    for number, (row, cells) in enumerate(zip(table.rows, rows, strict=True)):
        for column, (cell, words) in enumerate(zip(row.cells, cells, strict=True)):
            _fill(cell, words, SONG if number else HEI, left=column == 0)


def _fill(cell: _Cell, words: str, face: str, *, left: bool) -> None:
    paragraph = _line(cell.paragraphs[0], words, 9, face)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if left else WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(1)


def _bytes(page: Paper, brief: Brief) -> bytes:
    """Without the hour of writing, in the properties and on every part of the archive."""
    stamp = brief.made.replace(tzinfo=None, microsecond=0)
    properties = page.core_properties
    properties.created = properties.modified = stamp
    properties.title, properties.author, properties.comments = brief.title, "", ""
    raw = BytesIO()
    page.save(raw)
    return restamped(raw)
