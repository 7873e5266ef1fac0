"""Odd patterns in a month's visits: something to ask about, never a verdict.

There are good reasons for each of them: a worker who writes down a whole morning at noon, a leaflet that goes
to every door of a building, a month whose first weeks were a flood. So a pattern says what was seen, with
its numbers, and nothing else; it changes no count and stands in no appraisal.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

BURST, WITHIN = 10, timedelta(minutes=10)
"""More homes than anybody can be at in so short a time; our assumption."""
SAME_MINUTE = 5
SAME_NOTE, SHORTEST_NOTE = 5, 6
"""So many visits with the same words, if these are more than a remark such as 一切都好."""
AT_THE_END, ENOUGH = 0.7, 15
"""This part of at least so many visits in the month's last five working days."""


class Odd(StrEnum):
    """What was seen."""

    BURST = "burst"
    SAME_MINUTE = "same_minute"
    SAME_NOTE = "same_note"
    MONTH_END = "month_end"


@dataclass(frozen=True, slots=True)
class Made:
    """A visit that counts, as far as a pattern needs it."""

    made_at: datetime
    day: date
    home: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """One pattern of one worker: how many visits show it, of how many; `day` is where it was seen."""

    odd: Odd
    count: int
    of: int
    day: date | None = None


def odd_patterns(visits: Iterable[Made], last_days: Sequence[date]) -> list[Hint]:
    """The patterns in one worker's month, each at most once, with the day on which it is plainest."""
    made = sorted(visits, key=lambda visit: (visit.made_at, visit.home))
    found = (*_bursts(made), *_minutes(made), *_notes(made), *_ends(made, last_days))
    return list(found)


def _bursts(made: Sequence[Made]) -> Iterator[Hint]:
    most, start, day = 0, 0, None
    for end, visit in enumerate(made):
        while visit.made_at - made[start].made_at > WITHIN:
            start += 1
        homes = len({each.home for each in made[start : end + 1]})
        if homes > most:
            most, day = homes, visit.day
    if most >= BURST:
        yield Hint(Odd.BURST, most, len(made), day)


def _minutes(made: Sequence[Made]) -> Iterator[Hint]:
    """Visits of several days that all carry one minute of the hour, as if filled in by a list."""
    minutes: dict[str, list[date]] = {}
    for visit in made:
        minutes.setdefault(visit.made_at.strftime("%H:%M"), []).append(visit.day)
    days = max(minutes.values(), key=lambda some: len(set(some)), default=[])
    if len(set(days)) >= SAME_MINUTE:
        yield Hint(Odd.SAME_MINUTE, len(days), len(made))


def _notes(made: Sequence[Made]) -> Iterator[Hint]:
    notes = Counter(visit.note.strip() for visit in made)
    for note, count in notes.most_common():
        if count >= SAME_NOTE and len(note) >= SHORTEST_NOTE:
            yield Hint(Odd.SAME_NOTE, count, len(made))
            return


def _ends(made: Sequence[Made], last_days: Sequence[date]) -> Iterator[Hint]:
    late = sum(visit.day in last_days for visit in made)
    if len(made) >= ENOUGH and late >= AT_THE_END * len(made):
        yield Hint(Odd.MONTH_END, late, len(made))
