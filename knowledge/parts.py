"""Which part of a guide a question is about, and whether it is about nothing else."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from knowledge.normalise import core
from knowledge.source import Source
from knowledge.value import Texts, Value, read_value

Part: TypeAlias = Literal["materials", "where", "time", "fee", "phone", "stamp", "who", "steps"]
LONGEST = 30
"""Characters of a question that may lean on the one before; a longer one speaks for itself."""


class _Parts(Value):
    parts: Mapping[Part, Annotated[Texts, Field(min_length=1)]]
    empty: Texts
    stampers: Texts
    exact: Texts


class Parts:
    """The words, ready to be looked for."""

    def __init__(self, words: _Parts) -> None:
        told = ((word, part) for part, each in words.parts.items() for word in each)
        self._part_of: Mapping[str, Part] = {core(word): part for word, part in told}
        self._words = _any_of(self._part_of)
        self._empty = _any_of(map(core, words.empty))
        self._stampers = _any_of(map(core, words.stampers))
        self._exact = _any_of(map(core, words.exact))

    def asked(self, text: str) -> Part | None:
        """The part a question is about, the last one named; None where it names none."""
        named = self._words.findall(core(text))
        return self._part_of[named[-1]] if named else None

    def leans(self, text: str, *, shown: bool = False) -> Part | None:
        """The part, where the question says nothing but that part. Once a guide was `shown`, who it is
        that stamps says nothing more either: "那社区能盖章吗" is about that guide."""
        said = core(text)
        part = self.asked(said)
        if part is None or len(said) > LONGEST:
            return None
        rest = self._words.sub(" ", said)
        if shown and part == "stamp":
            rest = self._stampers.sub(" ", rest)
        rest = self._empty.sub(" ", rest)
        return None if rest.strip() else part

    def is_exact(self, text: str) -> bool:
        """Whether it asks for a sum, a date or a deadline, where a wrong answer costs most."""
        return self._exact.search(core(text)) is not None


def load_parts(path_or_text: Path | str | Source) -> Parts:
    """Read and check a file of words; raises ContentError with a sentence for each thing wrong."""
    source = Source.read(path_or_text)
    return Parts(read_value(_Parts, source, lambda place: ("file", place)))


@lru_cache(maxsize=1)
def shipped_parts() -> Parts:
    """The words that come with the program."""
    return load_parts(Source.shipped("parts.yaml"))


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return re.compile("|".join(map(_pattern, ordered)))


def _pattern(word: str) -> str:
    return rf"\b{re.escape(word)}\b" if word.isascii() else re.escape(word)
