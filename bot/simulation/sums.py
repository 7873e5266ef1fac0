"""The figures of a simulated year: shares with their intervals, and what led to requests being taken."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from bot.simulation.cases import Told
from knowledge.measures import RESAMPLED, Share

MINUTE, DOOR = 60.0, 45 * 60.0
FEWEST = 5
"""Communities below which no interval is given: they are what was drawn."""

Test = Callable[[Told], bool]


@dataclass(frozen=True, slots=True)
class Line:
    """A share of some requests; no interval where too few communities were played."""

    name: str
    share: Share | None
    value: float
    cases: int


@dataclass(frozen=True, slots=True)
class Led:
    """What led somebody to take a request first: how often, how soon, and of whom it was the first word."""

    by: str
    takes: int
    share: float
    seconds: float


def waiting(requests: Iterable[Told]) -> list[Told]:
    """What had to be taken: all but what was called off before. What is still open counts."""
    return [one for one in requests if not one.called_off]


def lines(requests: Sequence[Told]) -> list[Line]:
    """The shares that services are held to."""
    asked = waiting(requests)
    visited = [one for one in asked if not one.by_telephone]
    stormy = [one for one in asked if one.storm]
    return [
        _line("taken within 60 s", asked, _within(MINUTE)),
        _line("taken within 180 s", asked, _within(3 * MINUTE)),
        _line("at the door within 45 min", visited, _at_the_door),
        _line("typhoon days: taken within 60 s", stormy, _within(MINUTE)),
        _line("typhoon days: taken within 180 s", stormy, _within(3 * MINUTE)),
        _line("typhoon days: at the door", [v for v in visited if v.storm], _at_the_door),
    ]


def _within(seconds: float) -> Test:
    return lambda one: one.taken is not None and one.taken <= seconds


def _at_the_door(one: Told) -> bool:
    return one.door is not None and one.door <= DOOR


def _line(name: str, requests: Sequence[Told], test: Test) -> Line:
    hits = sum(map(test, requests))
    return Line(name, _interval(requests, test), hits / max(len(requests), 1), len(requests))


def _interval(requests: Sequence[Told], test: Test) -> Share | None:
    """95 % of what drawing the communities again gives: requests of one are alike, so they are drawn
    together."""
    towns = Counter(one.town for one in requests)
    if len(towns) < FEWEST:
        return None
    hit = Counter(one.town for one in requests if test(one))
    sizes = np.array([towns[town] for town in sorted(towns)], dtype=np.float64)
    hits = np.array([hit[town] for town in sorted(towns)], dtype=np.float64)
    draw = np.random.default_rng(2012)
    at = draw.integers(0, len(sizes), (RESAMPLED, len(sizes)))
    drawn = hits[at].sum(axis=1) / sizes[at].sum(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Share(float(hits.sum() / sizes.sum()), float(low), float(high))


def counts(requests: Sequence[Told]) -> dict[str, int]:
    """Numbers of requests, by what must be said of them."""
    asked = waiting(requests)
    return {
        "without an outcome": sum(not one.outcome for one in requests),
        "taken back before anybody had them (按错了)": len(requests) - len(asked),
        "never taken": sum(one.taken is None for one in asked),
        "settled by telephone": sum(one.by_telephone for one in asked),
        "a rung reached nobody": sum(one.nobody for one in requests),
        "reminded": sum(one.reminded > 0 for one in requests),
        "given back to the ladder": sum(one.given_back > 0 for one in requests),
        "pressed again": sum(one.presses > 1 for one in requests),
    }


def led(requests: Iterable[Told], rungs: Sequence[str]) -> list[Led]:
    """Which rung's message was answered; `rungs` in words. The last one counts for all its repeats."""
    found: dict[str, list[float]] = {}
    for one in waiting(requests):
        if one.taken is None:
            continue
        by = "another message" if one.rung is None else rungs[min(one.rung, len(rungs)) - 1]
        found.setdefault(by + (", read late" if one.late else ""), []).append(one.taken)
    total = sum(map(len, found.values()))
    order = [*rungs, *(f"{rung}, read late" for rung in rungs)]
    return [
        Led(by, len(found[by]), len(found[by]) / total, median(found[by]))
        for by in (*order, *(by for by in found if by not in order))
        if by in found
    ]
