"""Which homes to go to next: what was promised, then special care, then the longest unvisited."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.calendar import Month
from domain.people import Home


class Why(StrEnum):
    """Why a home is suggested, the most pressing first."""

    FOLLOW_UP = "follow_up"
    SPECIAL = "special"
    LONGEST = "longest"
    NEVER = "never"


_RANK = {Why.FOLLOW_UP: 0, Why.SPECIAL: 1, Why.NEVER: 2, Why.LONGEST: 2}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A home to go to. `since` is the day of the last visit, or of the promise where that is why."""

    home: Home
    why: Why
    since: date | None = None


def suggest(
    homes: Iterable[Home],
    last_visit: Mapping[int, date],
    follow_ups: Mapping[int, date],
    today: date,
    limit: int,
) -> list[Suggestion]:
    """At most `limit` homes that were not visited today, each with its reason.

    Special homes come first until they are seen this month: a flat quota over 250 homes reaches each
    every eight months, and whoever lives alone at ninety cannot wait for that.
    """
    waiting = [
        _reason(home, last_visit.get(home.id), follow_ups.get(home.id), today)
        for home in homes
        if last_visit.get(home.id) != today
    ]
    return sorted(waiting, key=_order)[:limit]


def unseen_special(
    homes: Iterable[Home], last_visit: Mapping[int, date], month: Month
) -> list[Home]:
    """The special homes nobody has visited since the month began, in the order of a walk."""
    unseen = (
        home
        for home in homes
        if home.special and last_visit.get(home.id, date.min) < month.first_day
    )
    return sorted(unseen, key=walking_order)


def walking_order(home: Home) -> tuple[tuple[int, str], tuple[int, str]]:
    """Building after building, room after room, as numbers: 3幢 before 12幢."""
    return _natural(home.building), _natural(home.room)


def _reason(home: Home, last: date | None, promised: date | None, today: date) -> Suggestion:
    if promised is not None and promised <= today:
        return Suggestion(home, Why.FOLLOW_UP, promised)
    if home.special and (last is None or last < today.replace(day=1)):
        return Suggestion(home, Why.SPECIAL, last)
    return Suggestion(home, Why.LONGEST if last else Why.NEVER, last)


def _order(suggestion: Suggestion) -> tuple[int, date, tuple[tuple[int, str], tuple[int, str]]]:
    home = suggestion.home
    return _RANK[suggestion.why], suggestion.since or date.min, walking_order(home)


def _natural(text: str) -> tuple[int, str]:
    number = re.search(r"\d+", text)
    return (int(number[0]) if number else 0), text
