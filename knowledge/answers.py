"""From a question to what may be said: an emergency, an answer, a few choices, or a person."""

from collections.abc import Sequence, Set
from copy import copy
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain, pairwise

from domain.people import Language
from knowledge.cities import Place, shipped_cities
from knowledge.elsewhere import ours, shipped_elsewhere, topic_of
from knowledge.emergencies import Emergencies, Emergency
from knowledge.guides import Guide, GuideBook, entry_of
from knowledge.index import Entry, Found, Index, Match
from knowledge.kept_zones import kept_zones
from knowledge.meaning import Meanings, installed_meanings
from knowledge.normalise import core
from knowledge.parts import Part, Parts, shipped_parts
from knowledge.reading import Reading
from knowledge.split import asking, asks, halves, is_long, pieces, seam, stands_alone, twice
from knowledge.zones import Zones

MOST_CHOICES = 3
"""More than three buttons are a menu, and nobody reads a menu."""
RIVAL = 0.5
"""Of the best score: a second guide as near as this may be a second wish."""
PLAIN = 0.7
"""Score of what is a wish by itself, even where it asks nothing: 失业登记, 居住证明."""
LEANT_ON = 10
"""Matches of a piece among which what it may mean together with the one before must be."""
LOOKED_AT = 5
"""Matches looked at, some of which may be what no guide answers."""


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

    An emergency has candidates too, where it may be a question about one of them: they are offered to
    who says that it is not urgent, and under the advice where it is only suspected; never a procedure first.
    A handoff's candidates are for the worker, not for the resident. `part` is what of the guide
    was asked for; `replies` holds one reply a question where a text asks several, and the reply
    itself then offers their guides; a handoff among them is what no guide answers, in the words of
    `asked`. `topic` is what no guide answers and was said letter for letter: a greeting, asking for a
    person. `place` is another city that the question is about: no guide is its answer, and those that
    would be are offered. `read_as` says what the text was understood as, where it was not read as it
    was typed and that can be shown.
    """

    kind: ReplyKind
    language: Language
    guide: Guide | None = None
    candidates: tuple[Candidate, ...] = ()
    emergency: Emergency | None = None
    part: Part | None = None
    replies: tuple["Reply", ...] = ()
    read_as: str = ""
    asked: str = ""
    topic: str = ""
    place: Place | None = None

    @property
    def offered(self) -> tuple[str, ...]:
        """The ids of the candidates."""
        return tuple(candidate.id for candidate in self.candidates)


def entries_of(book: GuideBook) -> tuple[Entry, ...]:
    """All that the index of a book is built from; two books with the same entries need one index."""
    return (*(entry_of(guide) for guide in book.guides), *shipped_elsewhere())


def learn(book: GuideBook, meanings: Meanings | None = None) -> tuple[Index, Zones]:
    """Index a book and learn from it when to answer: seconds of work, so never in a turn's way."""
    entries, others = tuple(entry_of(guide) for guide in book.guides), shipped_elsewhere()
    told_by = installed_meanings() if meanings is None else meanings
    reading = Reading()
    index = Index.build((*entries, *others), meanings=told_by, reading=reading)
    kept = None if told_by else kept_zones(entries, others)
    return index, kept or Zones.learn(entries, others, told_by.learning(), reading)


