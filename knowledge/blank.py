"""A guide of which only the name is known: what other formats leave open is said to be open."""

import re
from collections.abc import Iterable
from datetime import date

from pypinyin import lazy_pinyin

from knowledge.guides import Guide, GuideBook, TimeLimit, Where

OPEN = "以窗口公示为准"
NO_PLACE = "去哪办没有查到，请先问社区"
NO_CATEGORY = "其他"
UNKNOWN = (
    "eligibility", "materials", "steps", "where", "hours", "fee", "phone", "time_limit",
    "can_community_stamp",
)  # fmt: skip
"""What nothing is known of: not that nothing is to be brought, or that no stamp is needed."""


def blank(name: str, book: GuideBook, on: date, taken: Iterable[str] = ()) -> Guide:
    """Unverified in all it says, so that residents are told so until an editor has filled it in.

    `on` is the day it was made; `taken` are ids that no new guide may have, beside those of the book.
    """
    return Guide(
        id=_new_id(name, {*book.by_id, *taken}),
        name=name,
        category=NO_CATEGORY,
        audience=OPEN,
        summary=name,
        eligibility=(),
        materials=(),
        steps=(OPEN,),
        where=(Where(type="community", text=NO_PLACE),),
        hours=OPEN,
        time_limit=TimeLimit(statutory=None, promised=None),
        fee=OPEN,
        phone=(),
        legal_basis=(),
        can_community_stamp="na",
        questions=(name,),
        source=None,
        source_grade=None,
        verified=False,
        unverified_fields=UNKNOWN,
        as_of=on,
        checked=on,
    )


def blank_but_for(said: Iterable[str], name: str, book: GuideBook, on: date) -> Guide:
    """The same for a file that says those fields: of them something is known."""
    empty, known = blank(name, book, on), set(said)
    still = [field for field in UNKNOWN if field not in known]
    return empty.model_copy(update={"unverified_fields": tuple(still)})


def still_open(guide: Guide) -> tuple[str, ...]:
    """The fields that say nothing yet, so that nobody can have checked them."""
    unknown = ["materials"] if guide.is_unknown("materials") else []
    unknown += ["can_community_stamp"] if guide.is_unknown("can_community_stamp") else []
    nowhere = any(place.text == NO_PLACE for place in guide.where)
    return (*unknown, *(["where"] if nowhere else []))


def is_blank(guide: Guide) -> bool:
    """Whether nobody has filled it in since it was made of a name or an answer: price and hours are open."""
    return not guide.verified and guide.fee == guide.hours == OPEN


def _new_id(name: str, taken: set[str]) -> str:
    """The name's first syllables as an id that no guide has."""
    syllables = [re.sub(r"[^a-z0-9]", "", s.lower()) for s in lazy_pinyin(name)]
    stem = "-".join([s for s in syllables if s][:6]) or "item"
    return next(
        i for n in range(1, 10_000) if (i := stem if n == 1 else f"{stem}-{n}") not in taken
    )
