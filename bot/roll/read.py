"""The rows of a name list, by field; what a sheet holds is told by its name and its columns."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from bot.roll.grid import Book, Cell, Grid, Told
from bot.roll.headings import Columns, Field, below, cleaned, columns, find
from bot.roll.problems import Problems
from domain.roll import Severity, plain, words

PLACE = (Field.ADDRESS, Field.BUILDING, Field.ROOM)
_SUMS = ("合计", "总计", "小计", "填表人", "制表", "审核", "备注", "说明", "注")


class Kind(StrEnum):
    """What the rows of a sheet are."""

    STAFF = "staff"
    RESIDENTS = "residents"
    ELDERS = "elders"
    FAMILY = "family"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands, what its sheet holds, and what it says by field."""

    sheet: str
    number: int
    kind: Kind
    cells: Mapping[Field, Cell]
    headings: Mapping[Field, str] = field(default_factory=dict)

    def said(self, wanted: Field) -> Any:
        """The value of a field, None where the row does not say."""
        cell = self.cells.get(wanted)
        return None if cell is None else cell.value

    def text(self, wanted: Field) -> str:
        """The same as words in usual widths."""
        return plain(self.said(wanted))

    def place(self, wanted: Field | None = None) -> tuple[str, int, str, str]:
        """Sheet, row, heading and cell, for a problem."""
        if wanted is None or wanted not in self.cells:
            return self.sheet, self.number, "", ""
        return self.sheet, self.number, self.headings[wanted], self.cells[wanted].at


def read(book: Book, problems: Problems, told: Told = lambda _: None) -> list[Row]:
    """Every row that says something, staff first."""
    found = [row for grid in book.grids(told) for row in _sheet(grid, problems)]
    order = list(Kind)
    return sorted(found, key=lambda row: order.index(row.kind))


def _sheet(grid: Grid, problems: Problems) -> Iterator[Row]:
    rows = [[words(cell.value) for cell in row] for row in grid.rows]
    top = find(rows)
    if top is None:
        if any(any(row) for row in rows):
            problems.add(Severity.ASKED, (grid.title, 0, "", ""), "roll.no_headings")
        return
    head, first = rows[top], top + 1
    if first < len(rows) and below(head, rows[first]):
        head = [under or over for over, under in zip(head, rows[first], strict=True)]
        first += 1
    places, strangers = columns(head)
    if strangers:
        problems.unread[grid.title] = strangers
    kind = _kind(grid.title, places)
    headings = {name: cleaned(head[at[0]]) for name, at in places.items()}
    for number, cells in enumerate(grid.rows[first:], first + 1):
        said = {name: _first(cells, at) for name, at in places.items()}
        row = Row(grid.title, number, kind, said, headings)
        if _says_something(row, rows[number - 1]) and _all_seen(row, problems):
            yield row


def _kind(title: str, places: Columns) -> Kind:
    if Field.RELATION in places and Field.ELDER in places:
        return Kind.FAMILY
    if not any(name in places for name in PLACE):
        if any(word in title for word in ("社工", "网格", "工作人员", "职工")):
            return Kind.STAFF
        if Field.ROLES in places and not _of_elders(title):
            return Kind.STAFF
    return Kind.ELDERS if _of_elders(title) else Kind.RESIDENTS


def _of_elders(title: str) -> bool:
    """老旧小区 is a place, and nobody's age."""
    return any(word in title for word in ("老人", "老年", "老龄", "高龄"))


def _first(cells: Sequence[Cell], places: Sequence[int]) -> Cell:
    """The first of a field's columns that says something."""
    return next((cells[at] for at in places if cells[at].value is not None), cells[places[0]])


def _says_something(row: Row, said: list[str]) -> bool:
    """Not an empty row, a sum, who filled the list in, or the headings again on the next page."""
    first = next((plain(word) for word in said if word), "")
    if any(first.startswith(word) for word in _SUMS):
        return False
    again = sum(cleaned(row.said(name)) == word for name, word in row.headings.items())
    return again < 2 and any(
        cell.unseen or cell.fault or words(cell.value) for cell in row.cells.values()
    )


def _all_seen(row: Row, problems: Problems) -> bool:
    """A formula that was never calculated, or came to an error, has no value that one could load."""
    seen = True
    for name, cell in row.cells.items():
        if cell.unseen or cell.fault:
            key = "roll.formula" if cell.unseen else "roll.formula_fault"
            problems.add(Severity.REFUSED, row.place(name), key)
            seen = False
        elif isinstance(cell.value, date) and name in (*PLACE, Field.PHONE):
            problems.add(
                Severity.REFUSED, row.place(name), "roll.made_a_date", value=words(cell.value)
            )
            seen = False
    return seen
