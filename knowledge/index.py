"""Finding entries by what people say: built from any list of entries in one call, swapped whole.

Four views of a question are added up. Each lies between 0 and 1 and is measured against the
question itself (a term that no entry knows counts as not found), so that scores of different
questions can be compared:

- the best single phrasing: cosine over characters and pairs of characters, rare ones counting more;
- the entry as a whole: BM25 over all its phrasings as one text;
- its body, the same way;
- the letters as they stand: rapidfuzz's ratio to the best phrasing, for near-exact titles.

Latin words and numbers count as one character each, so English needs no index of its own.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from rapidfuzz import fuzz

from knowledge.bag import Bag, Terms, rarity_in, terms_of
from knowledge.normalise import core

PHRASING, WHOLE, BODY, LETTERS = 0.30, 0.20, 0.45, 0.05
"""Weights of the views, chosen by leaving out phrasings of the shipped guides (566 questions in
Chinese): the best of a dozen sets, and flat around it. rapidfuzz alone had 49 % in first place."""
COMPARED = 8
"""Entries whose letters are compared; what is further behind is not brought back by them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What can be found: ways of asking for it, and a longer text about it."""

    id: str
    phrasings: tuple[str, ...]
    body: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """An entry found, how well (0 to 1), and the phrasing that was nearest."""

    id: str
    score: float
    phrasing: str


@dataclass(frozen=True)
class Index:
    """An unchanging index; when the content changes, build another."""

    entries: tuple[Entry, ...]
    _said: tuple[tuple[tuple[str, str], ...], ...]
    _owners: tuple[int, ...]
    _single: Bag
    _whole: Bag
    _body: Bag

    @classmethod
    def build(cls, entries: Iterable[Entry]) -> Self:
        """Index the entries; one without phrasings is found by its body only."""
        kept = tuple(entries)
        said = tuple(tuple((core(p), p) for p in entry.phrasings) for entry in kept)
        single = [terms_of(text) for texts in said for text, _ in texts]
        whole = [Terms(term for text, _ in texts for term in terms_of(text)) for texts in said]
        bodies = [terms_of(core(entry.body, len(entry.body))) for entry in kept]
        return cls(
            entries=kept,
            _said=said,
            _owners=tuple(n for n, texts in enumerate(said) for _ in texts),
            _single=Bag.cosine(single, rarity_in(whole)),
            _whole=Bag.bm25(whole),
            _body=Bag.bm25(bodies),
        )

    def search(self, text: str, limit: int = 5) -> list[Match]:
        """The best entries first; nothing in common with any entry gives an empty list."""
        asked = core(text)
        scores = self._scores(terms_of(asked))
        best = sorted(scores, key=lambda n: (-scores[n], n))[: max(limit, COMPARED)]
        found = [self._match(n, scores[n], asked) for n in best]
        return sorted(found, key=lambda match: -match.score)[:limit]

    def _scores(self, question: Terms) -> dict[int, float]:
        near: dict[int, float] = {}
        for position, score in self._single.scores(question).items():
            owner = self._owners[position]
            near[owner] = max(near.get(owner, 0.0), score)
        whole, body = self._whole.scores(question), self._body.scores(question)
        return {
            n: PHRASING * near.get(n, 0.0) + WHOLE * whole.get(n, 0.0) + BODY * body.get(n, 0.0)
            for n in near.keys() | whole.keys() | body.keys()
        }

    def _match(self, number: int, score: float, asked: str) -> Match:
        compared = ((fuzz.ratio(asked, text) / 100, said) for text, said in self._said[number])
        letters, phrasing = max(compared, default=(0.0, ""))
        return Match(self.entries[number].id, min(score + LETTERS * letters, 1.0), phrasing)
