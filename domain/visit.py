"""Visits to homes: what counts, how the month stands, when a worker is reminded, and what the
diary and the supervisor's board show.

The figure behind it all: 250 households a worker, at least 30 household visits a month (the 2014
speech of Ningbo's civil-affairs bureau). How a typed or spoken sentence is read is in
`domain/address.py`.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import TypeVar

from domain.address import VisitSentence as VisitSentence  # spoken of with visits by callers
from domain.address import parse_visit_sentence as parse_visit_sentence
from domain.calendar import Month, WorkCalendar

Code = TypeVar("Code")


class Mode(StrEnum):
    """How a home was reached."""

    HOME = "home"
    PHONE = "phone"
    PATROL = "patrol"
    NOBODY_IN = "nobody_in"


COUNTING_MODES: frozenset[Mode] = frozenset({Mode.HOME})
"""What counts toward the quota, as data: the speech says household visits, so only being let in at
the door does. A call or a patrol is in the diary and not in the quota; nobody in is an attempt."""


class Topic(StrEnum):
    """What a visit was about, in the order in which the buttons stand."""

    ELDERCARE = "eldercare"
    HEALTH = "health"
    JOBS = "jobs"
    BENEFITS = "benefits"
    MEDIATION = "mediation"
    HAZARDS = "hazards"
    POLICY = "policy"
    CHILDREN = "children"
    SURROUNDINGS = "surroundings"
    OTHER = "other"


class Traced(StrEnum):
    """What may become of a visit that is in the diary; each is kept with how it stood before."""

    CHANGED = "changed"
    REMOVED = "removed"
    RESTORED = "restored"


class ReminderKind(StrEnum):
    """The milestones of a month; each is said at most once."""

    MID_MONTH = "mid_month"
    LAST_FIVE = "last_five"
    LAST_DAY = "last_day"
    MONTH_END = "month_end"


@dataclass(frozen=True, slots=True)
class Visit:
    """The bare facts of one visit, for counting. `day` is the wall-clock day it was made."""

    worker: int
    home: int
    day: date
    mode: Mode = Mode.HOME


@dataclass(frozen=True, slots=True)
class Quota:
    """Household visits a worker owes a month.

    `most_a_day` is what one person can do well in a working day (our assumption; a setting): above
    it a month is called impossible to keep.
    """

    monthly: int = 30
    most_a_day: int = 8

    def __post_init__(self) -> None:
        if self.monthly < 0 or self.most_a_day < 1:
            raise ValueError(f"not a quota: {self.monthly} a month, {self.most_a_day} a day")


@dataclass(frozen=True, slots=True)
class Presence:
    """When a worker is there to visit at all.

    `first` and `last` bound the working days of a joiner, a leaver or a handover; `away` are days
    of leave; `share` is the part of full-time (`Fraction(1, 2)`).
    """

    first: date = date.min
    last: date = date.max
    away: frozenset[date] = field(default=frozenset())
    share: Fraction = Fraction(1)

    def works_on(self, day: date) -> bool:
        """Whether a working day is one of this worker's."""
        return self.first <= day <= self.last and day not in self.away


