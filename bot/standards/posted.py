"""Posted opening hours as rows of HSDS's `schedule`, and back.

The text as posted stands in each row's `description`, which is what comes back. Where it can be understood
whole, days and times stand beside it for other programs: 工作日 as Monday to Friday, which is all that an
iCalendar rule can say of a Chinese working day.
"""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from bot.standards.terms import key
from domain.opening import Days, Rule, read_hours

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NAMES = dict(zip(CODES, ("周一", "周二", "周三", "周四", "周五", "周六", "周日"), strict=True))
_TOLD: Mapping[Days, Sequence[int]] = {
    Days.EVERY: range(7),
    Days.WORK: range(5),
    Days.REST: (5, 6),
}

Json = Mapping[str, Any]


def schedules(owner: str, hours: str) -> list[Json]:
    """The rows of one place or service: one for each time of day, one at least."""
    read = read_hours(hours)
    spans = [(rule, span) for rule in (read.rules if read else ()) for span in rule.spans]
    if not spans:
        return [{"id": key("schedule", owner), "description": hours}]
    return [
        {
            "id": key("schedule", owner, str(number)),
            "freq": "WEEKLY",
            "byday": _byday(rule),
            "description": hours,
            "opens_at": f"{start:%H:%M}",
            "closes_at": f"{end:%H:%M}",
        }
        for number, (rule, (start, end)) in enumerate(spans)
    ]


def _byday(rule: Rule) -> str:
    days: set[int] = set()
    for day in rule.days:
        days.update(_TOLD[day] if isinstance(day, Days) else (day,))
    return ",".join(CODES[day] for day in sorted(days))


def posted(rows: Sequence[Json]) -> str:
    """The rows as one text: what they say in words, else their days and times as we would post them."""
    said = dict.fromkeys(text for row in rows if (text := _words(row) or _rule(row)))
    return "；".join(said)


def _words(row: Json) -> str:
    return str(row.get("description") or "").strip()


def _rule(row: Json) -> str:
    days = [day for code in str(row.get("byday") or "").split(",") if (day := _day(code.strip()))]
    hours = "-".join(_clock(row.get(name)) for name in ("opens_at", "closes_at")).strip("-")
    return " ".join(filter(None, ("、".join(days), hours)))


def _day(code: str) -> str:
    """周二 for `TU`; `1TU` is the first of a month, which stays as it is said."""
    return _NAMES.get(code.upper(), code)


def _clock(said: object) -> str:
    """`09:00` of `09:00:00+08:00`; what is no time stays as it is said."""
    text = str(said or "").strip()
    try:
        return f"{time.fromisoformat(text):%H:%M}"
    except ValueError:
        return text