class Answerer:
    """Answers from one book with one index; when content changes, make another."""

    def __init__(
        self, book: GuideBook, index: Index, emergencies: Emergencies, zones: Zones, parts: Parts
    ) -> None:
        self.book = book
        self.index = index
        self.zones = zones
        self._emergencies = emergencies
        self._parts = parts

    @classmethod
    def build(
        cls, book: GuideBook, emergencies: Emergencies, meanings: Meanings | None = None
    ) -> "Answerer":
        """Index a book and learn from it when to answer."""
        index, zones = learn(book, meanings)
        return cls(book, index, emergencies, zones, shipped_parts())

    def with_book(self, book: GuideBook, learnt: tuple[Index, Zones] | None = None) -> "Answerer":
        """The same with another book; what was learnt stays where the book is found the same way."""
        renewed = copy(self)
        renewed.book = book
        if learnt is not None:
            renewed.index, renewed.zones = learnt
        return renewed

    def answer(
        self, question: str, language: Language | str = Language.ZH, context: str | None = None
    ) -> Reply:
        """A reply to any text whatever; emergencies before everything.

        `context` is the guide that was shown last: a question that says nothing but a part of a
        guide ("那要带什么？") is about that one.
        """
        spoken = Language.from_tag(language)
        if emergency := self._emergencies.recognise(question):
            meant = self._one(question, spoken)
            near = () if meant.kind is ReplyKind.HANDOFF else _near(meant.candidates)
            candidates = tuple(c for c in meant.candidates if c.id in near)
            return Reply(ReplyKind.EMERGENCY, spoken, None, candidates, emergency)
        shown = self.book.by_id.get(context or "")
        if shown is not None and (part := self._parts.leans(question, shown=True)):
            candidates = (Candidate(shown.id, 1.0),)
            return Reply(ReplyKind.ANSWER, spoken, shown, candidates, part=part)
        reply = self._several(question, spoken) or self._one(question, spoken)
        if not reply.replies:
            reply = self._two_wishes(question, reply) or self._unless_asked(question, reply)
        return self._unless_suspect(question, reply)

    def _unless_suspect(self, question: str, reply: Reply) -> Reply:
        """A reply that is no plain answer gives way to what sounds like a cry for help."""
        if reply.kind is ReplyKind.ANSWER or any(one.guide for one in reply.replies):
            return reply
        emergency = self._emergencies.suspect(question)
        if emergency is None:
            return reply
        return replace(reply, kind=ReplyKind.EMERGENCY, emergency=emergency, replies=(), part=None)

    def _one(self, question: str, spoken: Language) -> Reply:
        candidates, found = self._found(question)
        kind = self._kind(_as_said(question, found), found.matches)
        guide = self.book.by_id[candidates[0].id] if kind is ReplyKind.ANSWER else None
        read_as = ""
        if found.may_be_said:
            read_as = _read_as(found, guide) if guide else found.read_as
        part = self._parts.asked(question)
        topic = topic_of(found.matches) if kind is ReplyKind.HANDOFF else ""
        reply = Reply(kind, spoken, guide, candidates, part=part, asked=question)
        return _unless_of_elsewhere(replace(reply, read_as=read_as, topic=topic))

    def _several(self, question: str, spoken: Language) -> Reply | None:
        """A reply to each of several questions; None where the text asks one thing."""
        asked = self._with_leaning(pieces(question))
        if len(asked) < 2:
            return None
        replies = self._in_turn(asked, spoken)
        solid = [r for r in replies if r.kind is not ReplyKind.HANDOFF]
        missed = [r for r in replies if r.kind is ReplyKind.HANDOFF and self._is_missed(r.asked)]
        first = {reply.candidates[0].id: reply for reply in solid}
        if len(first) + len(missed) < 2 or not any(r.kind is ReplyKind.ANSWER for r in solid):
            return None
        told = [r for r in replies if r in missed or r in first.values()]
        unsure = [r.candidates[1:] for r in first.values() if r.kind is ReplyKind.CHOICES]
        offered = (*(r.candidates[0] for r in first.values()), *chain.from_iterable(unsure))
        candidates = tuple({c.id: c for c in offered}.values())[:MOST_CHOICES]
        return Reply(ReplyKind.CHOICES, spoken, candidates=candidates, replies=tuple(told))

    def _in_turn(self, asked: Sequence[str], spoken: Language) -> list[Reply]:
        """A reply to each piece; one that is not plain in itself may lean on what was asked before it:
        残疾证怎么评？评下来每月有多少补贴？"""
        replies = [self._one(asked[0], spoken)]
        for before, piece in pairwise(asked):
            reply = self._one(piece, spoken)
            if reply.kind is ReplyKind.CHOICES and (last := replies[-1].guide):
                reply = self._leaning(reply, f"{before} {piece}", last)
            replies.append(reply)
        return replies

    def _leaning(self, reply: Reply, whole: str, last: Guide) -> Reply:
        """The choices, first those that the piece and what stands before it point to together."""
        found = self._found(whole)[0]
        known = {match.id for match in self.index.search(reply.asked, LEANT_ON)}
        near = _near(found) & known - {last.id}
        told = {c.id: c for c in (*found, *reply.candidates) if c.id in near}
        told |= {c.id: c for c in reply.candidates if c.id not in told}
        return replace(reply, candidates=tuple(told.values())[:MOST_CHOICES])

    def _two_wishes(self, question: str, whole: Reply) -> Reply | None:
        """Two wishes without a word that asks: each half is plainly answered by one of the guides that
        the whole was near to, and by another than the other half."""
        near = _near(whole.candidates)
        if len(near) < 2:
            return None
        for pair in (*halves(question), *twice(question)):
            if told := self._each(pair, near, whole.language):
                return told
        if is_long(question) or whole.candidates[0].score >= PLAIN:
            return None
        first, second = (self.index.own_words(c.id) for c in whole.candidates[:2])
        for pair in seam(question, first, second):
            told = self._each(pair, near, whole.language)
            if told and (stands_alone(pair) or min(c.score for c in told.candidates) >= PLAIN):
                return told
        return None

    def _each(self, pair: tuple[str, str], near: Set[str], spoken: Language) -> Reply | None:
        """An answer to each half; None where they are not two answers, or not near enough."""
        replies = tuple(self._one(half, spoken) for half in pair)
        guides = {r.guide.id for r in replies if r.guide}
        if len(guides) < 2 or not guides <= near:
            return None
        candidates = tuple(reply.candidates[0] for reply in replies)
        return Reply(ReplyKind.CHOICES, spoken, candidates=candidates, replies=replies)

    def _unless_asked(self, question: str, whole: Reply) -> Reply:
        """The answer, but choices where the clause that asks is as surely about another guide near it."""
        near = _near(whole.candidates)
        if whole.guide is None or len(near) < 2:
            return whole
        replies = [self._one(clause, whole.language) for clause in asking(question)]
        others = {reply.guide.id for reply in replies if reply.guide} - {whole.guide.id}
        if others.isdisjoint(near):
            return whole
        return replace(whole, kind=ReplyKind.CHOICES, guide=None, read_as="")

    def _is_missed(self, piece: str) -> bool:
        """Whether a piece without an answer is a question of its own, and no empty "那怎么办"."""
        return asks(piece) and not self._parts.leans(piece)

    def _with_leaning(self, asked: Sequence[str]) -> list[str]:
        """The pieces, "要带什么" with the one before, which it is about."""
        whole: list[str] = []
        for piece in asked:
            if whole and self._parts.leans(piece):
                whole[-1] = f"{whole[-1]} {piece}"
            else:
                whole.append(piece)
        return whole

    def _found(self, question: str) -> tuple[tuple[Candidate, ...], Found]:
        found = self.index.find(question, LOOKED_AT)
        best = ours(found.matches)[:MOST_CHOICES]
        return tuple(Candidate(m.id, round(m.score, 4)) for m in best), found

    def _kind(self, question: str, matches: Sequence[Match]) -> ReplyKind:
        if not ours(matches) or not self.zones.may_offer(matches, question):
            return ReplyKind.HANDOFF
        if _names(ours(matches)):
            return ReplyKind.ANSWER
        exact = self._parts.is_exact(question)
        is_sure = self.zones.are_sure_of(matches, question, exact=exact)
        # "那要带什么？" is about something, and nobody has said what.
        if is_sure and not self._parts.leans(question):
            return ReplyKind.ANSWER
        return ReplyKind.CHOICES


