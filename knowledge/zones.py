"""When to answer, when to offer choices, when to hand over: learned from the entries themselves.

Phrasings are asked of an index that does not have them. What is found then is what a question with
an answer finds, in new words; with the entry that was meant struck out, it is what a question with
no answer finds. The limits lie where the two part, and follow every change of content.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Self

from knowledge.index import Entry, Index, Match

FOLDS = 4
"""Phrasings are left out a quarter at a time."""
LEARNT_FROM = 2
"""Quarters that the limits are learned from: half the phrasings, half the time, the same limits."""
ANSWERED_ANYWAY = 0.08
"""Of the questions without an answer, how many may get one."""
LEFT_OUT = 0.04
"""Of the questions whose entry was found, how many may go to a person for want of certainty."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a search found for a phrasing of the entry `wanted`."""

    wanted: str
    matches: tuple[Match, ...]

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
    """Certainty from which to answer, and score from which to offer a choice."""

    answer: float
    choices: float

    @classmethod
    def learn(cls, entries: Sequence[Entry]) -> Self:
        """The limits that fit these entries; with nothing to learn from: offer, never answer."""
        asked = tuple(ask_left_out(entries, range(LEARNT_FROM)))
        without = sorted((certainty(a.without_answer().matches) for a in asked), reverse=True)
        found = sorted(a.matches[0].score for a in asked if a.is_among(3))
        if not without or not found:
            return cls(answer=2.0, choices=0.0)
        return cls(
            answer=without[int(len(without) * ANSWERED_ANYWAY)],
            choices=found[int(len(found) * LEFT_OUT)],
        )

    def are_sure_of(self, matches: Sequence[Match]) -> bool:
        """Whether the best match may be given as the answer."""
        return certainty(matches) > self.answer


def certainty(matches: Sequence[Match]) -> float:
    """How sure the best match is: its score and its lead over the next, from 0 to 2."""
    if not matches:
        return 0.0
    return 2 * matches[0].score - (matches[1].score if len(matches) > 1 else 0.0)


def ask_left_out(entries: Sequence[Entry], which: Iterable[int] = range(FOLDS)) -> Iterator[Asked]:
    """Ask every phrasing but an entry's first of an index that does not have it."""
    for fold in which:
        index = Index.build(_without(entry, fold) for entry in entries)
        for entry in entries:
            for phrasing in entry.phrasings[1:][fold::FOLDS]:
                yield Asked(entry.id, tuple(index.search(phrasing)))


def _without(entry: Entry, fold: int) -> Entry:
    first, rest = entry.phrasings[:1], entry.phrasings[1:]
    return replace(
        entry, phrasings=first + tuple(p for n, p in enumerate(rest) if n % FOLDS != fold)
    )
