"""Shifts, exchanges and leave in words: for a conversation and from the clock."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from domain.leave import Leave
from domain.roster import Post
from wording.phrases import Say
from wording.visit import LINE, day_of


def weekday(say: Say, day: date) -> str:
    """`周六`."""
    return say.plain(f"roster.weekday_{day.weekday()}")


def span(say: Say, since: datetime, until: datetime, zone: ZoneInfo) -> str:
    """`11月28日 周六 20:00–次日08:00`."""
    start, end = since.astimezone(zone), until.astimezone(zone)
    key = {0: "roster.span", 1: "roster.span_next"}.get(
        (end.date() - start.date()).days, "roster.span_days"
    )
    return say.plain(
        key,
        day=day_of(say, start.date()),
        weekday=weekday(say, start.date()),
        since=start.strftime("%H:%M"),
        until=end.strftime("%H:%M"),
        last=day_of(say, end.date()),
    )


def short(say: Say, since: datetime, zone: ZoneInfo) -> str:
    """`28日 周六 20:00`, for a button."""
    start = since.astimezone(zone)
    day = start.date()
    return say.plain(
        "roster.short", day=day.day, weekday=weekday(say, day), since=start.strftime("%H:%M")
    )


def moment(say: Say, at: datetime, zone: ZoneInfo) -> str:
    """`11月27日 12:00`."""
    there = at.astimezone(zone)
    return say.plain("visit.moment", month=there.month, day=there.day, time=f"{there:%H:%M}")


def days(say: Say, first: date, last: date) -> str:
    """`11月28日到11月30日`, or the one day."""
    if first == last:
        return day_of(say, first)
    return say.plain("roster.days", first=day_of(say, first), last=day_of(say, last))


def leave_days(say: Say, leave: Leave) -> str:
    """From when to when somebody is on leave."""
    return days(say, leave.first_day, leave.last_day)


def twice(
    say: Say,
    pairs: Iterable[tuple[Post, Post]],
    names: Mapping[int, str],
    zone: ZoneInfo,
    bare: Iterable[Post] = (),
) -> Markup:
    """A line for each time at which one person would stand two shifts, and for each shift with nobody
    behind it any more; empty where there is none."""
    lines = [
        say(
            "roster.twice",
            name=names.get(one.person, ""),
            one=span(say, one.since, one.until, zone),
            other=span(say, other.since, other.until, zone),
        )
        for one, other in pairs
    ]
    lines += [
        say(
            "roster.bare",
            name=names.get(post.person, ""),
            span=span(say, post.since, post.until, zone),
        )
        for post in bare
    ]
    return Markup("").join(LINE + line for line in lines)
