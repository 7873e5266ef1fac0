"""A worker's one message of the morning, and their supervisors' of a month that cannot be kept."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time

from markupsafe import Markup

from domain.duty import DutyKind
from domain.messages import Button, Message, Rows
from domain.people import Home
from domain.visit import Pace, ReminderKind
from domain.visit_day import DayPlan, Going
from wording.phrases import Say
from wording.visit import LINE, day_of, diary, summary


@dataclass(frozen=True, slots=True)
class Stop:
    """A home on the day's walk. `who` stands first in it, "" where nobody does."""

    going: Going
    home: Home
    who: str = ""


@dataclass(frozen=True, slots=True)
class Morning:
    """All that a worker is told: `milestones` are the month's, if one is reached; `in_hand` their duties
    by kind; `ended` how the month before ended, where that is to be summed up."""

    worker_id: int
    name: str
    day: date
    pace: Pace
    plan: DayPlan
    stops: Sequence[Stop] = ()
    in_hand: Mapping[DutyKind, int] | None = None
    milestone: ReminderKind | None = None
    ended: Pace | None = None

    @property
    def quiet(self) -> bool:
        """On pace and nothing due today: it may come without a sound."""
        due = any(stop.going.until == self.day for stop in self.stops) or bool(self.in_hand)
        told = self.milestone is not None or self.ended is not None
        return not (self.pace.behind or self.plan.lost or due or told)


def digest(say: Say, morning: Morning) -> Message:
    """One message, not one a duty."""
    day = morning.day
    lines = [say("digest.head", name=morning.name, month=day.month, day=day.day)]
    lines += _month(say, morning)
    if morning.in_hand:
        what = [say.plain(f"digest.kind_{kind}", count=n) for kind, n in morning.in_hand.items()]
        lines.append(say("digest.in_hand", what=say.plain("digest.join").join(what)))
    lines += [Markup(), *_walk(say, morning.stops)]
    return Message(LINE.join(lines), buttons=tuple(_rows(say, morning)), quiet=morning.quiet)


def _month(say: Say, morning: Morning) -> Iterator[Markup]:
    if (ended := morning.ended) is not None:
        month = ended.month.number
        yield say("visit.standing_of", month=month, done=ended.done, target=ended.target)
        yield summary(say, ended)
    its = morning.pace
    if morning.milestone is not None:
        yield say(f"visit.remind_{morning.milestone}", name=morning.name, month=its.month.number)
    if its.target:
        key = "digest.pace_kept" if its.kept else "digest.pace"
        yield say(key, done=its.done, target=its.target, expected=its.expected_by_now)
    if morning.plan.short:
        days, missing = its.remaining_workdays, its.missing
        yield say("visit.standing_impossible", days=days, missing=missing)
    if morning.plan.late:
        yield say("digest.late", count=morning.plan.late)


def _walk(say: Say, stops: Sequence[Stop]) -> Iterator[Markup]:
    if not stops:
        yield say("digest.walk_none")
        return
    yield say("digest.walk", count=len(stops))
    building = None
    for stop in stops:
        if stop.home.building != building:
            building = stop.home.building
            yield say("digest.building", building=building)
        key = "digest.stop" if stop.who else "digest.stop_unnamed"
        yield say(key, room=stop.home.room, who=stop.who, why=why(say, stop.going))


def why(say: Say, going: Going) -> str:
    """The reason beside a home."""
    since = day_of(say, going.since) if going.since else ""
    return say.plain(f"digest.why_{going.reason}", day=since)


def _rows(say: Say, morning: Morning) -> Iterator[tuple[Button, ...]]:
    """A tap on a home goes on to what it was about; the message itself stays."""
    homes = [
        Button(f"{stop.home.place} {stop.who}".strip(), f"visit.go:{stop.home.id}")
        for stop in morning.stops
    ]
    yield from (tuple(homes[at : at + 2]) for at in range(0, len(homes), 2))
    if (ended := morning.ended) is not None:
        label = say.plain("visit.remind_diary", month=ended.month.number)
        yield (Button(label, diary(morning.worker_id, ended.month)),)
    yield (
        Button(say.plain("visit.key"), "visit"),
        Button(say.plain("digest.settings"), "digest"),
    )


def hours(say: Say, offered: Collection[int], now: int) -> Rows:
    """The hours to choose from, the one that holds marked."""
    buttons = [
        Button(
            say.plain("digest.chosen" if at == now else "digest.at", hour=clock(at)),
            f"digest.at:{at}",
        )
        for at in offered
    ]
    rows = [tuple(buttons[at : at + 3]) for at in range(0, len(buttons), 3)]
    return (*rows, (Button(say.plain("digest.none"), "digest.at:-1"),))


def clock(minutes: int) -> str:
    """`08:30`."""
    return f"{time(minutes // 60, minutes % 60):%H:%M}"


def lost(say: Say, community: str, names: Sequence[str]) -> Message:
    """For a supervisor: whose month cannot be kept any more."""
    joined = say.plain("digest.join").join(names)
    text = say("digest.lost", community=community, count=len(names), names=joined)
    return Message(text, buttons=((Button(say.plain("digest.lost_board"), "board"),),))
