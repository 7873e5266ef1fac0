"""How fast calls for help are taken and reached, counted so that nothing flatters.

Every press counts from the moment it is made: one that nobody has taken yet is in the denominator of every
share, however old it is. Only what ended before a limit without being needed (called off before anybody
took it, settled without anybody at the door) leaves that limit's denominator, and is shown beside it.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from domain.calendar import local_day
from domain.duty import DutyState, Outcome

K = TypeVar("K")

CALLED_OFF = frozenset({Outcome.FALSE_ALARM, Outcome.REDIRECTED})
"""Endings by which whoever pressed says that nobody was needed."""


class Measure(StrEnum):
    """From the press until a named person has it, and until somebody is at the door."""

    TAKEN = "taken"
    DOOR = "door"


@dataclass(frozen=True, slots=True)
class Target:
    """That this share of calls is to be taken, or reached, within so many seconds."""

    measure: Measure
    within: int
    share: float


TARGETS = (
    Target(Measure.TAKEN, 60, 0.975),
    Target(Measure.TAKEN, 180, 0.99),
    Target(Measure.DOOR, 45 * 60, 0.90),
)
"""The UK Telecare Services Association's figures for answering, and the aim of the MASCOT service for
being at the door: what the shipped ladder is built to."""

STEPS: Mapping[Measure, tuple[int, ...]] = {
    Measure.TAKEN: (30, 60, 180, 300, 900),
    Measure.DOOR: (600, 1200, 2700, 3600, 7200),
}
"""Upper ends in seconds of the bars of the two distributions; one more bar holds what took longer."""

PERIODS = (1, 7, 30)
"""Days that a board may look back, today among them."""

_ROUNDING = 1e-9


class Case(NamedTuple):
    """One call for help as the board counts it.

    `taken_at` is when the hands took it that kept it: where it was taken, met with silence and given
    back to the ladder (`given_back` times), the first hands do not count.
    """

    id: int
    community_id: int
    state: DutyState
    opened_at: datetime
    taken_at: datetime | None = None
    arrived_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    given_back: int = 0

    @property
    def open(self) -> bool:
        return self.state is not DutyState.CLOSED

    @property
    def called_off(self) -> bool:
        """Ended as a press that nobody needed."""
        return self.outcome in CALLED_OFF

    @property
    def answered_at(self) -> datetime | None:
        """When a named person had it; whoever closes it at once has had it then."""
        return self.taken_at or (None if self.called_off else self.closed_at)


class End(StrEnum):
    """How a wait ended: with what it was for, not yet, or without need."""

    REACHED = "reached"
    WAITING = "waiting"
    DROPPED = "dropped"


class Wait(NamedTuple):
    """How long it took, or has taken so far, in seconds. A city's board makes tens of thousands."""

    seconds: float
    end: End


def wait(case: Case, measure: Measure, now: datetime) -> Wait:
    """How long a call waited to be taken, or for somebody at the door."""
    reached = case.answered_at if measure is Measure.TAKEN else case.arrived_at
    if reached is not None:
        return Wait(_seconds(case.opened_at, reached), End.REACHED)
    if case.closed_at is not None:
        return Wait(_seconds(case.opened_at, case.closed_at), End.DROPPED)
    return Wait(_seconds(case.opened_at, now), End.WAITING)