def _unless_of_elsewhere(reply: Reply) -> Reply:
    """A reply that is no answer where another city is asked about: what is known holds here."""
    place = shipped_cities().asked_about(reply.asked)
    if place is None:
        return reply
    kind = ReplyKind.HANDOFF if reply.kind is ReplyKind.HANDOFF else ReplyKind.CHOICES
    offered = reply.candidates[:1] if reply.guide else reply.candidates
    return replace(reply, kind=kind, guide=None, candidates=offered, read_as="", place=place)


def _as_said(question: str, found: Found) -> str:
    """What was asked, in signs where it was typed in letters: how much was said is counted in signs."""
    return found.read_as if question.isascii() and not found.read_as.isascii() else question


def _near(candidates: Sequence[Candidate]) -> frozenset[str]:
    """The guides that are not much further than the best."""
    return frozenset(c.id for c in candidates if c.score >= RIVAL * candidates[0].score)


def _read_as(found: Found, guide: Guide) -> str:
    """What a question was understood as, in words that somebody wrote: a phrasing of the guide, or its
    name where the phrasing says more than was asked."""
    phrasing = ours(found.matches)[0].phrasing
    says_more = len(core(phrasing)) > len(core(found.read_as)) + 2
    return guide.short_name if says_more else phrasing


def _names(matches: Sequence[Match]) -> bool:
    """Whether the question is a phrasing of the best match and of no other, letter for letter."""
    return matches[0].is_same and [match.is_same for match in matches].count(True) == 1
