"""A ledger as a value: what stands in which cell, and which recorded events each cell rests on.

Nobody types a ledger: `bot/ledgers` computes each from the month's facts (`domain/ledger_facts.py`), and
`bot/render` writes it as a spreadsheet or a document. 《社工走访日记》 and 《民情工作台帐》 are the two that
Ningbo's offices keep by name (the 2014 speech of its civil-affairs bureau).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The ledgers there are, in the order in which they are bound together."""

    SUMMARY = "summary"
    APPRAISAL = "appraisal"
    DIARY = "diary"
    MATTERS = "matters"
    HELP = "help"
    QUESTIONS = "questions"
    SURVEY = "survey"


OF_WORKER = (Kind.SUMMARY, Kind.DIARY, Kind.MATTERS)
"""What a worker's own binder holds: the month in figures, the diary, the matters they had."""


class Event(StrEnum):
    """What kind of record an event is, as the list of sources names it."""

    VISIT = "visit"
    CALL = "call"
    QUESTION = "question"
    SERVICE = "service"
    UNSOLVED = "unsolved"
    CASE = "case"
    ROUND = "round"


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """One event by its number in the records."""

    event: Event
    number: int


Sources = tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands there, and what it was counted from where that is more than its row says."""

    value: str | int
    sources: Sources = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, its width in Latin characters, and whether it is centred."""

    head: str
    width: float
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table. `sources` are the events that the whole line tells of."""

    cells: tuple[Cell, ...]
    sources: Sources = ()

    @classmethod
    def of(cls, values: Sequence[str | int], sources: Iterable[Source] = ()) -> "Row":
        """A line whose cells all rest on the same events."""
        return cls(tuple(Cell(value) for value in values), tuple(sources))


@dataclass(frozen=True, slots=True)
class Ledger:
    """One table in the habitual form of an office, top to bottom."""

    kind: Kind
    name: str
    """Short: of its sheet."""
    title: str
    heads: tuple[str, ...]
    """The line between title and table: 单位, 社工, 期间."""
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None
    notes: tuple[str, ...]
    signed: tuple[str, ...]
    """填表人, 审核人, 日期: empty lines for a pen."""
    nothing: str
    """What stands there where there are no rows."""
    named_by: int = 0
    """The column whose cell names a row in the list of sources."""

    def __post_init__(self) -> None:
        for row in (*self.rows, *((self.total,) if self.total else ())):
            if len(row.cells) != len(self.columns):
                raise ValueError(
                    f"{self.name}: {len(row.cells)} cells, {len(self.columns)} columns"
                )


@dataclass(frozen=True, slots=True)
class Binder:
    """Ledgers of one community or worker and one month, as one file."""

    title: str
    month: str
    ledgers: tuple[Ledger, ...]


@dataclass(frozen=True, slots=True)
class Traced:
    """A line of the list of sources: where in which ledger, and the events behind it."""

    ledger: str
    row: str
    column: str
    sources: Sources


def trace(ledger: Ledger, total: str) -> list[Traced]:
    """Every cell of a ledger that rests on events: a line for the row where all its cells rest on the
    same, a line of its own for a cell that says otherwise. The total's row is named `total`."""
    named = [(str(row.cells[ledger.named_by].value), row) for row in ledger.rows]
    if ledger.total is not None:
        named.append((total, ledger.total))
    found = []
    for name, row in named:
        if row.sources:
            found.append(Traced(ledger.name, name, "", row.sources))
        for column, cell in zip(ledger.columns, row.cells, strict=True):
            if cell.sources:
                found.append(Traced(ledger.name, name, column.head, cell.sources))
    return found
