"""What one answer stands for: design weights, and their adjustment for those who did not answer.

A home drawn with chance n/N stands for N/n homes (the design weight, W. G. Cochran, Sampling Techniques,
1977, 5.2). Of those drawn only some answer; within a cell those who did stand for those who did not
(the weighting-class adjustment, S. L. Lohr, Sampling: Design and Analysis, 2nd ed. 2010, 8.5.1). The
cells are the strata, whose size is known, so the adjusted weights also add up to the number of homes:
the adjustment is a post-stratification at the same time (Lohr, 8.5.2). A cell needs two answers, or it
tells nothing of its own spread; one that has fewer is joined with its neighbour.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.sampling import Part

LEAST = 2
"""Answers that a cell needs."""


Key = tuple[int, Part]
"""A stratum: the community and the part of its homes."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """`homes` of a community of which `drawn` were asked, whether or not they could be reached."""

    community_id: int
    part: Part
    homes: int
    drawn: int

    @property
    def key(self) -> Key:
        return self.community_id, self.part


@dataclass(frozen=True, slots=True)
class Weight:
    """What each of the `answered` sheets of a stratum stands for. `cell` numbers what it was joined to."""

    stratum: Stratum
    answered: int
    cell: int
    adjustment: float

    @property
    def design(self) -> float:
        """Homes for each home drawn."""
        return self.stratum.homes / self.stratum.drawn if self.stratum.drawn else 0.0

    @property
    def final(self) -> float:
        """Homes for each answer."""
        return self.design * self.adjustment


def blurred(strata: Sequence[Stratum], community_id: int) -> tuple[Stratum, ...]:
    """The strata with those of one community made one, whose sheets do not say which they are of."""
    these = [one for one in strata if one.community_id == community_id]
    homes, drawn = sum(one.homes for one in these), sum(one.drawn for one in these)
    whole = Stratum(community_id, Part.ALL, homes, drawn)
    return (*(one for one in strata if one.community_id != community_id), whole)


def weigh(strata: Sequence[Stratum], answered: Mapping[Key, int]) -> tuple[Weight, ...]:
    """The weight of every stratum of which somebody was drawn, cells numbered in order of community.

    Raises ValueError where sheets came from a stratum of which nobody was drawn.
    """
    drawn = sorted((one for one in strata if one.drawn), key=lambda one: one.key)
    _check(drawn, answered)
    cells = _cells(drawn, answered)
    weights = []
    for number, cell in enumerate(cells):
        homes = sum(one.homes for one in cell)
        stood_for = sum(one.homes / one.drawn * answered.get(one.key, 0) for one in cell)
        adjustment = homes / stood_for if stood_for else 0.0
        weights += [Weight(one, answered.get(one.key, 0), number, adjustment) for one in cell]
    return tuple(weights)


def _check(drawn: Sequence[Stratum], answered: Mapping[Key, int]) -> None:
    known = {one.key: one for one in drawn}
    for key, count in answered.items():
        if count and (key not in known or count > known[key].drawn):
            raise ValueError(f"{count} sheets of stratum {key}, more than were drawn")


def _cells(drawn: Sequence[Stratum], answered: Mapping[Key, int]) -> list[list[Stratum]]:
    """A stratum with too few answers is joined with the others of its community, a community with too
    few with the one before it in the list (the first with the one behind)."""
    cells: list[list[Stratum]] = []
    for community_id in dict.fromkeys(one.community_id for one in drawn):
        these = [one for one in drawn if one.community_id == community_id]
        enough = all(answered.get(one.key, 0) >= LEAST for one in these)
        cells += [[one] for one in these] if enough else [these]
    return _joined(cells, answered)


def _joined(cells: list[list[Stratum]], answered: Mapping[Key, int]) -> list[list[Stratum]]:
    done: list[list[Stratum]] = []
    waiting: list[Stratum] = []
    for cell in cells:
        if sum(answered.get(one.key, 0) for one in cell) >= LEAST:
            done.append([*waiting, *cell])
            waiting = []
        elif done:
            done[-1].extend(cell)
        else:
            waiting += cell
    return [*done, waiting] if waiting else done


def kish(weights: Sequence[float]) -> float:
    """By how much unequal weights alone widen a variance: n Σw² / (Σw)² (L. Kish, Weighting for
    unequal Pi, Journal of Official Statistics 8, 1992); 1 where there is none."""
    total = sum(weights)
    return len(weights) * sum(w * w for w in weights) / (total * total) if total else 1.0
