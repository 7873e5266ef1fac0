"""Words that mean the same, as reviewed data: dialect, everyday and official names, English."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Self

from pydantic import Field

from knowledge.inflection import stems
from knowledge.normalise import clean, written_out
from knowledge.source import Source
from knowledge.value import Text, Texts, Value, read_value


class _Words(Value):
    dialect: Mapping[Text, Text] = Field(default_factory=dict)
    same: Mapping[Text, Texts] = Field(default_factory=dict)
    hints: Mapping[Text, Texts] = Field(default_factory=dict)
    english: Mapping[Text, Text] = Field(default_factory=dict)


@dataclass(frozen=True)
class Vocabulary:
    """`rewrite` puts one word for all that mean it; `hints` adds what a word also points to."""

    _kept: Mapping[str, str]
    _told: Mapping[str, tuple[str, ...]]
    _any: re.Pattern[str]
    _pointers: re.Pattern[str]

    @classmethod
    def of(
        cls,
        kept: Mapping[str, str] | None = None,
        told: Mapping[str, Iterable[str]] | None = None,
    ) -> Self:
        """`kept`: a word and what stands for it; `told`: a word and what it also points to."""
        words = {_written(old): _written(new) for old, new in (kept or {}).items()}
        hints = {stems(_written(w)): tuple(map(_written, to)) for w, to in (told or {}).items()}
        return cls(words, hints, _longest_first(words), _longest_first(hints))

    def rewrite(self, text: str) -> str:
        """The text with one word for all that mean the same; 弄勿见嘞 is 弄不见了 before it is 丢."""
        return self._any.sub(lambda found: self._kept[found[0]], written_out(text))

    def english(self) -> frozenset[str]:
        """The English words that point to something."""
        return frozenset(w for told in self._told for w in re.findall(r"[a-z]{3,}", told))

    def words(self) -> tuple[str, ...]:
        """Every Chinese word that means another, as people say it."""
        return tuple(word for word in (*self._kept, *self._told) if not word.isascii())

    def hints(self, text: str) -> tuple[str, ...]:
        """Words that the text does not say but points to."""
        found = dict.fromkeys(
            hit for m in self._pointers.finditer(stems(text)) for hit in self._told[m[0]]
        )
        return tuple(word for word in found if word not in text)


def load_vocabulary(path_or_text: Path | str | Source) -> Vocabulary:
    """Read and check a file of words; raises ContentError with a sentence for each thing wrong."""
    source = Source.read(path_or_text)
    words = read_value(_Words, source, lambda place: ("file", place))
    same = {other: kept for kept, others in words.same.items() for other in others}
    first = Vocabulary.of(same)
    dialect = {old: first.rewrite(new) for old, new in words.dialect.items()}
    hints = {
        first.rewrite(clean(word)): tuple(map(first.rewrite, to))
        for word, to in words.hints.items()
    }
    english = {word: tuple(first.rewrite(to).split()) for word, to in words.english.items()}
    return Vocabulary.of(same | dialect, hints | english)


@lru_cache(maxsize=1)
def shipped_vocabulary() -> Vocabulary:
    """The words that come with the program."""
    return load_vocabulary(Source.shipped("synonyms.yaml"))


def _written(word: str) -> str:
    return written_out(clean(word))


def _longest_first(words: Iterable[str]) -> re.Pattern[str]:
    """Any of the words, the longest first; grouped by first letter, so that most places are
    passed over at once."""
    by_first: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words, key=lambda word: (-len(word), word)):
        by_first[word[0]].append(_pattern(word[1:], is_word=word.isascii()))
    groups = (
        rf"{'(?<![a-z])' if first.isascii() else ''}{re.escape(first)}(?:{'|'.join(rest)})"
        for first, rest in by_first.items()
    )
    return re.compile("|".join(groups) or r"(?!)")


def _pattern(rest: str, *, is_word: bool) -> str:
    """A Latin word is found as a word only: `id` is not in `did`; plurals count."""
    return rf"{re.escape(rest)}(?=s?(?![a-z]))" if is_word else re.escape(rest)
