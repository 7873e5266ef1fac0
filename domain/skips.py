"""When a question is asked: conditions on earlier answers, as values.

A comparison with a question that was not asked, or was passed over, is false, `!=` too. While the
question that decides is still to come, the answer is None: nobody knows yet.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import eq, ge, gt, le, lt, ne
from typing import Any, TypeAlias

Answer: TypeAlias = int | float | str | list[int]
"""The code of an option, several codes, a number, or free text; "" is a question passed over."""
Answers: TypeAlias = Mapping[str, Answer]
"""What one respondent said so far, by item id."""

_COMPARE = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}


@dataclass(frozen=True, slots=True)
class Among:
    """One of these options was chosen."""

    item: str
    codes: frozenset[int]


@dataclass(frozen=True, slots=True)
class Compared:
    """A number stands so to `value`; `operator` is one of `== != < <= > >=`."""

    item: str
    operator: str
    value: float


@dataclass(frozen=True, slots=True)
class Answered:
    """Something was said, not passed over."""

    item: str


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    condition: "Condition"


@dataclass(frozen=True, slots=True)
class Every:
    """All of them."""

    conditions: "tuple[Condition, ...]"


@dataclass(frozen=True, slots=True)
class Some:
    """At least one of them."""

    conditions: "tuple[Condition, ...]"


Condition: TypeAlias = Among | Compared | Answered | Not | Every | Some


def both(first: Condition | None, second: Condition | None) -> Condition | None:
    """Each must hold, where there is one."""
    if first is None or second is None:
        return first or second
    return Every((first, second))


def holds(condition: Condition, answers: Answers, to_come: Collection[str]) -> bool | None:
    """Whether it holds; None where one of `to_come`, the questions not answered yet, decides."""
    match condition:
        case Not(inner):
            found = holds(inner, answers, to_come)
            return None if found is None else not found
        case Every(parts):
            return _all([holds(part, answers, to_come) for part in parts])
        case Some(parts):
            found = _all([holds(Not(part), answers, to_come) for part in parts])
            return None if found is None else not found
        case Among() | Compared() | Answered():
            if condition.item not in answers:
                return None if condition.item in to_come else False
            return _said(condition, answers[condition.item])


def _all(found: Sequence[bool | None]) -> bool | None:
    if False in found:
        return False
    return None if None in found else True


def _said(condition: Among | Compared | Answered, answer: Answer) -> bool:
    match condition:
        case Among(_, codes):
            chosen = answer if isinstance(answer, list) else [answer]
            return any(each in codes for each in chosen)
        case Compared(_, operator, value):
            return isinstance(answer, int | float) and bool(_COMPARE[operator](answer, value))
        case Answered():
            return answer not in ("", [])


def asks_about(condition: Condition) -> frozenset[str]:
    """The ids of the questions that a condition looks at."""
    match condition:
        case Not(inner):
            return asks_about(inner)
        case Every(parts) | Some(parts):
            return frozenset().union(*(asks_about(part) for part in parts))
        case Among() | Compared() | Answered():
            return frozenset({condition.item})


def to_json(condition: Condition) -> list[Any]:
    """A condition as plain JSON values."""
    match condition:
        case Among(item, codes):
            return ["among", item, sorted(codes)]
        case Compared(item, operator, value):
            return ["compared", item, operator, value]
        case Answered(item):
            return ["answered", item]
        case Not(inner):
            return ["not", to_json(inner)]
        case Every(parts):
            return ["every", *map(to_json, parts)]
        case Some(parts):
            return ["some", *map(to_json, parts)]


def from_json(data: Sequence[Any]) -> Condition:
    """The condition that `to_json` wrote."""
    match data:
        case ["among", item, codes]:
            return Among(item, frozenset(codes))
        case ["compared", item, operator, value]:
            return Compared(item, operator, value)
        case ["answered", item]:
            return Answered(item)
        case ["not", inner]:
            return Not(from_json(inner))
        case ["every", *parts]:
            return Every(tuple(map(from_json, parts)))
        case ["some", *parts]:
            return Some(tuple(map(from_json, parts)))
    raise ValueError(f"not a condition: {data!r}")
