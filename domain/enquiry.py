"""What was asked of the desk, what it said, and what the asker thought of that."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """What the asker taps under an answer."""

    USEFUL = "useful"
    UNSOLVED = "unsolved"
    WRONG = "wrong"


class Reason(StrEnum):
    """Why, by a second tap."""

    UNCLEAR = "unclear"
    NOT_MY_CASE = "not_mine"
    ANOTHER_MATTER = "another"
    AMOUNT = "amount"
    PLACE = "place"
    PAPERS = "papers"
    PHONE = "phone"
    OTHER = "other"


REASONS = {
    Verdict.UNSOLVED: (Reason.UNCLEAR, Reason.NOT_MY_CASE, Reason.ANOTHER_MATTER, Reason.OTHER),
    Verdict.WRONG: (Reason.AMOUNT, Reason.PLACE, Reason.PAPERS, Reason.PHONE, Reason.OTHER),
}
"""The reasons offered for a verdict; one who found it useful is asked nothing more."""


@dataclass(frozen=True, slots=True)
class Enquiry:
    """One question as it was asked. `kind` is what it got: answer, choices or handoff; emergency is a cry for
    help, kept for the button that says it was none, and counted nowhere.

    `guide` is the guide that was shown, or chosen by a button; `passed_on` says that the asker had a
    person asked.
    """

    id: int
    address_id: int
    community_id: int | None
    asked_at: datetime
    text: str
    kind: str
    guide: str | None = None
    candidates: tuple[str, ...] = ()
    verdict: Verdict | None = None
    reason: Reason | None = None
    passed_on: bool = False
