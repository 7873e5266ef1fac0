"""A day as people say it, behind or ahead: 昨天, 11月20日, 下个月5号, 下周三, 2026-12-05."""

import re
from datetime import date, timedelta

from domain.calendar import Month

BACK = timedelta(days=366)
"""How far back a day may lie: an office that enters last year's deaths finds them in its papers."""
AHEAD = timedelta(days=366)
"""How far ahead a move may be noted."""

_DAYS = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "today": 0, "yesterday": 1}
_TO_COME = {"明天": 1, "明日": 1, "后天": 2, "大后天": 3, "tomorrow": 1}
_FULL = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?")
_SHORT = re.compile(r"(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?")
_OF_MONTH = re.compile(r"(这个月|本月|下个月|下月)?\s*(\d{1,2})\s*[日号]")
_OF_WEEK = re.compile(
    r"(这周|本周|这星期|下周|下星期|下礼拜)?\s*(?:周|星期|礼拜)?([一二三四五六日天])"
)
_NAMED_WEEK = re.compile(r".*[周期拜]")


def read_day(text: str, today: date) -> date | None:
    """The day that is meant, the last one of that date where no year is said; None where it is none,
    has not come yet or is too long ago."""
    said = text.strip().lower()
    if said in _DAYS:
        return today - timedelta(days=_DAYS[said])
    return next((day for day in reversed(_dated(said, today)) if counted(day, today)), None)


def read_to_come(text: str, today: date) -> date | None:
    """The day ahead that is meant, the next one of that date; None where it is none, or not one of the next
    year."""
    said = text.strip().lower()
    if said in _TO_COME:
        return today + timedelta(days=_TO_COME[said])
    found = [*_dated(said, today), *_of_month(said, today), *_of_week(said, today)]
    return min((day for day in found if today < day <= today + AHEAD), default=None)


def nearest(text: str, today: date) -> date | None:
    """The day that is meant, behind or ahead: of a date without a year the nearer one. In November
    12月5日 is next month's, not last year's."""
    days = [day for day in (read_day(text, today), read_to_come(text, today)) if day is not None]
    return min(days, key=lambda day: abs(day - today), default=None)


def day_ago(said: str, today: date) -> date | None:
    """How many days ago, of an offered day; else the day that was typed."""
    if said.isdecimal() and len(said) == 1:
        return today - timedelta(days=int(said))
    return read_day(said, today)


def counted(day: date | None, today: date) -> date | None:
    """The day, where it may be entered: not in the future, and not too long ago."""
    return day if day is not None and today - BACK <= day <= today else None


def planned(day: date | None, today: date) -> date | None:
    """The day, where it may be noted: one to come, and not too far ahead."""
    return day if day is not None and today < day <= today + AHEAD else None


def _dated(said: str, today: date) -> list[date]:
    """The day with its year; without one that of last year, of this and of the next."""
    if full := _FULL.fullmatch(said):
        return _real([tuple(map(int, full.groups()))])
    if short := _SHORT.fullmatch(said):
        month, day = map(int, short.groups())
        return _real([(today.year + n, month, day) for n in (-1, 0, 1)])
    return []


def _of_month(said: str, today: date) -> list[date]:
    found = _OF_MONTH.fullmatch(said)
    if found is None:
        return []
    this, day = Month.of(today), int(found[2])
    months = [this.next()] if (found[1] or "").startswith("下") else [this, this.next()]
    if (found[1] or "下")[0] in "这本":
        months = [this]
    return _real([(month.year, month.number, day) for month in months])


def _of_week(said: str, today: date) -> list[date]:
    found = _OF_WEEK.fullmatch(said)
    if found is None or not _NAMED_WEEK.match(said):
        return []
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days="一二三四五六日".index(found[2].replace("天", "日")))
    weeks = (1,) if (found[1] or "").startswith("下") else (0, 1) if found[1] is None else (0,)
    return [day + timedelta(weeks=n) for n in weeks]


def _real(days: list[tuple[int, ...]]) -> list[date]:
    """Those that there are: no 31st of November."""
    found = []
    for year, month, day in days:
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return found
