"""What the desk missed, as something an editor can decide on in one tap."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Why(StrEnum):
    """How the miss was noticed."""

    HANDOFF = "handoff"
    NONE_OF_THESE = "none"
    UNSOLVED = "unsolved"
    WRONG = "wrong"


class DraftState(StrEnum):
    """Nothing enters the knowledge base that is not approved; `wanted` waits for somebody to write it,
    `proposed` for the street, to whom a supervisor has passed the guide drafted from a worker's answer."""

    OPEN = "open"
    PROPOSED = "proposed"
    APPROVED = "approved"
    WANTED = "wanted"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Draft:
    """A phrasing for the suggested `guide`, or, where that is None, perhaps a guide to be written.

    `text` is the question without personal data; `times` counts how often it was missed; `question_id`
    is the question that a worker answered in words, of which a guide may be made.
    """

    id: int
    community_id: int
    text: str
    why: Why
    guide: str | None
    candidates: tuple[str, ...]
    times: int
    state: DraftState
    made_at: datetime
    decided_by: int | None = None
    decided_at: datetime | None = None
    question_id: int | None = None
