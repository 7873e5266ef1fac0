"""Duties: one idea for help requests, questions and all else a person is asked to do.

A duty has an owner (首问责任: the first person asked keeps it until it is closed or handed over), a
deadline (服务承诺), a ladder frozen when it starts, and a log of every step and every reason for not acting.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

from domain.ladder import Ladder


class DutyKind(StrEnum):
    """What the duty is about."""

    HELP = "help"
    QUESTION = "question"


class DutyState(IntEnum):
    """How far a duty has come. The order is the rule: in a race the later state wins."""

    OPEN = 0
    TAKEN = 1
    ON_THE_WAY = 2
    ARRIVED = 3
    CLOSED = 4


class Outcome(StrEnum):
    """How a duty ended. A named person chose it; nothing closes by itself."""

    DONE = "done"
    FALSE_ALARM = "false_alarm"
    ANSWERED = "answered"


class DutyEvent(StrEnum):
    """What stands in a duty's log."""

    OPENED = "opened"
    PRESSED_AGAIN = "pressed_again"
    ADDED = "added"
    TOLD = "told"
    NOT_TOLD = "not_told"
    NOBODY = "nobody"
    MOVED = "moved"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    UNDELIVERED = "undelivered"
    OVERDUE = "overdue"


def may_move(now: DutyState, wanted: DutyState) -> bool:
    """Only forward: an old button never takes a duty back."""
    return wanted > now


def may_cancel(opened_at: datetime, now: datetime, within_s: float) -> bool:
    """Whether 按错了 still counts as a false alarm."""
    return (now - opened_at).total_seconds() <= within_s


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty as it stands in the database."""

    id: int
    kind: DutyKind
    community_id: int
    household_id: int | None
    subject_id: int | None
    raised_by: int | None
    owner_id: int | None
    state: DutyState
    presses: int
    opened_at: datetime
    ladder: Ladder
    rung: int
    next_at: datetime | None
    taken_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: Outcome | None = None
