"""In which language somebody writes, whatever language their chat is set to."""

import re

from domain.people import Language
from knowledge.normalise import clean
from knowledge.syllables import spelled

_LATIN = re.compile(r"[a-z]+(?:'[a-z]+)?")
_EITHER = frozenset(["a", "can", "he", "long", "me", "she", "sun", "you"])
"""Everyday English words that are syllables, too: they say nothing."""
_HAN = re.compile(r"[\u3400-\u9fff]")


def written_in(text: str) -> Language | None:
    """The language of a text, None where it may be either: figures, names, or both at once.

    Letters may be pinyin, which is Chinese: 'wo ma die dao le'. So English is only what has no character
    and at least half of whose words, and more than one letter of them, no pinyin spells.
    """
    said = clean(text.replace("\u2019", "'"))
    words = _LATIN.findall(said)
    if _HAN.search(said):
        return None if words else Language.ZH
    telling = [word for word in words if word not in _EITHER]
    strange = [word for word in telling if not spelled(word)]
    if not any(len(word) > 1 for word in strange):
        return None
    return Language.EN if 2 * len(strange) >= len(telling) else None
