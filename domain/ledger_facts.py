"""What one month of a community was, as far as its ledgers tell: read once, kept when the month is closed.

A closed month's facts are stored as they were, so its ledgers come out the same for ever, whatever is
edited, whoever moves. What was written late, changed or taken back afterwards stands in the next month's
facts, as a correction (`late`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from domain.appraisal import Weights
from domain.ledger import Event, Source
from domain.visit import COUNTING_MODES, Mode, Topic


@dataclass(frozen=True, slots=True)
class Staff:
    """A worker of the month. `target` is the quota, pro-rated to the days they were there; `expected` of it
    is due by the day the facts were read, after which they are there for `left` working days."""

    id: int
    name: str
    target: int
    expected: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Spot:
    """A home as a ledger names it: `building` may be told where the room may not."""

    building: str = ""
    room: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A line of the diary."""

    id: int
    worker_id: int
    home: int
    spot: Spot
    made_at: datetime
    day: date
    mode: Mode
    topics: tuple[Topic, ...] = ()
    note: str = ""
    follow_up_on: date | None = None

    @property
    def source(self) -> Source:
        return Source(Event.VISIT, self.id)


class Change(StrEnum):
    """What became of a closed month's line afterwards."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Late:
    """A line of the month before that was not, or not so, in its ledger."""

    change: Change
    line: Made


@dataclass(frozen=True, slots=True)
class Matter:
    """Something a resident wants of the office: a question, a service, a promise to return, a case.

    `what` says which kind inside its event (`escort`, `chore`; a follow-up has none); `carried` is what
    came before the month and was still open. Times end with the month: what was settled later is open.
    """

    event: Event
    id: int
    raised_at: datetime
    what: str = ""
    name: str = ""
    spot: Spot = Spot()
    worker_id: int | None = None
    worker: str = ""
    words: str = ""
    due_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: str = ""
    answer: str = ""
    solved: bool | None = None
    carried: bool = False
    about_id: int | None = None
    first: str = ""
    """Who was asked first, where somebody else has it now."""
    handed: int = 0
    """How often one colleague took it over from another."""

    @property
    def source(self) -> Source:
        return Source(self.event, self.id)

    @property
    def kept(self) -> bool | None:
        """Whether it was done by the promised time; None where nothing was promised or it still runs."""
        if self.due_at is None or self.closed_at is None:
            return None
        return self.closed_at <= self.due_at

    def late(self, end: datetime) -> bool:
        """Whether it was open at `end` though it should have been done."""
        return self.closed_at is None and self.due_at is not None and self.due_at < end


@dataclass(frozen=True, slots=True)
class Called:
    """A call for help."""

    id: int
    opened_at: datetime
    name: str = ""
    spot: Spot = Spot()
    presses: int = 1
    taken_at: datetime | None = None
    arrived_at: datetime | None = None
    closed_at: datetime | None = None
    worker_id: int | None = None
    worker: str = ""
    outcome: str = ""
    carried: bool = False
    about_id: int | None = None

    @property
    def source(self) -> Source:
        return Source(Event.CALL, self.id)


@dataclass(frozen=True, slots=True)
class Rated:
    """A line of a survey's result: an aspect, or a department that was rated. Where `hidden` too few
    people said something, and no figure is kept at all."""

    name: Mapping[str, str]
    n: int = 0
    mean: float | None = None
    satisfied: float | None = None
    low: float | None = None
    high: float | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A round of a survey that ended in the month."""

    id: int
    questionnaire: str
    title: Mapping[str, str]
    opened_at: datetime
    closed_at: datetime
    sampled: int
    answered: int
    least: int
    whole: Rated
    parts: tuple[Rated, ...] = ()

    @property
    def source(self) -> Source:
        return Source(Event.ROUND, self.id)


AGES = (30, 90, 180)
"""Days since the last visit after which a home stands in the next column of the coverage."""


@dataclass(frozen=True, slots=True)
class Cover:
    """A worker's homes at the month's end: how long ago each was last visited, and the special ones.

    `ages` are the homes last visited up to 30, 90, 180 days before, longer ago, and never.
    """

    worker_id: int | None
    homes: int
    ages: tuple[int, int, int, int, int]
    special: int
    special_seen: int
    """Special homes that were visited in the month."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A community's month. `made_at` is when it was read; `closed` whether that was for good."""

    community: str
    zone: str
    month: str
    made_at: datetime
    ends_at: datetime
    closed: bool
    staff: tuple[Staff, ...] = ()
    visits: tuple[Made, ...] = ()
    late: tuple[Late, ...] = ()
    matters: tuple[Matter, ...] = ()
    calls: tuple[Called, ...] = ()
    rounds: tuple[Asked, ...] = ()
    cover: tuple[Cover, ...] = ()
    weights: Weights = field(default_factory=Weights)

    @property
    def empty(self) -> bool:
        """Whether nothing happened that a ledger could tell."""
        return not (self.visits or self.late or self.matters or self.calls or self.rounds)

    def had(self, worker_id: int) -> bool:
        """Whether somebody was one of its workers."""
        return any(staff.id == worker_id for staff in self.staff)


def only(facts: Facts, worker_id: int) -> Facts:
    """The same month as far as it is one worker's: their lines, their matters, the calls they took."""
    return replace(
        facts,
        staff=tuple(one for one in facts.staff if one.id == worker_id),
        visits=tuple(one for one in facts.visits if one.worker_id == worker_id),
        late=tuple(one for one in facts.late if one.line.worker_id == worker_id),
        matters=tuple(one for one in facts.matters if one.worker_id == worker_id),
        calls=tuple(one for one in facts.calls if one.worker_id == worker_id),
        rounds=(),
        cover=tuple(one for one in facts.cover if one.worker_id == worker_id),
    )


def forgotten(facts: Facts, person_id: int, name: str) -> Facts:
    """The same month without what says who somebody was and what they said; `name` stands in its place."""
    return replace(
        facts,
        matters=tuple(
            replace(one, name=name, words="", answer="") if one.about_id == person_id else one
            for one in facts.matters
        ),
        calls=tuple(
            replace(one, name=name) if one.about_id == person_id else one for one in facts.calls
        ),
    )


def corrections(before: Iterable[Made], now: Iterable[Made]) -> tuple[Late, ...]:
    """What became of a closed month's lines: written late, changed, or taken back, by their numbers."""
    then, today = {line.id: line for line in before}, {line.id: line for line in now}
    added = [Late(Change.ADDED, line) for line in today.values() if line.id not in then]
    gone = [Late(Change.REMOVED, line) for line in then.values() if line.id not in today]
    other = [
        Late(Change.CHANGED, line)
        for line in today.values()
        if line.id in then and _told(line) != _told(then[line.id])
    ]
    return tuple(sorted([*added, *other, *gone], key=lambda late: (late.line.day, late.line.id)))


def _told(line: Made) -> tuple[object, ...]:
    """What somebody may set right; a home that is renamed or passes to a colleague changes no visit."""
    return line.mode, line.topics, line.note, line.follow_up_on


def home_days(visits: Iterable[Made]) -> dict[tuple[int, int, date], tuple[Made, ...]]:
    """The visits that count, by worker, home and day: one each, however often the home was gone to."""
    found: dict[tuple[int, int, date], list[Made]] = {}
    for one in visits:
        if one.mode in COUNTING_MODES:
            found.setdefault((one.worker_id, one.home, one.day), []).append(one)
    return {key: tuple(lines) for key, lines in found.items()}
