"""Emergencies in plain words, told from questions about forms, by rules that are reviewed data.

A missed emergency is worse than a false alarm, so rules are wide, and what takes an alarm back is
narrow: figures of speech, and questions about money, papers or rules. Nothing is guessed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from domain.people import Language
from knowledge.normalise import clean, written_out
from knowledge.source import Source
from knowledge.syllables import readings
from knowledge.value import Text, Texts, Value, naming_entries, read_value

LOOKED_AT = 1000
"""Characters looked at from each end of a text; a cry for help comes first or last."""
TYPED, HEARD = 3, 4
"""Syllables from which a phrase is also recognised by its sound: where a text is pinyin letters, and
where it is characters, which a microphone may have chosen wrongly. Shorter ones sound like others."""
GAP, GAP_LATIN = 8, 24
"""The most characters that `…` stands for, in a Chinese and in an English phrase."""


@dataclass(frozen=True, slots=True)
class Emergency:
    """What has happened, whom to call (most urgent first), and what to do until they come."""

    kind: str
    numbers: tuple[str, ...]
    advice: Mapping[str, tuple[str, ...]]

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
    advice: Advice


class _Rules(Value):
    words: Mapping[str, Annotated[Texts, Field(min_length=1)]] = {}
    figures: Texts = ()
    asking: Texts = ()
    past: Texts = ()
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _knows_its_words(self) -> "_Rules":
        for rule in self.rules:
            for phrase in (*rule.always, *rule.unless_asking):
                for word in re.findall(r"\{(\w+)\}", phrase):
                    if word not in self.words:
                        raise ValueError(
                            f'rule "{rule.kind}" uses {{{word}}}, which is not in words'
                        )
        return self


@dataclass(frozen=True)
class _Signs:
    rule: Rule
    always: re.Pattern[str]
    alone: frozenset[str]
    unless_asking: re.Pattern[str]
    sounds: tuple[str, ...]

    @classmethod
    def of(cls, rule: Rule, words: Mapping[str, str]) -> "_Signs":
        return cls(
            rule,
            always=re.compile(_any_of(rule.always, words)),
            alone=frozenset(plain(phrase) for phrase in rule.alone),
            unless_asking=re.compile(_any_of(rule.unless_asking, words)),
            sounds=tuple(_sound(p) for p in rule.always if re.fullmatch(r"[\u4e00-\u9fff]+", p)),
        )

    def fit(self, said: str, *, asks: bool) -> bool:
        if said in self.alone or self.always.search(said):
            return True
        return not asks and self.unless_asking.search(said) is not None

    def sound_like(self, heard: str, least: int) -> bool:
        """Whether a phrase of at least so many syllables is heard."""
        return any(sound in heard for sound in self.sounds if sound.count(" ") > least)


class Emergencies:
    """The rules, ready to be applied."""

    def __init__(self, rules: _Rules) -> None:
        words = {name: _any_of(texts, {}) for name, texts in rules.words.items()}
        self._figures = re.compile(_any_of(rules.figures, {}))
        self._asking = re.compile(_any_of(rules.asking, {}))
        self._past = re.compile(_any_of(rules.past, {}))
        self._signs = tuple(_Signs.of(rule, words) for rule in rules.rules)

    def recognise(self, text: str) -> Emergency | None:
        """The emergency a text speaks of, or None; any text at all, in well under a millisecond."""
        said = self._figures.sub(" ", plain(_both_ends(text))).strip()
        asks = self._asking.search(said) is not None
        if asks and self._past.search(said):
            return None
        heard, least = _sound(said), TYPED if said.isascii() else HEARD
        fitting = [
            signs.rule
            for signs in self._signs
            if signs.fit(said, asks=asks) or (not asks and signs.sound_like(heard, least))
        ]
        return _emergency(fitting) if fitting else None

    @property
    def kinds(self) -> tuple[str, ...]:
        """All kinds the rules know, in their order."""
        return tuple(signs.rule.kind for signs in self._signs)


def load_emergencies(path_or_text: Path | str | Source) -> Emergencies:
    """Read and check a file of rules; raises ContentError with a sentence for each thing wrong."""
    source = Source.read(path_or_text)
    rules = read_value(_Rules, source, naming_entries(source, "rules", "rule"))
    return Emergencies(rules)


def plain(text: str) -> str:
    """A text as the rules compare it: words of letters stay apart, Chinese closes up."""
    written = written_out(clean(text, 2 * LOOKED_AT + 1)).replace("'", "")
    spaced = re.sub(r"[\W_]+", " ", written)
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", spaced).strip()


def _sound(text: str) -> str:
    """The syllables of a text, a blank around each; letters stay as they are."""
    told = readings()
    return f" {' '.join(told[c][0] if c in told else c for c in _units(text))} "


def _units(text: str) -> list[str]:
    return re.findall(r"[a-z]+|[^\sa-z]", text)


def _both_ends(text: str) -> str:
    return text if len(text) <= 2 * LOOKED_AT else f"{text[:LOOKED_AT]} {text[-LOOKED_AT:]}"


def _emergency(rules: list[Rule]) -> Emergency:
    numbers = dict.fromkeys(number for rule in rules for number in rule.numbers)
    first = rules[0]
    return Emergency(first.kind, tuple(numbers), {"zh": first.advice.zh, "en": first.advice.en})


def _any_of(phrases: Texts, words: Mapping[str, str]) -> str:
    return "|".join(_pattern(phrase, words) for phrase in phrases) or r"(?!)"


def _pattern(phrase: str, words: Mapping[str, str]) -> str:
    is_latin = re.search(r"[a-z]", re.sub(r"\{\w+\}", "", phrase)) is not None
    gap = f".{{0,{GAP_LATIN if is_latin else GAP}}}?"
    pieces = re.split(r"(…|\{\w+\})", phrase)
    inner = "".join(_piece(piece, gap, words) for piece in pieces)
    return rf"\b{inner}\b" if is_latin else inner


def _piece(piece: str, gap: str, words: Mapping[str, str]) -> str:
    if piece == "…":
        return gap
    if piece.startswith("{"):
        return f"(?:{words[piece[1:-1]]})"
    # A blank between a Latin word and a {word} is part of the phrase.
    before, after = piece.startswith(" "), piece.endswith(" ")
    return " " * before + re.escape(plain(piece)) + " " * (after and bool(piece.strip()))
