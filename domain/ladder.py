"""The escalation ladder: who is told, after how long, how often, until a named person takes the duty.

Taken is not finished: the ladder also says how long a duty may stay in somebody's hands without a
sign. A ladder is data. It is checked when it is loaded and frozen into each duty at its start, so that
an edit never changes a case that is running.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any


class Who(StrEnum):
    """Whom a rung reaches; looked up at the moment the rung is climbed."""

    SUBJECT = "subject"
    OWNER = "owner"
    HOUSEHOLD_WORKER = "household_worker"
    DUTY_WORKER = "duty_worker"
    FAMILY = "family"
    ALL_WORKERS = "all_workers"
    SUPERVISOR = "supervisor"
    STREET = "street"


_HEADS = frozenset({Who.SUPERVISOR, Who.STREET})


class LadderError(ValueError):
    """The ladder cannot be used as it is written."""


class Hours(StrEnum):
    """Which time a ladder's rungs count: all of it, what is outside the quiet hours, or office hours."""

    ALWAYS = "always"
    DAY = "day"
    OFFICE = "office"


@dataclass(frozen=True, slots=True)
class Rung:
    """`after` counts from the duty's start. Only the last rung may repeat."""

    after: timedelta
    who: tuple[Who, ...]
    repeat: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """How long a duty may stay in a state without a sign: after `within` its owner is reminded, and
    each `again` later what follows silence follows."""

    within: timedelta
    again: timedelta


STAYS = ("taken", "on_the_way", "arrived", "offer", "support", "outcome")
"""The states in which a duty is in somebody's hands, and what they may wait for while it is."""

UNWRITTEN = Stay(timedelta(minutes=2), timedelta(minutes=2))
"""How long is waited where the ladder does not say: nobody may be forgotten by an older file."""


