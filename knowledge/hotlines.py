"""Telephone numbers a resident may be told, and how sure the office is of each."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from knowledge.source import Source
from knowledge.value import Day, Text, Value, naming_entries, read_value


class Hotline(Value):
    """`sure`: checked, `media`: read in the press only, false: not to be told to residents."""

    number: Annotated[str, Field(pattern=r"^\d{3,12}$")]
    name: Text
    use: Text
    sure: bool | Literal["media"]
    note: Text | None = None

    @property
    def may_be_told(self) -> bool:
        """Whether a resident may be given the number."""
        return self.sure is not False


class _Hotlines(Value):
    version: int
    retrieved: Day
    hotlines: Annotated[tuple[Hotline, ...], Field(min_length=1)]


def load_hotlines(path_or_text: Path | str | Source) -> tuple[Hotline, ...]:
    """Every number of the file, those not to be told too; raises ContentError."""
    source = Source.read(path_or_text)
    return read_value(_Hotlines, source, naming_entries(source, "hotlines", "hotline")).hotlines
