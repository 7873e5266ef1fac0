"""Days as the neighbourhood office counts them: wall-clock days, months and official working days.

Working days follow the State Council's yearly notice with its swapped working days, as published in
the `chinesecalendar` package (2004 to 2026 in version 1.11). For a year without a notice the week
decides (Monday to Friday) and `calendar_known` says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from chinese_calendar import holidays as official_rest
from chinese_calendar import workdays as official_work

FRIDAY = 4
_KNOWN_YEARS = frozenset(day.year for day in official_rest)


class NaiveTimeError(ValueError):
    """An instant without a time zone: nobody can say which day it falls on."""


def calendar_known(year: int) -> bool:
    """Whether the official notice for the year is known; without it only the week decides."""
    return year in _KNOWN_YEARS


def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The date on the wall calendar in `zone` at that instant."""
    if instant.tzinfo is None:
        raise NaiveTimeError(
            f"{instant.isoformat()} has no time zone; pass an aware datetime (UTC)"
        )
    return instant.astimezone(zone).date()


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first instant of the wall-clock day and the first after it, in UTC."""
    plain = _plain_date(day)
    return _midnight(plain, zone), _midnight(plain + timedelta(days=1), zone)


def month_bounds(year: int, month: int, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first instant of the wall-clock month and the first after it, in UTC."""
    this = Month(year, month)
    return _midnight(this.first_day, zone), _midnight(this.next().first_day, zone)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One calendar month; prints as `2026-11`."""

    year: int
    number: int

    def __post_init__(self) -> None:
        if not 1 <= self.number <= 12:
            raise ValueError(f"month {self.number} is not between 1 and 12")

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month a day lies in."""
        plain = _plain_date(day)
        return cls(plain.year, plain.month)

    @property
    def first_day(self) -> date:
        """The 1st."""
        return date(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """The 28th to 31st."""
        return self.next().first_day - timedelta(days=1)

    def next(self) -> "Month":
        """The month after."""
        return Month(self.year + 1, 1) if self.number == 12 else Month(self.year, self.number + 1)

    def previous(self) -> "Month":
        """The month before."""
        return Month(self.year - 1, 12) if self.number == 1 else Month(self.year, self.number - 1)


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Official working days, corrected by dates that an office states itself.

    `extra_rest` and `extra_work` win over the official notice (a typhoon day off, a swap decided by
    the province, or next year's notice before the package knows it).
    """

    extra_rest: frozenset[date] = field(default=frozenset())
    extra_work: frozenset[date] = field(default=frozenset())

    def __post_init__(self) -> None:
        both = sorted(self.extra_rest & self.extra_work)
        if both:
            raise ValueError(f"{both[0].isoformat()} is stated both as rest and as work")

    def is_workday(self, day: date) -> bool:
        """Whether offices work on that wall-clock day."""
        plain = _plain_date(day)
        if plain in self.extra_work or plain in self.extra_rest:
            return plain in self.extra_work
        if plain in official_work or plain in official_rest:
            return plain in official_work
        return plain.weekday() <= FRIDAY

    def is_holiday(self, day: date) -> bool:
        """Whether that day belongs to an official holiday; a plain Saturday or Sunday does not."""
        plain = _plain_date(day)
        if plain in self.extra_work or plain in self.extra_rest:
            return plain in self.extra_rest
        return plain in official_rest

    def workdays(self, first: date, last: date) -> tuple[date, ...]:
        """The working days from `first` to `last`, both included."""
        return _workdays(self, first, last)

    def workdays_of_month(self, month: Month) -> tuple[date, ...]:
        """All working days of the month."""
        return self.workdays(month.first_day, month.last_day)

    def last_workdays_of_month(self, month: Month, count: int) -> tuple[date, ...]:
        """The last `count` working days of the month, oldest first (fewer if it has fewer)."""
        if count < 1:
            raise ValueError(f"count must be at least 1, not {count}")
        return self.workdays_of_month(month)[-count:]

    def first_workday_from(self, day: date) -> date:
        """The day itself if it is a working day, else the next one."""
        plain = _plain_date(day)
        while not self.is_workday(plain):
            plain += timedelta(days=1)
        return plain


@lru_cache(maxsize=256)
def _workdays(calendar: WorkCalendar, first: date, last: date) -> tuple[date, ...]:
    """Remembered: a city asks for the same months thousands of times in a morning."""
    return tuple(day for day in _days(first, last) if calendar.is_workday(day))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _days(first: date, last: date) -> Iterator[date]:
    day, end = _plain_date(first), _plain_date(last)
    while day <= end:
        yield day
        day += timedelta(days=1)


def _plain_date(day: date) -> date:
    """Refuse a datetime, which Python counts as a date although its day depends on the zone."""
    if isinstance(day, datetime):
        raise TypeError(f"{day.isoformat()} is an instant; use local_day() to say which day it is")
    return day
