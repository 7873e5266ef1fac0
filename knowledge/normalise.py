"""One way to write a text, so that what people type and what the shipped content says can meet.

A question comes from a phone: full-width letters, traditional characters, emoji, zero-width
characters from a copied page, or 20,000 characters by mistake. Everything here takes any text.
"""

import re
import unicodedata
from functools import lru_cache

from knowledge.inflection import SHORTEST, stem
from knowledge.traditional import to_simplified

MAX_QUESTION = 300
"""Characters of a question that are looked at; the longest shipped phrasing has under 60."""

_PLAIN = to_simplified()

_LEADING = re.compile(
    r"(?:请问一?下?|你好|您好|喂|嗨|麻烦你?|劳驾|同志|师傅|社工|那个|就是|我?想?要?问一?下|我?想问问?"
    r"|我?咨询一?下|帮我?看一?下|hello|hi|hey|please|excuse me|can you tell me|could you tell me"
    r"|i want to know|i would like to know|i want to ask)\s*"
)
_TRAILING = re.compile(
    r"\s*(?:谢谢你?您?|多谢|拜托了?|[啊呀呢哦噢吧嘛啦哈呐哪伐嘞唻]|吗|thank you|thanks|please)"
)
_DIALECT_NOT = str.maketrans({"勿": "不", "弗": "不", "嘞": "了", "唻": "了"})


def clean(text: str, limit: int = MAX_QUESTION) -> str:
    """Lower-case simplified text without control or invisible characters, at most `limit` long."""
    folded = unicodedata.normalize("NFKC", text[:limit]).lower().translate(_PLAIN)[:limit]
    seen = folded if folded.isprintable() else "".join(map(_visible, folded))
    return " ".join(seen.split())


@lru_cache(maxsize=32)
def core(text: str, limit: int = MAX_QUESTION) -> str:
    """What is left to search for: no punctuation, no greetings; never cut below two characters.

    Several parts of one answer ask for it, so the last few are at hand.
    """
    words = " ".join(re.findall(r"\w+", clean(text, limit).replace("'", "")))
    return _strip(_TRAILING, _strip(_LEADING, words, at_end=False), at_end=True)


def written_out(text: str) -> str:
    """Ningbo's written 勿, 弗, 嘞 as standard Chinese has them; for rules, not for names."""
    return text.translate(_DIALECT_NOT)


def units(text: str) -> list[str]:
    """The text in its smallest pieces: one Chinese character, one Latin word or one number each."""
    found = re.findall(r"[a-z]+|[0-9]+|[^\W\da-z_]", text)
    return [stem(unit) if len(unit) >= SHORTEST else unit for unit in found]


def _visible(char: str) -> str:
    """A blank of any kind as a blank; controls, direction marks, zero-width as nothing."""
    if char.isspace():
        return " "
    return "" if unicodedata.category(char)[0] == "C" else char


def _strip(filler: re.Pattern[str], text: str, *, at_end: bool) -> str:
    while found := _filler_at(filler, text, at_end=at_end):
        rest = (text[: found.start()] if at_end else text[found.end() :]).strip()
        if len(rest) < 2:
            return text
        text = rest
    return text


def _filler_at(filler: re.Pattern[str], text: str, *, at_end: bool) -> re.Match[str] | None:
    if not at_end:
        return filler.match(text)
    return next((m for m in filler.finditer(text) if m.end() == len(text)), None)
