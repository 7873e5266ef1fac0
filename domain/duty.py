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
    GUIDE = "guide"


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
    REDIRECTED = "redirected"
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
    REMINDED = "reminded"
    GIVEN_BACK = "given_back"
    REGRETTED = "regretted"
    CLOSED = "closed"
    UNDELIVERED = "undelivered"


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
    reminders: int = 0
    moved_at: datetime | None = None
    """When it came into its state; None while it is open."""
    closed_by: int | None = None
    outcome: Outcome | None = None

    def stay_until(self, state: DutyState, now: datetime) -> datetime | None:
        """When somebody who brings it into that state now must have given a further sign."""
        stay = self.ladder.stays.get(state.name.lower())
        return None if stay is None else now + stay.within

    def again_at(self, now: datetime) -> datetime | None:
        """When, after a reminder, silence has its next consequence."""
        stay = self.ladder.stays.get(self.state.name.lower())
        return None if stay is None else now + stay.again


def silence_leads_to(state: DutyState, reminders: int) -> DutyEvent:
    """What follows when whoever has a duty gives no sign: one reminder, then it goes back to the
    ladder; but once somebody is at the door there is no taking it away, only reminding."""
    if state is DutyState.ARRIVED or reminders == 0:
        return DutyEvent.REMINDED
    return DutyEvent.GIVEN_BACK
