"""Which homes a worker goes to today, so that both the month's quota and every duty can be kept.

How often a home is owed a visit follows its tier, in calendar weeks, months and quarters, so that a
worker can say at a glance whether it was seen ("not yet this week"). From the tiers in use for elders
and families at risk: high weekly and within 24 hours of a shock, key monthly, general quarterly; special
homes are key ones without being told (the visiting rate of specially needy elders is 100 % a month).

**Why the day's plan is right.** A visit is one unit of work; a day holds `most_a_day`; every duty has a
first day and a last one. For each last day the duties until then are divided by the working days until
then, and the largest of these rates, rounded up, is the day's load; the duties with the earliest last day
are taken. As long as no rate is above `most_a_day` it cannot become so by following the plan: each
`n >= J/W` done today leaves at most `J (W - 1) / W` for `W - 1` days. So whoever follows it keeps
everything whenever that can be done at all; a test compares it with every possible way of walking.
What is not yet owed, because its week or month has not come, waits for that. A visit that serves a
duty counts for the quota too, so only what the quota needs beyond is filled up, with the longest unseen.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from domain.calendar import Month

SUNDAY = 6
USUAL_HOUR, NEVER = 8 * 60 + 30, -1
"""When the morning's message comes, in minutes after midnight, for whoever never chose; and for whoever
wants none."""
FILL_FROM = 40
"""The longest unseen homes among which the walk is chosen where no duty says which."""


class Tier(StrEnum):
    """How much a home is looked after."""

    HIGH = "high"
    KEY = "key"
    GENERAL = "general"


class Span(StrEnum):
    """How often: at least once in each."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"


EVERY: Mapping[Tier, Span] = {
    Tier.HIGH: Span.WEEK,
    Tier.KEY: Span.MONTH,
    Tier.GENERAL: Span.QUARTER,
}
"""How often each tier is owed a visit, as data."""


class Reason(StrEnum):
    """Why a home is in the day's plan, the most pressing first."""

    SHOCK = "shock"
    PROMISED = "promised"
    ASKED = "asked"
    HIGH = "high"
    KEY = "key"
    GENERAL = "general"
    NEVER = "never"
    LONGEST = "longest"


_RANK = {reason: rank for rank, reason in enumerate(Reason)}
_OF_TIER = {Tier.HIGH: Reason.HIGH, Tier.KEY: Reason.KEY, Tier.GENERAL: Reason.GENERAL}


@dataclass(frozen=True, slots=True)
class Standing:
    """A home as the plan needs it. `last` is the day of the last visit; `promised`, `asked` and `shocked`
    are the days by which somebody is to be there, None where nobody is owed that."""

    home: int
    building: int
    tier: Tier | None = None
    last: date | None = None
    promised: date | None = None
    asked: date | None = None
    shocked: date | None = None


@dataclass(frozen=True, slots=True)
class Going:
    """A home in the day's plan. `until` is the last day of its duty, None where none is owed; `since` the
    day of the last visit, or of the promise where that is why."""

    home: int
    building: int
    reason: Reason
    until: date | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class DayPlan:
    """Where to go today, each building once, the most pressing first. `late` counts the duties of this
    month that cannot be kept any more, `short` the visits that the quota will miss, at best."""

    going: tuple[Going, ...] = ()
    late: int = 0
    short: int = 0

    @property
    def lost(self) -> bool:
        """Whether the month cannot be kept any more."""
        return self.late > 0 or self.short > 0


@dataclass(frozen=True)
class Ahead:
    """A worker's own working days from today to the end of the quarter; today is the first of them."""

    days: tuple[date, ...]

    @property
    def today(self) -> date:
        return self.days[0]

    def until(self, last: date) -> int:
        """How many of the days there are until that one."""
        return bisect_right(self.days, last)

    def between(self, first: date, last: date) -> int:
        """How many of the days lie in that span."""
        return max(0, bisect_right(self.days, last) - bisect_left(self.days, first))

    @cached_property
    def spans(self) -> Mapping[Tier, Sequence[tuple[date, date]]]:
        """Of each tier the week, month or quarter of today and those that follow."""
        return {tier: _spans(tier, self) for tier in Tier}

    @cached_property
    def firsts(self) -> Mapping[Tier, date]:
        """Since which day a visit serves the week, month or quarter of today."""
        return {tier: span_of(EVERY[tier], self.today)[0] for tier in Tier}

    def first_from(self, day: date) -> date:
        """The first of the days from that one on; the last there is where none follows."""
        return self.days[min(bisect_left(self.days, day), len(self.days) - 1)]

    def last_in(self, last: date) -> date | None:
        """The last of the days that is not after that one."""
        at = bisect_right(self.days, last)
        return self.days[at - 1] if at else None


