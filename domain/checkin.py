"""每日报平安: when an elder is asked, until when they have time, and what silence may be taken for.

An elder is silent only if the question reached them, there was time to answer, and the desk was there
to hear it. Everything else is a fact of service, and nobody's alarm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.duty import Duty
from domain.help import Call
from domain.policies import Policies

JOB = "checkin"
"""The ladder, and the sweep that looks."""
HOURS = (9, 10, 11)
"""The agreed hours to choose from: after breakfast, and early enough to find somebody by noon."""
LEAD = timedelta(minutes=90)
"""So long before the agreed hour the question comes, but not in the quiet hours."""
ROOM = timedelta(minutes=60)
"""So long everybody has to answer once the question has arrived, whatever hour was agreed."""
BACK = timedelta(minutes=30)
"""So long after the desk was away nobody is thought silent: their taps may still be on their way."""
GAP = timedelta(minutes=10)
"""A desk that has not looked for so long was away."""
AGAIN = timedelta(minutes=5)
"""How soon it is looked again whether a message has arrived."""
DAWN = time(5)
"""An elder's day begins then: what they say at night says nothing about the morning after."""
LATEST = time(15)
"""Nobody is asked, or thought silent, who could not be asked before that."""
TRIPS = (3, 7, 14, 30)
"""Days for which somebody may be away from home."""


class DayState(StrEnum):
    """What became of a day: heard of before the question, asked, silent, or not asked for a reason that
    is the desk's (`unasked`) or the telephone's (`unreached`)."""

    EARLY = "early"
    ASKED = "asked"
    SILENT = "silent"
    UNASKED = "unasked"
    UNREACHED = "unreached"


class How(StrEnum):
    """What showed that an elder is well: 我很好, anything else they said, or a person who saw them."""

    TAP = "tap"
    LIFE = "life"
    SEEN = "seen"


@dataclass(frozen=True, slots=True)
class Checkin:
    """What an elder agreed to. `agreed` is False while somebody has only proposed it."""

    person_id: int
    hour: int
    agreed: bool
    stopped: bool = False
    paused_until: date | None = None
    proposed_by: int | None = None

    def is_on(self, day: date) -> bool:
        """Whether they are asked on that day."""
        away = self.paused_until is not None and day < self.paused_until
        return self.agreed and not self.stopped and not away


@dataclass(frozen=True, slots=True)
class Day:
    """One elder's day."""

    person_id: int
    day: date
    state: DayState
    asked_at: datetime | None = None
    due_at: datetime | None = None
    safe_at: datetime | None = None
    how: How | None = None
    by_name: str = ""


@dataclass(frozen=True, slots=True)
class Silence:
    """An elder who did not answer, for everybody who looks after them, as it stands now."""

    call: Call
    """Whom it is about, as anybody is shown it who is called to a home."""
    hour: int
    day: Day | None

    @property
    def duty(self) -> Duty:
        """Whose it is to find out."""
        return self.call.duty


class Arrival(StrEnum):
    """What is known of a message's way."""

    SENT = "sent"
    UNDER_WAY = "under way"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Delivery:
    """How the question went to an elder, at the best of their addresses."""

    arrival: Arrival
    at: datetime | None = None

    @classmethod
    def of(cls, rows: Sequence[tuple[str, datetime]]) -> "Delivery":
        """From the states of its messages, each with the moment of its state. One that may have arrived
        counts as one that has: a reminder comes before anybody else is told."""
        arrived = [at for state, at in rows if state in ("sent", "unknown")]
        if arrived:
            return cls(Arrival.SENT, min(arrived))
        waits = any(state in ("queued", "sending") for state, _ in rows)
        return cls(Arrival.UNDER_WAY if waits else Arrival.NEVER)


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """The day that a sign of life belongs to: before dawn it is still the day before."""
    local = at.astimezone(zone)
    return local.date() - timedelta(days=int(local.time() < DAWN))


def ask_at(day: date, hour: int, zone: ZoneInfo, policies: Policies) -> datetime:
    """When the question of a day is due: in time before the agreed hour, not in the quiet hours."""
    wanted = datetime.combine(day, time(hour), zone).astimezone(UTC) - LEAD
    return policies.awake(wanted, zone)


def next_ask(now: datetime, hour: int, zone: ZoneInfo, policies: Policies) -> datetime:
    """The first question from now on, for somebody who agrees now or was asked just now."""
    today = now.astimezone(zone).date()
    first = ask_at(today, hour, zone, policies)
    return first if first > now else ask_at(today + timedelta(days=1), hour, zone, policies)


def due_at(asked_at: datetime, hour: int, zone: ZoneInfo) -> datetime:
    """Until when there is time: the agreed hour, or a while from when the question was asked."""
    day = asked_at.astimezone(zone).date()
    return max(datetime.combine(day, time(hour), zone).astimezone(UTC), asked_at + ROOM)


def too_late_to_ask(now: datetime, zone: ZoneInfo) -> bool:
    """Whether the day is so far gone that a question about the morning makes no sense."""
    return now.astimezone(zone).time() >= LATEST


def verdict(
    day: date, hour: int, zone: ZoneInfo, delivery: Delivery, now: datetime
) -> DayState | datetime:
    """What silence at this moment means: a state, or the moment until which to wait."""
    if now.astimezone(zone).date() != day:
        return DayState.UNASKED  # the desk was away when it should have judged
    if delivery.arrival is Arrival.NEVER:
        return DayState.UNREACHED
    if delivery.at is None:
        return DayState.UNASKED if too_late_to_ask(now, zone) else now + AGAIN
    until = due_at(delivery.at, hour, zone)
    return until if now < until else DayState.SILENT
