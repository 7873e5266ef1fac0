"""Ranks only as far as the answers carry them: an order is shown between groups whose intervals do not
overlap, and nowhere else.

The rule is that of M. Klein, T. Wright and J. Wieczorek, A joint confidence region for an overall ranking
of populations, JRSS C 69 (2020): intervals that hold for all m groups at once, here each at 1 - 0.05/m
(Bonferroni, which also holds for groups rated by the same people); a group's rank lies between one more
than the number of groups wholly above it, and m less those wholly below it. With 95 % all these ranges
are right together. Two intervals of 95 % each that do not overlap would already be more than a test at 5
% asks for (N. Schenker and J. F. Gentleman, The American Statistician 55, 2001), but among 564
communities there are 158,766 pairs, so each must be told apart with all others in mind. Where nearly all
agree an interval keeps a width (`survey_estimate`), or a dozen equal sheets would be certain of an order.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain import paging
from domain.survey_estimate import LEVEL, Estimate


@dataclass(frozen=True, slots=True)
class Place:
    """Where a group stands: its rank is `best`, `worst` or between; the interval is that of ranks."""

    key: Hashable
    value: float
    low: float
    high: float
    best: int
    worst: int

    def above(self, other: "Place") -> bool:
        """Whether it can be told that this group is better."""
        return self.low > other.high


PAGE = 40
"""Groups in one picture: more, and a phone shows none of them large enough to be read."""


def pages(groups: int) -> int:
    """How many pictures show so many groups; one where there are none."""
    return paging.pages(groups, PAGE)


def on_page(ranked: Sequence[Place], page: int) -> tuple[int, Sequence[Place]]:
    """The groups of a page, numbered from 1, and how many come before them."""
    return paging.on_page(ranked, page, PAGE)


def places(estimates: Mapping[Hashable, Estimate | None]) -> tuple[Place, ...]:
    """Every group that has an interval, by value from the top; those without one are left out."""
    spans = _spans(estimates)
    found = []
    for key, (value, low, high) in spans.items():
        better = sum(other[1] > high for other in spans.values())
        worse = sum(other[2] < low for other in spans.values())
        found.append(Place(key, value, low, high, better + 1, len(spans) - worse))
    return tuple(sorted(found, key=lambda place: (-place.value, repr(place.key))))


def _spans(
    estimates: Mapping[Hashable, Estimate | None],
) -> dict[Hashable, tuple[float, ...]]:
    """Value and both ends of each interval, on the scale, without what rounding leaves in the last digits."""
    held = {key: one for key, one in estimates.items() if one and one.margin() is not None}
    level = 1 - (1 - LEVEL) / max(1, len(held))
    spans: dict[Hashable, tuple[float, ...]] = {}
    for key, one in held.items():
        half = one.margin(level)
        assert half is not None, "those without were left out"
        bounds = (one.value, max(0.0, one.value - half), min(one.full, one.value + half))
        spans[key] = tuple(round(bound, 9) for bound in bounds)
    return spans


def tell_apart(ranked: Sequence[Place]) -> bool:
    """Whether any two of the groups differ by more than chance; where not, no order is shown."""
    return any(one.above(other) for one in ranked for other in reversed(ranked))


def steps(ranked: Sequence[Place]) -> tuple[tuple[Place, ...], ...]:
    """The groups in classes of which each is wholly above the next; one class where nothing divides
    them. Within a class some may differ, but no line can be drawn through it."""
    classes: list[list[Place]] = [[place] for place in ranked[:1]]
    floor = [min(place.low for place in ranked[: n + 1]) for n in range(len(ranked))]
    ceiling = [max(place.high for place in ranked[n:]) for n in range(len(ranked))]
    for number, (_, place) in enumerate(pairwise(ranked)):
        if floor[number] > ceiling[number + 1]:
            classes.append([])
        classes[-1].append(place)
    return tuple(tuple(one) for one in classes)
