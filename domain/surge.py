"""Surge mode: for some hours a community calls everybody for every cry for help, and all else gives way."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Reason(StrEnum):
    """Why it was switched on."""

    TYPHOON = "typhoon"
    HEAT = "heat"
    RAIN = "rain"
    COLD = "cold"
    OTHER = "other"


LENGTHS = (6, 12, 24)
"""Hours for which it can be switched on, or extended by."""

LONGEST = timedelta(hours=72)
"""How far ahead its end may lie: who still needs it then says so again."""

WINDOW = timedelta(minutes=2)
"""Within it, a worker gets at most one list of what still waits. No longer than a ladder repeats."""

SPACING = timedelta(seconds=10)
"""Between two routine messages to people of one community: 360 an hour."""


@dataclass(frozen=True, slots=True)
class Surge:
    """A community's surge mode; it ends by itself at `ends_at`."""

    id: int
    community_id: int
    reason: Reason
    started_by: int
    started_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None

    def runs_at(self, now: datetime) -> bool:
        return self.ended_at is None and self.ends_at > now


def end_of(start: datetime, now: datetime, hours: int) -> datetime:
    """When it ends that is to last so long from `start` on, but not longer than it may."""
    return min(start + timedelta(hours=hours), now + LONGEST)


def window_of(now: datetime) -> int:
    """The number of the window in which a moment lies."""
    return int(now.timestamp() // WINDOW.total_seconds())


@dataclass(frozen=True, slots=True)
class Waiting:
    """A call for help that nobody has taken, as the list shows it."""

    duty_id: int
    name: str
    building: str
    room: str
    opened_at: datetime
    presses: int

    @property
    def place(self) -> str:
        """`3幢502`, as people say it."""
        return f"{self.building}{self.room}"
