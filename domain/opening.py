"""Posted opening hours as a schedule, where they can be understood whole, and whether it is open now.

What is posted is written by people: 工作日 08:30-11:30 13:30-17:00, 周一至周六 10:30-12:30. A text that
holds anything else (台风预警期间) is not guessed at: the schedule is None, and the text itself is shown.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from domain.calendar import WorkCalendar

AHEAD = 14
"""Days that are looked through for the next opening; the longest official holiday has nine."""

_DAY = "一二三四五六日天"
_WEEKDAY = rf"(?:周|星期|礼拜)(?P<{{}}>[{_DAY}末])"
_CLOCK = r"(?P<{0}>[01]?\d|2[0-4])(?:[:：](?P<{0}m>[0-5]\d)|[点时](?:(?P<{0}n>[0-5]?\d)分?|(?P<{0}h>半))?)"
_TO = r"\s*(?:-|–|—|~|～|至|到)+\s*"
_HALF = r"(?P<{}>上午|早上|下午|晚上|中午)?\s*"
_TOKENS = re.compile(
    "|".join(
        (
            rf"(?P<range>{_WEEKDAY.format('from_day')}{_TO}(?:周|星期|礼拜)?(?P<to_day>[{_DAY}]))",
            rf"(?P<weekday>{_WEEKDAY.format('one_day')})",
            r"(?P<off>(?:法定)?节假日(?:除外|休息|不开)|(?:周末|双休日)休息)",
            r"(?P<work>工作日|上班时间)",
            r"(?P<rest>法定节假日|节假日|休息日|双休日)",
            r"(?P<every>每天|每日|天天|全年无休)",
            r"(?P<whole>(?:24|二十四)小时|全天(?:开放)?)",
            rf"(?P<span>{_HALF.format('half_a')}{_CLOCK.format('a')}{_TO}"
            rf"{_HALF.format('half_b')}{_CLOCK.format('b')})",
            r"(?P<closed>休息|不开放|关闭)",
            r"(?P<between>[\s,，、;；。和及]+|开放|营业|开门)",
        )
    )
)


class Days(StrEnum):
    """Days that are told by the calendar, not by the week."""

    EVERY = "every"
    WORK = "work"
    REST = "rest"


class Openness(StrEnum):
    """What can be said of now."""

    OPEN = "open"
    CLOSED = "closed"
    UNSURE = "unsure"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Rule:
    """On these days, from and to these times; no spans means closed."""

    days: frozenset[int | Days]
    spans: tuple[tuple[time, time], ...]

    def fits(self, day: date, calendar: WorkCalendar) -> bool:
        """Whether the rule speaks of that day."""
        works = calendar.is_workday(day)
        told = Days.WORK if works else Days.REST
        return bool(self.days & {Days.EVERY, told, day.weekday()})

    def may_fail(self, day: date, calendar: WorkCalendar) -> bool:
        """Whether it names the weekday, and the day is a public holiday: most places close then."""
        named = day.weekday() in self.days and not self.days & {Days.EVERY, Days.REST}
        return named and day.weekday() < 5 and not calendar.is_workday(day)


@dataclass(frozen=True, slots=True)
class Now:
    """Open or not; until when, or when again. Times are on the community's clock."""

    is_: Openness
    until: time | None = None
    opens: datetime | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """All that a place posts."""

    rules: tuple[Rule, ...]

    def spans(self, day: date, calendar: WorkCalendar) -> tuple[tuple[time, time], ...]:
        """When it is open on a day. A rule that says closed beats those that say open."""
        fitting = [rule for rule in self.rules if rule.fits(day, calendar)]
        if any(not rule.spans for rule in fitting):
            return ()
        return tuple(sorted({span for rule in fitting for span in rule.spans}))

    def now(self, local: datetime, calendar: WorkCalendar) -> Now:
        """What can be said of a moment on the community's clock."""
        today, clock = local.date(), local.time()
        for start, end in self.spans(today, calendar):
            if start <= clock < end:
                doubtful = self._doubtful(today, calendar)
                return Now(Openness.UNSURE if doubtful else Openness.OPEN, until=end)
        return Now(Openness.CLOSED, opens=next(self._openings(local, calendar), None))

    def _doubtful(self, day: date, calendar: WorkCalendar) -> bool:
        fitting = [rule for rule in self.rules if rule.fits(day, calendar)]
        return all(rule.may_fail(day, calendar) for rule in fitting)

    def _openings(self, local: datetime, calendar: WorkCalendar) -> Iterator[datetime]:
        for ahead in range(AHEAD + 1):
            day = local.date() + timedelta(days=ahead)
            if self._doubtful(day, calendar):
                continue
            for start, _ in self.spans(day, calendar):
                opens = datetime.combine(day, start, local.tzinfo)
                if opens > local:
                    yield opens


