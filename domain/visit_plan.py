"""The special homes that nobody has seen, and the order in which homes are walked."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from domain.calendar import Month
from domain.people import Home


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


@lru_cache(maxsize=4096)
def _natural(text: str) -> tuple[int, str]:
    number = re.search(r"\d+", text)
    return (int(number[0]) if number else 0), text
