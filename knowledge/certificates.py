"""What the community may certify with its stamp, what it may not, and who does instead."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from knowledge.normalise import core
from knowledge.source import Source
from knowledge.value import Day, Text, Texts, Value, read_value


class List(StrEnum):
    """Who has published what communities must not certify."""

    NATIONAL = "national"
    PROVINCE = "province"


class Refused(Value):
    """A certificate the community must not issue, where to go instead, and which list says so."""

    name: Text
    where_instead: Text
    listed: List = List.NATIONAL


def _no_place_missing(names: Texts, places: Mapping[str, Text]) -> None:
    if lost := [name for name in names if name not in places]:
        raise ValueError(f"where_instead has no entry for {', '.join(lost)}")


class _MustNot(Value):
    count: int
    items: Texts
    where_instead: Mapping[str, Text]
    where_instead_note: Text

    @model_validator(mode="after")
    def _everything_has_a_place(self) -> Self:
        if self.count != len(self.items):
            raise ValueError(f"count says {self.count}, but {len(self.items)} items are listed")
        _no_place_missing(self.items, self.where_instead)
        return self


class _Province(Value):
    title: Text
    not_issued_count: int
    added_2023: Texts
    where_instead: Mapping[str, Text]
    full_text: Text | None

    @model_validator(mode="after")
    def _everything_has_a_place(self) -> Self:
        _no_place_missing(self.added_2023, self.where_instead)
        return self


class Certificates(Value):
    """The lists, as published."""

    version: int
    retrieved: Day
    may_issue_ningbo_2012: Annotated[Texts, Field(min_length=1)]
    must_not_issue_national_2020: _MustNot
    zhejiang_2023: _Province

    @property
    def may_issue(self) -> Texts:
        """What the community may certify."""
        return self.may_issue_ningbo_2012

    @cached_property
    def refused(self) -> tuple[Refused, ...]:
        """What it may not, in the order of the national list; then what the province has added."""
        nation, province = self.must_not_issue_national_2020, self.zhejiang_2023
        told = [(n, nation.where_instead[n], List.NATIONAL) for n in nation.items]
        told += [(n, province.where_instead[n], List.PROVINCE) for n in province.added_2023]
        return tuple(Refused(name=n, where_instead=w, listed=by) for n, w, by in told)

    def length(self, which: List) -> int:
        """How many certificates a list names, whether or not its text is at hand."""
        if which is List.PROVINCE:
            return self.zhejiang_2023.not_issued_count
        return self.must_not_issue_national_2020.count

    def refused_in(self, text: str) -> Refused | None:
        """The first certificate a text names that the community may not issue."""
        asked = core(text)
        return next((r for r in self.refused if any(n in asked for n in _called(r.name))), None)


def load_certificates(path_or_text: Path | str | Source) -> Certificates:
    """Read and check the lists; raises ContentError with a sentence for each thing wrong."""
    source = Source.read(path_or_text)
    return read_value(Certificates, source, lambda place: ("file", place))


def _called(name: str) -> Iterator[str]:
    """As listed, and as people say it: 无犯罪记录证明 is also 无犯罪证明."""
    yield name
    yield name.replace("记录证明", "证明").replace("状况证明", "证明")