ALWAYS = Presence()


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed with a worker: their share of full time in hundredths, and from which day to which
    they work here at all."""

    share: int = 100
    first: date = date.min
    last: date = date.max

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 100 or self.first > self.last:
            raise ValueError(f"not somebody's terms: {self}")


FULL = Terms()


@dataclass(frozen=True, slots=True)
class Pace:
    """How one worker's month stands on one day; counts are household visits, days working days.

    `expected_by_now` is due by the evening of the day. `remaining_workdays` include the day itself.
    """

    month: Month
    done: int
    target: int
    expected_by_now: int
    remaining_workdays: int
    behind: bool
    impossible: bool

    @property
    def missing(self) -> int:
        """Visits still owed this month, never negative."""
        return max(0, self.target - self.done)

    @property
    def kept(self) -> bool:
        """Whether the month's target is reached."""
        return self.missing == 0

    @property
    def needed_a_day(self) -> int:
        """Visits each remaining working day must bring, rounded up; 0 when no day remains."""
        return -(-self.missing // self.remaining_workdays) if self.remaining_workdays else 0


def pace(
    done: int,
    day: date,
    month: Month,
    calendar: WorkCalendar,
    quota: Quota = Quota(),
    presence: Presence = ALWAYS,
) -> Pace:
    """Where `done` visits stand against the quota, pro-rated to the days the worker is there."""
    workdays = calendar.workdays_of_month(month)
    always = presence is ALWAYS
    own = workdays if always else [each for each in workdays if presence.works_on(each)]
    target = prorated(quota, presence.share, len(own), len(workdays))
    elapsed = bisect_right(own, day)
    remaining = len(own) - bisect_left(own, day)
    expected = target * elapsed // len(own) if own else 0
    return Pace(
        month=month,
        done=done,
        target=target,
        expected_by_now=expected,
        remaining_workdays=remaining,
        behind=done < expected,
        impossible=target - done > remaining * quota.most_a_day,
    )


def paces(
    done: Mapping[int, int],
    day: date,
    month: Month,
    calendar: WorkCalendar,
    quota: Quota,
    there: Mapping[int, Presence],
) -> dict[int, Pace]:
    """Where each of many workers stands: those who are always there stand alike where they have done
    alike, so a whole city is a few dozen sums."""
    alike: dict[int, Pace] = {}
    found = {}
    for worker, presence in there.items():
        made = done.get(worker, 0)
        its = alike.get(made) if presence is ALWAYS else None
        if its is None:
            its = pace(made, day, month, calendar, quota, presence)
            if presence is ALWAYS:
                alike[made] = its
        found[worker] = its
    return found


@lru_cache(maxsize=1024)
def prorated(quota: Quota, share: Fraction, own_days: int, all_days: int) -> int:
    """The month's target for so many of its working days, halves rounded up."""
    if not all_days:
        return 0
    exact = quota.monthly * share * Fraction(own_days, all_days)
    return int(exact + Fraction(1, 2))


def reminder_due(
    pace: Pace,
    day: date,
    calendar: WorkCalendar,
    already_sent: Collection[ReminderKind],
    since: date | None = None,
    presence: Presence = ALWAYS,
) -> ReminderKind | None:
    """Which reminder about `pace.month` a worker gets on `day`, if any.

    On pace: silence. Behind: once at mid-month (the first working day from the 15th), once in the
    last five working days, once on the last. On the first working day after the month: its summary,
    behind or not. Only on days the worker works. `since` is the last day this was asked, so that a
    day on which nothing ran is caught up: a milestone after `since` counts as today's.
    """
    if not calendar.is_workday(day) or not presence.works_on(day) or not pace.target:
        return None
    kind = _milestone(pace.month, day, calendar, since or day - timedelta(days=1))
    if kind is None or kind in already_sent:
        return None
    return kind if kind is ReminderKind.MONTH_END or pace.behind else None


def _milestone(month: Month, day: date, calendar: WorkCalendar, since: date) -> ReminderKind | None:
    after = calendar.first_workday_from(month.next().first_day)
    middle = calendar.first_workday_from(date(month.year, month.number, 15))
    last_five = calendar.last_workdays_of_month(month, 5)
    if since < after <= day:
        return ReminderKind.MONTH_END
    if day in last_five:
        return ReminderKind.LAST_DAY if day == last_five[-1] else ReminderKind.LAST_FIVE
    return ReminderKind.MID_MONTH if since < middle <= day <= month.last_day else None


LATEST = timedelta(days=7)
"""How long a visit may wait on a telephone without network and still keep its own time."""


def moment_of(sent_at: datetime | None, now: datetime) -> datetime:
    """When a visit was made: as the platform says it was sent, but not in the future or long ago."""
    return min(max(sent_at or now, now - LATEST), now)


def come_back_days(today: date, calendar: WorkCalendar) -> tuple[date, date, date]:
    """When to come back: tomorrow, in a week, in a month; the later two on a working day."""
    month = Month.of(today).next()
    in_a_month = date(month.year, month.number, min(today.day, month.last_day.day))
    week = calendar.first_workday_from(today + timedelta(days=7))
    return today + timedelta(days=1), week, calendar.first_workday_from(in_a_month)


def count_home_days(visits: Iterable[Visit], counting: Collection[Mode] = COUNTING_MODES) -> int:
    """Visits as the quota counts them: one home on one day by one worker is one, however often."""
    return len({(v.worker, v.home, v.day) for v in visits if v.mode in counting})


def count_attempts(visits: Iterable[Visit]) -> int:
    """Home-days on which nobody was in, unless somebody was later that day."""
    visits = tuple(visits)
    met = {(v.worker, v.home, v.day) for v in visits if v.mode is Mode.HOME}
    tried = {(v.worker, v.home, v.day) for v in visits if v.mode is Mode.NOBODY_IN}
    return len(tried - met)


def matching(text: str, words: Mapping[Code, Iterable[str]]) -> tuple[Code, ...]:
    """The codes (topics, modes) any of whose words stand in the text, in the mapping's order."""
    folded = text.casefold()
    return tuple(
        code
        for code, some in words.items()
        if any(word.casefold() in folded for word in some if word)
    )


def opened_by(text: str, words: Mapping[Code, Iterable[str]]) -> Code | None:
    """The code (a mode) whose word is the text's first clause, None where none is.

    "没人" is an empty home, "没人照顾" an old lady alone, and "阿姨说电话坏了" no telephone call. A word
    that ends in `*` may go on: with "打电话*", "打电话问了血压" is a call.
    """
    first = re.split(r"[\s，,。.；;！!、]", text.strip().casefold(), maxsplit=1)[0]
    for code, some in words.items():
        for word in map(str.casefold, some):
            stem = word.removesuffix("*")
            if stem and (first == stem or (stem != word and first.startswith(stem))):
                return code
    return None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One worker on the supervisor's board."""

    worker: str
    pace: Pace
