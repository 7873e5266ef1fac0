"""Ledgers as a document that an office can edit and sign: a page across for each, sources at the end."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from html import escape
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from bot.render import Saying
from bot.render.ledger_paper import (
    SOURCE_WIDTHS,
    in_words,
    source_heads,
    source_rows,
    spans,
    values,
    widths,
)
from bot.render.sheet import HEI, SONG, clean, restamped
from domain.ledger import Binder, Ledger

_NEVER = datetime(1980, 1, 1, tzinfo=UTC)
_ACROSS, _DOWN, _MARGIN = 297, 210, 15
"""A4 across, in millimetres."""
_TWIPS = 56.7
"""Word's unit of width, in a millimetre."""


def as_docx(binder: Binder, say: Saying) -> bytes:
    """The binder as DOCX; the same binder gives the same bytes."""
    document: Any = Document()
    _page(document, say)
    for number, ledger in enumerate(binder.ledgers):
        if number:
            document.add_page_break()
        _ledger(document, ledger)
    document.add_page_break()
    _line(document, say("ledger.sources_title", title=binder.title), HEI, 16, centred=True)
    _line(document, say("ledger.sources_note"), SONG, 9)
    rows = [[str(text) for text in row] for row in source_rows(binder, say)]
    styles = [False, True, False, True, False]
    _table(document, list(SOURCE_WIDTHS), source_heads(say), rows, styles, None)
    return _bytes(document)


def _page(document: Any, say: Saying) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(_ACROSS), Mm(_DOWN)
    section.left_margin = section.right_margin = Mm(_MARGIN)
    section.top_margin = section.bottom_margin = Mm(_MARGIN)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = SONG, Pt(10)
    normal.element.rPr.rFonts.set(qn("w:eastAsia"), SONG)
    normal.paragraph_format.space_after = Pt(2)
    _footer(section.footer.paragraphs[0], say)


def _footer(paragraph: Any, say: Saying) -> None:
    """第 n 页，共 m 页, counted by whatever shows the document."""
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    text = say("papers.page", page="\0PAGE\0", pages="\0NUMPAGES\0")
    for number, part in enumerate(text.split("\0")):
        if number % 2:
            field = f'<w:fldSimple {nsdecls("w")} w:instr="{part}"/>'
            paragraph._p.append(parse_xml(field))
        elif part:
            paragraph.add_run(part)


def _ledger(document: Any, ledger: Ledger) -> None:
    _line(document, ledger.title, HEI, 18, centred=True)
    wide = widths(ledger)
    _beside(document, ledger.heads, wide)
    total = None if ledger.total is None else [str(c.value) for c in ledger.total.cells]
    if ledger.total is not None and in_words(ledger.total):
        total = [str(cell.value) for cell in ledger.total.cells[:2]]
    rows = [[str(text) for text in row] for row in values(ledger.rows)]
    heads, styles = [c.head for c in ledger.columns], [c.centred for c in ledger.columns]
    _table(document, wide, heads, rows, styles, total)
    if not rows:
        _line(document, ledger.nothing, SONG, 11, centred=True)
    for note in ledger.notes:
        _line(document, note, SONG, 8)
    _line(document, "", SONG, 8)
    _beside(document, ledger.signed, wide)


def _line(document: Any, text: str, font: str, size: float, *, centred: bool = False) -> None:
    paragraph = document.add_paragraph()
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run(clean(text))
    run.font.name, run.font.size, run.font.bold = font, Pt(size), font == HEI
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)


def _twips(wide: Sequence[float]) -> list[int]:
    """The widths of columns that fill the page."""
    room = (_ACROSS - 2 * _MARGIN) * _TWIPS
    return [int(room * width / sum(wide)) for width in wide]


def _beside(document: Any, texts: Sequence[str], wide: Sequence[float]) -> None:
    """Texts side by side: a table without lines."""
    twips = _twips(wide)
    cells = [
        _cell(text, sum(twips[first - 1 : last]), last - first + 1, centred=False)
        for text, first, last in spans(texts, wide)
    ]
    _add(document, twips, [f"<w:tr>{''.join(cells)}</w:tr>"], lines=False)


def _table(
    document: Any,
    wide: Sequence[float],
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    centred: Sequence[bool],
    total: Sequence[str] | None,
) -> None:
    """Headings that are repeated on each page, the rows, never broken within, and the total."""
    twips = _twips(wide)
    top = "".join(_cell(h, w, centred=True, bold=True) for h, w in zip(heads, twips, strict=True))
    made = [f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{top}</w:tr>"]
    for texts in rows:
        cells = "".join(
            _cell(text, width, centred=middle)
            for text, width, middle in zip(texts, twips, centred, strict=True)
        )
        made.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>")
    if total is not None:
        made.append(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{_totals(total, twips)}</w:tr>")
    _add(document, twips, made, lines=True)


def _totals(total: Sequence[str], twips: Sequence[int]) -> str:
    if len(total) == 2:
        rest = _cell(total[1], sum(twips[1:]), len(twips) - 1, centred=False, bold=True)
        return _cell(total[0], twips[0], centred=True, bold=True) + rest
    cells = zip(total, twips, strict=True)
    return "".join(_cell(text, width, centred=True, bold=True) for text, width in cells)


def _cell(text: str, width: int, span: int = 1, *, centred: bool, bold: bool = False) -> str:
    over = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    align = '<w:jc w:val="center"/>' if centred else ""
    weight = "<w:b/>" if bold else ""
    shown = escape(clean(text), quote=False)
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{over}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:spacing w:before="20" w:after="20"/>{align}</w:pPr><w:r><w:rPr>'
        f'<w:rFonts w:ascii="{SONG}" w:hAnsi="{SONG}" w:eastAsia="{SONG}"/>{weight}<w:sz w:val="18"/>'
        f'</w:rPr><w:t xml:space="preserve">{shown}</w:t></w:r></w:p></w:tc>'
    )


def _add(document: Any, twips: Sequence[int], rows: Sequence[str], *, lines: bool) -> None:
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    drawn = "".join(f'<w:{side} w:val="single" w:sz="4" w:color="808080"/>' for side in sides)
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in twips)
    borders = f"<w:tblBorders>{drawn}</w:tblBorders>" if lines else ""
    table = (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(twips)}" w:type="dxa"/>{borders}'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{"".join(rows)}</w:tbl>'
    )
    body = document.element.body
    body.insert(len(body) - 1, parse_xml(table))  # the last child is the page's own setup


def _bytes(document: Any) -> bytes:
    """The file, without the hour and the name that python-docx's template brings."""
    core = document.core_properties
    core.author = core.last_modified_by = core.comments = ""
    core.created = core.modified = _NEVER.replace(tzinfo=None)
    core.revision = 1
    raw = BytesIO()
    document.save(raw)
    return restamped(raw)
