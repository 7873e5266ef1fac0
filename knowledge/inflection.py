"""English words without their endings: plural, -ing, tenses, and the commonest ways to make a noun.

What is left need be no word, only the same for all forms of one: renew, renewed, renewing, renewal.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TypeAlias

Endings: TypeAlias = Sequence[tuple[str, str, int]]
_VOWEL = re.compile(r"[aeiouy]")

_OWN = {
    "children": "child", "people": "person", "men": "man", "women": "woman", "wives": "wife",
    "lives": "life", "knives": "knife", "teeth": "tooth", "feet": "foot",
    "dying": "die", "died": "die", "lying": "lie", "tying": "tie",
    "tied": "tie", "used": "use", "using": "use", "lost": "lose", "losing": "lose",
    "left": "leave", "bought": "buy", "brought": "bring", "sold": "sell", "told": "tell",
    "stole": "steal", "stolen": "steal", "broke": "break", "broken": "break", "took": "take",
    "taken": "take", "gave": "give", "given": "give", "wrote": "write", "written": "write",
    "kept": "keep", "met": "meet", "built": "build", "fell": "fall", "fallen": "fall",
    "went": "go", "gone": "go", "going": "go", "goes": "go", "made": "make", "found": "find",
    "taught": "teach", "drove": "drive", "driven": "drive", "beaten": "beat", "bitten": "bite",
    "chose": "choose", "chosen": "choose", "held": "hold", "spent": "spend", "sent": "send",
    "threw": "throw", "thrown": "throw", "grew": "grow", "grown": "grow", "flies": "fly", "flew": "fly",
    "flown": "fly", "ate": "eat", "eaten": "eat", "slept": "sleep", "lent": "lend",
    "came": "come", "coming": "come", "knew": "know", "known": "know", "got": "get",
    "getting": "get", "paying": "pay", "pays": "pay", "payment": "pay", "payments": "pay",
    "application": "apply", "applications": "apply", "applicant": "apply", "registration": "register",
    "registrations": "register", "enrolment": "enrol", "enrollment": "enrol",
    "renewal": "renew", "renewals": "renew", "removal": "remove", "burial": "bury",
}  # fmt: skip
"""What no rule makes."""
_WHOLE = frozenset({"fired", "firing", "evening", "training", "news", "speed"})
"""What looks like a form of another word and means something else."""
_PLURALS = (("ies", "y", 2), ("ches", "ch", 3), ("shes", "sh", 3), ("xes", "x", 2), ("zes", "z", 3),
            ("ses", "s", 2), ("ss", "ss", 1), ("us", "us", 1), ("is", "is", 1), ("s", "", 3))  # fmt: skip
_TENSES = (("eed", "ee", 3), ("ied", "y", 2), ("ed", "", 3), ("ing", "", 3))
_NOUNS = (("ation", "", 3), ("ment", "", 4), ("ly", "", 4))
"""An ending, what stands for it, and how many letters before it there are at the least."""
_SPELLINGS = (
    (re.compile(r"(?<=...)e$"), ""),
    (re.compile(r"([bcdfghjklmnpqrstvwxz])\1$"), r"\1"),
    (re.compile(r"(?<=..[bcdfghjklmnpqrstvwxz])at$"), ""),
    (re.compile(r"(?<=...)iz$"), "is"),
    (re.compile(r"(?<=...)our$"), "or"),
)
"""Enrolled and enrol, donated and donation, hospitalize and hospitalise, neighbour and neighbor."""
SHORTEST = 4
"""Letters of a word that has a form at all: bus, gas, his are what they are."""


@lru_cache(maxsize=8192)
def stem(word: str) -> str:
    """A Latin word in small letters without its endings."""
    if len(word) < SHORTEST or word in _WHOLE:
        return word
    bare = _OWN.get(word) or word
    for endings in (_PLURALS, _TENSES, _NOUNS) if bare == word else ():
        bare = _without(endings, bare)
    for spelling, usual in _SPELLINGS if len(bare) >= SHORTEST else ():
        bare = spelling.sub(usual, bare)
    return bare


def stems(text: str) -> str:
    """A text with every Latin word without its endings."""
    return re.sub(r"[a-z]+", lambda found: stem(found[0]), text)


def _without(endings: Endings, word: str) -> str:
    """The word without the first of the endings that it has and can do without."""
    for ending, left, least in endings:
        before = word.removesuffix(ending)
        if before != word and len(before) >= least and _VOWEL.search(before):
            return before + left
    return word
