"""What a change of the guides would do, before anybody reads it: the answers, and which ones differ."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.content import Version
from handlers.guides import guide_message
from handlers.reader import Reader
from knowledge import Knowledge
from knowledge.answers import Reply, ReplyKind, learn
from knowledge.guides import Guide, GuideBook
from knowledge.questions import load_questions


@dataclass(frozen=True, slots=True)
class Turned:
    """A question that would be answered otherwise: with which guides before, with which after."""

    question: str
    before: str
    after: str


def with_drafts(book: GuideBook, drafts: Iterable[Version]) -> GuideBook:
    """The book as it would be; a draft of a guide that is not on the shelf comes last."""
    new = {draft.guide_id: Guide.model_validate(draft.body) for draft in drafts}
    kept = [new.pop(guide.id, guide) for guide in book.guides]
    return book.with_guides([*kept, *new.values()])


def knowing(knowledge: Knowledge, book: GuideBook) -> Knowledge:
    """The desk as it would be with that book; seconds where the index must be built anew."""
    return knowledge.with_book(book, None if knowledge.finds_alike(book) else learn(book))


def turned(before: Knowledge, after: Knowledge, questions: Iterable[str]) -> list[Turned]:
    """The questions that get another answer after a change, each once."""
    found = []
    for question in dict.fromkeys(questions):
        was, will_be = (_answer(k, k.answer(question)) for k in (before, after))
        if was != will_be:
            found.append(Turned(question, was, will_be))
    return found


def _answer(knowledge: Knowledge, reply: Reply) -> str:
    """What a reply leads to, in few words: a guide, some to choose from, a person."""
    if reply.kind is ReplyKind.ANSWER and reply.guide is not None:
        return reply.guide.short_name
    if reply.kind is ReplyKind.CHOICES:
        named = [knowledge.guide(candidate.id) for candidate in reply.candidates]
        return "? " + " / ".join(guide.short_name for guide in named if guide)
    return str(reply.kind)


def asked(recent: Sequence[str], file: Path | None, changed: Iterable[Guide]) -> list[str]:
    """The questions to try: of the test set, what people asked lately, and the guides' own."""
    known = [q.text for q in load_questions(file)] if file is not None and file.exists() else []
    return [*known, *recent, *(q for guide in changed for q in guide.questions)]


def shown(reader: Reader, guide: Guide) -> str:
    """What a resident would read first."""
    return guide_message(reader, guide).plain
