"""What stands where in the workbook: its sheets, their columns, and what a cell may hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import get_args

from knowledge.guides import Guide, Where
from wording import Say


class Kind(StrEnum):
    """How a cell is to be understood."""

    TEXT = "text"
    MAYBE = "maybe"
    LINES = "lines"
    FIELDS = "fields"
    CHOICE = "choice"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """`field` is the name in the hidden row; `choices` are the values, shown by their words."""

    field: str
    kind: Kind = Kind.TEXT
    width: int = 18
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """`name` is the sheet's name in code; people read `content.sheet_<name>`."""

    name: str
    columns: tuple[Column, ...]

    def title(self, say: Say) -> str:
        """The name on the tab."""
        return say.plain(f"content.sheet_{self.name}")

    def heading(self, column: Column, say: Say) -> str:
        """What stands above a column; the same field may be called otherwise on another sheet."""
        own = f"content.col_{self.name}_{column.field}"
        return say.plain(own if own in say.sentences else f"content.col_{column.field}")


STAMP = ("yes", "no", "na")
TRUTH = ("yes", "no")
MAIN, MORE = "main", "more"
ID = Column("id", width=20)

GUIDES = Sheet(
    "guides",
    (
        ID,
        Column("name", width=28),
        Column("category"),
        Column("audience", width=24),
        Column("summary", width=50),
        Column("eligibility", Kind.LINES, 40),
        Column("steps", Kind.LINES, 40),
        Column("hours", width=28),
        Column("statutory", Kind.MAYBE, 20),
        Column("promised", Kind.MAYBE, 20),
        Column("fee"),
        Column("phone", Kind.LINES, 16),
        Column("legal_basis", Kind.LINES, 36),
        Column("can_community_stamp", Kind.CHOICE, 12, STAMP),
        Column("stamp_note", Kind.MAYBE, 24),
        Column("questions", Kind.LINES, 40),
        Column("source_grade", Kind.CHOICE, 10, ("", "A", "B", "C")),
        Column("verified", Kind.CHOICE, 10, TRUTH),
        Column("unverified_fields", Kind.FIELDS, 20),
        Column("note", Kind.MAYBE, 40),
        Column("editor_note", Kind.MAYBE, 40),
        Column("as_of", Kind.DAY, 13),
        Column("checked", Kind.DAY, 13),
    ),
)
MATERIALS = Sheet(
    "materials",
    (ID, Column("name", width=50), Column("form", width=24), Column("where", width=40)),
)
WHERE = Sheet(
    "where",
    (
        ID,
        Column("type", Kind.CHOICE, 12, get_args(Where.model_fields["type"].annotation)),
        Column("text", width=60),
    ),
)
SOURCES = Sheet(
    "sources",
    (
        ID,
        Column("kind", Kind.CHOICE, 12, (MAIN, MORE)),
        Column("title", width=50),
        Column("address", Kind.MAYBE, 50),
        Column("date", Kind.MAYBE, 13),
    ),
)
ENGLISH = Sheet(
    "english",
    (
        ID,
        Column("name", width=36),
        Column("summary", width=60),
        Column("questions", Kind.LINES, 50),
    ),
)
CATEGORIES = Sheet("categories", (Column("category"), Column("english", width=36)))
BOOK = Sheet("book", (Column("field"), Column("value", width=40)))

WANTED = Sheet("wanted", (Column("questions", width=60), Column("times", width=12)))
"""What residents asked that no guide answers: written, never read back."""

SHEETS = (GUIDES, MATERIALS, WHERE, SOURCES, ENGLISH, CATEGORIES, BOOK)

HEAD = ("version", "retrieved", "language", "region")
"""What a book says besides its guides and categories."""


def choice_words(column: Column, say: Say) -> Mapping[str, str]:
    """What people choose from, by value; what needs no word (A, B, C) stands for itself."""
    return {
        value: say.sentences.get(f"content.choice_{column.field}_{value}", value)
        for value in column.choices
    }


def field_words(say: Say) -> Mapping[str, str]:
    """Names of a guide's fields as people read them, by field."""
    names = [name for name in Guide.model_fields if f"content.col_{name}" in say.sentences]
    return {name: say.plain(f"content.col_{name}") for name in names}


def lines(values: Sequence[str]) -> str:
    """Several values in one cell, a line each. A line break inside one is written \\n."""
    return "\n".join(v.replace("\\", "\\\\").replace("\n", "\\n") for v in values)


def unlines(cell: str) -> list[str]:
    """The values again, without the empty lines that people leave."""
    kept = (line.strip() for line in cell.split("\n"))
    return [_unescaped(line) for line in kept if line]


def _unescaped(line: str) -> str:
    return "\\".join(part.replace("\\n", "\n") for part in line.split("\\\\"))
