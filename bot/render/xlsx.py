"""Spreadsheets of plain tables written straight as SpreadsheetML (ECMA-376), a city's ledgers in minutes.

openpyxl makes an object of each cell and takes some ten times as long; tests read what is written here
back with it. Every text is an inline string, which no program runs as a formula, and one that begins like
a formula carries Excel's apostrophe besides. Nothing in the file says when it was written.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape

from openpyxl.utils import get_column_letter

from bot.render.sheet import DANGEROUS, HEI, SONG, clean, packed

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACK = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

TITLE, LINE, HEADING, LEFT, CENTRED, TOTAL, TOTAL_CENTRED, NOTE = range(1, 9)
"""The styles of cells; each has a twin with the apostrophe, `QUOTED` further on."""
QUOTED = 8

_FONTS = (
    (11, SONG, False),
    (18, HEI, True),
    (12, SONG, False),
    (11, HEI, True),
    (11, SONG, True),
    (9, SONG, False),
)
_STYLES = (
    (1, 0, "center"),
    (2, 0, "left"),
    (3, 1, "center"),
    (0, 1, "left"),
    (0, 1, "center"),
    (4, 1, "left"),
    (4, 1, "center"),
    (5, 0, "left"),
)
"""Font, border and alignment of each style, in their order."""


_LETTERS = tuple(get_column_letter(column) for column in range(1, 200))


@lru_cache(maxsize=16384)
def _text(text: str, style: int) -> str:
    """A text's cell behind its place: of a ledger's cells most say what others say, too."""
    if not text:
        return f'" s="{style}"/>'
    text = clean(text)
    quoted = QUOTED if text.startswith(DANGEROUS) else 0
    shown = escape(text, quote=False)
    return f'" s="{style + quoted}" t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'


def row(number: int, cells: Iterable[tuple[str | int, int]], height: float) -> str:
    """One row of values with their styles, from the first column on."""
    out = [
        f'<c r="{letter}{number}'
        + (_text(value, style) if isinstance(value, str) else f'" s="{style}"><v>{value}</v></c>')
        for letter, (value, style) in zip(_LETTERS, cells, strict=False)
    ]
    return f'<row r="{number}" ht="{height:g}" customHeight="1">{"".join(out)}</row>'


def height_for(texts: Sequence[str | int], widths: Sequence[float]) -> float:
    """The height in points at which every wrapped text is seen: previews on telephones do not find it.

    A Chinese character takes three bytes and two columns, a Latin one a byte and a column.
    """
    most = 1
    for text, width in zip(texts, widths, strict=True):
        if isinstance(text, str) and len(text) * 2 > width - 1:
            for line in text.split("\n") if "\n" in text else (text,):
                columns = (len(line) + len(line.encode("utf-8", "replace"))) / 2
                most = max(most, -int(-columns // (width - 1)))
    return min(6 + 15.5 * most, 409)


def sheet(
    rows: Iterable[str], widths: Sequence[float], merged: Iterable[str], frozen: int, footer: str
) -> str:
    """A whole sheet: A4 across, as wide as the page, its first `frozen` rows held and repeated."""
    below = frozen + 1
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width:g}" customWidth="1"/>'
        for n, width in enumerate(widths, 1)
    )
    spans = list(merged)
    cells = "".join(f'<mergeCell ref="{span}"/>' for span in spans)
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView workbookViewId="0"><pane ySplit="{frozen}" topLeftCell="A{below}"'
        f' activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols>'
        f"<sheetData>{''.join(rows)}</sheetData>"
        + (f'<mergeCells count="{len(spans)}">{cells}</mergeCells>' if spans else "")
        + '<printOptions horizontalCentered="1"/>'
        '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        f"<headerFooter><oddFooter>&amp;C{escape(footer, quote=False)}</oddFooter></headerFooter>"
        "</worksheet>"
    )


def workbook(sheets: Sequence[tuple[str, str, int]]) -> bytes:
    """The file of these sheets, each by its name, its XML and how many of its rows are repeated."""
    numbers = range(1, len(sheets) + 1)
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, (name, _, _) in zip(numbers, sheets, strict=True)
    )
    titles = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{n - 1}">'
        f"'{escape(name)}'!$1:${frozen}</definedName>"
        for n, (name, _, frozen) in zip(numbers, sheets, strict=True)
    )
    book = (
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{listed}</sheets>'
        f"<definedNames>{titles}</definedNames></workbook>"
    )
    parts = {
        "[Content_Types].xml": _types(numbers),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": _relations(
            [
                *(("worksheet", f"worksheets/sheet{n}.xml") for n in numbers),
                ("styles", "styles.xml"),
            ]
        ),
        "xl/styles.xml": _STYLE_SHEET,
    }
    parts |= {f"xl/worksheets/sheet{n}.xml": sheets[n - 1][1] for n in numbers}
    return packed({name: text.encode() for name, text in parts.items()})


def _types(numbers: Iterable[int]) -> str:
    of = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{of}.worksheet+xml"/>'
        for n in numbers
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACK}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{of}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{of}.styles+xml"/>{sheets}</Types>'
    )


def _relations(targets: Iterable[tuple[str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="rId{n}" Type="{_REL}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACK}/relationships">{each}</Relationships>'


def _style_sheet() -> str:
    fonts = "".join(
        f'<font>{"<b/>" if bold else ""}<sz val="{size}"/><name val="{name}"/><charset val="134"/></font>'
        for size, name, bold in _FONTS
    )
    side = "".join(
        f'<{where} style="thin"><color rgb="FF808080"/></{where}>'
        for where in ("left", "right", "top", "bottom")
    )
    plain = '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    styled = "".join(
        f'<xf numFmtId="0" fontId="{font}" fillId="0" borderId="{border}" xfId="0" applyFont="1"'
        f' applyBorder="1" applyAlignment="1"{quoted}><alignment horizontal="{align}"'
        ' vertical="center" wrapText="1"/></xf>'
        for quoted in ("", ' quotePrefix="1"')
        for font, border, align in _STYLES
    )
    return (
        f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="{len(_FONTS)}">{fonts}</fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
        f"<border>{side}<diagonal/></border></borders>"
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{1 + 2 * len(_STYLES)}">{plain}{styled}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    )


_STYLE_SHEET = _style_sheet()
