"""Texts as bags of terms: how much of a question is found in each of them, from 0 to 1."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log, sqrt
from typing import Self

from knowledge.normalise import units

REPEATS = 0.6
"""BM25's k1: the lower, the sooner a term that one text repeats stops counting more."""
LENGTH = 0.3
"""BM25's b: how much a text longer than the others is held against it."""

Terms = Counter[str]
Postings = Mapping[str, Sequence[tuple[int, float]]]


_EMPTY = frozenset(
    "的了吗呢啊吧呀我你他她您们是在有要能可以怎么什哪里多少去个一不这那就还会到得着给把被让和跟与也都很想"
) | {"how", "do", "i", "my", "the", "a", "an", "is", "to", "for", "can", "what", "of", "in", "if"}
"""What every question has: says nothing alone, and two in a row say nothing either."""


@lru_cache(maxsize=1 << 15)
def terms_of(text: str) -> Terms:
    """Characters (or Latin words) and neighbouring pairs of them, counted; not to be changed."""
    pieces = units(text)
    pairs = pairwise(pieces)
    telling = Counter(piece for piece in pieces if piece not in _EMPTY)
    telling.update(f"{a} {b}" for a, b in pairs if not (a in _EMPTY and b in _EMPTY))
    return telling or Counter(pieces)


@dataclass(frozen=True)
class Bag:
    """Texts by position; `rarity` of a term no text has is `unknown`, so it counts as not found."""

    rarity: Mapping[str, float]
    unknown: float
    postings: Postings
    is_cosine: bool

    @classmethod
    def cosine(cls, texts: Sequence[Terms], rarity: Mapping[str, float]) -> Self:
        """Short texts that should be the question itself: whatever else they say counts against."""
        postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for position, text in enumerate(texts):
            length = _length(text, rarity, 0.0)
            for term in text:
                postings[term].append((position, rarity[term] / length))
        return cls(rarity, max(rarity.values(), default=1.0), postings, is_cosine=True)

    @classmethod
    def bm25(cls, texts: Sequence[Terms]) -> Self:
        """Long texts that should contain the question: what they have more hardly counts."""
        rarity = rarity_in(texts)
        mean = sum(t.total() for t in texts) / max(len(texts), 1) or 1.0
        postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for position, text in enumerate(texts):
            damp = REPEATS * (1 - LENGTH + LENGTH * text.total() / mean)
            for term, times in text.items():
                postings[term].append((position, times / (times + damp)))
        return cls(rarity, max(rarity.values(), default=1.0), postings, is_cosine=False)

    def scores(self, question: Terms) -> dict[int, float]:
        """How well each text with anything in common answers the question."""
        weights = {term: self.rarity.get(term, self.unknown) for term in question}
        whole = (
            _length(question, weights, self.unknown) if self.is_cosine else sum(weights.values())
        )
        found: dict[int, float] = defaultdict(float)
        for term, weight in weights.items():
            for position, value in self.postings.get(term, ()):
                found[position] += weight * value / whole
        return found


def rarity_in(texts: Sequence[Terms]) -> dict[str, float]:
    """BM25's inverse document frequency of every term: in few texts high, in all of them near 0."""
    having = Counter(term for text in texts for term in text)
    return {term: log(1 + (len(texts) - n + 0.5) / (n + 0.5)) for term, n in having.items()}


def _length(text: Terms, weights: Mapping[str, float], unknown: float) -> float:
    return sqrt(sum(weights.get(term, unknown) ** 2 for term in text)) or 1.0
