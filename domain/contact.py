"""When people may be asked: by day, not on holidays, a few at a time, and not again too soon."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.calendar import WorkCalendar

WINDOW = timedelta(minutes=15)
"""Invitations are spread by quarters of an hour: an hour's share never goes out at once."""


@dataclass(frozen=True, slots=True)
class ContactRules:
    """How a survey may knock: hours on the community's clock, how many homes of one community an hour,
    and how often and how soon who has not answered is reminded. Holidays are left alone; an ordinary
    weekend is not one, for that is when people are at home."""

    since: time = time(9)
    until: time = time(20)
    homes_an_hour: int = 100
    reminders: int = 2
    apart: timedelta = timedelta(days=2)

    def __post_init__(self) -> None:
        if self.since >= self.until:
            raise ValueError(f"contact hours end at {self.until} before they begin at {self.since}")

    @property
    def between_rounds(self) -> timedelta:
        """How long nobody whom one survey has asked is asked by another: they come one after the other.
        Whether the first was answered makes no difference, or the second would tell who had."""
        return self.apart / 2

    @property
    def at_once(self) -> int:
        """Homes of one community within one WINDOW, at least one."""
        return max(1, round(self.homes_an_hour * (WINDOW / timedelta(hours=1))))

    def allows(self, now: datetime, zone: ZoneInfo, calendar: WorkCalendar) -> bool:
        """Whether people of that zone may be asked something at that moment."""
        local = now.astimezone(zone)
        return self.since <= local.time() < self.until and not calendar.is_holiday(local.date())
