"""Who asks for the nearest of something: the kinds of facilities, and how people call them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from pydantic import Field

from domain.people import Language
from knowledge.normalise import clean
from knowledge.source import Source
from knowledge.value import Text, Texts, Value, naming_entries, read_value

LONGEST = 40
"""Signs of a question that asks the way; whoever writes more asks something else too."""


class KindWords(Value):
    """One kind: its English name, other names for it, and what people go there for."""

    en: Text
    words: Texts = ()
    needs: Texts = ()


class CircleWords(Value):
    """All kinds that are known, and the words that tell asking the way from asking about a matter."""

    near: Texts
    everything: Texts
    way: Texts
    not_: Texts = Field(alias="not")
    kinds: Mapping[Text, KindWords]

    def kind_in(self, text: str) -> str | None:
        """The kind that a text names, or something one goes there for; None where there is none."""
        return self._kind(_plain(text), needs=True)

    def asked(self, text: str) -> str | None:
        """The kind whose nearest place a text asks for, "" for whatever is near (3幢附近有什么); None
        where it does not ask the way."""
        said = _plain(text)
        if len(said) > LONGEST:
            return None
        near = _any(self.near, said)
        kind = self._kind(said, needs=near) if near or _any(self.way, said) else None
        if kind is None:
            whole = near and said.endswith(tuple(_word(word) for word in self.everything))
            return "" if whole else None
        # A name may hold such a word itself: 社区服务中心办公室 is a place, not a matter.
        rest = said
        for word in sorted((kind, *self.kinds[kind].words), key=len, reverse=True):
            rest = rest.replace(_word(word), "")
        return None if _any(self.not_, rest) else kind

    def _kind(self, said: str, *, needs: bool) -> str | None:
        """The kind by the longest of its names in a text, or what is done there."""
        found = [
            (len(word), kind)
            for kind, known in self.kinds.items()
            for word in (kind, known.en, *known.words, *(known.needs if needs else ()))
            if _holds(said, _word(word))
        ]
        return max(found, key=lambda each: each[0])[1] if found else None

    def name(self, kind: str, language: Language) -> str:
        """A kind as a reader of the language knows it."""
        known = self.kinds.get(kind)
        return known.en if known is not None and language is Language.EN else kind


def _plain(text: str) -> str:
    """Lower case, simplified, words apart; unlike for the search, no word counts as filler."""
    return " ".join(re.findall(r"\w+", clean(text)))


@cache
def _word(word: str) -> str:
    """A word of ours as texts are compared; every question is held against some hundred of them."""
    return _plain(word)


def _holds(said: str, word: str) -> bool:
    """Whether a text holds a word; a Latin one only as a whole word (eat is not in great)."""
    return f" {word} " in f" {said} " if word.isascii() else word in said


def _any(words: Iterable[str], said: str) -> bool:
    return any(_holds(said, _word(word)) for word in words)


def load_circle(source: Source) -> CircleWords:
    """Read and check; raises ContentError."""
    return read_value(CircleWords, source, naming_entries(source, "kinds", "kind"))


@cache
def shipped_circle() -> CircleWords:
    """The words that come with the program."""
    return load_circle(Source.shipped("circle.yaml"))


def offered(kinds: Sequence[str], most: int = 12) -> tuple[str, ...]:
    """The kinds to choose from, each once, in the order of the register."""
    return tuple(dict.fromkeys(kinds))[:most]
