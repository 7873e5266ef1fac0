"""Who is on duty by a weekly roster: 错时上下班, 节假日轮休."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class WeeklyShift:
    """A shift that repeats each week: `days` are weekdays (Monday is 0) on which it begins.

    Where `until` is not after `since`, it ends on the next day.
    """

    days: frozenset[int]
    since: time
    until: time
    person: str
    backup: str = ""


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift, as instants."""

    starts_at: datetime
    ends_at: datetime
    person: str
    backup: str = ""


def expand(
    weekly: Iterable[WeeklyShift], first: date, days: int, zone: ZoneInfo
) -> Iterator[Shift]:
    """All shifts that begin on `days` days from `first` on, by the community's wall clock."""
    weekly = tuple(weekly)
    for day in (first + timedelta(days=offset) for offset in range(days)):
        for shift in weekly:
            if day.weekday() in shift.days:
                ends_on = day if shift.until > shift.since else day + timedelta(days=1)
                yield Shift(
                    datetime.combine(day, shift.since, zone).astimezone(UTC),
                    datetime.combine(ends_on, shift.until, zone).astimezone(UTC),
                    shift.person,
                    shift.backup,
                )
