"""From a question to what may be said: an emergency, an answer, a few choices, or a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.people import Language
from knowledge.emergencies import Emergencies, Emergency
from knowledge.guides import Guide, GuideBook, entry_of
from knowledge.index import Index, Match
from knowledge.normalise import core
from knowledge.zones import Zones

MOST_CHOICES = 3
"""More than three buttons are a menu, and nobody reads a menu."""


class ReplyKind(StrEnum):
    """What a question gets."""

    ANSWER = "answer"
    CHOICES = "choices"
    HANDOFF = "handoff"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A guide that may be meant, and its score from 0 to 1."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Reply:
    """`guide` is set for an answer, `emergency` for an emergency; `candidates` are at most three.

    An emergency has candidates too, for a button behind the advice: never a procedure first.
    A handoff's candidates are for the worker, not for the resident.
    """

    kind: ReplyKind
    language: Language
    guide: Guide | None = None
    candidates: tuple[Candidate, ...] = ()
    emergency: Emergency | None = None


class Answerer:
    """Answers from one book with one index; when content changes, make another."""

    def __init__(
        self, book: GuideBook, index: Index, emergencies: Emergencies, zones: Zones
    ) -> None:
        self.book = book
        self.index = index
        self.zones = zones
        self._emergencies = emergencies

    @classmethod
    def build(cls, book: GuideBook, emergencies: Emergencies) -> "Answerer":
        """Index a book and learn from it when to answer."""
        entries = tuple(entry_of(guide) for guide in book.guides)
        return cls(book, Index.build(entries), emergencies, Zones.learn(entries))

    def answer(self, question: str, language: Language | str = Language.ZH) -> Reply:
        """A reply to any text whatever; emergencies before everything."""
        matches = self.index.search(question, MOST_CHOICES)
        candidates = tuple(Candidate(m.id, round(m.score, 4)) for m in matches)
        spoken = Language.from_tag(language)
        if emergency := self._emergencies.recognise(question):
            return Reply(ReplyKind.EMERGENCY, spoken, None, candidates, emergency)
        kind = self._kind(question, matches)
        guide = self.book.by_id[matches[0].id] if kind is ReplyKind.ANSWER else None
        return Reply(kind, spoken, guide, candidates)

    def _kind(self, question: str, matches: Sequence[Match]) -> ReplyKind:
        if not matches or matches[0].score < self.zones.choices:
            return ReplyKind.HANDOFF
        if _names(question, matches) or self.zones.are_sure_of(matches):
            return ReplyKind.ANSWER
        return ReplyKind.CHOICES


def _names(question: str, matches: Sequence[Match]) -> bool:
    """Whether the question is a phrasing of the best match and of no other, letter for letter."""
    asked = core(question)
    return [core(match.phrasing) == asked for match in matches].count(True) == 1 and (
        core(matches[0].phrasing) == asked
    )
