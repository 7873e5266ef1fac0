"""Means, shares and indices of a weighted stratified sample, with honest intervals.

A mean among those who have an opinion is a ratio of two weighted totals; its variance is that of its
linearised values in stratified sampling, with the finite population correction (W. G. Cochran, Sampling
Techniques, 1977, 5.3 and 6.3; S. L. Lohr, Sampling: Design and Analysis, 2nd ed. 2010, 3.2 and 9.1). For
a comparison the correction is left out, since the question is whether two groups differ in more than
the chance of these very homes (Cochran, 2.14). Where few answer and nearly all of them agree, the spread
that is seen says little, so a comparison never takes less than that of the answers with two more, one at
each end of the scale: the rule of A. Agresti and B. Caffo for two shares (The American Statistician 54,
2000: a success and a failure added to each group), carried over to marks from 0 to `full`.

The interval of a mean takes Student's quantile with Satterthwaite's effective degrees of freedom, since a
small stratum may hold most of the variance (Cochran, 5.4, equation 5.16). The interval of a share is
Wilson's with the effective sample size p(1-p)/v and the same quantile (E. L. Korn and B. I. Graubard,
Survey Methodology 24, 1998, with Wilson's interval in the place of Clopper and Pearson's; N. Dean and M.
Pagano, Journal of Survey Statistics and Methodology 3, 2015). A mean on which all agree has the width that
Wilson's limit gives the homes that would have said something else, wherever on the scale: 0 of n did.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, sqrt

from domain.quantiles import student
from domain.survey import wilson
from domain.survey_weights import Key, Weight, kish

LEVEL = 0.95
_NOTHING = 1e-12
"""What rounding leaves."""
Values = Sequence[float | None]
"""One value a sheet, None for a sheet that is not of the group or has no opinion."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The sheets of a round: what each stands for, its cell, and how many homes each cell has."""

    weights: Sequence[float]
    cells: Sequence[int]
    homes: Mapping[int, float]

    def of(self, numbers: Sequence[int]) -> "Sample":
        """These sheets alone; they must be all those of their cells."""
        cells = [self.cells[number] for number in numbers]
        homes = {cell: self.homes[cell] for cell in cells}
        return Sample([self.weights[number] for number in numbers], cells, homes)


