"""Reading the workbook back: all that is wrong is told at once, by sheet, row and column, in words."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet
from pydantic import ValidationError

from bot.workbook.cells import Unreadable, value_of
from bot.workbook.layout import (
    BOOK,
    CATEGORIES,
    ENGLISH,
    GUIDES,
    HEAD,
    MAIN,
    MATERIALS,
    SHEETS,
    SOURCES,
    WHERE,
    Column,
    Sheet,
)
from bot.workbook.problems import Problems
from knowledge.guides import Guide, GuideBook
from knowledge.source import ContentError
from wording import Phrases, Say

HEADINGS = 2
"""Rows above the values. The hidden one may be gone; then the words themselves are read."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number, and what it says by field; a cell that cannot be read is left out."""

    number: int
    said: Mapping[str, Any]


@dataclass(slots=True)
class Table:
    """A sheet as read: where its columns are, and its rows."""

    sheet: Sheet
    letters: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)

    def of(self, guide_id: str) -> list[Row]:
        """The rows that belong to a guide."""
        return [row for row in self.rows if row.said.get("id") == guide_id]


Tables = Mapping[str, Table]


def read_book(file: bytes, say: Say) -> GuideBook:
    """The book in a workbook; raises ContentError with a sentence for everything that is wrong. It is
    read in the language it is written in; `say` is for what is written in none."""
    opened = _opened(file, say)
    every = (say, *Phrases.shipped().by_language.values())
    say = next((each for each in every if GUIDES.title(each) in opened.sheetnames), say)
    problems = Problems(say)
    tables = _tables(opened, say, problems)
    guides = [guide for guide in _guides(tables, problems) if guide is not None]
    _strangers(tables, problems)
    head = {row.said.get("field"): row.said.get("value") for row in tables["book"].rows}
    english = {r.said["category"]: r.said["english"] for r in tables["categories"].rows}
    problems.stop()
    try:
        return GuideBook.model_validate(
            {
                **{name: head[name] for name in HEAD if name in head},
                "english_categories": {k: v for k, v in english.items() if v},
                "guides": guides,
            }
        )
    except ValidationError as error:
        for fault in error.errors():
            problems.tell(tables["book"], 1, None, fault)
        raise ContentError(problems.told) from None


def _opened(file: bytes, say: Say) -> Workbook:
    try:
        return load_workbook(BytesIO(file))
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise ContentError([say.plain("content.bad_file", why=type(error).__name__)]) from None


def _tables(book: Workbook, say: Say, problems: Problems) -> Tables:
    tables = {}
    for sheet in SHEETS:
        tables[sheet.name] = table = Table(sheet)
        if sheet.title(say) in book.sheetnames:
            page = book[sheet.title(say)]
            assert isinstance(page, Worksheet)
            _read(page, table, say, problems)
        elif sheet in (GUIDES, WHERE, BOOK):
            problems.broken(say.plain("content.bad_no_sheet", sheet=sheet.title(say)))
    problems.stop_if_broken()
    return tables


def _read(page: Worksheet, table: Table, say: Say, problems: Problems) -> None:
    columns, first = _columns(page, table, say, problems)
    for number, cells in enumerate(page.iter_rows(min_row=first), first):
        said = {}
        if all(cell.value is None or not str(cell.value).strip() for cell in cells):
            continue
        for at, column in columns.items():
            cell = cells[at]
            try:
                assert isinstance(cell, Cell)
                said[column.field] = value_of(cell, column, say)
            except Unreadable as why:
                problems.at(table.sheet, number, column, cell.coordinate, str(why))
        table.rows.append(Row(number, said))


def _columns(
    page: Worksheet, table: Table, say: Say, problems: Problems
) -> tuple[dict[int, Column], int]:
    """Which column holds what, by the hidden names or else by the headings; and the first row."""
    by_field = {column.field: column for column in table.sheet.columns}
    by_words = {table.sheet.heading(c, say): c for c in table.sheet.columns}
    words, names = (
        [str(cell.value or "").strip() for cell in page[row]] for row in range(1, HEADINGS + 1)
    )
    hidden = sum(name in by_field for name in names) >= 2
    found = {}
    for at, word in enumerate(words):
        column = by_field.get(names[at]) if hidden else by_words.get(word)
        column = column or by_words.get(word)
        if column is not None:
            found[at] = column
            table.letters[column.field] = get_column_letter(at + 1)
        elif word:
            letter = get_column_letter(at + 1)
            problems.broken(
                say.plain("content.bad_column", sheet=table.sheet.title(say), at=letter, word=word)
            )
    for column in table.sheet.columns:
        if column.field not in table.letters:
            missing = table.sheet.heading(column, say)
            problems.broken(
                say.plain("content.bad_no_column", sheet=table.sheet.title(say), word=missing)
            )
    return found, HEADINGS + 1 if hidden else HEADINGS


