"""What the guides are called, and all the words they use: for reports on what was asked."""

import re
from collections.abc import Mapping

from domain.people import Language
from knowledge.guides import GuideBook, entry_of

_BRACKETS = re.compile(r"\s*[（(][^（）()]*[）)]")


def known_text(book: GuideBook) -> str:
    """Every phrasing and every sentence of the guides, to look words up in."""
    entries = [entry_of(guide) for guide in book.guides]
    return "\n".join(text for entry in entries for text in (*entry.phrasings, entry.body))


def without_brackets(text: str) -> str:
    """A text without what stands in brackets: for buttons, lists, and those who read slowly."""
    return _BRACKETS.sub("", text).strip()


def guide_names(book: GuideBook, language: Language) -> Mapping[str, str]:
    """Each guide's name by its id, short enough for a list."""
    return {g.id: without_brackets(g.in_language(language).name) for g in book.guides}
