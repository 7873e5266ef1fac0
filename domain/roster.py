"""Who is on duty: 错时上下班 and 节假日轮休 as a pattern, and what an exchange of shifts leads to."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

from domain.calendar import WorkCalendar
from domain.policies import Policies

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WORKDAY, RESTDAY = "workday", "restday"
"""Days by the official calendar: a swapped Saturday is a working day, a holiday on Wednesday is not."""

AHEAD = timedelta(days=42)
"""How far shifts are laid out, so that gaps are seen, and days exchanged, before they come."""

EARLIER = timedelta(minutes=30)
"""How long before the quiet hours somebody hears of a shift that begins in them."""


@dataclass(frozen=True, slots=True)
class WeeklyShift:
    """A shift that repeats: `days` are the weekdays, or kinds of day, on which it begins.

    Where `until` is not after `since`, it ends on the next day. Several `persons` take turns, one
    such day each, from the first of the year on.
    """

    days: frozenset[str]
    since: time
    until: time
    persons: tuple[str, ...]
    backup: str = ""

    def begins_on(self, day: date, calendar: WorkCalendar) -> bool:
        """Whether it is one of its days."""
        kind = WORKDAY if calendar.is_workday(day) else RESTDAY
        return not self.days.isdisjoint({WEEKDAYS[day.weekday()], kind})

    def runs_at(self, local: datetime, calendar: WorkCalendar) -> bool:
        """Whether it is under way at a moment of the community's own clock."""
        clock, over_night = local.time(), self.until <= self.since
        if self.since <= clock and self.begins_on(local.date(), calendar):
            return over_night or clock < self.until
        before = local.date() - timedelta(days=1)
        return over_night and clock < self.until and self.begins_on(before, calendar)

    def person_on(self, day: date, calendar: WorkCalendar) -> str:
        """Whose turn it is on one of its days."""
        if len(self.persons) == 1:
            return self.persons[0]
        first = day.replace(month=1, day=1)
        before = (first + timedelta(days=n) for n in range((day - first).days))
        turns = sum(self.begins_on(each, calendar) for each in before)
        return self.persons[turns % len(self.persons)]


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift, as instants."""

    starts_at: datetime
    ends_at: datetime
    person: str
    backup: str = ""


def expand(
    weekly: Iterable[WeeklyShift], first: date, days: int, zone: ZoneInfo, calendar: WorkCalendar
) -> Iterator[Shift]:
    """All shifts that begin on `days` days from `first` on, by the community's wall clock."""
    weekly = tuple(weekly)
    for day in (first + timedelta(days=offset) for offset in range(days)):
        for shift in weekly:
            if shift.begins_on(day, calendar):
                ends_on = day if shift.until > shift.since else day + timedelta(days=1)
                yield Shift(
                    datetime.combine(day, shift.since, zone).astimezone(UTC),
                    datetime.combine(ends_on, shift.until, zone).astimezone(UTC),
                    shift.person_on(day, calendar),
                    shift.backup,
                )


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From one instant to another."""

    since: datetime
    until: datetime

    @property
    def hours(self) -> float:
        return (self.until - self.since).total_seconds() / 3600


@dataclass(frozen=True, slots=True)
class Post:
    """A shift as it stands: who is on it (on leave: their deputy), and who is behind them."""

    id: int
    person: int
    since: datetime
    until: datetime
    backup: int | None = None

    def overlaps(self, other: "Post") -> bool:
        return self.since < other.until and other.since < self.until


@dataclass(frozen=True, slots=True)
class Exchange:
    """`given` goes to `taker`; `back`, where there is one, to whoever had `given`."""

    given: int
    taker: int
    back: int | None = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What an exchange would lead to: hours that nobody able would stand any more, pairs of shifts on
    which one of the two would be at the same time and is not now, and shifts with nobody behind them
    any more, for who was behind them stands them."""

    gaps: tuple[Span, ...]
    twice: tuple[tuple[Post, Post], ...]
    bare: tuple[Post, ...] = ()


def exchanged(posts: Iterable[Post], swap: Exchange) -> tuple[Post, ...]:
    """The roster after it; without the shift that is given nothing changes."""
    posts = tuple(posts)
    giver = next((post.person for post in posts if post.id == swap.given), None)
    if giver is None:
        return posts
    now_on = {swap.given: swap.taker} | ({swap.back: giver} if swap.back else {})
    return tuple(replace(post, person=now_on.get(post.id, post.person)) for post in posts)


def effect(posts: Iterable[Post], swap: Exchange, able: Collection[int]) -> Effect:
    """What the exchange would lead to; `able` are those who may be called at all."""
    before = tuple(posts)
    return compared(before, exchanged(before, swap), able)


def compared(before: Sequence[Post], after: Sequence[Post], able: Collection[int]) -> Effect:
    """What comes of a roster when it changes; the same shifts, by other people."""
    if not before:
        return Effect((), ())
    since = min(post.since for post in before)
    until = max(post.until for post in before)
    open_before = uncovered(_stood(before, able), since, until)
    open_after = uncovered(_stood(after, able), since, until)
    new = [part for span in open_after for part in uncovered(open_before, span.since, span.until)]
    known = {(one.id, other.id) for one, other in clashes(before)}
    twice = tuple(pair for pair in clashes(after) if (pair[0].id, pair[1].id) not in known)
    return Effect(tuple(new), twice, tuple(set(_bare(after)) - set(_bare(before))))


def _bare(posts: Iterable[Post]) -> list[Post]:
    return [post for post in posts if post.backup == post.person]


def _stood(posts: Iterable[Post], able: Collection[int]) -> list[Span]:
    return [Span(p.since, p.until) for p in posts if p.person in able or p.backup in able]


def uncovered(spans: Iterable[Span], since: datetime, until: datetime) -> tuple[Span, ...]:
    """What none of the spans covers between two instants, in order."""
    open_from, found = since, []
    for span in sorted(spans):
        if span.since >= until:
            break
        if span.since > open_from:
            found.append(Span(open_from, span.since))
        open_from = max(open_from, span.until)
    if open_from < until:
        found.append(Span(open_from, until))
    return tuple(found)


def clashes(posts: Iterable[Post]) -> tuple[tuple[Post, Post], ...]:
    """Pairs of shifts that one person stands at the same time."""
    by_person: dict[int, list[Post]] = {}
    for post in posts:
        by_person.setdefault(post.person, []).append(post)
    return tuple(
        (one, other)
        for own in by_person.values()
        for one, other in combinations(sorted(own, key=lambda post: (post.since, post.id)), 2)
        if one.overlaps(other)
    )


def notice_at(starts_at: datetime, policies: Policies, zone: ZoneInfo) -> datetime:
    """When somebody is quietly told that a shift is theirs: as it begins; where it begins in the
    quiet hours, in which such messages wait, half an hour before these."""
    if not policies.is_quiet(starts_at):
        return starts_at
    start = starts_at.astimezone(zone)
    evening = datetime.combine(start.date(), policies.quiet_from, zone) - EARLIER
    if start.time() < policies.quiet_from:
        evening -= timedelta(days=1)
    return evening.astimezone(UTC)