def _guides(tables: Tables, problems: Problems) -> Iterator[Guide | None]:
    table = tables["guides"]
    times = Counter(row.said.get("id") for row in table.rows)
    for row in table.rows:
        guide_id = row.said.get("id") or ""
        if times[guide_id] > 1:
            problems.at_field(table, row.number, "id", problems.say.plain("content.bad_doubled"))
            continue
        yield _guide(row, str(guide_id), tables, problems)


def _guide(row: Row, guide_id: str, tables: Tables, problems: Problems) -> Guide | None:
    parts = {sheet.name: tables[sheet.name].of(guide_id) for sheet in SHEETS if sheet is not GUIDES}
    main = [r for r in parts["sources"] if r.said.get("kind") == MAIN]
    more = [r for r in parts["sources"] if r.said.get("kind") != MAIN]
    for extra in main[1:]:
        why = problems.say.plain("content.bad_second_main")
        problems.at_field(tables["sources"], extra.number, "kind", why)
    said = dict(row.said)
    limit = {name: said.pop(name, None) for name in ("statutory", "promised")}
    english = parts["english"][:1]
    whole = said | {
        "time_limit": limit,
        "materials": [_without(r) for r in parts["materials"]],
        "where": [_without(r) for r in parts["where"]],
        "source": _without(main[0], "kind") if main else None,
        "more_sources": [_without(r, "kind") for r in more],
        "english": _without(english[0]) if english else None,
    }
    try:
        return Guide.model_validate(whole)
    except ValidationError as error:
        places = {
            "materials": (tables[MATERIALS.name], parts["materials"]),
            "where": (tables[WHERE.name], parts["where"]),
            "source": (tables[SOURCES.name], main),
            "more_sources": (tables[SOURCES.name], more),
            "english": (tables[ENGLISH.name], english),
        }
        for fault in error.errors():
            _place(fault, row, tables["guides"], places, problems)
        return None


def _without(row: Row, *fields: str) -> dict[str, Any]:
    return {name: value for name, value in row.said.items() if name not in ("id", *fields)}


def _place(
    fault: Any,
    row: Row,
    guides: Table,
    places: Mapping[str, tuple[Table, Sequence[Row]]],
    problems: Problems,
) -> None:
    """Say what is wrong where the office sees it: on the sheet and in the row that it came from."""
    top, *rest = fault["loc"] or ("id",)
    if top == "time_limit" and rest:
        top, rest = rest[0], []
    if top not in places:
        problems.tell(guides, row.number, str(top), fault)
        return
    table, rows = places[top]
    which = rest[0] if rest and isinstance(rest[0], int) else 0
    name = next((str(step) for step in rest if isinstance(step, str)), None)
    if which < len(rows):
        problems.tell(table, rows[which].number, name, fault)
    else:  # there is no such row: the guide lacks it
        problems.lacks(table, guides, row.number)


def _strangers(tables: Tables, problems: Problems) -> None:
    """Rows of the other sheets whose guide stands nowhere, and categories that no guide has."""
    known = {row.said.get("id") for row in tables["guides"].rows}
    for table in tables.values():
        if table.sheet in (GUIDES, CATEGORIES, BOOK):
            continue
        for row in table.rows:
            if row.said.get("id") not in known:
                why = problems.say.plain("content.bad_stranger", id=row.said.get("id") or "")
                problems.at_field(table, row.number, "id", why)
    seen: dict[str, int] = defaultdict(int)
    for row in tables["english"].rows:
        seen[str(row.said.get("id"))] += 1
        if seen[str(row.said.get("id"))] > 1:
            why = problems.say.plain("content.bad_doubled")
            problems.at_field(tables["english"], row.number, "id", why)
