"""A guide drafted from what a worker answered in words: for an editor to read, never for residents unread."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from knowledge.blank import OPEN, UNKNOWN, blank
from knowledge.guides import Guide, GuideBook, Reference, body_of
from knowledge.normalise import core

LOOK_AGAIN = timedelta(days=30)
"""After which its owner is asked to check it: it rests on one person's word."""
SHORTEST_ANSWER = 6
"""Characters below which an answer says nothing that a guide could: 好的, 马上来."""
LONGEST_NAME, LONGEST_SUMMARY = 24, 120
UNVERIFIED = ("summary", *UNKNOWN)
"""All that residents could act on."""

_POLITE = re.compile(r"^(?:你好|您好|请问一?下?|问一下|我?想问一?下?|麻烦问一?下?|[，,。.！!\s])+")
_ENDS = re.compile(r"[，,。.；;？?！!\n]")


@dataclass(frozen=True, slots=True)
class Told:
    """What a worker answered, by sentence, without personal data; `lead` says whose word it is, `note`
    that it may differ elsewhere, `source` and `on` what and when it was; `near` is the guide that came
    nearest, among whose like it stands in the menu."""

    sentences: Sequence[str]
    lead: str
    note: str
    source: str
    on: date
    near: Guide | None = None


def drafted(asked: str, told: Told, book: GuideBook, taken: Collection[str] = ()) -> Guide:
    """The guide, valid and unverified in every field. `asked` is the question without personal data."""
    summary, rest = _short_first(told.sentences)
    empty = blank(name_from(asked), book, told.on, taken)
    made = body_of(empty) | {
        "category": told.near.category if told.near else empty.category,
        "summary": told.lead + summary,
        "steps": list(rest) or [OPEN],
        "questions": [asked],
        "source": Reference(title=told.source, address=None, date=told.on.isoformat()).model_dump(),
        "source_grade": "C",
        "unverified_fields": list(UNVERIFIED),
        "note": told.note,
    }
    return Guide.model_validate(made)


def says_enough(sentences: Sequence[str]) -> bool:
    """Whether a guide can be made of them."""
    return len(core("".join(sentences))) >= SHORTEST_ANSWER


def name_from(asked: str) -> str:
    """The question as a name: without courtesies, its first clause where it is long."""
    plain = re.sub(r"[（）()：:]", " ", _POLITE.sub("", asked)).strip(" ，,。.；;？?！!") or asked
    if len(plain) > LONGEST_NAME:
        clauses = [c.strip() for c in _ENDS.split(plain)]
        plain = next((c for c in clauses if len(c) > len("怎么办")), plain)
    return plain if len(plain) <= LONGEST_NAME else plain[: LONGEST_NAME - 1] + "…"


def _short_first(sentences: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """As many sentences as make a short answer, at least one; the others follow as steps."""
    many, length = 0, 0
    for sentence in sentences:
        if many and length + len(sentence) > LONGEST_SUMMARY:
            break
        many, length = many + 1, length + len(sentence)
    return "".join(sentences[:many]), tuple(sentences[many:])
