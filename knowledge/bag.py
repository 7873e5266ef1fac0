"""Texts as bags of terms: how much of a question is found in each of them, from 0 to 1."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Self

import numpy as np
from numpy.typing import NDArray

from knowledge.terms import Terms, joined

REPEATS = 1.2
"""BM25's k1: the lower, the sooner a term that one text repeats stops counting more."""
LENGTH = 0.75
"""BM25's b: how much a text longer than the others is held against it."""

MANY = 50
"""Different terms of a question that all must be found; a story of some clauses has many more, and what
is told around the matter counts by the square root only. Nothing changes which text comes first."""

Floats = NDArray[np.float32]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Asked:
    """A question against a set of terms: places of those that are known, and what each weighs."""

    known: Whole
    weights: Floats
    total: float
    length: float


@dataclass(frozen=True)
class Lexicon:
    """Every term some text has, in order, and how rare it is; a term no text has is rarest."""

    terms: Terms
    rarity: Floats
    unknown: float

    @classmethod
    def of(cls, row: Terms, text: Whole, texts: int) -> Self:
        """BM25's inverse document frequency: in few texts high, in all of them near 0."""
        terms, place = np.unique(row, return_inverse=True)
        pairs = np.unique(place.astype(np.int64) * max(texts, 1) + text)
        having = np.bincount(pairs // max(texts, 1), minlength=len(terms))
        rarity = np.log1p((texts - having + 0.5) / (having + 0.5)).astype(np.float32)
        return cls(terms, rarity, float(rarity.max(initial=1.0)))

    def places(self, row: Terms) -> Whole:
        """Where each term stands; -1 for one that no text has."""
        if not len(self.terms):
            return np.full(len(row), -1, np.int64)
        at = np.searchsorted(self.terms, row)
        at[at == len(self.terms)] = 0
        return np.where(self.terms[at] == row, at, -1)

    def ask(self, question: Terms, hints: Terms, hint: float) -> Asked:
        """A question's terms count whole, `hints` by the factor `hint` and only where known.

        Both are part of the whole that a text is measured against: a hint alone proves little.
        """
        own = set(question.tolist())
        more = set(hints.tolist()) - own if len(hints) else set()
        at = self.places(np.fromiter((*own, *more), np.int64, len(own) + len(more)))
        known = at >= 0
        missing = self.unknown * int((~known[: len(own)]).sum())
        at = at[known]
        weights = self.rarity[at]
        weights[int(known[: len(own)].sum()) :] *= hint
        total = (float(weights.sum()) + missing) * min(1.0, sqrt(MANY / max(len(own), 1)))
        length = sqrt(float(weights @ weights) + missing * self.unknown)
        return Asked(at, weights, total or 1.0, length or 1.0)


@dataclass(frozen=True)
class Postings:
    """Long texts that should contain the question: what they have more hardly counts (BM25)."""

    start: Whole
    text: NDArray[np.int32]
    value: Floats
    texts: int

    @classmethod
    def of(cls, lexicon: Lexicon, texts: Sequence[Terms]) -> Self:
        """The texts by term; terms outside the lexicon are left out."""
        row, text = joined(texts)
        at = lexicon.places(row)
        known = at >= 0
        count = max(len(texts), 1)
        keys, times = np.unique(at[known] * count + text[known], return_counts=True)
        lengths = np.bincount(text, minlength=count)
        damp = REPEATS * (1 - LENGTH + LENGTH * lengths / (lengths.mean() or 1.0))
        holder = (keys % count).astype(np.int32)
        value = (times / (times + damp[holder])).astype(np.float32)
        start = np.searchsorted(keys // count, np.arange(len(lexicon.terms) + 1))
        return cls(start.astype(np.int64), holder, value, len(texts))

    def mixed(self, weight: float, other: Self, other_weight: float) -> Self:
        """Two fields of the same texts as one, each by its weight: half the work in a search."""
        sides = ((self, weight), (other, other_weight))
        terms = len(self.start) - 1
        term = np.concatenate([np.repeat(np.arange(terms), np.diff(p.start)) for p, _ in sides])
        keys = term * max(self.texts, 1) + np.concatenate([p.text for p, _ in sides])
        keys, place = np.unique(keys, return_inverse=True)
        values = np.concatenate([p.value * np.float32(by) for p, by in sides])
        start = np.searchsorted(keys // max(self.texts, 1), np.arange(terms + 1))
        return type(self)(
            start.astype(np.int64),
            (keys % max(self.texts, 1)).astype(np.int32),
            np.bincount(place, values, minlength=len(keys)).astype(np.float32),
            self.texts,
        )

    def scores(self, asked: Asked) -> Floats:
        """How much of the question's weight each text has."""
        if not len(asked.known):
            return np.zeros(self.texts, np.float32)
        starts, ends = self.start[asked.known], self.start[asked.known + 1]
        spans = [slice(a, b) for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
        values = np.concatenate([self.value[span] for span in spans])
        values *= np.repeat(asked.weights, ends - starts)
        holders = np.concatenate([self.text[span] for span in spans])
        found = np.bincount(holders, values, self.texts).astype(np.float32)
        return found / np.float32(asked.total)


@dataclass(frozen=True)
class Rows:
    """Short texts that should be the question itself: whatever else they say counts against."""

    start: Whole
    term: NDArray[np.int32]
    value: Floats

    @classmethod
    def of(cls, lexicon: Lexicon, texts: Sequence[Terms]) -> Self:
        """The texts, one after the other, each of length 1."""
        row, text = joined(texts)
        size = max(len(lexicon.terms), 1)
        keys = np.unique(text * size + lexicon.places(row))
        holder, term = keys // size, (keys % size).astype(np.int32)
        rarity = lexicon.rarity[term] if len(term) else np.empty(0, np.float32)
        squares = np.bincount(holder, rarity**2, minlength=max(len(texts), 1))
        lengths = np.sqrt(squares).astype(np.float32)
        value = rarity / np.maximum(lengths[holder], 1e-9)
        start = np.searchsorted(holder, np.arange(len(texts) + 1))
        return cls(start.astype(np.int64), term, value)

    def best_in(self, groups: Sequence[tuple[int, int]], asked: Asked, terms: int) -> Floats:
        """For each group of neighbouring texts (first, behind last), how near the nearest comes."""
        dense = np.zeros(terms, np.float32)
        dense[asked.known] = asked.weights
        spans = [slice(self.start[first], self.start[last]) for first, last in groups]
        parts = np.concatenate([self.value[s] for s in spans])
        parts *= dense[np.concatenate([self.term[s] for s in spans])]
        rows = np.concatenate([self.start[f + 1 : n + 1] - self.start[f:n] for f, n in groups])
        sums = np.concatenate([np.zeros(1), np.cumsum(parts, dtype=np.float64)])
        ends = np.cumsum(rows)
        nearness = sums[ends] - sums[ends - rows]
        firsts = np.cumsum([0, *(last - first for first, last in groups[:-1])])
        return (np.maximum.reduceat(nearness, firsts) / asked.length).astype(np.float32)
