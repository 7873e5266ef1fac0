"""Plain ways of searching, to measure ours against: each from text to the best entries."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from math import log
from typing import TypeAlias

from rapidfuzz import fuzz, process

from knowledge.index import Entry

Search: TypeAlias = Callable[[str], list[tuple[str, float]]]
"""From a question to (entry, score), the best first."""
REPEATS, LENGTH = 1.2, 0.75
"""BM25's usual k1 and b."""


def rivals(entries: Sequence[Entry]) -> dict[str, Search]:
    """All there are here; jieba is a package for development, so it may be missing."""
    found = {
        "rapidfuzz WRatio": _letters(entries, fuzz.WRatio),
        "rapidfuzz ratio": _letters(entries, fuzz.ratio),
        "BM25, characters 1-2": bm25(entries, _pairs),
    }
    if find_spec("jieba"):
        found["BM25, jieba words"] = bm25(entries, _words)
    return found


def _letters(entries: Sequence[Entry], scorer: Callable[..., float]) -> Search:
    """The best single phrasing by its letters."""
    said = [phrasing for entry in entries for phrasing in entry.phrasings]
    owner = [entry.id for entry in entries for _ in entry.phrasings]

    def search(text: str) -> list[tuple[str, float]]:
        best: dict[str, float] = {}
        for _, score, at in process.extract(text, said, scorer=scorer, limit=len(said)):
            best.setdefault(owner[at], score)
        return sorted(best.items(), key=lambda found: -found[1])

    return search


def bm25(entries: Sequence[Entry], cut: Callable[[str], Iterable[str]]) -> Search:
    """An entry's phrasings and body as one text; the score over the question's whole weight."""
    texts = [Counter(cut(" ".join((*entry.phrasings, entry.body)))) for entry in entries]
    mean = sum(text.total() for text in texts) / max(len(texts), 1) or 1.0
    holding: Mapping[str, list[tuple[int, int]]] = defaultdict(list)
    for at, text in enumerate(texts):
        for term, times in text.items():
            holding[term].append((at, times))
    damp = [REPEATS * (1 - LENGTH + LENGTH * text.total() / mean) for text in texts]

    def search(text: str) -> list[tuple[str, float]]:
        scores: dict[int, float] = defaultdict(float)
        terms = set(cut(text))
        for term in terms:
            held = holding.get(term, [])
            rarity = log(1 + (len(texts) - len(held) + 0.5) / (len(held) + 0.5))
            for at, times in held:
                scores[at] += rarity * times * (REPEATS + 1) / (times + damp[at])
        found = ((entries[at].id, score / max(len(terms), 1)) for at, score in scores.items())
        return sorted(found, key=lambda each: -each[1])

    return search


def _pairs(text: str) -> list[str]:
    signs = [sign for sign in text.lower() if not sign.isspace()]
    return signs + [a + b for a, b in pairwise(signs)]


def _words(text: str) -> list[str]:
    cut: Callable[[str], list[str]] = import_module("jieba").lcut
    return [word for word in cut(text.lower()) if re.search(r"\w", word)]
