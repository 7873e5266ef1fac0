"""民情: a resident's matter, from the person first asked to "was it solved?".

Time is counted as the Civil Code counts it: the day on which something is raised is not counted (article
201), and the last day ends when the office closes (article 203). Only working days count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from domain.calendar import local_day
from domain.duty import Duty, DutyState, Outcome
from domain.ladder import Ladder, Rung
from domain.office import OfficeHours
from domain.people import Person, Role
from domain.question import in_office_time

DAY = timedelta(days=1)
"""In the ladder of a case that falls due: one working day."""
_REPEATS = 10
"""Repeats of the last rung that are laid on working days, before it repeats by the calendar."""

ENDS = (Outcome.DONE, Outcome.ANSWERED, Outcome.REFERRED, Outcome.DECLINED)
"""How a case may end: done, explained, passed to whom it belongs, or it cannot be done."""
PUT_OFF = (3, 5, 10)
"""Working days by which a case may be put off, once."""


class Via(StrEnum):
    """Where a case was raised."""

    DOOR = "door"
    CHAT = "chat"
    WINDOW = "window"


class Gone(StrEnum):
    """Whether whoever raised a case still belongs here. Of those who do not, nobody is asked whether it was
    solved, and for who has died nobody is rung up."""

    HERE = ""
    LEFT = "left"
    DIED = "died"
    APART = "apart"
    """Nothing ties them to the place any more, as family whose elder has died."""


@dataclass(frozen=True, slots=True)
class CaseKind:
    """What a case is about. `days`: working days within which it is promised; `words` suggest the kind."""

    id: str
    names: Mapping[str, str]
    days: int
    words: tuple[str, ...] = ()

    def promised(self, own: Any) -> int:
        """The working days promised: the community's own where it states them (by the kind's id)."""
        stated = own.get(self.id) if isinstance(own, Mapping) else None
        return stated if isinstance(stated, int) and stated > 0 else self.days


@dataclass(frozen=True, slots=True)
class Case:
    """A case with what everybody concerned needs to see, as it stands at this moment.

    `words` are those it was raised with and what was added; `name` and `phone` are of whose matter it is,
    "" where nobody of the register is named; `silent`: no message reaches them.
    """

    duty: Duty
    kind: str
    via: Via
    words: tuple[str, ...]
    zone: ZoneInfo
    promised_at: datetime
    first_promised_at: datetime
    name: str = ""
    phone: str = ""
    place: str = ""
    lives: str = ""
    """Where they live now, if that is not where it was raised."""
    gone: Gone = Gone.HERE
    owner: str = ""
    first: str = ""
    first_id: int | None = None
    asked: str = ""
    """The colleague who is asked to take it over."""
    address_id: int | None = None
    postponed: str | None = None
    raised_at: datetime | None = None
    result: str = ""
    asked_at: datetime | None = None
    solved: bool | None = None
    said_at: datetime | None = None
    previous_id: int | None = None
    media: int = 0
    silent: bool = False
    community_phone: str = ""

    @property
    def text(self) -> str:
        """All that was said of it, in one line."""
        return "；".join(word for word in self.words if word)

    def is_late(self, now: datetime) -> bool:
        """Whether it is open longer than was promised."""
        return self.duty.state is not DutyState.CLOSED and now > self.promised_at


def guess(kinds: Sequence[CaseKind], text: str) -> CaseKind:
    """The kind most of whose words are in the text; the last (其他) where none is."""
    hits = [sum(word in text for word in kind.words) for kind in kinds]
    best = max(range(len(kinds)), key=lambda i: (hits[i], -i))
    return kinds[best] if hits[best] else kinds[-1]


def promised(office: OfficeHours, raised_at: datetime, days: int) -> datetime:
    """By when a matter of so many working days is promised."""
    return office.closes_on(office.workday(local_day(raised_at, office.zone), days))


def put_off(office: OfficeHours, promised_at: datetime, days: int) -> datetime:
    """By when, if it may take so many working days more."""
    return office.closes_on(office.workday(local_day(promised_at, office.zone), days))


def near(office: OfficeHours, raised_at: datetime, promised_at: datetime) -> datetime:
    """When its owner is reminded that it falls due: as the office opens on the working day before, or
    where that is not after the day of raising, on the day itself."""
    due = local_day(promised_at, office.zone)
    before = office.workday(due, -1)
    return office.opens_on(before if before > local_day(raised_at, office.zone) else due)


def _falling_due(
    ladder: Ladder, office: OfficeHours, raised_at: datetime, promised_at: datetime
) -> list[Rung]:
    """The rungs of what falls due, each `after` the raising: none at `near`, a working day later at the
    promised time, the others as the office opens so many working days later."""
    due = local_day(promised_at, office.zone)

    def moment(after: timedelta) -> datetime:
        days = after // DAY
        if days == 0:
            return near(office, raised_at, promised_at)
        return promised_at if days == 1 else office.opens_on(office.workday(due, days - 1))

    *first, last = ladder.rungs
    times = [(rung, rung.after) for rung in first] + [(last, last.after)]
    if last.repeat is not None:
        times += [(last, last.after + last.repeat * n) for n in range(1, _REPEATS)]
    laid = [replace(rung, after=moment(at) - raised_at, repeat=None) for rung, at in times]
    return [*laid[:-1], replace(laid[-1], repeat=last.repeat)]


@dataclass(frozen=True, slots=True)
class CaseLadders:
    """Who hears of a case until somebody has it in hand, and who as it falls due."""

    unseen: Ladder
    due: Ladder

    def laid_out(
        self,
        office: OfficeHours,
        raised_at: datetime,
        promised_at: datetime,
        *,
        owned: bool,
        quiet: bool,
    ) -> Ladder:
        """The ladder as it is frozen into a new case."""
        start = in_office_time(self.unseen, office, raised_at, owned=owned, quiet=quiet)
        limit = near(office, raised_at, promised_at) - raised_at
        kept = [rung for i, rung in enumerate(start.rungs) if i == 0 or rung.after < limit]
        due = _falling_due(self.due, office, raised_at, promised_at)
        return replace(start, rungs=(*kept, *due))

    def in_hand(self, office: OfficeHours, duty: Duty, promised_at: datetime) -> Ladder:
        """The ladder of a case in somebody's hands that is promised for another time: its first rung has
        been climbed, what is left is to fall due."""
        due = _falling_due(self.due, office, duty.opened_at, promised_at)
        return replace(duty.ladder, rungs=(duty.ladder.rungs[0], *due))


def first_due(ladder: Ladder, opened_at: datetime, near_at: datetime) -> int:
    """How many rungs are passed over by whoever takes a case: those that only ask for somebody."""
    moments = [opened_at + rung.after for rung in ladder.rungs]
    return next((i for i, at in enumerate(moments) if i and at >= near_at), len(moments))


HEADS = frozenset({Role.SUPERVISOR, Role.STREET})


def is_head_of(person: Person, duty: Duty) -> bool:
    """Whether the person leads the community whose case it is."""
    return person.is_any(*HEADS) and person.community_id == duty.community_id