def _seconds(since: datetime, until: datetime) -> float:
    """Never below 0, where a clock was set back in between."""
    return max((until - since).total_seconds(), 0.0)


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many. With none there is no share, and no praise either."""

    hit: int
    of: int

    @property
    def value(self) -> float | None:
        return self.hit / self.of if self.of else None

    def meets(self, target: Target) -> bool | None:
        """Whether the target is kept; None where there was nothing to keep."""
        return None if self.value is None else self.value >= target.share


def share(waits: Iterable[Wait], within: float) -> Share:
    """How many were reached within the limit, of all that needed it; the waiting count as not."""
    hit = needed = 0
    for seconds, end in waits:
        in_time = seconds <= within
        needed += not (in_time and end is End.DROPPED)
        hit += in_time and end is End.REACHED
    return Share(hit, needed)


def shares(cases: Sequence[Case], now: datetime) -> tuple[Share, ...]:
    """The share of each of TARGETS."""
    return _shares(_waits(cases, now))


def _waits(cases: Sequence[Case], now: datetime) -> dict[Measure, list[Wait]]:
    return {measure: [wait(case, measure, now) for case in cases] for measure in Measure}


def _shares(waits: Mapping[Measure, Sequence[Wait]]) -> tuple[Share, ...]:
    return tuple(share(waits[target.measure], target.within) for target in TARGETS)


def quantile(waits: Iterable[Wait], part: float) -> float | None:
    """Seconds within which `part` of all are reached; None where so many are not."""
    return quantiles(waits, (part,))[0]


def quantiles(waits: Iterable[Wait], parts: Sequence[float]) -> list[float | None]:
    """Seconds within which each of these parts, in rising order, are reached, by Kaplan and Meier.

    Who still waits, or no longer had to, counts for as long as they did: leaving them out would make
    the rest look quicker than it is.
    """
    ends = sorted((seconds, end is End.REACHED) for seconds, end in waits)
    found: list[float | None] = []
    left, unreached = len(ends), 1.0
    for seconds, these in groupby(ends, itemgetter(0)):
        reached = [was for _, was in these]
        unreached *= 1 - sum(reached) / left
        left -= len(reached)
        while len(found) < len(parts) and unreached <= 1 - parts[len(found)] + _ROUNDING:
            found.append(seconds)
    return found + [None] * (len(parts) - len(found))


@dataclass(frozen=True, slots=True)
class Spread:
    """A distribution: those reached by step (the last holds what took longer), and the others."""

    reached: tuple[int, ...]
    waiting: int
    dropped: int

    @property
    def total(self) -> int:
        return sum(self.reached) + self.waiting + self.dropped


def spread(waits: Iterable[Wait], steps: Sequence[int]) -> Spread:
    """Every wait in one bar, none left out."""
    bars, ends = [0] * (len(steps) + 1), {End.WAITING: 0, End.DROPPED: 0}
    for seconds, end in waits:
        if end is End.REACHED:
            bars[bisect_left(steps, seconds)] += 1
        else:
            ends[end] += 1
    return Spread(tuple(bars), ends[End.WAITING], ends[End.DROPPED])


@dataclass(frozen=True, slots=True)
class Timing:
    """One measure of a set of calls: the middle, the slow end (None: not even that many), all of it."""

    half: float | None
    nine_in_ten: float | None
    spread: Spread


@dataclass(frozen=True, slots=True)
class Figures:
    """What a board says of a set of calls; `shares` stand in the order of TARGETS."""

    pressed: int
    called_off: int
    given_back: int
    not_visited: int
    shares: tuple[Share, ...]
    timings: Mapping[Measure, Timing]


def _timing(waits: Sequence[Wait], steps: Sequence[int]) -> Timing:
    half, nine_in_ten = quantiles(waits, (0.5, 0.9))
    return Timing(half, nine_in_ten, spread(waits, steps))


def figures(cases: Sequence[Case], now: datetime) -> Figures:
    """All figures at once. `not_visited` counts what a named person ended without being at the door."""
    waits = _waits(cases, now)
    return Figures(
        pressed=len(cases),
        called_off=sum(case.called_off for case in cases),
        given_back=sum(case.given_back > 0 for case in cases),
        not_visited=sum(
            not (case.open or case.called_off) and case.arrived_at is None for case in cases
        ),
        shares=_shares(waits),
        timings={measure: _timing(these, STEPS[measure]) for measure, these in waits.items()},
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """What is open now: by state, since when the oldest, and how many are past a target."""

    by_state: Mapping[DutyState, int]
    oldest: datetime | None
    overdue: int

    @property
    def total(self) -> int:
        return sum(self.by_state.values())


def standing(cases: Iterable[Case], now: datetime) -> Standing:
    """How what is not closed stands."""
    unclosed = [case for case in cases if case.open]
    return Standing(
        by_state=dict(sorted(Counter(case.state for case in unclosed).items())),
        oldest=min((case.opened_at for case in unclosed), default=None),
        overdue=sum(is_overdue(case, now) for case in unclosed),
    )


LATEST = {
    measure: max(target.within for target in TARGETS if target.measure is measure)
    for measure in Measure
}
"""Seconds after which a call has missed the last target of a measure."""


def is_overdue(case: Case, now: datetime) -> bool:
    """Still waiting for hands, or for somebody at the door, though the last target is past."""
    waits = [(wait(case, measure, now), LATEST[measure]) for measure in Measure]
    return any(one.end is End.WAITING and one.seconds >= latest for one, latest in waits)


def next_overdue(cases: Iterable[Case], now: datetime) -> datetime | None:
    """The moment at which the next call will be past its last target, if nothing is done until then."""
    missed = (
        case.opened_at + timedelta(seconds=LATEST[measure])
        for case in cases
        for measure in Measure
        if case.open and wait(case, measure, now).end is End.WAITING
    )
    return min((moment for moment in missed if moment > now), default=None)


def period_start(days: int, now: datetime, zone: ZoneInfo) -> datetime:
    """Midnight, by the wall clock, of the first of `days` days of which today is the last."""
    first = local_day(now, zone) - timedelta(days=days - 1)
    return datetime.combine(first, time(), zone)


def by_day(cases: Iterable[Case], zone: ZoneInfo) -> dict[date, list[Case]]:
    """The calls of each day on which there were any."""
    return _grouped(cases, lambda case: local_day(case.opened_at, zone))


def by_week(cases: Iterable[Case], zone: ZoneInfo) -> dict[date, list[Case]]:
    """The calls of each week, by its Monday."""

    def monday(case: Case) -> date:
        day = local_day(case.opened_at, zone)
        return day - timedelta(days=day.weekday())

    return _grouped(cases, monday)


def by_community(cases: Iterable[Case]) -> dict[int, list[Case]]:
    """The calls of each community that had any."""
    return _grouped(cases, lambda case: case.community_id)


def _grouped(cases: Iterable[Case], key: Callable[[Case], K]) -> dict[K, list[Case]]:
    found: dict[K, list[Case]] = {}
    for case in cases:
        found.setdefault(key(case), []).append(case)
    return dict(sorted(found.items(), key=lambda item: item[0]))  # type: ignore[arg-type,return-value]
