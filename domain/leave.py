"""Leave: from one day to another, with a deputy who has agreed to stand in for everything."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from domain.visit import ALWAYS, FULL, Presence, Terms

ASKED_FOR = timedelta(hours=24)
"""How long a colleague has to say yes or no, to a leave as to an exchange of shifts."""


class Asked(StrEnum):
    """What became of something that one colleague asked of another."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    OVER = "over"
    """A leave that was agreed and has ended, by itself or earlier."""


HELD = (Asked.AGREED, Asked.OVER)
"""Leave that was or is taken; its times say when."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Somebody's leave, asked of a deputy; both days are included."""

    id: int
    community_id: int
    person_id: int
    deputy_id: int
    first_day: date
    last_day: date
    state: Asked
    expires_at: datetime

    def holds_on(self, first: date, last: date) -> bool:
        """Whether it touches one of these days."""
        return self.first_day <= last and first <= self.last_day


class Obstacle(StrEnum):
    """Why a leave cannot be so."""

    OWN = "own"
    """They are on leave in that time already."""
    DEPUTY_OF = "deputy_of"
    """They stand in for somebody in that time."""
    DEPUTY_AWAY = "deputy_away"
    """The deputy is on leave in that time."""


def obstacle(
    agreed: Iterable[Leave], person_id: int, deputy_id: int, first: date, last: date
) -> Obstacle | None:
    """What stands against it. A deputy never hands on: nobody stands in for somebody who stands in."""
    for leave in agreed:
        if not leave.holds_on(first, last):
            continue
        if leave.person_id == person_id:
            return Obstacle.OWN
        if leave.deputy_id == person_id:
            return Obstacle.DEPUTY_OF
        if leave.person_id == deputy_id:
            return Obstacle.DEPUTY_AWAY
    return None


def presence(leaves: Iterable[Leave], terms: Terms = FULL) -> Presence:
    """When a worker with these leaves and terms is there to visit: on days of leave no visit is owed, and
    of part of the time part of the visits. A deputy's own quota stays as it is; what they visit counts."""
    away = frozenset(
        leave.first_day + timedelta(days=offset)
        for leave in leaves
        for offset in range((leave.last_day - leave.first_day).days + 1)
    )
    if not away and terms is FULL:
        return ALWAYS
    return Presence(terms.first, terms.last, away, Fraction(terms.share, 100))
