"""What one sheet says of each aspect, or one community whose raters' sheets are taken together."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.survey import Answers, Item, Option, Questionnaire
from domain.survey_weights import Key


@dataclass(frozen=True, slots=True)
class Said:
    """One's opinion of an aspect: its mean in marks, the part of it that is satisfied, and the part of
    each step of the scale."""

    marks: float
    satisfied: float
    steps: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Unit:
    """Whoever counts once, of which stratum, with an opinion by aspect; `unknown` are the aspects of
    which they said that they do not know."""

    key: Key
    said: Mapping[str, Said]
    unknown: frozenset[str]


def unit(questionnaire: Questionnaire, key: Key, answers: Answers) -> Unit:
    """A sheet; several items of an aspect count as their mean."""
    said: dict[str, Said] = {}
    unknown = set()
    for aspect in questionnaire.aspects:
        chosen = [_chosen(item, answers) for item in questionnaire.items_of(aspect.id)]
        known = [one for one in chosen if one and not one.dont_know]
        if known:
            said[aspect.id] = _said(known)
        elif any(chosen):
            unknown.add(aspect.id)
    return Unit(key, said, frozenset(unknown))


def _chosen(item: Item, answers: Answers) -> Option | None:
    code = answers.get(item.id)
    return item.option(code) if isinstance(code, int) else None


def _said(known: Sequence[Option]) -> Said:
    n = len(known)
    times = Counter(option.code for option in known)
    return Said(
        sum(option.score or 0 for option in known) / n,
        sum(option.satisfied for option in known) / n,
        {code: count / n for code, count in times.items()},
    )


def together(units: Sequence[Unit]) -> Unit:
    """A community that counts once, however many of its people rated: the mean of its units."""
    aspects = {aspect for one in units for aspect in one.said}
    said = {
        aspect: _mean([u.said[aspect] for u in units if aspect in u.said]) for aspect in aspects
    }
    unknown = frozenset().union(*(one.unknown for one in units)) - aspects
    return Unit(units[0].key, said, unknown)


def _mean(said: Sequence[Said]) -> Said:
    n = len(said)
    codes = {code for one in said for code in one.steps}
    return Said(
        sum(one.marks for one in said) / n,
        sum(one.satisfied for one in said) / n,
        {code: sum(one.steps.get(code, 0) for one in said) / n for code in codes},
    )
