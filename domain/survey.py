"""Questionnaires as values, and the honest count of what came back.

A questionnaire's texts are content (both languages), read by `knowledge/questionnaires.py`; nothing
here is wording. Answers are a plain mapping, so that a half-filled sheet can be stored as JSON; how
they are given, one after the other, is `domain/answering.py`.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import sqrt

from domain.people import Language
from domain.skips import Answer, Answers, Condition
from domain.survey_privacy import COMMUNITIES, HOMES

__all__ = ["Answer", "Answers"]

Z_95 = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""


@dataclass(frozen=True, slots=True)
class Words:
    """One text of the content in both languages; Chinese where no English is given."""

    zh: str
    en: str = ""

    def get(self, language: Language) -> str:
        """The text in that language."""
        return self.en if language is Language.EN and self.en else self.zh


class Kind(StrEnum):
    """How an item is answered. A scale is scored, choices only counted, a number averaged, a text
    read. The answer is a code, of a multiple choice a sorted list of codes (`[]`: none of them)."""

    SCALE = "scale"
    CHOICE = "choice"
    MULTIPLE = "multiple"
    NUMBER = "number"
    TEXT = "text"


TYPED = frozenset({Kind.NUMBER, Kind.TEXT})
"""Kinds whose answer is typed, not tapped."""


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to tap. On a scale `score` is its worth; "don't know" has none, counted apart.

    `face` is a picture character before the words on a button; `alone` stands in a multiple choice
    beside no other ("none of these").
    """

    code: int
    words: Words
    score: float | None = None
    satisfied: bool = False
    dont_know: bool = False
    face: str = ""
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Aspect:
    """A field of the rating, for instance the community's services."""

    id: str
    name: Words
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the questionnaire under a heading of its own; it does not score."""

    id: str
    title: Words


@dataclass(frozen=True, slots=True)
class Item:
    """One question. `aspect` is the id of the aspect it rates, None where it rates none.

    `minimum` and `maximum` bound a number (of `unit`, with at most `decimals` places), or how many
    options of a multiple choice may be ticked. It is asked where `when` holds, always without one;
    a `stratum` question, whose answer weights need, is always asked.
    """

    id: str
    text: Words
    kind: Kind
    options: tuple[Option, ...] = ()
    aspect: str | None = None
    required: bool = True
    max_chars: int = 200
    section: str = ""
    when: Condition | None = None
    stratum: bool = False
    minimum: float | None = None
    maximum: float | None = None
    decimals: int = 0
    unit: Words | None = None

    def option(self, code: int) -> Option | None:
        """The option with that code, None where there is none."""
        return next((option for option in self.options if option.code == code), None)


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """A survey as data. `full` is the best score an answer can have; `subjects` are those who are
    rated one after the other (departments), empty where there is one (the own community).

    `minimum_group` is the fewest sheets of which a result is shown; a questionnaire that asks for fewer
    than is usual says why in `minimum_reason`."""

    id: str
    version: int
    title: Words
    aspects: tuple[Aspect, ...]
    items: tuple[Item, ...]
    full: float = 100
    minimum_group: int = HOMES
    subjects: tuple[Words, ...] = ()
    sections: tuple[Section, ...] = ()
    minimum_reason: Words | None = None

    def item(self, item_id: str) -> Item | None:
        """The item with that id, None where there is none."""
        return next((item for item in self.items if item.id == item_id), None)

    def aspect(self, aspect_id: str) -> Aspect | None:
        """The aspect with that id, None where there is none."""
        return next((aspect for aspect in self.aspects if aspect.id == aspect_id), None)

    def items_of(self, aspect_id: str) -> tuple[Item, ...]:
        """The scale items that rate an aspect."""
        return tuple(item for item in self.items if item.aspect == aspect_id)

    @property
    def taps(self) -> int:
        """How many questions the plan and the invitation say there are: all but free text."""
        return sum(item.kind is not Kind.TEXT for item in self.items)

    @property
    def scale(self) -> tuple[Option, ...]:
        """The options of the scale items, best first, "don't know" last."""
        return next((item.options for item in self.items if item.kind is Kind.SCALE), ())


def usual_least(questionnaire: Questionnaire) -> int:
    """The fewest sheets that show a result where a questionnaire states nothing else."""
    return COMMUNITIES if questionnaire.subjects else HOMES


def short_form(questionnaire: Questionnaire) -> Questionnaire:
    """One question an aspect, the aspect itself rated on the scale, and one optional free text;
    before them what weights need.

    Derived, not shipped: its id ends in `.short`, its items carry the ids of the aspects.
    """
    strata = tuple(item for item in questionnaire.items if item.stratum)
    rated = tuple(
        Item(aspect.id, aspect.name, Kind.SCALE, questionnaire.scale, aspect.id)
        for aspect in questionnaire.aspects
    )
    texts = (item for item in questionnaire.items if item.kind is Kind.TEXT and not item.when)
    free = tuple(replace(item, required=False) for item in texts)[:1]
    return replace(questionnaire, id=f"{questionnaire.id}.short", items=strata + rated + free)


@dataclass(frozen=True, slots=True)
class Score:
    """The answers to one aspect or item. Don't-knows are counted apart and in no mean or share.

    `n` are the respondents with an opinion, `ratings` their answers (several an aspect), `counts`
    the ratings by code (their parts of one where they are weighted), `mean` in the questionnaire's
    marks, `interval` the Wilson 95 % interval of `satisfied` (a share, 0 to 1). A plain choice has
    counts only. Where `suppressed`, every figure is zero or None: too few people.
    """

    id: str
    n: int = 0
    ratings: float = 0
    dont_know: int = 0
    counts: Mapping[int, float] | None = None
    mean: float | None = None
    satisfied: float | None = None
    interval: tuple[float, float] | None = None
    suppressed: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """What the sheets of one group say. `score` is out of 100, weighted over the aspects shown."""

    questionnaire: Questionnaire
    n: int
    minimum: int
    aspects: tuple[Score, ...]
    items: tuple[Score, ...]
    score: float | None
    suppressed: bool


def tally(
    questionnaire: Questionnaire, sheets: Sequence[Answers], minimum: int | None = None
) -> Tally:
    """Count the sheets; a group, aspect or item with opinions of fewer than `minimum` is not shown.

    `minimum` defaults to the questionnaire's own privacy rule. Where one item of an aspect has too
    few opinions, all items of that aspect are held back, so that none follows by subtraction.
    """
    least = questionnaire.minimum_group if minimum is None else minimum
    hidden = len(sheets) < least
    aspects = tuple(
        _score(aspect.id, questionnaire.items_of(aspect.id), sheets, least)
        for aspect in questionnaire.aspects
    )
    together = [questionnaire.items_of(aspect.id) for aspect in questionnaire.aspects]
    together += [(item,) for item in questionnaire.items if item.kind is Kind.CHOICE]
    items = tuple(score for group in together for score in _item_scores(group, sheets, least))
    overall = None if hidden else _overall(questionnaire, aspects)
    return Tally(questionnaire, len(sheets), least, aspects, items, overall, hidden)


def _item_scores(items: Iterable[Item], sheets: Sequence[Answers], least: int) -> tuple[Score, ...]:
    scores = tuple(_score(item.id, (item,), sheets, least) for item in items)
    if any(score.suppressed for score in scores):
        return tuple(Score(score.id, suppressed=True) for score in scores)
    return scores


def _score(name: str, items: Sequence[Item], sheets: Sequence[Answers], least: int) -> Score:
    n = _with_opinion(items, sheets)
    if n < max(1, least):
        return Score(name, suppressed=True)
    chosen = _chosen(items, sheets)
    opinions = {option: times for option, times in chosen.items() if not option.dont_know}
    ratings = sum(opinions.values())
    counts = {option.code: times for option, times in opinions.items()}
    bare = Score(name, n, ratings, chosen.total() - ratings, counts)
    return bare if items[0].kind is Kind.CHOICE else _rated(bare, opinions)


def _rated(bare: Score, opinions: Mapping[Option, int]) -> Score:
    satisfied = sum(times for option, times in opinions.items() if option.satisfied) / bare.ratings
    total = sum((option.score or 0) * times for option, times in opinions.items())
    interval = wilson(satisfied * bare.n, bare.n)
    return replace(bare, mean=total / bare.ratings, satisfied=satisfied, interval=interval)


def _with_opinion(items: Iterable[Item], sheets: Iterable[Answers]) -> int:
    """How many respondents answered any of the items with more than "don't know"."""
    codes = [
        (item.id, frozenset(option.code for option in item.options if not option.dont_know))
        for item in items
    ]
    return sum(any(sheet.get(name) in known for name, known in codes) for sheet in sheets)


def _chosen(items: Iterable[Item], sheets: Sequence[Answers]) -> Counter[Option]:
    """How often each option was chosen over all the items, unchosen ones with 0."""
    chosen: Counter[Option] = Counter()
    for item in items:
        times = Counter(sheet.get(item.id) for sheet in sheets)
        chosen.update({option: times[option.code] for option in item.options})
    return chosen


def _overall(questionnaire: Questionnaire, aspects: Sequence[Score]) -> float | None:
    shown = [
        (aspect.weight, score.mean)
        for aspect, score in zip(questionnaire.aspects, aspects, strict=True)
        if score.mean is not None
    ]
    weights = sum(weight for weight, _ in shown)
    if not weights:
        return None
    return 100 / questionnaire.full * sum(w * mean for w, mean in shown) / weights


def wilson(successes: float, n: float, z: float = Z_95) -> tuple[float, float]:
    """Wilson's score interval of a share (E. B. Wilson, JASA 22, 1927); (0, 1) where n is 0.

    For an aspect of several items `n` counts people, not ratings, and is therefore cautious. In a
    weighted sample it is what they are worth.
    """
    if not 0 <= successes <= max(n, 0):
        raise ValueError(f"{successes} of {n} is not a share")
    if n == 0:
        return 0.0, 1.0
    share, z2 = successes / n, z * z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = z / (1 + z2 / n) * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)
