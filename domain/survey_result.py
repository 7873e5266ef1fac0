"""The result of a round, of one community or of many: what may be shown of each group, with intervals."""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.sampling import Part
from domain.survey import Questionnaire
from domain.survey_estimate import Estimate, Sample, index, mean, sample_of, share
from domain.survey_privacy import Group, shown
from domain.survey_units import Unit
from domain.survey_weights import Key, Stratum, Weight, weigh

GroupKey = Part | int
"""Everybody (`Part.ALL`), the homes of one kind, or one community by its id."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What a group says of an aspect: `n` with an opinion, `unknown` without one. Where it is not shown
    every figure is empty."""

    aspect: str
    shown: bool
    n: int = 0
    unknown: int = 0
    mean: Estimate | None = None
    satisfied: Estimate | None = None
    steps: Mapping[int, float] | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """One group. `index` is out of 100, over all the aspects; None where one of them is not shown."""

    key: GroupKey
    n: int
    figures: tuple[Figure, ...]
    index: Estimate | None

    @property
    def shown(self) -> bool:
        """Whether anything of it is shown."""
        return any(figure.shown for figure in self.figures)

    def of(self, aspect_id: str) -> Figure:
        """The figure of an aspect."""
        return next(figure for figure in self.figures if figure.aspect == aspect_id)


@dataclass(frozen=True, slots=True)
class Results:
    """A round as it was counted: how sheets were weighted, and every group. Of `left_out` communities
    too few sheets came, in all of them together, to be part of the whole."""

    questionnaire: Questionnaire
    weights: tuple[Weight, ...]
    n: int
    least: int
    groups: Mapping[GroupKey, Result]
    left_out: frozenset[int] = frozenset()

    @property
    def whole(self) -> Result:
        return self.groups[Part.ALL]

    @property
    def communities(self) -> list[Result]:
        """Each community by itself, where there are several."""
        return [one for key, one in self.groups.items() if not isinstance(key, Part)]


def results(
    questionnaire: Questionnaire, strata: Sequence[Stratum], units: Sequence[Unit], least: int
) -> Results:
    """Weigh and count. A figure is shown where no subtraction makes it say what fewer than `least` of
    the units said."""
    gone = _too_few(units, least)
    kept = [one for one in units if one.key[0] not in gone]
    frame = [one for one in strata if one.community_id not in gone]
    answered = Counter(one.key for one in kept)
    weights = weigh(frame, answered)
    counting = _Counting(questionnaire, weights, kept, least)
    return Results(
        questionnaire, weights, len(kept), least, {r.key: r for r in counting.groups()}, gone
    )


def _too_few(units: Sequence[Unit], least: int) -> frozenset[int]:
    """The communities without which a whole must be counted, or it would give them away."""
    sheets = Counter(one.key[0] for one in units)
    small = {place: count for place, count in sheets.items() if count < least}
    many = len(sheets) > len(small)
    return frozenset(small) if many and sum(small.values()) < least else frozenset()


class _Counting:
    def __init__(
        self,
        questionnaire: Questionnaire,
        weights: Sequence[Weight],
        units: Sequence[Unit],
        least: int,
    ) -> None:
        self._asked = questionnaire
        self._units = units
        self._least = least
        self._sample = sample_of(weights, [one.key for one in units])
        self._final = {weight.stratum.key: weight.final for weight in weights}
        self._cells: dict[int, list[int]] = {}
        for number, cell in enumerate(self._sample.cells):
            self._cells.setdefault(cell, []).append(number)
        self._keys = list(self._order())
        self._shown = {aspect.id: self._may_show(aspect.id) for aspect in questionnaire.aspects}

    def _order(self) -> Iterator[GroupKey]:
        """Who is shown first when not all can be: larger communities, then the whole, then its parts."""
        sheets = Counter(one.key[0] for one in self._units)
        if len(sheets) > 1:
            yield from sorted(sheets, key=lambda place: (-sheets[place], place))
        yield Part.ALL
        yield from (Part.SPECIAL, Part.ORDINARY)

    def _may_show(self, aspect: str) -> frozenset[Hashable]:
        sizes: Counter[Hashable] = Counter(one.key for one in self._units if aspect in one.said)
        groups = [
            Group(key, {k: self._final[k] for k in self._final if _belongs(k, key)})
            for key in self._keys
        ]
        return shown(groups, sizes, self._least)

    def groups(self) -> Iterator[Result]:
        for key in self._keys:
            inside = [n for n, one in enumerate(self._units) if _belongs(one.key, key)]
            yield self._group(key, inside)

    def _group(self, key: GroupKey, inside: Sequence[int]) -> Result:
        """Cells are taken whole, so that their spread is known; what is not of the group has no value."""
        touched = dict.fromkeys(self._sample.cells[number] for number in inside)
        numbers = [number for cell in touched for number in self._cells[cell]]
        sample, members = self._sample.of(numbers), set(inside)
        units = [self._units[n] if n in members else None for n in numbers]
        figures = tuple(self._figure(key, a.id, sample, units) for a in self._asked.aspects)
        return Result(key, len(inside), figures, self._index(sample, units, figures))

    def _figure(
        self, key: GroupKey, aspect: str, sample: Sample, units: Sequence[Unit | None]
    ) -> Figure:
        if key not in self._shown[aspect]:
            return Figure(aspect, shown=False)
        said = [one.said.get(aspect) if one else None for one in units]
        return Figure(
            aspect,
            shown=True,
            n=sum(one is not None for one in said),
            unknown=sum(one is not None and aspect in one.unknown for one in units),
            mean=mean(sample, [one.marks if one else None for one in said], self._asked.full),
            satisfied=share(sample, [one.satisfied if one else None for one in said]),
            steps=self._steps(sample, [one.steps if one else None for one in said]),
        )

    def _steps(
        self, sample: Sample, said: Sequence[Mapping[int, float] | None]
    ) -> dict[int, float]:
        pairs = [(w, one) for w, one in zip(sample.weights, said, strict=True) if one is not None]
        total = sum(w for w, _ in pairs)
        codes = [option.code for option in self._asked.scale if not option.dont_know]
        return {code: sum(w * one.get(code, 0) for w, one in pairs) / total for code in codes}

    def _index(
        self, sample: Sample, units: Sequence[Unit | None], figures: Sequence[Figure]
    ) -> Estimate | None:
        if not all(figure.shown for figure in figures):
            return None
        to_hundred = 100 / self._asked.full
        aspects = [
            [
                one.said[a.id].marks * to_hundred if one and a.id in one.said else None
                for one in units
            ]
            for a in self._asked.aspects
        ]
        return index(sample, aspects, [a.weight for a in self._asked.aspects], 100)


def _belongs(key: Key, group: GroupKey) -> bool:
    community_id, part = key
    if isinstance(group, Part):
        return group in (Part.ALL, part)
    return group == community_id
