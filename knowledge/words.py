"""What the guides are called, and all the words they use: for reports on what was asked."""

from collections.abc import Mapping

from domain.people import Language
from knowledge.guides import GuideBook, entry_of


def known_text(book: GuideBook) -> str:
    """Every phrasing and every sentence of the guides, to look words up in."""
    entries = [entry_of(guide) for guide in book.guides]
    return "\n".join(text for entry in entries for text in (*entry.phrasings, entry.body))


def guide_names(book: GuideBook, language: Language) -> Mapping[str, str]:
    """Each guide's name by its id, without what stands in brackets."""
    return {
        guide.id: guide.in_language(language).name.split("（")[0].split(" (")[0]
        for guide in book.guides
    }
