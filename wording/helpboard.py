"""The board of calls for help in words: in the chat, on its picture, and for whoever cannot see one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from math import ceil

from domain.duty import DutyState
from domain.help_board import (
    LATEST,
    STEPS,
    TARGETS,
    Figures,
    Measure,
    Share,
    Standing,
    Target,
    Timing,
)
from wording.help import STATE_KEYS
from wording.phrases import Say

MOST_PLACES = 5
"""Communities that are named as having most open calls."""


def place_of(say: Say, names: Sequence[str]) -> str:
    """The community's name, or how many there are."""
    return names[0] if len(names) == 1 else say.plain("helpboard.several", count=len(names))


def period_of(say: Say, days: int) -> str:
    """How far back a board looks: `近 7 天`."""
    return say.plain(f"helpboard.period_{days}")


def head(say: Say, names: Sequence[str], days: int) -> str:
    """Whose board it is, and how far back it looks."""
    return say.plain("helpboard.head", place=place_of(say, names), period=period_of(say, days))


def lasting(say: Say, seconds: float) -> str:
    """A length of time as people say it: `48 秒`, `12 分钟`, `3 小时 5 分`. What has begun is counted: of two
    minutes and a second it says three minutes, so that nothing is made to look quicker than it was."""
    whole = ceil(seconds)
    if whole < 120:
        return say.plain("helpboard.seconds", count=whole)
    minutes = ceil(whole / 60)
    if minutes < 120:
        return say.plain("helpboard.minutes", count=minutes)
    key = "hours" if minutes % 60 else "whole_hours"
    return say.plain(f"helpboard.{key}", hours=minutes // 60, minutes=minutes % 60)


def percent(value: float) -> str:
    """`97.1%`, cut and not rounded up: 97.49 % is not yet 97.5 %."""
    cut = int(value * 1000 + 1e-9) / 10
    return f"{cut:.1f}%".replace(".0%", "%")


def state(say: Say, which: DutyState) -> str:
    """A state in a word that can be counted: `1 件没人接`."""
    return say.plain(f"helpboard.state_{STATE_KEYS.get(which, 'open')}")


def what(say: Say, target: Target) -> str:
    """`60 秒内有人接`."""
    return say.plain(f"helpboard.{target.measure}_{target.within}")


def verdict(say: Say, share: Share, target: Target) -> str:
    """Whether a target is kept, in a word; "" where there was nothing to keep."""
    met = share.meets(target)
    return "" if met is None else say.plain(f"helpboard.{'kept' if met else 'missed'}")


def now_line(say: Say, standing: Standing) -> str:
    """What is open now, by state."""
    if not standing.total:
        return say.plain("helpboard.now_none")
    states = say.plain("helpboard.join").join(
        say.plain("helpboard.now_state", count=count, state=state(say, which))
        for which, count in standing.by_state.items()
    )
    return say.plain("helpboard.now", count=standing.total, states=states)


def oldest_line(say: Say, standing: Standing, now: datetime) -> str:
    """How long the oldest of them has been open; "" where nothing is."""
    if standing.oldest is None:
        return ""
    age = (now - standing.oldest).total_seconds()
    return say.plain("helpboard.oldest", age=lasting(say, age))


def overdue_line(say: Say, standing: Standing) -> str:
    """How many are past a target; "" where none is."""
    return say.plain("helpboard.overdue", count=standing.overdue) if standing.overdue else ""


def share_line(say: Say, share: Share, target: Target) -> str:
    """One target: how many of how many, the share, and whether that keeps it."""
    if share.value is None:
        return say.plain("helpboard.share_none", what=what(say, target))
    return say.plain(
        "helpboard.share",
        what=what(say, target),
        hit=share.hit,
        of=share.of,
        percent=percent(share.value),
        target=percent(target.share),
        verdict=verdict(say, share, target),
    )


def timing_line(say: Say, measure: Measure, timing: Timing) -> str:
    """The middle and the slow end of a wait."""

    def within(seconds: float | None) -> str:
        if seconds is None:
            return say.plain("helpboard.not_yet")
        return say.plain("helpboard.within", time=lasting(say, seconds))

    half, nine = within(timing.half), within(timing.nine_in_ten)
    return say.plain(f"helpboard.half_{measure}", half=half, nine=nine)


def pressed_line(say: Say, figures: Figures) -> str:
    """How many there were."""
    if not figures.pressed:
        return say.plain("helpboard.pressed_none")
    return say.plain("helpboard.pressed", count=figures.pressed)


def apart_lines(say: Say, figures: Figures) -> list[str]:
    """What is counted apart, and that nothing is left out."""
    apart = {name: getattr(figures, name) for name in ("called_off", "given_back", "not_visited")}
    lines = [say.plain(f"helpboard.{name}", count=count) for name, count in apart.items() if count]
    return [*lines, say.plain("helpboard.honest")]


def figure_lines(say: Say, figures: Figures) -> list[str]:
    """How many there were and how fast it went."""
    if not figures.pressed:
        return [pressed_line(say, figures)]
    shares = zip(figures.shares, TARGETS, strict=True)
    return [
        pressed_line(say, figures),
        *(share_line(say, share, target) for share, target in shares),
        *(timing_line(say, measure, timing) for measure, timing in figures.timings.items()),
        *apart_lines(say, figures),
    ]


class Tone(StrEnum):
    """What a bar is about: in time, late, still waiting, or ended without need."""

    KEPT = "kept"
    LATE = "late"
    WAITING = "waiting"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a distribution."""

    label: str
    count: int
    tone: Tone


def bars(say: Say, measure: Measure, timing: Timing) -> list[Bar]:
    """A distribution in words: each step, what took longer, who still waits, and who no longer had to."""
    steps, spread = STEPS[measure], timing.spread
    named = [say.plain("helpboard.bar_up_to", time=lasting(say, steps[0]))]
    named += [
        say.plain("helpboard.bar_between", since=lasting(say, since), time=lasting(say, until))
        for since, until in pairwise(steps)
    ]
    named.append(say.plain("helpboard.bar_beyond", time=lasting(say, steps[-1])))
    in_time = [step <= LATEST[measure] for step in steps] + [False]
    reached = zip(named, spread.reached, in_time, strict=True)
    return [
        *(Bar(name, count, Tone.KEPT if kept else Tone.LATE) for name, count, kept in reached),
        Bar(say.plain(f"helpboard.bar_waiting_{measure}"), spread.waiting, Tone.WAITING),
        Bar(say.plain(f"helpboard.bar_dropped_{measure}"), spread.dropped, Tone.DROPPED),
    ]


def worst_line(say: Say, open_calls: Mapping[str, int]) -> str:
    """The communities with most open calls, by name; "" where it is one community's board."""
    if len(open_calls) < 2 or not any(open_calls.values()):
        return ""
    most = sorted(open_calls.items(), key=lambda item: -item[1])[:MOST_PLACES]
    places = say.plain("helpboard.join").join(
        say.plain("helpboard.worst_place", place=place, count=count)
        for place, count in most
        if count
    )
    return say.plain("helpboard.worst", places=places)
