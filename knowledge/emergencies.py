"""Emergencies in plain words, told from questions about forms.

Rules that are reviewed data come first. A missed emergency is worse than a false alarm, so they are wide,
and what takes an alarm back is narrow: figures of speech, and questions about money, papers or rules.
What no rule foresaw is left to a second ear that has learned from examples (ear.py).
"""

import re
from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from domain.people import Language
from knowledge.ear import LONGEST, Ear, shipped_ear
from knowledge.phrases import LOOKED_AT, WORD, Phrases, plain, sounded
from knowledge.source import Source
from knowledge.told import Told, told
from knowledge.value import Text, Texts, Value, naming_entries, read_value

LAST = 16
"""Texts whose finding is remembered: each is looked at three times on its way to an answer."""

SURE, SUSPECTED, CALM, QUIET = 1.3, 0.2, -1.0, -2.3
"""What the second ear must hear: to call a text an emergency; to call it one where it is not plainly
anything else; of what is only supposed, to be as sure that it is none; and of anything, whatever a rule says.

Of 260 cries written unseen rules alone know 162, with the ear 244 are heard; the lowest that a rule
knew is at -2.1. Of 254 ordinary texts meant to mislead 4 are taken for a cry."""


_BREATH = re.compile(r"^[喂啊哎唉诶呀哟哦噢嗯呃]+|[啊呀哪呐吧啦喔哦噢哟哎唉咯嘞]+$")
"""What is called out around a word and says nothing: 救命啊."""


_PATTERN = re.compile("[{…~]")
"""What makes a sign more than the words themselves."""

ANY = ("120", "110", "119")
"""Whom to call where it is not sure what has happened."""


@dataclass(frozen=True, slots=True)
class Emergency:
    """What has happened, whom to call (most urgent first), and what to do until they come."""

    kind: str
    numbers: tuple[str, ...]
    advice: Mapping[str, tuple[str, ...]]
    by_ear: bool = False
    """Only the second ear says so: that it is one is likely, of what kind is a guess."""

    def advice_in(self, language: Language | str) -> tuple[str, ...]:
        """The advice lines in a language, Chinese where there are no others."""
        return self.advice.get(str(language), self.advice["zh"])


class Advice(Value):
    """What to do, in short lines."""

    zh: Annotated[Texts, Field(min_length=1)]
    en: Annotated[Texts, Field(min_length=1)]


class Rule(Value):
    """One kind of emergency: how it sounds, whom to call, what to do."""

    kind: Text
    numbers: Annotated[tuple[Annotated[str, Field(pattern=r"^\d{3,5}$")], ...], Field(min_length=1)]
    always: Annotated[Texts, Field(min_length=1)]
    alone: Texts = ()
    unless_asking: Texts = ()
    unless_noted: Texts = ()
    advice: Advice

    @property
    def told(self) -> Texts:
        """Every sign that may stand among other words."""
        return (*self.always, *self.unless_asking, *self.unless_noted)


class _Rules(Value):
    words: Mapping[str, Annotated[Texts, Field(min_length=1)]] = {}
    figures: Texts = ()
    asking: Texts = ()
    past: Texts = ()
    supposing: Texts = ()
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _knows_its_words(self) -> "_Rules":
        told = {f'rule "{r.kind}"': r.told for r in self.rules}
        for user, phrases in {"figures": self.figures, **told}.items():
            for word in WORD.findall(" ".join(phrases)):
                if word not in self.words:
                    raise ValueError(f"{user} uses {{{word}}}, which is not in words")
        return self


@dataclass(frozen=True)
class _Signs:
    rule: Rule
    always: Phrases
    alone: frozenset[str]
    unless_asking: Phrases
    unless_noted: Phrases

    @classmethod
    def of(cls, rule: Rule, words: Mapping[str, Texts]) -> "_Signs":
        return cls(
            rule,
            always=Phrases.of(rule.always, words),
            alone=frozenset(plain(phrase) for phrase in rule.alone),
            unless_asking=Phrases.of(rule.unless_asking, words),
            unless_noted=Phrases.of(rule.unless_noted, words),
        )

    def fit(self, said: str, heard: str, *, asks: bool, noted: bool) -> bool:
        if _is_all(said, self.alone) or self.always.are_in(said, heard):
            return True
        if asks:
            return False
        return self.unless_asking.are_in(said, heard) or (
            not noted and self.unless_noted.are_in(said, heard)
        )


