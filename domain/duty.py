"""Duties: one idea for help requests, questions and all else a person is asked to do.

A duty has an owner (首问责任: the first person asked keeps it until it is closed or handed over), a
deadline (服务承诺), a ladder frozen when it starts, and a log of every step and every reason for not acting.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from domain.ladder import Ladder


class DutyKind(StrEnum):
    """What the duty is about."""

    HELP = "help"
    QUESTION = "question"
    GUIDE = "guide"
    AFTER = "after"
    """A request for help that was closed and, its people say a day later, has not been solved; where nobody
    says so, somebody presses by mistake again and again."""
    MEAL = "meal"
    ESCORT = "escort"
    CHORE = "chore"
    VISIT = "visit"
    CHECKIN = "checkin"
    SURVEY = "survey"
    """An aspect that residents rated low: somebody writes what was done about it."""
    CASE = "case"
    """民情: what a resident wants seen to, raised at the door, in the chat or at the window."""


SERVICES = (DutyKind.MEAL, DutyKind.ESCORT, DutyKind.CHORE, DutyKind.VISIT)
"""Everyday services: asked for a day, accepted by a named person, done or declined with a reason."""


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
    DECLINED = "declined"
    CALLED_OFF = "called_off"
    SAFE = "safe"
    HOSPITAL = "hospital"
    SETTLED = "settled"
    BY_PHONE = "by_phone"
    FAMILY = "family"
    ALL_WELL = "all_well"
    NOT_IN = "not_in"
    REFERRED = "referred"
    OTHER = "other"


class Asking(StrEnum):
    """What whoever has a duty waits for; one thing at a time, the newest."""

    OFFER = "offer"
    """One named colleague to take it over."""
    ANYONE = "anyone"
    """Any colleague to take it over, for the one who was named did not."""
    SUPPORT = "support"
    """Colleagues who come, too."""
    OUTCOME = "outcome"
    """Their own word on how it ended."""


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
    ENDING = "ending"
    NOTED = "noted"
    OFFERED = "offered"
    HANDED = "handed"
    DECLINED = "declined"
    LAPSED = "lapsed"
    ABANDONED = "abandoned"
    KEPT = "kept"
    SUPPORT = "support"
    JOINED = "joined"
    HELD = "held"
    UNANSWERED = "unanswered"
    PROGRESS = "progress"
    RAISED = "raised"
    POSTPONED = "postponed"
    SORTED = "sorted"


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
    asking: Asking | None = None
    asked_id: int | None = None
    """Who is asked to take it over."""
    handed_at: datetime | None = None
    """When one colleague took it over from another."""

    @property
    def in_hand(self) -> bool:
        """Whether a named person has it."""
        return DutyState.OPEN < self.state < DutyState.CLOSED

    def stay_until(self, state: DutyState, now: datetime) -> datetime | None:
        """When somebody who brings it into that state now must have given a further sign; where their
        silence has no end of its own, the next rung of the ladder."""
        stay = self.ladder.stays.get(state.name.lower())
        if stay is None:
            return self.ladder.next_at(self.rung, self.opened_at, now)
        return now + stay.within

    def again_at(self, now: datetime) -> datetime | None:
        """When, after a reminder, silence has its next consequence."""
        if self.asking is Asking.OUTCOME:
            return now + self.ladder.wait(Asking.OUTCOME).again
        stay = self.ladder.stays.get(self.state.name.lower())
        return None if stay is None else now + stay.again

    @property
    def longest_wait(self) -> timedelta | None:
        """No next step is farther away than this, unless the clock was set back; None: no step comes."""
        if self.state is DutyState.OPEN:
            return self.ladder.gap(self.rung)
        if self.asking not in (
            None,
            Asking.ANYONE,
        ):  # what is asked for is waited for, not the state
            asked = self.ladder.wait(self.asking)
            return max(asked.within, asked.again)
        states = (self.state, DutyState.TAKEN) if self.handed_at else (self.state,)
        stays = [self.ladder.stays.get(state.name.lower()) for state in states]
        return max((max(stay.within, stay.again) for stay in stays if stay), default=None)


def silence_leads_to(duty: Duty) -> DutyEvent:
    """What follows when whoever has a duty gives no sign: one reminder, then it goes back to the
    ladder; but once somebody is at the door, or has said that it is dealt with, there is no taking it
    away, only reminding."""
    settled = duty.state is DutyState.ARRIVED or duty.asking is Asking.OUTCOME
    return DutyEvent.REMINDED if settled or duty.reminders == 0 else DutyEvent.GIVEN_BACK
