"""A resident's question that went to a person."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from domain.duty import Duty
from domain.people import STAFF, Person


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the worker who answers it sees it.

    `candidates` are the guides that came near, as (id, name); `place` is "" for strangers.
    """

    duty: Duty
    address_id: int
    text: str
    zone: ZoneInfo
    name: str = ""
    place: str = ""
    candidates: tuple[tuple[str, str], ...] = ()
    answer: str | None = None


def may_answer(person: Person, duty: Duty) -> bool:
    """Whether the person may read and answer: staff of the community that was asked."""
    return person.is_any(*STAFF) and person.community_id == duty.community_id
