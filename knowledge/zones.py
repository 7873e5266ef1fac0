"""When to answer, when to offer choices, when to hand over: learned from the entries themselves.

Phrasings are asked of an index that does not have them, some of them with a sign missing. What is
found then is what a question with an answer finds, in new words; with the entry that was meant
struck out, it is what a question with no answer finds; so are the sentences that no guide answers
(`knowledge.elsewhere`), asked of an index that does not know them. A small logistic model tells them
apart by how good the best match is, by its lead and by how much was said; the limits follow every
change of content.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from math import exp
from typing import Self
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from knowledge.elsewhere import is_elsewhere, ours
from knowledge.index import Entry, Index, Match
from knowledge.meaning import Meanings, installed_meanings
from knowledge.normalise import core, units
from knowledge.reading import Reading
from knowledge.terms import tells

FOLDS = 4
"""Phrasings are left out a quarter at a time."""
LEARNT_FROM = 2
"""Quarters that the limits are learned from: half the phrasings, half the time, the same limits."""
MOST_ASKED = 2000
"""Phrasings of one quarter that are asked; a large office's limits need no more."""
ANSWERED_ANYWAY = 0.40
"""Of the questions whose entry was struck out, how many may get another. It is much more than of
real questions without an answer: a struck-out entry leaves its nearest neighbours behind."""
ANSWERED_WRONGLY = 0.08
"""Of the questions with an answer, how many may get another one; with most of an entry's phrasings
at hand, which the real index has, it is a tenth of that."""
ASTRAY = 0.08, 0.40
"""Of the sentences that no guide answers, how many may get an answer, and how many some choices,
were they not known as such."""
ASTRAY_BY_MEANING = 0.07
"""The first of these where a sentence model is asked, which lends a stray question more: of 57 that none
of the shipped guides answers (`fresh`) 2 get one, and 3 at 0.08, against 3 right answers of 160."""
EXACT = 0.5
"""Where a sum, a date or a deadline is asked, only so much of either may happen."""
LEFT_OUT = 0.02
"""Of the questions whose entry was found, how many at most may go to a person for want of certainty."""
LONG = 25
"""Signs from which a question counts as long; what is longer tells no more."""
A_WORD = 3.5
"""Signs that say as much as one English word that says something; by its letters, or with its "how do I",
any English question was long."""
NOISED = 40
"""Of a hundred phrasings, how many are asked with a sign missing."""

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a search found for a phrasing of the entry `wanted`."""

    wanted: str
    matches: tuple[Match, ...]
    question: str = ""

    @property
    def is_right(self) -> bool:
        """Whether the best match is the entry that was meant."""
        return self.matches[:1] != () and self.matches[0].id == self.wanted

    def is_among(self, first: int) -> bool:
        """Whether the entry that was meant is among the first matches."""
        return self.wanted in [match.id for match in self.matches[:first]]

    def without_answer(self) -> Self:
        """The same question, had its entry not been there."""
        return replace(self, matches=tuple(m for m in self.matches if m.id != self.wanted))


@dataclass(frozen=True, slots=True)
class Zones:
    """Chance of being right from which to answer, to answer with a sum or date, to offer choices."""

    answer: float
    choices: float
    exact: float = 2.0
    weights: tuple[float, ...] = (-4.0, 6.0, 6.0, 0.0, 0.0)

    @classmethod
    def learn(
        cls,
        entries: Sequence[Entry],
        others: Sequence[Entry] = (),
        meanings: Meanings | None = None,
        reading: Reading | None = None,
    ) -> Self:
        """The limits that fit these entries; with nothing to learn from: offer, never answer."""
        read = reading or Reading()
        asked = tuple(ask_left_out(entries, range(LEARNT_FROM), others, meanings, read))
        found = [a for a in asked if a.is_among(3)]
        if not found or len(entries) < 2:
            return cls(answer=2.0, choices=0.0)
        struck = [a.without_answer() for a in asked]
        astray = tuple(_ask_astray(entries, others, meanings, read))
        weights = _fit(
            [*((a, a.is_right) for a in asked), *((a, False) for a in (*struck, *astray))]
        )

        by_meaning = bool(installed_meanings() if meanings is None else meanings)
        strays = ASTRAY_BY_MEANING if by_meaning else ASTRAY[0]

        def limit(told: Sequence[Asked], share: float) -> float:
            """The chance that no more than this share of them has."""
            return _at(sorted((_chance(weights, a) for a in told), reverse=True), share)

        def answer(share: float) -> float:
            wrong = [a for a in asked if not a.is_right]
            return max(
                limit(struck, ANSWERED_ANYWAY * share),
                limit(astray, strays * share),
                limit(wrong, ANSWERED_WRONGLY * share * len(asked) / max(len(wrong), 1)),
            )

        low = _at(sorted(_chance(weights, a) for a in found), LEFT_OUT)
        choices = min(low, limit(astray, ASTRAY[1])) if astray else low
        return cls(answer(1), choices, answer(EXACT), weights)

    def chance(self, matches: Sequence[Match], question: str) -> float:
        """How likely the best match is right, from 0 to 1."""
        return _chance(self.weights, Asked("", tuple(matches), question))

    def are_sure_of(self, matches: Sequence[Match], question: str, *, exact: bool = False) -> bool:
        """Whether the best match may be given as the answer."""
        bar = self.exact if exact else self.answer
        return not is_elsewhere(matches) and self.chance(matches, question) > bar

    def may_offer(self, matches: Sequence[Match], question: str) -> bool:
        """Whether the best matches are worth offering."""
        return not is_elsewhere(matches) and self.chance(matches, question) >= self.choices


def ask_left_out(
    entries: Sequence[Entry],
    which: Iterable[int] = range(FOLDS),
    others: Sequence[Entry] = (),
    meanings: Meanings | None = None,
    reading: Reading | None = None,
) -> Iterator[Asked]:
    """Ask every phrasing but an entry's first of an index that does not have it."""
    read = reading or Reading()
    for fold in which:
        left_in = (_without(entry, fold) for entry in entries)
        index = Index.build([*left_in, *others], meanings=meanings, reading=read)
        left = [(e.id, p) for e in entries for p in e.phrasings[1:][fold::FOLDS]]
        for wanted, phrasing in left[:: 1 + len(left) // MOST_ASKED]:
            question = _noised(phrasing)
            yield Asked(wanted, tuple(index.search(question)), question)


def _ask_astray(
    entries: Sequence[Entry],
    others: Sequence[Entry],
    meanings: Meanings | None,
    reading: Reading,
) -> Iterator[Asked]:
    """Ask what no entry answers, of an index that has the entries only."""
    index = Index.build(entries if others else (), meanings=meanings, reading=reading)
    for other in others:
        for phrasing in other.phrasings:
            yield Asked("", tuple(index.search(phrasing)), phrasing)


def _noised(phrasing: str) -> str:
    """The phrasing, or with a sign missing; the same one every time."""
    draw = crc32(phrasing.encode())
    if draw % 100 >= NOISED or len(phrasing) < 5:
        return phrasing
    gone = draw // 100 % len(phrasing)
    return phrasing[:gone] + phrasing[gone + 1 :]


def _without(entry: Entry, fold: int) -> Entry:
    first, rest = entry.phrasings[:1], entry.phrasings[1:]
    return replace(
        entry, phrasings=first + tuple(p for n, p in enumerate(rest) if n % FOLDS != fold)
    )


def _features(asked: Asked) -> tuple[float, ...]:
    """One, the best score, its lead over the next, be that no guide's, how much was said, and the score
    by that."""
    known, length = ours(asked.matches), min(_said_in(asked.question), LONG) / LONG
    best = known[0].score if known else 0.0
    rival = max((m.score for m in asked.matches if m not in known[:1]), default=0.0)
    return 1.0, best, best - rival, length, best * length


def _said_in(question: str) -> float:
    """How much was said, in Chinese signs."""
    return sum(A_WORD * tells(u) if u.isascii() else 1 for u in units(core(question)))


def _chance(weights: Sequence[float], asked: Asked) -> float:
    if not ours(asked.matches):
        return 0.0
    reasons = sum(w * x for w, x in zip(weights, _features(asked), strict=True))
    return 1 / (1 + exp(-min(max(reasons, -30.0), 30.0)))


def _fit(told: Sequence[tuple[Asked, bool]]) -> tuple[float, ...]:
    """Logistic regression by Newton's method, with a little ridge so that it always ends."""
    given: Numbers = np.array([_features(asked) for asked, _ in told])
    right: Numbers = np.array([float(is_right) for _, is_right in told])
    weights: Numbers = np.zeros(given.shape[1])
    for _ in range(12):
        chance = 1 / (1 + np.exp(-np.clip(given @ weights, -30, 30)))
        slope = given.T @ (right - chance) - 0.1 * weights
        bend = (given * (chance * (1 - chance))[:, None]).T @ given + 0.1 * np.eye(len(weights))
        weights = weights + np.linalg.solve(bend, slope)
    return tuple(weights.tolist())


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0