@dataclass(frozen=True, slots=True)
class News:
    """How often whoever waits reads that it is still nobody's: `every` so long at first, and where the
    first time was `first` ago, `then`.

    Silence is worse than no news, so the first hour says it as often as somebody would ask. After that all
    who can come have been called for an hour: the same sentence every ten minutes of a night tells nothing
    new, wakes who has dozed off, and buries the answer that matters. It never ends while nobody has it.
    """

    every: timedelta = timedelta(minutes=10)
    first: timedelta = timedelta(hours=1)
    then: timedelta = timedelta(minutes=30)

    def told(self, since: timedelta) -> int:
        """How many times they have read it, so long after the first time."""
        if since < timedelta(0):
            return 0
        later = max(since - self.first, timedelta(0)) // self.then
        return 1 + min(since, self.first) // self.every + later


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rungs in order of time, and by state how long somebody's silence is borne."""

    rungs: tuple[Rung, ...]
    stays: Mapping[str, Stay] = field(default_factory=dict)
    hours: Hours = Hours.ALWAYS
    surge: "Ladder | None" = None
    """What stands in its place while a community is in surge mode; None: it climbs as ever."""
    news: News = News()

    @property
    def in_surge(self) -> "Ladder":
        """The ladder for what begins in surge mode."""
        return self.surge or self

    def wait(self, what: str) -> Stay:
        """How long an answer is waited for."""
        return self.stays.get(what, UNWRITTEN)

    @property
    def widest(self) -> tuple[Who, ...]:
        """The colleagues on the last rung, where everybody is called."""
        return tuple(who for who in self.rungs[-1].who if who not in (Who.FAMILY, Who.OWNER))

    def at(self, climbed: int) -> Rung:
        """The rung to climb after `climbed` rungs; past the end, the last one again."""
        return self.rungs[min(climbed, len(self.rungs) - 1)]

    def is_long(self, climbed: int) -> bool:
        """Whether whoever waits is told that it is still nobody's, as the rung after `climbed` rungs is
        climbed: when the heads are called for the first time (where none are, when the last rung repeats),
        and from there as the ladder's `news` say. By the ladder's own times, not the clock's: so each telling
        belongs to one rung, and happens once."""
        called = (i for i, rung in enumerate(self.rungs) if i and _HEADS.intersection(rung.who))
        first = next(called, len(self.rungs))
        if climbed <= first:
            return climbed == first
        told = (self.news.told(self._meant(n) - self._meant(first)) for n in (climbed - 1, climbed))
        return next(told) < next(told)

    def _meant(self, climbed: int) -> timedelta:
        """How long after the start the rung after `climbed` rungs comes, if nothing hurries it."""
        beyond = climbed - len(self.rungs) + 1
        again = self.rungs[-1].repeat or timedelta(0)
        return self.at(climbed).after + max(beyond, 0) * again

    def next_at(self, climbed: int, opened_at: datetime, now: datetime) -> datetime | None:
        """When the rung after `climbed` rungs is due; None where the ladder ends for good.

        What was given back late goes on from now: a moment that has passed would look overdue. Where
        the clock was set back behind the duty's start, it counts from the rung climbed last.
        """
        gap = self.gap(climbed)
        if climbed < len(self.rungs) and opened_at <= now:
            return max(opened_at + self.rungs[climbed].after, now)
        return None if gap is None else now + gap

    def gap(self, climbed: int) -> timedelta | None:
        """The time between the last of `climbed` rungs and the next; None where none comes."""
        if climbed >= len(self.rungs):
            return self.rungs[-1].repeat
        before = self.rungs[climbed - 1].after if climbed else timedelta(0)
        return self.rungs[climbed].after - before

    def to_json(self) -> dict[str, Any]:
        """The ladder as plain values, seconds for times, as `from_data` reads it: frozen into a duty, so
        without what another beginning would have led to."""
        told: dict[str, Any] = {
            "rungs": [
                {"after": r.after.total_seconds(), "who": list(r.who)}
                | ({"repeat": r.repeat.total_seconds()} if r.repeat else {})
                for r in self.rungs
            ],
            "stays": {
                state: {
                    "within": stay.within.total_seconds(),
                    "again": stay.again.total_seconds(),
                }
                for state, stay in self.stays.items()
            },
        }
        if self.news != News():
            told["news"] = {name: time.total_seconds() for name, time in asdict(self.news).items()}
        return told if self.hours is Hours.ALWAYS else told | {"hours": str(self.hours)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> "Ladder":
        """Check and build a ladder, from `rungs`, `stays`, `news` and `surge` or from a list of rungs alone;
        raises LadderError that names the rung or the state."""
        if not isinstance(data, Mapping):
            data = {"rungs": data}
        if unknown := set(data) - {"rungs", "stays", "hours", "news", "surge"}:
            raise LadderError(f"unknown field {min(unknown)!r}")
        if (hours := data.get("hours", Hours.ALWAYS)) not in list(Hours):
            raise LadderError(f"hours: {hours!r} is none of {', '.join(Hours)}")
        if not data.get("rungs"):
            raise LadderError("a ladder needs at least one rung")
        rungs = tuple(_rung(i, entry) for i, entry in enumerate(data["rungs"], 1))
        for i, (before, after) in enumerate(pairwise(rungs), 2):
            if after.after < before.after:
                raise LadderError(f"rung {i} comes before rung {i - 1}")
            if before.repeat:
                raise LadderError(f"rung {i - 1} repeats but is not the last one")
        stays = {state: _stay(state, entry) for state, entry in (data.get("stays") or {}).items()}
        ordinary = cls(rungs, stays, Hours(hours), news=_news(data.get("news") or {}))
        surge = data.get("surge")
        return ordinary if surge is None else replace(ordinary, surge=_surge(surge, ordinary))


def _surge(data: Mapping[str, Any], ordinary: Ladder) -> Ladder:
    """A ladder for surge mode, which may call more people and sooner, never fewer or later."""
    if "surge" in data or "rungs" not in data:
        raise LadderError("surge needs rungs of its own")
    if "news" in data:
        raise LadderError("surge has the news of its ladder, none of its own")
    try:
        surge = Ladder.from_data({"stays": {}} | dict(data))
    except LadderError as error:
        raise LadderError(f"surge, {error}") from None
    stays = dict(ordinary.stays) | dict(surge.stays)
    surge = replace(surge, stays=stays, hours=ordinary.hours, news=ordinary.news)
    for who, after in _first_called(ordinary).items():
        if _first_called(surge).get(who, timedelta.max) > after:
            raise LadderError(f"surge calls {who} later than without it, or not at all")
    for state, stay in ordinary.stays.items():
        if surge.stays[state].within > stay.within or surge.stays[state].again > stay.again:
            raise LadderError(f"surge bears silence in {state!r} for longer than without it")
    if (last := ordinary.rungs[-1]).repeat is not None:
        again = surge.rungs[-1]
        if again.repeat is None or again.repeat > last.repeat or set(last.who) - set(again.who):
            raise LadderError("surge must end as the ladder does: no fewer people, no less often")
    return surge


def _first_called(ladder: Ladder) -> dict[Who, timedelta]:
    """When each kind of people is called for the first time."""
    found: dict[Who, timedelta] = {}
    for rung in ladder.rungs:
        for who in rung.who:
            found.setdefault(who, rung.after)
    return found


def _stay(state: str, entry: Mapping[str, Any]) -> Stay:
    if state not in STAYS:
        raise LadderError(f"stays: {state!r} is none of {', '.join(STAYS)}")
    try:
        within, again = (timedelta(seconds=float(entry[key])) for key in ("within", "again"))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise LadderError(f"stays, {state}: {error}") from None
    if min(within, again) <= timedelta(0):
        raise LadderError(f"stays, {state}: times must be positive")
    return Stay(within, again)


def _news(entry: Mapping[str, Any]) -> News:
    try:
        news = News(**{name: timedelta(seconds=float(time)) for name, time in entry.items()})
    except (AttributeError, TypeError, ValueError, OverflowError) as error:
        raise LadderError(f"news: {error}") from None
    if min(news.every, news.first, news.then) <= timedelta(0):
        raise LadderError("news: times must be positive")
    return news


def _rung(number: int, entry: Mapping[str, Any]) -> Rung:
    unknown = set(entry) - {"after", "who", "repeat"}
    if unknown:
        raise LadderError(f"rung {number}: unknown field {sorted(unknown)[0]!r}")
    try:
        who = tuple(Who(w) for w in entry["who"])
        after, repeat = float(entry["after"]), entry.get("repeat")
        rung = Rung(timedelta(seconds=after), who, repeat and timedelta(seconds=float(repeat)))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise LadderError(f"rung {number}: {error}") from None
    if not who:
        raise LadderError(f"rung {number} reaches nobody")
    if after < 0 or (rung.repeat is not None and rung.repeat <= timedelta(0)):
        raise LadderError(f"rung {number}: times must not be negative")
    return rung
