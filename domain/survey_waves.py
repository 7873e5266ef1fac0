"""Has anything changed since the last time? A difference is named only where chance does not explain it.

Two rounds drawn apart are two independent estimates: their difference over the root of the sum of both
variances follows Student's t with the degrees of freedom of B. L. Welch (Biometrika 34, 1947) and F. E.
Satterthwaite (1946). Where homes happen to be in both rounds, answers agree more than by chance and the
test is only more careful. Where the same groups are compared in both (a street's communities, say), each
is its own measure, and the test is Student's of the paired differences. Of several comparisons at once
the p-values are raised as S. Holm says (Scandinavian Journal of Statistics 6, 1979). The variances are
those without finite population correction (W. G. Cochran, Sampling Techniques, 1977, 2.14), and with two
more answers in each round (`survey_estimate`): a few sheets that all agree are not certain of a change.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import sqrt
from statistics import mean, stdev
from typing import TypeVar

from domain.quantiles import student, within
from domain.survey_estimate import LEVEL, Estimate

Key = TypeVar("Key", bound=Hashable)
_NOTHING = 1e-9
"""Marks that are rounding, not answers."""


class Change(StrEnum):
    """What may be said of a difference."""

    UP = "up"
    DOWN = "down"
    NOT_SEEN = "not_seen"


@dataclass(frozen=True, slots=True)
class Difference:
    """New less old, its 95 % interval, and the chance of so much where nothing has changed."""

    value: float
    low: float
    high: float
    p: float

    @property
    def change(self) -> Change:
        """Up or down where p says so, else nothing that can be seen."""
        if self.p >= 1 - LEVEL:
            return Change.NOT_SEEN
        return Change.UP if self.value > 0 else Change.DOWN


def between(old: Estimate | None, new: Estimate | None) -> Difference | None:
    """The difference of two independent estimates; None where one of them has no variance."""
    if old is None or new is None or old.model_variance is None or new.model_variance is None:
        return None
    if old.df < 1 or new.df < 1:
        return None
    one, two = old.model_variance, new.model_variance
    df = (one + two) ** 2 / (one * one / old.df + two * two / new.df)
    return _difference(new.value - old.value, sqrt(one + two), int(df))


def paired(differences: Sequence[float]) -> Difference | None:
    """The mean of what changed in each of the same groups; None for fewer than two, and where all changed
    alike: there is no spread by which to tell."""
    if len(differences) < 2:
        return None
    value, spread = mean(differences), stdev(differences)
    if spread <= _NOTHING:
        return None
    return _difference(value, spread / sqrt(len(differences)), len(differences) - 1)


def _difference(value: float, error: float, df: int) -> Difference:
    half = student(LEVEL, max(1, df)) * error
    p = 1 - within(value / error, max(1, df))
    return Difference(value, value - half, value + half, p)


def together(differences: Mapping[Key, Difference]) -> dict[Key, Difference]:
    """The same with p-values that hold for all of them at once (Holm)."""
    raised: dict[Key, Difference] = {}
    least = 0.0
    ordered = sorted(differences.items(), key=lambda pair: pair[1].p)
    for number, (key, one) in enumerate(ordered):
        least = max(least, min(1.0, one.p * (len(ordered) - number)))
        raised[key] = replace(one, p=least)
    return raised
