"""What the guides are called, and all the words they use: for reports on what was asked."""

import re
from collections.abc import Iterable, Mapping

from domain.draft import Draft
from domain.people import Language
from domain.privacy import unmarked
from knowledge.guides import GuideBook, entry_of
from knowledge.normalise import core

_BRACKETS = re.compile(r"\s*[（(][^（）()]*[）)]")
_AS_POSTED = re.compile(r"[，；]?以[^，；]*为准$")


def known_text(book: GuideBook) -> str:
    """Every phrasing and every sentence of the guides, to look words up in."""
    entries = [entry_of(guide) for guide in book.guides]
    return "\n".join(text for entry in entries for text in (*entry.phrasings, entry.body))


def without_brackets(text: str) -> str:
    """A text without what stands in brackets: for buttons, lists, and those who read slowly."""
    return _BRACKETS.sub("", text).strip()


def without_posted(hours: str) -> str:
    """Opening hours without "as posted at the window" at the end, where they say anything else."""
    return _AS_POSTED.sub("", hours) or hours


def guide_names(book: GuideBook, language: Language) -> Mapping[str, str]:
    """Each guide's name by its id, short enough for a list."""
    return {g.id: without_brackets(g.in_language(language).name) for g in book.guides}


def unwritten(book: GuideBook, wanted: Iterable[Draft]) -> list[Draft]:
    """Of the guides wanted, those whose question no guide has among its phrasings yet."""
    known = {core(text) for guide in book.guides for text in entry_of(guide).phrasings}
    return [draft for draft in wanted if core(unmarked(draft.text)) not in known]
