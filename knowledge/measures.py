"""How well a search does: pure sums over what it found, with intervals by resampling."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLED = 1000
"""Times the questions are drawn again for an interval."""
Marks = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trial:
    """One question: the place of a right entry among the found (0: none of five), how sure the
    search was, and how sure it was with every right entry struck out."""

    place: int
    sure: float
    sure_without: float


@dataclass(frozen=True, slots=True)
class Share:
    """A measure and its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.2f}, {self.high:.2f}]"


def top(first: int) -> Callable[[Sequence[Trial]], float]:
    """The share of questions with a right entry among the first so many."""
    return lambda trials: _mean([float(0 < t.place <= first) for t in trials])


def mrr(trials: Sequence[Trial]) -> float:
    """MRR@5: the mean of one over the place of the first right entry."""
    return _mean([1 / t.place if t.place else 0.0 for t in trials])


def auroc(trials: Sequence[Trial]) -> float:
    """How often a question with an answer is surer than one whose answer was struck out."""
    sure = np.array([t.sure for t in trials])
    without = np.sort([t.sure_without for t in trials])
    below = np.searchsorted(without, sure, side="left")
    ties = np.searchsorted(without, sure, side="right") - below
    return float((below + ties / 2).mean() / max(len(without), 1)) if len(trials) else 0.0


def car10(trials: Sequence[Trial]) -> float:
    """Answered and right while at most a tenth of those without an answer get one."""
    if not trials:
        return 0.0
    bar = float(np.quantile([t.sure_without for t in trials], 0.9, method="higher"))
    return _mean([float(t.place == 1 and t.sure > bar) for t in trials])


def share_of(trials: Sequence[Trial], measure: Callable[[Sequence[Trial]], float]) -> Share:
    """A measure with the interval that drawing the questions again gives; the same every time."""
    draw = np.random.default_rng(2012)
    drawn = (draw.integers(0, len(trials), len(trials)) for _ in range(RESAMPLED))
    values = [measure([trials[n] for n in at]) for at in drawn] if trials else [0.0]
    low, high = np.quantile(values, [0.025, 0.975])
    return Share(measure(trials), float(low), float(high))


def rate(happened: Sequence[bool]) -> Share:
    """The share of cases in which something happened, with its interval."""
    marks: Marks = np.array(happened, dtype=np.float64)
    if not len(marks):
        return Share(0.0, 0.0, 0.0)
    draw = np.random.default_rng(2012)
    means = draw.choice(marks, (RESAMPLED, len(marks))).mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return Share(float(marks.mean()), float(low), float(high))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
