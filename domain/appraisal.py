"""The appraisal of a worker's month: 工作实绩 and 群众满意率 by weights that are data.

Both are the core of how social workers are judged by the 2014 speech of Ningbo's civil-affairs bureau; it
gives no formula, so the weights are an office's to set (`knowledge/content/appraisal.yaml`), and the sheet
shows them. Only what is counted enters; an odd pattern is for a person to ask about, never a mark.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction


class Measure(StrEnum):
    """What is counted, in the order of the sheet."""

    VISITS = "visits"
    """Household visits that count, of the month's target."""
    SPECIAL = "special"
    """Special-care homes that were visited in the month, of all."""
    ON_TIME = "on_time"
    """Residents' questions and orders done by the promised time, of those whose time was up."""
    RETURNS = "returns"
    """Promises to come back that were kept by their day, of those whose day had come."""
    SATISFIED = "satisfied"
    """Residents' satisfaction with the community; a survey is anonymous, so all its workers share it."""


WORK = (Measure.VISITS, Measure.SPECIAL, Measure.ON_TIME, Measure.RETURNS)
"""工作实绩; the rest is 群众满意率."""


class WeightsError(ValueError):
    """The weights cannot be used; says why."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Points for each measure fully reached; 100 in all."""

    version: int = 1
    points: Mapping[Measure, int] = field(default_factory=lambda: dict.fromkeys(Measure, 20))

    def __post_init__(self) -> None:
        missing = [measure for measure in Measure if measure not in self.points]
        if missing:
            raise WeightsError(f"points for {', '.join(missing)} are missing")
        if any(points < 0 for points in self.points.values()):
            raise WeightsError("points are never negative")
        if (total := sum(self.points.values())) != 100:
            raise WeightsError(f"the points add up to {total}, not to 100")
        if not sum(self.points[measure] for measure in WORK):
            raise WeightsError("what a worker does must have some of the points")


@dataclass(frozen=True, slots=True)
class Reached:
    """How much of a measure was reached: `hit` of `of`; more than all is all."""

    hit: int
    of: int

    @property
    def share(self) -> Fraction | None:
        """0 to 1; None where there was nothing to do."""
        return min(Fraction(self.hit, self.of), Fraction(1)) if self.of else None


@dataclass(frozen=True, slots=True)
class Appraised:
    """Points by measure (None: nothing to count), their sum for the work, and the whole.

    `total` is None while nobody knows how satisfied the residents are: no figure is made up for it.
    """

    points: Mapping[Measure, Fraction | None]
    work: Fraction
    total: Fraction | None


def appraise(
    weights: Weights, reached: Mapping[Measure, Reached], satisfied: Fraction | None
) -> Appraised:
    """The points of one worker. The points of work that there was none of (no special homes, no promise
    due) go to the rest of the work in proportion, so that nobody loses by having none."""
    shares = {measure: reached[measure].share for measure in WORK}
    counted = sum(weights.points[m] for m, share in shares.items() if share is not None)
    whole = sum(weights.points[measure] for measure in WORK)
    points: dict[Measure, Fraction | None] = {
        measure: None
        if share is None or not counted
        # Exact, so that the same month gives the same tenth everywhere.
        else share * weights.points[measure] * Fraction(whole, counted)
        for measure, share in shares.items()
    }
    work = sum((some for some in points.values() if some is not None), Fraction(0))
    mark = None if satisfied is None else satisfied * weights.points[Measure.SATISFIED]
    points[Measure.SATISFIED] = mark
    return Appraised(points, work, None if mark is None else work + mark)
