"""What became of everyone who was sampled, and response rates by the book.

Source: The American Association for Public Opinion Research, *Standard Definitions: Final Dispositions
of Case Codes and Outcome Rates for Surveys*, 2015, "Internet Surveys of Specifically Named Persons"
(codes) and "Response rates" (RR1, RR2). Everyone sampled has exactly one outcome, so that the outcomes
add up to the sample.

Two decisions of ours. A home that is on the register but has nobody who can be written to counts as
*of unknown eligibility*, as the book counts who was never invited: it stays in the denominator of RR1 and
RR2. And *partial* is who had answered at least half of the questions when the round closed without handing
in: the book leaves the share to the survey (it names 50 and 80 %). What they had answered is forgotten,
since they did not hand it in; so RR2 counts people who answered, not sheets.

*Not eligible* is a home that turned out not to be lived in: those who were asked said that they had moved
away, or the office found it empty. The book's "quota filled" (4.80) does not occur: there are no quotas, and
whoever was drawn may answer until the close.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

PARTIAL_FROM = 0.5
"""The share of questions from which a sheet that was not handed in is partial and not broken off."""


class Group(StrEnum):
    """The letters in the book's formulas."""

    COMPLETE = "I"
    PARTIAL = "P"
    REFUSAL = "R"
    NON_CONTACT = "NC"
    OTHER = "O"
    UNKNOWN = "U"
    INELIGIBLE = "NE"


class Outcome(StrEnum):
    """One for everyone sampled."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    REFUSED = "refused"
    BREAK_OFF = "break_off"
    NOT_ASKED = "not_asked"
    SILENT = "silent"
    NO_CHANNEL = "no_channel"
    UNREACHABLE = "unreachable"
    INELIGIBLE = "ineligible"


@dataclass(frozen=True, slots=True)
class Code:
    """Where an outcome stands in the book: its disposition code, and its letter in the formulas."""

    number: str
    group: Group


CODES: Mapping[Outcome, Code] = {
    Outcome.COMPLETE: Code("1.1", Group.COMPLETE),
    Outcome.PARTIAL: Code("1.2", Group.PARTIAL),
    Outcome.REFUSED: Code("2.11", Group.REFUSAL),
    Outcome.BREAK_OFF: Code("2.12", Group.REFUSAL),
    Outcome.NOT_ASKED: Code("3.11", Group.UNKNOWN),
    Outcome.SILENT: Code("3.19", Group.UNKNOWN),
    Outcome.NO_CHANNEL: Code("3.11", Group.UNKNOWN),
    Outcome.UNREACHABLE: Code("3.30", Group.UNKNOWN),
    Outcome.INELIGIBLE: Code("4.10", Group.INELIGIBLE),
}


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How many of those sampled came to which outcome."""

    counts: Mapping[Outcome, int]

    @property
    def sampled(self) -> int:
        """Everyone who was drawn, reached or not."""
        return sum(self.counts.values())

    def of(self, *groups: Group) -> int:
        """How many came to an outcome of these groups."""
        return sum(
            count for outcome, count in self.counts.items() if CODES[outcome].group in groups
        )

    @property
    def eligible(self) -> int:
        """The denominator of both rates: (I + P) + (R + NC + O) + (UH + UO)."""
        return self.sampled - self.of(Group.INELIGIBLE)

    @property
    def rr1(self) -> float | None:
        """Response Rate 1, the least a survey can claim: I / ((I+P) + (R+NC+O) + (UH+UO))."""
        return self.of(Group.COMPLETE) / self.eligible if self.eligible else None

    @property
    def rr2(self) -> float | None:
        """Response Rate 2, which counts partial answers too: (I+P) / the same."""
        answered = self.of(Group.COMPLETE, Group.PARTIAL)
        return answered / self.eligible if self.eligible else None
