"""What a help request is about, for everyone who is told of it."""

from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from domain.duty import Duty
from domain.people import STAFF, Card, Person


class HelpKind(StrEnum):
    """What the person says by one tap that it is about."""

    FALL = "fall"
    UNWELL = "unwell"
    HAND = "hand"
    SERVICE = "service"


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
    looks_after: tuple[tuple[str, str], ...] = ()
    """Name and place of the elders for whom the person is here as family: it may be about one of them."""


def may_serve(person: Person, duty: Duty) -> bool:
    """Whether the person may see and take a request: staff of the community it belongs to."""
    return person.is_any(*STAFF) and person.community_id == duty.community_id
