"""What a help request is about, for everyone who is told of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.duty import Duty, Outcome
from domain.ladder import Who
from domain.people import STAFF, Card, Person


class HelpKind(StrEnum):
    """What the person says by one tap that it is about."""

    FALL = "fall"
    UNWELL = "unwell"
    HAND = "hand"
    SERVICE = "service"


class Need(StrEnum):
    """Why whoever is there asks colleagues to come, too."""

    LIFT = "lift"
    DOOR = "door"
    CARE = "care"
    UPSET = "upset"
    DANGER = "danger"
    OTHER = "other"


OUTCOMES = (
    Outcome.HOSPITAL,
    Outcome.SETTLED,
    Outcome.FAMILY,
    Outcome.BY_PHONE,
    Outcome.ALL_WELL,
    Outcome.NOT_IN,
    Outcome.REFERRED,
    Outcome.OTHER,
)
"""How a request for help may end, in the order in which a worker at the door is offered them."""

NOTHING_WRONG = frozenset({Outcome.FALSE_ALARM, Outcome.ALL_WELL, Outcome.REDIRECTED})
"""Ends after which there is nothing to ask about a day later."""

SUPPORT = (Who.DUTY_WORKER, Who.ALL_WORKERS, Who.SUPERVISOR)
"""Who is called when somebody needs support; after a silence, all of the ladder's last rung."""


MISTAKES, MISTAKES_WITHIN = 3, timedelta(days=30)
"""So many presses by mistake in so long a time, and a named person looks in: the button may lie badly, or
something may be hard to say."""


class Later(StrEnum):
    """What is said a day later, when asked whether it has been solved."""

    SOLVED = "solved"
    UNSOLVED = "unsolved"
    AGAIN = "again"


class Saw(StrEnum):
    """On what somebody looked; cards that the ladder sent stand in the duty's own log."""

    LIST = "list"
    CARD = "card"
    LOG = "log"
    SENT = "sent"
    """A card that the clock sent them, not they asked for."""


@dataclass(frozen=True, slots=True)
class Past:
    """The earlier requests of a person: how many, how many of them by mistake, and how the last ended."""

    count: int = 0
    mistakes: int = 0
    last_at: datetime | None = None
    last: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A help request with what the people who are told need to see, as it stands at this moment."""

    duty: Duty
    person: Card
    zone: ZoneInfo
    community_phone: str = ""
    worker: str = ""
    raised_by: str = ""
    kind: HelpKind | None = None
    words: tuple[str, ...] = ()
    past: Past = Past()
    asked: str = ""
    """The colleague who is asked to take it over."""
    need: Need | None = None
    """What support was last asked for."""
    joined: tuple[str, ...] = ()
    """Who came in support."""
    notes: tuple[str, ...] = ()
    """What the workers wrote down about its end."""
    looks_after: tuple[tuple[str, str], ...] = ()
    """Name and place of the elders for whom the person is here as family: it may be about one of them."""
    device: str = ""
    """The number of the one-touch device that calls for the person, which can be rung; "" without one."""
    silent: bool = False
    """Nothing that is sent reaches the person: they must be rung, or gone to."""
    lost: bool = False
    """Whoever has it is of its community's staff no more, or nothing that is sent reaches them: there is no
    asking after them here."""


def may_serve(person: Person, duty: Duty) -> bool:
    """Whether the person may see and take a request: staff of the community it belongs to."""
    return person.is_any(*STAFF) and person.community_id == duty.community_id
