"""What all spreadsheets share: cells that stay text, a printable page, and bytes that repeat."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from math import ceil
from unicodedata import east_asian_width
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

SONG, HEI = "宋体", "黑体"
"""The fonts that offices expect on paper; Excel and WPS have them everywhere in China."""
MOST_CHARS = 32_767
"""What a cell can hold, by Excel's specification."""

_THIN = Side(style="thin", color="808080")
GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
"""Beginnings that a spreadsheet may run as a formula, also after a detour through CSV (OWASP)."""
_UNWRITABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_FIXED_DAY = (1980, 1, 1, 0, 0, 0)


def guarded(text: str) -> str:
    """A text for CSV, which knows no types: an apostrophe before what might run as a formula."""
    return f"'{text}" if text.startswith(DANGEROUS) else text


def writable(text: str) -> str:
    """The text without what no XML can hold, as somebody may have typed or pasted it."""
    return _UNWRITABLE.sub("", ILLEGAL_CHARACTERS_RE.sub("", text))


def clean(text: str) -> str:
    """A text as a cell can hold it."""
    return writable(text)[:MOST_CHARS]


def write(cell: Cell, value: str | float, *, size: float = 11, bold: bool = False) -> Cell:
    """Put a number or a text into a cell; a text stays a text, whatever it begins with."""
    cell.font = Font(name=SONG, size=size, bold=bold)
    fill(cell, value)
    # The leading apostrophe of Excel: the text survives being edited, too.
    cell.quotePrefix = quoted(value)
    return cell


def fill(cell: Cell, value: str | float) -> None:
    """The value alone, for a cell that has its look."""
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = clean(value)
    cell.data_type = "s"  # openpyxl would make a formula of "=..."


def quoted(value: str | float) -> bool:
    """Whether it is a text that a spreadsheet might run."""
    return isinstance(value, str) and clean(value).startswith(DANGEROUS)


def look_like(cell: Cell, other: Cell) -> None:
    """The same font, border and alignment as another cell of the workbook: to look each of them up takes
    most of the time that a large table takes."""
    cell._style = other._style  # type: ignore[attr-defined]


def aligned(horizontal: str = "left", *, wrap: bool = True) -> Alignment:
    """Centred from top to bottom, wrapped unless said otherwise."""
    return Alignment(horizontal=horizontal, vertical="center", wrap_text=wrap)


def merged(sheet: Worksheet, row: int, first: int, last: int) -> Cell:
    """The one cell that covers columns `first` to `last` of a row."""
    if last > first:
        sheet.merge_cells(start_row=row, start_column=first, end_row=row, end_column=last)
    cell = sheet.cell(row, first)
    assert isinstance(cell, Cell)
    return cell


def height_for(texts: Sequence[str | int], widths: Sequence[float]) -> float:
    """The height in points at which every wrapped text is seen in its column.

    Excel finds it itself on opening; the previews in chats and on phones do not.
    """
    rows = (
        sum(ceil(max(_columns(line), 1) / (width - 1)) for line in str(text).split("\n"))
        for text, width in zip(texts, widths, strict=True)
    )
    return min(6 + 15.5 * max(rows), 409)


def _columns(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WFA" else 1 for char in text)


def for_paper(sheet: Worksheet, title_rows: str, footer: str) -> None:
    """A4 across, as wide as the page, the head repeated on every page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = title_rows
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.5
    margins.top = margins.bottom = 0.6
    assert sheet.oddFooter is not None
    assert sheet.oddFooter.center is not None
    sheet.oddFooter.center.text = footer


def to_bytes(book: Workbook, made: datetime) -> bytes:
    """The workbook as a file; the same content and `made` (UTC) give the same bytes.

    openpyxl stamps the hour of writing on the properties and on every part of the archive.
    """
    stamp = made.replace(tzinfo=None, microsecond=0)
    book.properties.created = book.properties.modified = stamp
    book.properties.creator = book.properties.lastModifiedBy = ""
    raw = BytesIO()
    ExcelWriter(book, ZipFile(raw, "w", ZIP_DEFLATED)).save()
    return restamped(raw)


def restamped(raw: BytesIO) -> bytes:
    """An archive again, without the times at which its parts were written."""
    with ZipFile(raw) as parts:
        return packed({name: parts.read(name) for name in parts.namelist()})


def packed(parts: Mapping[str, bytes]) -> bytes:
    """The parts as an archive without times, so that the same parts give the same bytes."""
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for name, body in parts.items():
            info = ZipInfo(name, _FIXED_DAY)
            info.compress_type = ZIP_DEFLATED
            archive.writestr(info, body, compresslevel=4)
    return out.getvalue()
