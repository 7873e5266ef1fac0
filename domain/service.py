"""Everyday services for elders: a meal, company to the hospital, a chore, somebody who looks in.

What can be asked for now, and by when, is decided from stated hours and the clock that is passed in.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import accumulate
from zoneinfo import ZoneInfo

from domain.calendar import WorkCalendar, local_day
from domain.duty import Duty, DutyKind
from domain.ladder import Hours, Ladder
from domain.office import OfficeHours
from domain.people import Card
from domain.policies import Policies

LEAD = timedelta(hours=1)
"""So long before a service begins everybody on its ladder has been told, if nobody accepted it."""


class Part(StrEnum):
    """Which part of its day a service is for."""

    LUNCH = "lunch"
    DINNER = "dinner"
    AM = "am"
    PM = "pm"
    ANY = "any"


class Chore(StrEnum):
    """What there is to do at home."""

    CLEAN = "clean"
    REPAIR = "repair"
    ERRAND = "errand"
    OTHER = "other"


class Reason(StrEnum):
    """Why a service cannot be given, as the worker says by one tap."""

    FULL = "full"
    NOBODY = "nobody"
    CLOSED = "closed"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Hour:
    """From when until when, by the wall clock."""

    since: time
    until: time


@dataclass(frozen=True, slots=True)
class Serving:
    """A meal of a dining point: on which weekdays (Monday is 0), until when it is ordered, whether it
    may be brought home."""

    part: Part
    order_by: time
    hour: Hour
    days: frozenset[int]
    home: bool = False
    day_before: bool = False


@dataclass(frozen=True, slots=True)
class Point:
    """A dining point that serves a community. `person` is the code of who sees to its orders."""

    id: str
    name: str
    phone: str
    servings: tuple[Serving, ...]
    person: str | None = None
    place: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Rule:
    """When a service without a kitchen can be asked for: how many days ahead, how long before."""

    days: int
    notice: timedelta
    parts: Mapping[Part, Hour]
    workdays: bool = True


@dataclass(frozen=True, slots=True)
class Slot:
    """A day and a part of it, as instants; for a meal with the point that cooks it and the last moment
    to order it."""

    kind: DutyKind
    day: date
    part: Part
    starts_at: datetime
    ends_at: datetime
    order_by: datetime
    point: Point | None = None
    home: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody's words ask for; None for what they leave open."""

    kind: DutyKind
    day: date | None = None
    part: Part | None = None
    at_home: bool | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An everyday service as everybody who is told of it sees it now."""

    duty: Duty
    person: Card
    zone: ZoneInfo
    slot: Slot
    at_home: bool = False
    chore: Chore | None = None
    words: tuple[str, ...] = ()
    reason: Reason | None = None
    community_phone: str = ""
    worker: str = ""
    raised_by: str = ""
    point_id: str = ""
    point_name: str = ""
    point_phone: str = ""
    family: tuple[int, ...] = ()


def meals(points: Iterable[Point], now: datetime, zone: ZoneInfo, days: int = 2) -> list[Slot]:
    """Every meal of today and the next days, whether it may still be ordered or not, soonest first."""
    today = local_day(now, zone)
    found = [
        _meal(point, serving, day, zone)
        for day in (today + timedelta(days=n) for n in range(days))
        for point in points
        for serving in point.servings
        if day.weekday() in serving.days
    ]
    return sorted(found, key=lambda slot: slot.starts_at)


def _meal(point: Point, serving: Serving, day: date, zone: ZoneInfo) -> Slot:
    ordered = day - timedelta(days=1) if serving.day_before else day
    return Slot(
        DutyKind.MEAL,
        day,
        serving.part,
        _at(day, serving.hour.since, zone),
        _at(day, serving.hour.until, zone),
        _at(ordered, serving.order_by, zone),
        point,
        serving.home,
    )


def still(slots: Iterable[Slot], now: datetime) -> list[Slot]:
    """Those that may be ordered now."""
    return [slot for slot in slots if now <= slot.order_by]


def times(
    kind: DutyKind, rule: Rule, now: datetime, zone: ZoneInfo, calendar: WorkCalendar
) -> list[Slot]:
    """The parts of the coming days for which a service can still be asked."""
    return still(_slots(kind, rule, now, zone, calendar), now)


def _slots(
    kind: DutyKind, rule: Rule, now: datetime, zone: ZoneInfo, calendar: WorkCalendar
) -> Iterator[Slot]:
    day, left = local_day(now, zone), rule.days
    while left:
        if not rule.workdays or calendar.is_workday(day):
            left -= 1
            for part, hour in rule.parts.items():
                starts, ends = _at(day, hour.since, zone), _at(day, hour.until, zone)
                # What has no hour of its own may be done for as long as the day lasts.
                last = ends if part is Part.ANY else starts
                yield Slot(kind, day, part, starts, ends, last - rule.notice)
        day += timedelta(days=1)


def nearest_first(points: Sequence[Point], home: tuple[float, float] | None) -> list[Point]:
    """The points in the order of their distance; as they stand where nobody knows the way."""
    if home is None:
        return list(points)
    return sorted(points, key=lambda p: (p.place[0] - home[0]) ** 2 + (p.place[1] - home[1]) ** 2)


def laid_out(
    ladder: Ladder, slot: Slot, now: datetime, office: OfficeHours, policies: Policies
) -> Ladder:
    """The ladder as it is frozen into a service: its times in the hours that it counts, and nobody told
    so late that nothing can be done any more."""
    start = _begins(ladder, now, office, policies)
    moments = [_moment(ladder, start, rung.after, office, policies) for rung in ladder.rungs]
    latest = max(slot.starts_at - LEAD, now)
    afters = accumulate((min(moment, max(latest, start)) - now for moment in moments), max)
    rungs = [replace(rung, after=after) for rung, after in zip(ladder.rungs, afters, strict=True)]
    return replace(ladder, rungs=tuple(rungs))


def _begins(ladder: Ladder, now: datetime, office: OfficeHours, policies: Policies) -> datetime:
    """The first person asked sees it at once, unless the hours are quiet."""
    if ladder.hours is Hours.ALWAYS:
        return now
    return policies.awake(now, office.zone)


def _moment(
    ladder: Ladder, start: datetime, after: timedelta, office: OfficeHours, policies: Policies
) -> datetime:
    if not after or ladder.hours is Hours.ALWAYS:
        return start + after
    if ladder.hours is Hours.OFFICE:
        return office.after(office.next_open(start), after)
    return policies.awake(start + after, office.zone)


def _at(day: date, hour: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, hour, zone).astimezone(UTC)
