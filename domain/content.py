"""Content that an office keeps: versions of a guide, what a community may say otherwise, reviews.

A version is never changed once it is written: an edit, a confirmation and a step back are all new
versions, so the history says who did what, when and why.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

GOOD_FOR = timedelta(days=365)
"""The guide file's own rule: amounts and deadlines are checked at least once a year."""
LOCAL_FIELDS = ("hours", "phone", "where")
"""What differs from one community to the next. The law does not."""
CHORES_A_DAY = 2
"""Reviews an owner is asked for on one working day, so that 92 do not arrive at once."""
CHORES_AT_ONCE = 6
"""Reviews an owner has open at most; nobody is asked for more while so many wait."""


class State(StrEnum):
    """A version is being written, is what residents read, or was."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a guide. `body` is the whole guide as JSON; `shipped` names the shipped text
    it came from, None for what the office wrote. Phrasings learned later do not make it the
    office's: a newer shipped text may replace it, and takes them along."""

    guide_id: str
    number: int
    body: Mapping[str, Any]
    state: State
    by: str
    made_at: datetime
    why: str
    shipped: str | None = None
    by_id: int | None = None

    @property
    def name(self) -> str:
        """The matter's name."""
        return str(self.body.get("name", self.guide_id))


@dataclass(frozen=True, slots=True)
class Signed:
    """Who makes a version, and why. `person_id` is None on the command line."""

    by: str
    why: str
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A published guide as its owner keeps it. `waits` says that a review of it is open, `wrong` how often
    residents said since its last version that it is wrong, by what."""

    guide_id: str
    owner_id: int
    review_on: date | None
    unverified: bool
    waits: bool
    wrong: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """A field in which two versions differ."""

    field: str
    before: Any
    after: Any


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    """The fields in which two bodies differ, in the order of the newer one."""
    fields = dict.fromkeys([*after, *before])
    return tuple(
        Change(field, before.get(field), after.get(field))
        for field in fields
        if before.get(field) != after.get(field)
    )


def chores(kept: Iterable[Kept], today: date) -> list[Kept]:
    """The reviews to ask for today: few for each owner, what residents said is wrong first, however many
    wait; then what is longest overdue.

    What nobody has verified yet comes after what is overdue, since it says so to residents anyway.
    """
    by_owner: dict[int, list[Kept]] = {}
    waiting: dict[int, int] = {}
    for guide in kept:
        if guide.waits:
            waiting[guide.owner_id] = waiting.get(guide.owner_id, 0) + 1
        elif _is_due(guide, today):
            by_owner.setdefault(guide.owner_id, []).append(guide)
    return [
        guide
        for owner, due in by_owner.items()
        for guide in _first(due, today, CHORES_AT_ONCE - waiting.get(owner, 0))
    ]


def _first(due: Sequence[Kept], today: date, free: int) -> Sequence[Kept]:
    wrong = sorted((g for g in due if g.wrong), key=lambda g: -sum(g.wrong.values()))
    others = [g for g in due if not g.wrong]
    others.sort(key=lambda g: (not _is_overdue(g, today), g.review_on or today))
    asked = wrong[:CHORES_A_DAY]
    return [*asked, *others[: max(0, min(CHORES_A_DAY, free) - len(asked))]]


def _is_due(guide: Kept, today: date) -> bool:
    return bool(guide.wrong) or guide.unverified or _is_overdue(guide, today)


def _is_overdue(guide: Kept, today: date) -> bool:
    return guide.review_on is None or guide.review_on <= today


@dataclass(frozen=True, slots=True)
class Review:
    """A guide that somebody is asked to check. `facts` are what is unverified, by field; or, where
    only time has passed, what changes most often. `wrong` is what residents said is wrong, how often."""

    duty_id: int
    owner_id: int | None
    community_id: int
    version: Version
    review_on: date | None
    wrong: Mapping[str, int] = field(default_factory=dict)

    @property
    def facts(self) -> tuple[str, ...]:
        """The fields to look at."""
        return tuple(self.version.body.get("unverified_fields", ())) or CHANGEABLE


CHANGEABLE = ("summary", "hours", "fee", "phone", "where")
"""What changes most often, to be looked at once a year."""


@dataclass(frozen=True, slots=True)
class LocalEdit:
    """What a community means to say otherwise of a guide, or says already."""

    id: int
    community_id: int
    guide_id: str
    body: Mapping[str, Any]
    state: State
    by: str
    made_at: datetime
