"""When the office can be asked: its hours on working and on rest days, by the community's wall clock."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.calendar import WorkCalendar, day_bounds, local_day

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FAR = 400
"""Days looked ahead; an office that is closed for longer is never open."""


@dataclass(frozen=True, slots=True)
class Span:
    """Hours of a day; `days` are weekdays (Monday is 0), none for every one."""

    since: time
    until: time
    days: frozenset[int] = frozenset()

    def is_on(self, day: date) -> bool:
        return not self.days or day.weekday() in self.days


_USUAL = (Span(time(8, 30), time(11, 30)), Span(time(13, 30), time(17)))
"""What most offices in the city post, where a community states nothing."""


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When somebody is there to answer. Rest days are closed: whoever is on duty has the help line."""

    zone: ZoneInfo
    calendar: WorkCalendar
    spans: tuple[Span, ...] = _USUAL

    @classmethod
    def of(cls, stated: Any, zone: ZoneInfo, calendar: WorkCalendar) -> "OfficeHours":
        """From a community's own `hours` as loaded; the usual ones where they cannot be read."""
        try:
            spans = tuple(_span(entry) for key in ("weekday", "staggered") for entry in stated[key])
        except (KeyError, TypeError, ValueError):
            spans = ()
        return cls(zone, calendar, spans or _USUAL)

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there at that instant."""
        return any(since <= at < until for since, until in self._openings(at, 1))

    def next_open(self, at: datetime) -> datetime:
        """The instant itself where it is open, else when it opens next."""
        for since, until in self._openings(at, _FAR):
            if at < until:
                return max(at, since)
        return at

    def after(self, at: datetime, worked: timedelta) -> datetime:
        """When so much office time has passed. A day or more counts by the calendar."""
        if worked >= timedelta(days=1):
            return self.next_open(at + worked)
        left = worked
        for since, until in self._openings(at, _FAR):
            begin = max(at, since)
            if until - begin >= left:
                return begin + left
            left -= max(until - begin, timedelta(0))
        return at + worked

    def opens_on(self, day: date) -> datetime:
        """When it opens on a working day; its first instant where no hours are stated for it."""
        return next((since for since, _ in self._stretches(day)), day_bounds(day, self.zone)[0])

    def closes_on(self, day: date) -> datetime:
        """When it closes on a working day; its end where no hours are stated for it."""
        return max(
            (until for _, until in self._stretches(day)), default=day_bounds(day, self.zone)[1]
        )

    def workday(self, day: date, count: int) -> date:
        """The working day so many working days after that day, which itself is not counted; before it
        where the count is negative."""
        step = timedelta(days=1 if count > 0 else -1)
        left = abs(count)
        while left:
            day += step
            left -= self.calendar.is_workday(day)
        return day

    def _openings(self, at: datetime, days: int) -> Iterator[tuple[datetime, datetime]]:
        """The stretches from the day of `at` on, in order, those that touch made one."""
        first = local_day(at, self.zone)
        for day in (first + timedelta(days=offset) for offset in range(days)):
            if self.calendar.is_workday(day):
                yield from self._stretches(day)

    def _stretches(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        begin: time | None = None
        end = time(0)
        for span in sorted((s for s in self.spans if s.is_on(day)), key=lambda s: s.since):
            if begin is not None and span.since > end:
                yield self._instant(day, begin), self._instant(day, end)
                begin = None
            begin, end = (
                (span.since, span.until) if begin is None else (begin, max(end, span.until))
            )
        if begin is not None:
            yield self._instant(day, begin), self._instant(day, end)

    def _instant(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, self.zone).astimezone(UTC)


def _span(entry: Mapping[str, Any]) -> Span:
    days = frozenset(_DAYS.index(day) for day in entry.get("days", ()))
    span = Span(time.fromisoformat(entry["from"]), time.fromisoformat(entry["to"]), days)
    if span.since >= span.until:
        raise ValueError("office hours end on the day they begin")
    return span
