"""A guide of which only the name is known: what other formats leave open is said to be open."""

import re
from collections.abc import Iterable

from pypinyin import lazy_pinyin

from knowledge.guides import Guide, GuideBook, TimeLimit, Where

OPEN = "以窗口公示为准"


def blank(name: str, book: GuideBook, taken: Iterable[str] = ()) -> Guide:
    """Unverified in all it says, so that residents are told so until an editor has filled it in.

    `taken` are ids that no new guide may have, beside those of the book.
    """
    place = book.guides[0].where[0].text if book.guides else OPEN
    return Guide(
        id=_new_id(name, {*book.by_id, *taken}),
        name=name,
        category=book.categories[0],
        audience=OPEN,
        summary=name,
        eligibility=(),
        materials=(),
        steps=(OPEN,),
        where=(Where(type="community", text=place),),
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
        unverified_fields=(),
        as_of=book.retrieved,
        checked=book.retrieved,
    )


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
