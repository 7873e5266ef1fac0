"""Writing the workbook: every cell stays a text, choices can be chosen, a page fits on a screen."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from bot.render.sheet import GRID, MOST_CHARS, aligned, height_for, to_bytes, write
from bot.workbook.layout import (
    BOOK,
    CATEGORIES,
    HEAD,
    MAIN,
    MORE,
    SHEETS,
    WANTED,
    Column,
    Kind,
    Sheet,
    choice_words,
    field_words,
    lines,
)
from domain.draft import Draft
from knowledge.guides import Guide, GuideBook
from knowledge.source import ContentError
from wording import Say

FIRST = 3
"""The first row of values: above it the headings, and hidden the fields' names."""
_HEAD = PatternFill("solid", fgColor="DCE6F1")

Values = Mapping[str, Any]


def write_book(book: GuideBook, say: Say, made: datetime, wanted: Sequence[Draft] = ()) -> bytes:
    """The workbook of a book; the same book and moment (UTC) give the same bytes.

    The guides `wanted` have a sheet to be read only: whoever writes one gives it a row of its own.
    """
    file = Workbook()
    file.remove(file.worksheets[0])
    for sheet in SHEETS:
        _fill(file.create_sheet(sheet.title(say)), sheet, list(_rows(sheet, book)), say)
    if wanted:
        rows = [{"questions": draft.text, "times": draft.times} for draft in wanted]
        _fill(file.create_sheet(WANTED.title(say)), WANTED, rows, say)
    _explain(file.create_sheet(say.plain("content.sheet_how")), say)
    return to_bytes(file, made)


def _rows(sheet: Sheet, book: GuideBook) -> Iterator[Values]:
    """What stands on a sheet, a row each, by field."""
    if sheet is CATEGORIES:
        yield from (
            {"category": name, "english": book.english_categories.get(name, "")}
            for name in book.categories
        )
    elif sheet is BOOK:
        yield from ({"field": name, "value": str(getattr(book, name))} for name in HEAD)
    else:
        for guide in book.guides:
            yield from ({"id": guide.id, **row} for row in _PARTS[sheet.name](guide))


def _guide(guide: Guide) -> Iterable[Values]:
    limit = guide.time_limit
    yield guide.model_dump(mode="json") | {
        "statutory": limit.statutory,
        "promised": limit.promised,
        "can_community_stamp": "na"
        if guide.can_community_stamp == "na"
        else _yes(guide.can_community_stamp),
        "verified": _yes(guide.verified),
        "source_grade": guide.source_grade or "",
    }


def _yes(truth: object) -> str:
    return "yes" if truth else "no"


def _sources(guide: Guide) -> Iterable[Values]:
    for kind, reference in ((MAIN, guide.source), *((MORE, more) for more in guide.more_sources)):
        if reference is not None:
            yield {"kind": kind} | reference.model_dump()


_PARTS: Mapping[str, Callable[[Guide], Iterable[Values]]] = {
    "guides": _guide,
    "materials": lambda guide: [m.model_dump() for m in guide.materials],
    "where": lambda guide: [w.model_dump() for w in guide.where],
    "sources": _sources,
    "english": lambda guide: [guide.english.model_dump()] if guide.english else [],
}


def _fill(page: Worksheet, sheet: Sheet, rows: Sequence[Values], say: Say) -> None:
    for at, column in enumerate(sheet.columns, 1):
        _heading(_cell(page, 1, at), sheet.heading(column, say))
        write(_cell(page, 2, at), column.field)
        page.column_dimensions[get_column_letter(at)].width = column.width
        _offer(page, column, get_column_letter(at), say)
    page.row_dimensions[2].hidden = True
    page.freeze_panes = f"{'C' if len(sheet.columns) > 3 else 'A'}{FIRST}"
    widths = [column.width for column in sheet.columns]
    for row, values in enumerate(rows, FIRST):
        texts = [_text(column, values.get(column.field), say) for column in sheet.columns]
        for at, text in enumerate(texts, 1):
            _value(_cell(page, row, at), text)
        page.row_dimensions[row].height = min(height_for(texts, widths), 120)


def _text(column: Column, value: Any, say: Say) -> str:
    match column.kind:
        case Kind.LINES:
            return lines(value)
        case Kind.FIELDS:
            words = field_words(say)
            return lines([words.get(name, name) for name in value])
        case Kind.CHOICE:
            return choice_words(column, say)[value]
        case _:
            return str(value or "")


def _value(cell: Cell, text: str) -> None:
    if len(text) > MOST_CHARS:
        raise ContentError([f"{cell.coordinate}: {len(text)} characters do not fit into a cell"])
    write(cell, text, size=10)
    cell.number_format = "@"  # what is typed over it stays a text: a number keeps its zeros
    cell.alignment = aligned()
    cell.border = GRID


def _heading(cell: Cell, words: str) -> None:
    write(cell, words, bold=True)
    cell.fill = _HEAD
    cell.alignment = aligned("center")
    cell.border = GRID


def _offer(page: Worksheet, column: Column, letter: str, say: Say) -> None:
    """A list to choose from, where only certain words are understood."""
    if not column.choices:
        return
    words = ",".join(word for word in choice_words(column, say).values() if word)
    choice = DataValidation(type="list", formula1=f'"{words}"', allow_blank=True)
    choice.add(f"{letter}{FIRST}:{letter}2000")
    page.add_data_validation(choice)


def _explain(page: Worksheet, say: Say) -> None:
    page.column_dimensions["A"].width = 100
    for row, line in enumerate(say.plain("content.how_lines").split("\n"), 1):
        write(_cell(page, row, 1), line).alignment = aligned()


def _cell(page: Worksheet, row: int, column: int) -> Cell:
    cell = page.cell(row, column)
    assert isinstance(cell, Cell)
    return cell
