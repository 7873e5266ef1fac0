"""Frozen, checked values, and what is wrong with them in plain sentences."""

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from knowledge.source import ContentError, Place, Source

Text = Annotated[str, Field(min_length=1)]
Texts: TypeAlias = tuple[Text, ...]
Naming: TypeAlias = Callable[[Place], tuple[str, Place]]
"""Names the entry a place lies in, and gives what is left of the place inside that entry."""

_SENTENCES: dict[str, str] = {
    "missing": "is missing",
    "extra_forbidden": "is not a field that is known here",
    "string_type": "must be text, not {input!r}",
    "string_too_short": "must not be empty",
    "too_short": "must have at least {ctx[min_length]} entries",
    "tuple_type": "must be a list, not {input!r}",
    "bool_type": "must be true or false, not {input!r}",
    "literal_error": "must be {ctx[expected]}, not {input!r}",
    "model_type": "must have fields of its own, not {input!r}",
    "dict_type": "must have fields of its own, not {input!r}",
    "int_type": "must be a whole number, not {input!r}",
    "int_parsing": "must be a whole number, not {input!r}",
    "enum": "must be {ctx[expected]}, not {input!r}",
    "string_pattern_mismatch": "cannot be {input!r}: it must match the pattern {ctx[pattern]}",
    "value_error": "{ctx[error]}",
}


_NAMES = ("id", "code", "kind", "number", "key")
"""Fields that tell one entry of a list from another, the best first."""


class Wrong(ValueError):
    """What a check of ours finds: a sentence for who edits the file, and a `kind` under which a workbook
    has its own words for it, with what was `said`."""

    def __init__(self, kind: str, sentence: str, said: str = "") -> None:
        super().__init__(sentence)
        self.kind = kind
        self.said = said


class Value(BaseModel):
    """A frozen value that knows all its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Model = TypeVar("Model", bound=Value)


def read_value(model: type[Model], source: Source, naming: Naming) -> Model:
    """The file as a value of `model`, or a ContentError with a sentence for each thing wrong."""
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        found = [dict(problem) for problem in error.errors()]
        told = [p for p in found if not _follows_from_another(p, found)]
        raise ContentError([_sentence(p, source, naming) for p in told]) from error


def naming_entries(source: Source, top: str, noun: str) -> Naming:
    """Names entries of the list or mapping `top` by their id: `guide "dibao"`, else by position."""

    def naming(place: Place) -> tuple[str, Place]:
        if len(place) < 2 or place[0] != top:
            return "file", place
        return f"{noun} {_called(source.data[top], place[1])}", place[2:]

    return naming


def full_date(value: object) -> object:
    """Only `2026-11-23` is a date: a bare year or a number would be read as seconds since 1970."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        raise Wrong("date", f"must be a date such as 2026-11-23, not {value!r}")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise Wrong("date", f"must be a date of the calendar, not {value!r}") from error


Day = Annotated[date, BeforeValidator(full_date)]


def _follows_from_another(problem: dict[str, Any], found: list[dict[str, Any]]) -> bool:
    """A list counts as too short when its entries are broken; the entries are told, that is not."""
    place = problem["loc"]
    inside = (other["loc"][: len(place)] == place != other["loc"] for other in found)
    return problem["type"] == "too_short" and any(inside)


def _sentence(problem: dict[str, Any], source: Source, naming: Naming) -> str:
    entry, rest = naming(problem["loc"])
    field = f', field "{".".join(str(step) for step in rest)}"' if rest else ""
    says = _SENTENCES.get(problem["type"], "{msg}").format(**{"ctx": {}} | problem)
    return f"{source.at(problem['loc'])}: {entry}{field}: {says}"


def _called(entries: Any, key: int | str) -> str:
    if isinstance(key, str):
        return f'"{key}"'
    entry = entries[key]
    name = next((entry[k] for k in _NAMES if k in entry), None) if isinstance(entry, dict) else None
    return f'"{name}"' if name else str(key + 1)