UNKNOWN = Now(Openness.UNKNOWN)


def read_hours(text: str) -> Schedule | None:
    """The schedule in a posted text; None where any of it is not understood."""
    reading = _Reading()
    at = 0
    while at < len(text):
        token = _TOKENS.match(text, at)
        if token is None or not reading.takes(token):
            return None
        at = token.end()
    return reading.schedule()


class _Reading:
    """What has been read of a text so far: whole rules, and the days and times of the one at hand."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._days: set[int | Days] = set()
        self._spans: list[tuple[time, time]] = []
        self._closed = False

    def takes(self, token: re.Match[str]) -> bool:
        """Take the next word; False where it makes no sense."""
        kind = next(name for name in _KINDS if token.group(name) is not None)
        if kind in _STARTS:
            if self._spans or self._closed:
                self._end()
            self._days |= _days(kind, token)
        elif kind == "off":
            self._end()
            self._rules.append(Rule(_off_days(token.group()), ()))
        elif kind == "closed":
            self._closed = bool(self._days)
        elif kind in ("whole", "span"):
            span = (time(0), time.max) if kind == "whole" else _span(token)
            if span is None:
                return False
            self._spans.append(span)
        return True

    def schedule(self) -> Schedule | None:
        """All of it; None where days have no times, or nothing is ever open."""
        if self._days and not self._spans and not self._closed:
            return None
        self._end()
        return Schedule(tuple(self._rules)) if any(rule.spans for rule in self._rules) else None

    def _end(self) -> None:
        if self._days or self._spans:
            self._rules.append(Rule(frozenset(self._days or {Days.EVERY}), tuple(self._spans)))
        self._days, self._spans, self._closed = set(), [], False


_STARTS = ("range", "weekday", "work", "rest", "every")
_KINDS = (*_STARTS, "off", "whole", "span", "closed", "between")


def _off_days(words: str) -> frozenset[int | Days]:
    return frozenset({5, 6}) if words.startswith(("周末", "双休")) else frozenset({Days.REST})


def _days(kind: str, token: re.Match[str]) -> set[int | Days]:
    match kind:
        case "work":
            return {Days.WORK}
        case "rest":
            return {5, 6} if token.group() == "双休日" else {Days.REST}
        case "every":
            return {Days.EVERY}
        case "weekday":
            return {5, 6} if token.group("one_day") == "末" else {_weekday(token.group("one_day"))}
        case _:
            first, last = _weekday(token.group("from_day")), _weekday(token.group("to_day"))
            return {day % 7 for day in range(first, last + (8 if last < first else 1))}


def _weekday(sign: str) -> int:
    return min(_DAY.index(sign), 6)


def _span(token: re.Match[str]) -> tuple[time, time] | None:
    start = _clock(token, "a", token.group("half_a"))
    end = _clock(token, "b", token.group("half_b") or token.group("half_a"))
    return (start, end) if start is not None and end is not None and start < end else None


def _clock(token: re.Match[str], name: str, half: str | None) -> time | None:
    hour = int(token.group(name))
    minute = 30 if token.group(f"{name}h") else int(
        token.group(f"{name}m") or token.group(f"{name}n") or 0
    )  # fmt: skip
    if half in ("下午", "晚上") and hour < 12:
        hour += 12
    if hour == 24:
        return time.max if minute == 0 else None
    return time(hour, minute)