def span_of(span: Span, day: date) -> tuple[date, date]:
    """The first and the last day of the week, month or quarter in which a day lies."""
    if span is Span.WEEK:
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=SUNDAY)
    month = Month.of(day)
    if span is Span.MONTH:
        return month.first_day, month.last_day
    first = Month(month.year, month.number - (month.number - 1) % 3)
    return first.first_day, first.next().next().last_day


def tier_of(tier: str | None, special: bool) -> Tier | None:
    """A home's tier: the one that was set, else key for a special home, else none."""
    return Tier(tier) if tier else Tier.KEY if special else None


def plan(
    homes: Iterable[Standing], ahead: Ahead, missing: int, most_a_day: int, least: int = 0
) -> DayPlan:
    """The day's walk: what is owed by the earliest last day, then the longest unseen for the quota.

    `missing` are the visits the month still lacks; `least` asks for more homes than are needed, for a
    list to choose from. Homes that were visited today are left out.
    """
    sorted_ = _sorted_out(homes, ahead)
    month_end = Month.of(ahead.today).last_day
    quota = -(-missing // ahead.until(month_end))
    load = min(max(quota, _load(sorted_, ahead)), most_a_day)
    chosen = _walk(sorted_.owed, max(load, least))
    if (more := max(min(quota, most_a_day), least) - len(chosen)) > 0:
        chosen += _walk(_fillers(sorted_), more, chosen)
    return DayPlan(
        tuple(_by_building(chosen)),
        _late(sorted_, ahead, month_end, most_a_day),
        max(0, missing - ahead.until(month_end) * most_a_day),
    )


@dataclass(slots=True)
class _Sorted:
    """What is owed now by its last day, what will be owed (first and last day, how often), and the homes
    that are owed nothing now."""

    owed: dict[date, list[Going]]
    later: Counter[tuple[date, date]]
    free: list[Standing]
    spare: list[Standing]
    """Homes that wait for a day that was fixed: gone to earlier only where there is no other."""


def _sorted_out(homes: Iterable[Standing], ahead: Ahead) -> _Sorted:
    """One visit serves all that its day falls into, so a home is owed at most one now."""
    tiers: Counter[Tier] = Counter()
    found = _Sorted({}, Counter(), [], [])
    for home in homes:
        fixed: dict[date, tuple[Reason, date | None]] = {}
        if home.asked is not None:
            fixed[ahead.first_from(home.asked)] = Reason.ASKED, home.last
        if home.promised is not None:
            fixed[ahead.first_from(home.promised)] = Reason.PROMISED, home.promised
        going = None if home.last == ahead.today else _owed_now(home, ahead, fixed)
        if going is not None and going.until is not None:
            found.owed.setdefault(going.until, []).append(going)
        elif home.last != ahead.today:
            (found.spare if fixed else found.free).append(home)
        if home.tier is not None and not fixed:
            tiers[home.tier] += 1
            continue
        found.later.update((day, day) for day in fixed if day > ahead.today)
        if home.tier is not None:
            later = ahead.spans[home.tier][1:]
            found.later.update(span for span in later if not _served(span, fixed))
    for tier, count in tiers.items():
        found.later.update(dict.fromkeys(ahead.spans[tier][1:], count))
    found.owed = dict(sorted(found.owed.items()))
    return found


def _spans(tier: Tier, ahead: Ahead) -> list[tuple[date, date]]:
    """The week, month or quarter of today and those that follow, each to the last own day in it; one in
    which the worker is never there is left to whoever stands in."""
    _, end = span_of(EVERY[tier], ahead.today)
    found = [(ahead.today, ahead.last_in(end) or ahead.today)]
    while end < ahead.days[-1]:
        first, end = span_of(EVERY[tier], end + timedelta(days=1))
        if (last := ahead.last_in(end)) is not None and last >= first:
            found.append((first, last))
    return found


def _served(span: tuple[date, date], fixed: Iterable[date]) -> bool:
    return any(span[0] <= day <= span[1] for day in fixed)


def _owed_now(
    home: Standing,
    ahead: Ahead,
    fixed: Mapping[date, tuple[Reason, date | None]],
) -> Going | None:
    """What brings somebody to a home from today on, if a visit on a fixed day does not serve it too."""

    def going(reason: Reason, until: date, since: date | None = home.last) -> Going:
        return Going(home.home, home.building, reason, until, since)

    today = ahead.today
    if home.shocked is not None:
        until = ahead.last_in(max(home.shocked, today)) or today
        if not _served((today, until), fixed):
            return going(Reason.SHOCK, until)
    if today in fixed:
        return going(fixed[today][0], today, fixed[today][1])
    if home.tier is None or (home.last or date.min) >= ahead.firsts[home.tier]:
        return None
    now = ahead.spans[home.tier][0]
    return None if _served(now, fixed) else going(_OF_TIER[home.tier], now[1])


def _load(found: _Sorted, ahead: Ahead) -> int:
    """Visits that today needs for the duties: the largest number a day until any last day."""
    ends = Counter({until: len(some) for until, some in found.owed.items()})
    for (_, last), count in found.later.items():
        ends[last] += count
    load = total = 0
    for last in sorted(ends):
        total += ends[last]
        load = max(load, -(-total // ahead.until(last)))
    return load


def _late(found: _Sorted, ahead: Ahead, month_end: date, most_a_day: int) -> int:
    """By how many duties some span of days until the month's end is overfull, at worst."""
    windows = Counter({(ahead.today, until): len(some) for until, some in found.owed.items()})
    windows.update({span: count for span, count in found.later.items() if span[1] <= month_end})
    worst = 0
    for first in {span[0] for span in windows}:
        for last in {span[1] for span in windows if span[1] <= month_end}:
            inside = sum(n for (f, until), n in windows.items() if first <= f and until <= last)
            worst = max(worst, inside - most_a_day * ahead.between(first, last))
    return worst


def _fillers(sorted_: _Sorted) -> dict[date, list[Going]]:
    """The longest unseen homes, by the month of the last visit: those of one month are as old as each
    other, so that the walk may choose among them; at the very end those whose day is fixed."""
    found: dict[date, list[Going]] = {}
    for home in sorted(sorted_.free, key=_age)[:FILL_FROM]:
        month = date.min if home.last is None else home.last.replace(day=1)
        found.setdefault(month, []).append(_filling(home))
    if sorted_.spare:
        found[date.max] = [_filling(home) for home in sorted(sorted_.spare, key=_age)]
    return found


def _filling(home: Standing) -> Going:
    reason = Reason.NEVER if home.last is None else Reason.LONGEST
    return Going(home.home, home.building, reason, since=home.last)


def _age(home: Standing) -> tuple[date, int]:
    return home.last or date.min, home.home


def _walk(
    classes: Mapping[date, list[Going]], most: int, before: Sequence[Going] = ()
) -> list[Going]:
    """At most so many, class after class; within one, first where the walk leads anyway."""
    chosen: list[Going] = []
    walked = {going.building for going in before}
    for some in classes.values():
        if len(chosen) >= most:
            break
        groups: dict[int, list[Going]] = {}
        for going in sorted(some, key=_pressing):
            groups.setdefault(going.building, []).append(going)
        for building in sorted(groups, key=lambda each: each not in walked):  # stable
            chosen += groups[building]
        chosen = chosen[:most]
        walked |= {going.building for going in chosen}
    return chosen


def _pressing(going: Going) -> tuple[int, date, int]:
    return _RANK[going.reason], going.since or date.min, going.home


def _by_building(chosen: Sequence[Going]) -> Iterator[Going]:
    """Each building once, in the order in which the walk first needs them."""
    groups: dict[int, list[Going]] = {}
    for going in chosen:
        groups.setdefault(going.building, []).append(going)
    for group in groups.values():
        yield from group