def sample_of(weights: Iterable[Weight], sheets: Iterable[Key]) -> Sample:
    """The sample that these sheets are, each given by its stratum's key."""
    by_key = {weight.stratum.key: weight for weight in weights}
    homes: dict[int, float] = {}
    for weight in by_key.values():
        homes[weight.cell] = homes.get(weight.cell, 0) + weight.stratum.lived_in
    found = [by_key[key] for key in sheets]
    return Sample([one.final for one in found], [one.cell for one in found], homes)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure for a group. `variance` holds for these homes, `model_variance` for comparisons, with two
    more answers; both None where a cell of one answer leaves no spread to be seen. `deff` is the variance
    by that of as many answers drawn plainly, `kish` the part of it that unequal weights alone explain."""

    value: float
    n: int
    variance: float | None
    model_variance: float | None
    df: int
    deff: float | None
    kish: float
    interval: tuple[float, float] | None = None
    full: float = 100

    @property
    def effective(self) -> float:
        """Of how many plainly drawn answers it is worth."""
        return self.n / (self.deff or self.kish)

    def margin(self, level: float = LEVEL) -> float | None:
        """Half the width of the interval for comparisons; None where there is none."""
        if self.model_variance is None or self.df < 1:
            return None
        return student(level, self.df) * sqrt(self.model_variance)


def mean(sample: Sample, values: Values, full: float) -> Estimate | None:
    """The mean of the values, in marks from 0 to `full`; None where nobody has one."""
    return index(sample, [values], [1.0], full)


def index(
    sample: Sample, aspects: Sequence[Values], shares: Sequence[float], full: float
) -> Estimate | None:
    """The weighted average of several means; None where one of them has no answer."""
    found = [_ratio(sample, values) for values in aspects]
    if any(one is None for one in found):
        return None
    ratios = [one for one in found if one is not None]
    whole = sum(shares)
    value = sum(share * ratio for share, (ratio, _) in zip(shares, ratios, strict=True)) / whole
    pulls = [0.0] * len(sample.weights)
    for share, (_, theirs) in zip(shares, ratios, strict=True):
        for number, pull in enumerate(theirs):
            pulls[number] += share / whole * pull
    some = [any(values[i] is not None for values in aspects) for i in range(len(pulls))]
    bare = _estimate(sample, value, pulls, some)
    interval = _mean_interval(sample, bare, some, full)
    return replace(bare, model_variance=_two_more(bare, full), full=full, interval=interval)


def _ratio(sample: Sample, values: Values) -> tuple[float, list[float]] | None:
    """The weighted mean, and how far each sheet pulls it: its linearised value."""
    total = sum(w for w, y in zip(sample.weights, values, strict=True) if y is not None)
    if not total:
        return None
    held = sum(w * y for w, y in zip(sample.weights, values, strict=True) if y is not None)
    ratio = held / total
    pulls = [
        0.0 if y is None else w * (y - ratio) / total
        for w, y in zip(sample.weights, values, strict=True)
    ]
    return ratio, pulls


def _estimate(
    sample: Sample, value: float, pulls: Sequence[float], some: Sequence[bool]
) -> Estimate:
    n = sum(some)
    weights = [w for w, has in zip(sample.weights, some, strict=True) if has]
    corrected, plain, df = _variances(sample, pulls, some)
    alone = _alone(sample, pulls, some)
    unequal = kish(weights)
    deff = plain / alone if plain is not None and alone else None
    return Estimate(value, n, corrected, plain, df, deff, unequal)


def _variances(
    sample: Sample, pulls: Sequence[float], some: Sequence[bool]
) -> tuple[float | None, float | None, int]:
    """With and without the finite population correction, and the degrees of freedom (Satterthwaite's)."""
    sums: dict[int, list[float]] = {}
    for cell, pull, has in zip(sample.cells, pulls, some, strict=True):
        held = sums.setdefault(cell, [0.0, 0.0, 0.0, 0.0])
        held[0] += 1
        held[1] += pull
        held[2] += pull * pull
        held[3] += has
    touched = {cell: held for cell, held in sums.items() if held[3]}
    if any(held[0] < 2 for held in touched.values()):
        return None, None, 0
    corrected = plain = doubt = 0.0
    for cell, (n, total, squares, _) in touched.items():
        spread = n / (n - 1) * max(0.0, squares - total * total / n)
        plain += spread
        corrected += max(0.0, 1 - n / sample.homes[cell]) * spread
        doubt += spread * spread / (n - 1)
    most = int(sum(held[0] - 1 for held in touched.values()))
    return corrected, plain, int(plain * plain / doubt) if doubt else most


def _alone(sample: Sample, pulls: Sequence[float], some: Sequence[bool]) -> float:
    """The variance of as many answers drawn plainly from the same people, S²/n."""
    n = sum(some)
    total = sum(w for w, has in zip(sample.weights, some, strict=True) if has)
    squares = sum(
        p * p / w for p, w, has in zip(pulls, sample.weights, some, strict=True) if has and w
    )
    return squares * total / (n - 1) if n > 1 else 0.0


def _two_more(bare: Estimate, full: float) -> float | None:
    """The variance for comparisons: of as many answers as its weights make it worth, with one at 0 and one
    at `full` added, where that is more than the variance that was seen."""
    if bare.model_variance is None:
        return None
    n = bare.n / bare.kish
    squares = n * (n * bare.model_variance + bare.value**2) + full**2
    middle = (n * bare.value + full) / (n + 2)
    return max(bare.model_variance, (squares / (n + 2) - middle**2) / (n + 2))


def _mean_interval(
    sample: Sample, bare: Estimate, some: Sequence[bool], full: float
) -> tuple[float, float] | None:
    if bare.variance is None or bare.df < 1:
        return None
    quantile = student(LEVEL, bare.df)
    if bare.variance <= (_NOTHING * full) ** 2:
        worth = _where_all_agree(sample, bare, some)
        otherwise = 0.0 if worth == inf else wilson(0, worth, quantile)[1]
        below, above = otherwise * bare.value, otherwise * (full - bare.value)
    else:
        below = above = quantile * sqrt(bare.variance)
    return max(0.0, bare.value - below), min(full, bare.value + above)


def _where_all_agree(sample: Sample, bare: Estimate, some: Sequence[bool]) -> float:
    """The effective sample size that the weights tell, since there is no variance to tell it; infinite
    where every home of the cells answered."""
    cells = {cell for cell, has in zip(sample.cells, some, strict=True) if has}
    n = sum(cell in cells for cell in sample.cells)
    unseen = 1 - n / sum(sample.homes[cell] for cell in cells)
    return bare.n / bare.kish / unseen if unseen > _NOTHING else inf


def share(sample: Sample, values: Values) -> Estimate | None:
    """The share of satisfied answers, 0 to 1; a sheet's value is its own share. None: no answers."""
    found = mean(sample, values, 1.0)
    if found is None or found.variance is None or found.df < 1:
        return found
    worth = _worth(sample, found, values)
    if worth == inf:
        return replace(found, interval=(found.value, found.value))
    value = min(1.0, max(0.0, found.value))
    interval = wilson(value * worth, worth, student(LEVEL, found.df))
    return replace(found, interval=interval)


def _worth(sample: Sample, found: Estimate, values: Values) -> float:
    """The effective sample size."""
    assert found.variance is not None
    spread = found.value * (1 - found.value)
    if spread > _NOTHING and found.variance > 0:
        return spread / found.variance
    return _where_all_agree(sample, found, [y is not None for y in values])