class Emergencies:
    """The rules and the second ear, ready to be applied."""

    def __init__(self, rules: _Rules, ear: Ear | None) -> None:
        self._hear_with(ear)
        self._by_kind = {rule.kind: rule for rule in rules.rules}
        self._supposing = Phrases.of(rules.supposing, {}).written
        self._figures = Phrases.of(rules.figures, rules.words).written
        self._asking = Phrases.of(rules.asking, {}).written
        self._past = Phrases.of(rules.past, {}).written
        self._signs = tuple(_Signs.of(rule, rules.words) for rule in rules.rules)
        told = [phrase for rule in rules.rules for phrase in rule.told]
        self._any = Phrases.of(told, rules.words)
        bare = (plain(phrase) for phrase in told if not _PATTERN.search(phrase))
        self._alone = frozenset(bare).union(*(signs.alone for signs in self._signs))

    def recognise(self, text: str, *, noted: bool = False) -> Emergency | None:
        """The emergency a text speaks of, or None; any text at all, in about a millisecond.

        In what may be a worker's note (`noted`) a few signs are none: 血压高 头晕 is what visits are
        about.
        """
        return self._found(text, noted)

    def _find(self, text: str, noted: bool) -> Emergency | None:
        times = told(_both_ends(text))
        if found := self._in(text, noted):
            return None if self._is_over(times, noted) else found
        happening = (self._in(place, noted) for place in times.now if self._heard(place)[0] > 0)
        return next((found for found in happening if found), None)

    def _is_over(self, times: Told, noted: bool) -> bool:
        """Whether what remains without what is told of long ago is no cry, by rules or by ear."""
        if not times.rest or self._in(times.rest, noted):
            return False
        return self._heard(times.rest)[0] <= SUSPECTED

    def _in(self, text: str, noted: bool) -> Emergency | None:
        said = self._said(text)
        asks = self._asking.search(said) is not None
        if asks and self._past.search(said):
            return None
        fitting = self._fitting(said, asks=asks, noted=noted)
        score, kind = self._heard(text)
        if fitting and self._is_calm(said, score, asks=asks):
            return None
        by_ear = score > SURE and not asks and not noted
        if by_ear and not fitting:
            return _by_ear(self._by_kind[kind])
        fitting += [self._by_kind[kind]] if by_ear else []
        return _emergency(fitting) if fitting else None

    def _is_calm(self, said: str, score: float, *, asks: bool) -> bool:
        """Whether the second ear is so sure that it is none that a rule's word does not count; that of a
        phrase that is one whatever else is said counts, unless the text asks or supposes; a sign that is all
        that is said counts, for a word or two are too little for the ear."""
        supposes = self._supposing.search(said) is not None
        if score >= (CALM if supposes else QUIET) or _is_all(said, self._alone):
            return False
        heard = sounded(said)
        return asks or supposes or not any(s.always.are_in(said, heard) for s in self._signs)

    def suspect(self, text: str) -> Emergency | None:
        """An emergency that a text may be, for one that is not plainly anything else; what is only
        supposed must sound like one surely."""
        places = (text, *told(_both_ends(text)).now)
        return next((found for place in places if (found := self._suspect(place))), None)

    def _suspect(self, text: str) -> Emergency | None:
        score, kind = self._heard(text)
        said = self._said(text)
        least = SURE if self._supposing.search(plain(_both_ends(text))) else SUSPECTED
        if score <= least or self._asking.search(said):
            return None
        return _by_ear(self._by_kind[kind])

    def of_kind(self, kind: str) -> Emergency:
        """An emergency of a kind that the rules know; KeyError for another."""
        return _emergency([self._by_kind[kind]])

    def with_ear(self, ear: Ear | None) -> "Emergencies":
        """The same rules with another second ear, or with none."""
        other = copy(self)
        other._hear_with(ear)
        return other

    def _hear_with(self, ear: Ear | None) -> None:
        self._hear = lru_cache(LAST)(ear.hear if ear else _hears_nothing)
        self._found = lru_cache(LAST)(self._find)

    def _said(self, text: str) -> str:
        return self._figures.sub(" ", plain(_both_ends(text))).strip()

    def _fitting(self, said: str, *, asks: bool, noted: bool) -> list[Rule]:
        heard = sounded(said)
        if not _is_all(said, self._alone) and not self._any.are_in(said, heard):
            return []
        return [s.rule for s in self._signs if s.fit(said, heard, asks=asks, noted=noted)]

    def _heard(self, text: str) -> tuple[float, str]:
        ends = [text] if len(text) <= LONGEST else [text[:LONGEST], text[-LONGEST:]]
        score, kind = max(map(self._hear, ends))
        return (score, kind) if kind in self._by_kind else (0.0, "")

    @property
    def kinds(self) -> tuple[str, ...]:
        """All kinds the rules know, in their order."""
        return tuple(signs.rule.kind for signs in self._signs)


def load_emergencies(path_or_text: Path | str | Source) -> Emergencies:
    """Read and check a file of rules; raises ContentError with a sentence for each thing wrong."""
    source = Source.read(path_or_text)
    rules = read_value(_Rules, source, naming_entries(source, "rules", "rule"))
    return Emergencies(rules, shipped_ear())


def _is_all(said: str, alone: frozenset[str]) -> bool:
    return said in alone or _BREATH.sub("", said) in alone


def _hears_nothing(_text: str) -> tuple[float, str]:
    return 0.0, ""


def _both_ends(text: str) -> str:
    return text if len(text) <= 2 * LOOKED_AT else f"{text[:LOOKED_AT]} {text[-LOOKED_AT:]}"


def _by_ear(rule: Rule) -> Emergency:
    """What no rule knows is less surely of its kind: the numbers of every kind stand behind its own."""
    return replace(_emergency([rule], ANY), by_ear=True)


def _emergency(rules: list[Rule], besides: tuple[str, ...] = ()) -> Emergency:
    told = (number for rule in rules for number in rule.numbers)
    numbers = dict.fromkeys((*told, *besides))
    first = rules[0]
    return Emergency(first.kind, tuple(numbers), {"zh": first.advice.zh, "en": first.advice.en})
