"""Ledgers as a workbook: a sheet for each, and a last one with the events behind every cell."""

from openpyxl.utils import get_column_letter

from bot.render import Saying, xlsx
from bot.render.ledger_paper import (
    SOURCE_WIDTHS,
    in_words,
    source_heads,
    source_rows,
    spans,
    values,
    widths,
)
from bot.render.xlsx import (
    CENTRED,
    HEADING,
    LEFT,
    LINE,
    NOTE,
    TITLE,
    TOTAL,
    TOTAL_CENTRED,
    height_for,
    row,
)
from domain.ledger import Binder, Ledger, Row

_FIRST = 4
"""The first line of a table, under title, heads and headings."""


def as_xlsx(binder: Binder, say: Saying) -> bytes:
    """The binder as XLSX; the same binder gives the same bytes."""
    footer = say("papers.page", page="&P", pages="&N")
    sheets = [(ledger.name, _Sheet(ledger).xml(footer), 3) for ledger in binder.ledgers]
    sheets.append((say("ledger.sheet_sources"), _sources(binder, say, footer), 3))
    return xlsx.workbook(sheets)


class _Sheet:
    """One ledger's sheet, written from top to bottom."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._widths = widths(ledger)
        self._last = len(self._widths)
        self._rows: list[str] = []
        self._merged: list[str] = []

    def xml(self, footer: str) -> str:
        ledger = self._ledger
        self._across(ledger.title, TITLE, 34)
        self._beside(ledger.heads, 24)
        heads = [column.head for column in ledger.columns]
        height = height_for(heads, self._widths) + 8
        self._rows.append(row(3, ((head, HEADING) for head in heads), height))
        self._body()
        if ledger.total is not None:
            self._total(ledger.total)
        for note in ledger.notes:
            self._across(note, NOTE, height_for([note], [sum(self._widths) * 1.15]))
        self._beside(ledger.signed, 40)
        return xlsx.sheet(self._rows, self._widths, self._merged, 3, footer)

    @property
    def _next(self) -> int:
        return len(self._rows) + 1

    def _body(self) -> None:
        if not self._ledger.rows:
            self._across(self._ledger.nothing, CENTRED, 30)
            return
        styles = [CENTRED if column.centred else LEFT for column in self._ledger.columns]
        number = self._next
        for texts in values(self._ledger.rows):
            height = height_for(texts, self._widths)
            self._rows.append(row(number, zip(texts, styles, strict=True), height))
            number += 1

    def _total(self, total: Row) -> None:
        texts = [cell.value for cell in total.cells]
        styles = [TOTAL_CENTRED] * self._last
        height = 26.0
        if in_words(total):
            styles[1:] = [TOTAL] * (self._last - 1)
            self._merged.append(f"B{self._next}:{get_column_letter(self._last)}{self._next}")
            height = height_for([texts[1]], [sum(self._widths[1:])]) + 6
        self._rows.append(row(self._next, zip(texts, styles, strict=True), height))

    def _across(self, text: str, style: int, height: float) -> None:
        number = self._next
        if self._last > 1:
            self._merged.append(f"A{number}:{get_column_letter(self._last)}{number}")
        cells = [(text, style), *[("", style)] * (self._last - 1)]
        self._rows.append(row(number, cells, height))

    def _beside(self, texts: tuple[str, ...], height: float) -> None:
        number, cells = self._next, [("", LINE)] * self._last
        for text, first, last in spans(texts, self._widths):
            cells[first - 1] = (text, LINE)
            if last > first:
                self._merged.append(
                    f"{get_column_letter(first)}{number}:{get_column_letter(last)}{number}"
                )
        self._rows.append(row(number, cells, height))


def _sources(binder: Binder, say: Saying, footer: str) -> str:
    wide = list(SOURCE_WIDTHS)
    last = get_column_letter(len(wide))
    title = say("ledger.sources_title", title=binder.title)
    rows = [
        row(1, [(title, TITLE)], 34),
        row(2, [(say("ledger.sources_note"), LINE)], 24),
        row(3, ((head, HEADING) for head in source_heads(say)), 24),
    ]
    styles = (LEFT, CENTRED, LEFT, CENTRED, LEFT)
    for number, texts in enumerate(source_rows(binder, say), _FIRST):
        rows.append(row(number, zip(texts, styles, strict=True), height_for(texts, wide)))
    return xlsx.sheet(rows, wide, (f"A1:{last}1", f"A2:{last}2"), 3, footer)
