"""Coming and going: what may happen to somebody's place in a community, and when it counts from.

A move that staff enter in a chat holds against a register that was written before it. So each stands until
a register agrees with it, or says something that is neither what was nor what is.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Move(StrEnum):
    """What happened, to a person or to their homes."""

    IN = "in"
    WITHIN = "within"
    AWAY = "away"
    """To another community, which has to take them in."""
    OUT = "out"
    DIED = "died"
    UNBOUND = "unbound"
    GIVEN = "given"
    """Homes were given to another worker."""


GONE = frozenset({Move.OUT, Move.DIED})
PLACED = frozenset({Move.IN, Move.WITHIN, Move.AWAY, *GONE})
"""Those that say where somebody lives, or that they live nowhere here any more."""


class MoveState(StrEnum):
    """How far it is."""

    PLANNED = "planned"
    """Said for a day to come: nothing has happened yet."""
    OVER = "over"
    """It was planned, and since then they have moved: a line of its own tells how."""
    ASKED = "asked"
    DONE = "done"
    UNDONE = "undone"
    DECLINED = "declined"


UNDO = timedelta(days=7)
"""How long a slip of the finger can be taken back."""


class Verdict(StrEnum):
    """What a register makes of a move that was entered in a chat."""

    AGREES = "agrees"
    OLDER = "older"
    """It still says what was before: the move stands."""
    NEWER = "newer"
    """It says something else: it is the last word."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where somebody was before a move and is since; None is no home of this community."""

    event: Move
    before: tuple[str, str] | None
    now: tuple[str, str] | None


def verdict(placed: Placed, said: tuple[str, str] | None) -> Verdict:
    """By the home that a register gives somebody, None where it does not name them."""
    if said == placed.now:
        return Verdict.AGREES
    if said == placed.before or placed.event is Move.DIED:
        return Verdict.OLDER
    return Verdict.NEWER


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who moves in, as it was typed."""

    name: str
    phone: str = ""
    elder: bool = False


_ELDER = re.compile(r"老人|[6-9]\d岁|1[01]\d岁|\belder\b", re.IGNORECASE)
_PHONE = re.compile(r"(?<!\d)(1\d{2}[- ]?\d{4}[- ]?\d{4}|0\d{2,3}-?\d{7,8})(?!\d)")
_NAME = re.compile(r"[\u4e00-\u9fff·]{2,8}|[A-Za-z][A-Za-z .'-]{1,40}")


def read_arrival(text: str) -> Arrival | None:
    """A name in "张桂芬 13900000001 老人", perhaps a number, perhaps that they are old."""
    phone = _PHONE.search(text)
    rest = text.replace(phone[0], " ") if phone else text
    elder = bool(_ELDER.search(rest))
    name = " ".join(_ELDER.sub(" ", re.sub(r"[,，、;；。:：]", " ", rest)).split())
    if not _NAME.fullmatch(name):
        return None
    return Arrival(name, re.sub(r"[- ]", "", phone[1]) if phone else "", elder)
