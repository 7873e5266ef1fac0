"""A day as people say it, behind or ahead: 昨天, 11月20日, 下个月5号, 下周三, 2026-12-05."""

import re
from datetime import date, timedelta

from domain.calendar import Month

BACK = timedelta(days=366)
"""How far back a day may lie: an office that enters last year's deaths finds them in its papers."""
AHEAD = timedelta(days=366)
"""How far ahead a move may be noted."""

_DAYS = {
    "前天": -2,
    "昨天": -1,
    "昨日": -1,
    "yesterday": -1,
    "今天": 0,
    "今日": 0,
    "today": 0,
    "明天": 1,
    "明日": 1,
    "tomorrow": 1,
    "后天": 2,
    "大后天": 3,
}
"""Days from today."""
_FULL = re.compile(r"(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?")
_SHORT = re.compile(r"(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*[日号]?")
_OF_MONTH = re.compile(r"(?:([上这本下])个?月)?\s*(\d{1,2})\s*[日号]")
_OF_WEEK = re.compile(r"(?:([上这本下])个?)?\s*(?:周|星期|礼拜)([一二三四五六日天])")
_ANY = (-1, 0, 1)
_WHICH = {"上": (-1,), "这": (0,), "本": (0,), "下": (1,)}
"""Of which month or week: the last, this one, the next; where it is not said, any of the three."""


def read_day(text: str, today: date) -> date | None:
    """The day that is meant, the last one of that date where no year is said; None where it is none,
    has not come yet or is too long ago."""
    return max((day for day in _meant(text, today) if counted(day, today)), default=None)


def read_to_come(text: str, today: date) -> date | None:
    """The day ahead that is meant, the next one of that date; None where it is none, or not one of the next
    year."""
    return min((day for day in _meant(text, today) if planned(day, today)), default=None)


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


def _meant(text: str, today: date) -> list[date]:
    """Every day that it may be, behind and ahead."""
    said = text.strip().lower()
    if said in _DAYS:
        return [today + timedelta(days=_DAYS[said])]
    if full := _FULL.fullmatch(said):
        return _real([tuple(map(int, full.groups()))])
    if short := _SHORT.fullmatch(said):
        month, day = map(int, short.groups())
        return _real([(today.year + n, month, day) for n in _ANY])
    return [*_of_month(said, today), *_of_week(said, today)]


def _of_month(said: str, today: date) -> list[date]:
    found = _OF_MONTH.fullmatch(said)
    if found is None:
        return []
    this = Month.of(today)
    months = {-1: this.previous(), 0: this, 1: this.next()}
    meant = [months[n] for n in _WHICH.get(found[1], _ANY)]
    return _real([(month.year, month.number, int(found[2])) for month in meant])


def _of_week(said: str, today: date) -> list[date]:
    found = _OF_WEEK.fullmatch(said)
    if found is None:
        return []
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days="一二三四五六日".index(found[2].replace("天", "日")))
    return [day + timedelta(weeks=n) for n in _WHICH.get(found[1], _ANY)]


def _real(days: list[tuple[int, ...]]) -> list[date]:
    """Those that there are: no 31st of November."""
    found = []
    for year, month, day in days:
        try:
            found.append(date(year, month, day))
        except ValueError:
            continue
    return found
