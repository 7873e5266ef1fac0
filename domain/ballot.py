"""Rounds of a survey and the ballots in them: who is asked, how far they are, what is shown when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.outcome import Outcome, Outcomes
from domain.sampling import Part, Who
from domain.survey import Answers, Questionnaire, Tally, short_form

RUNS_FOR = timedelta(days=7)
"""How long a round takes answers; our choice."""


class Form(StrEnum):
    """How much of a questionnaire is asked: one question an aspect, or everything."""

    SHORT = "short"
    FULL = "full"


class RoundState(StrEnum):
    """A round takes answers, or no more."""

    OPEN = "open"
    CLOSED = "closed"


class BallotState(StrEnum):
    """How far one of those asked is. `PARTIAL` and `BROKEN_OFF` began and had not handed in when the
    round closed; `CONFIRMED` is handed in by a rater, who may correct it until then."""

    SAMPLED = "sampled"
    INVITED = "invited"
    NO_CHANNEL = "no_channel"
    UNREACHABLE = "unreachable"
    BEGUN = "begun"
    DECLINED = "declined"
    CONFIRMED = "confirmed"
    PARTIAL = "partial"
    BROKEN_OFF = "broken_off"
    DONE = "done"
    INELIGIBLE = "ineligible"
    OVER_QUOTA = "over_quota"


UNTOUCHED = frozenset(
    {
        BallotState.SAMPLED,
        BallotState.INVITED,
        BallotState.NO_CHANNEL,
        BallotState.UNREACHABLE,
        BallotState.DECLINED,
    }
)
"""A ballot in one of these may still be begun; who declined may change their mind."""


IN_WORK = frozenset({BallotState.BEGUN, BallotState.CONFIRMED})
"""Answers of a ballot in one of these may be given or corrected."""


@dataclass(frozen=True, slots=True)
class Round:
    """One questionnaire asked in one community until `closes_at`; `number` counts such rounds."""

    id: int
    community_id: int
    questionnaire: str
    version: int
    form: Form
    number: int
    state: RoundState
    launched_by: int
    opened_at: datetime
    closes_at: datetime
    closed_at: datetime | None = None
    campaign_id: int | None = None
    who: Who = Who.ALL
    seed: str = ""
    paused_at: datetime | None = None

    def takes_answers(self, now: datetime) -> bool:
        """Whether an answer given now still counts, whether or not the closing job came by."""
        return self.state is RoundState.OPEN and now < self.closes_at


@dataclass(frozen=True, slots=True)
class Ballot:
    """One sheet that somebody is asked for. `subject` numbers who is rated, 0 the own community;
    `position` counts the steps taken: a button carries it, so that an old one is recognised."""

    id: int
    round_id: int
    household_id: int | None
    person_id: int | None
    subject: int
    state: BallotState
    draft: Answers = field(default_factory=dict)
    position: int = 0
    stratum: Part | None = None


def as_asked(questionnaire: Questionnaire, form: Form) -> Questionnaire:
    """The questionnaire as a round of that form asks it."""
    return short_form(questionnaire) if form is Form.SHORT else questionnaire


def has_short(questionnaire: Questionnaire) -> bool:
    """Whether one question an aspect is a questionnaire: not without aspects, nor of departments."""
    return bool(questionnaire.aspects) and not questionnaire.subjects


def subjects(questionnaire: Questionnaire) -> tuple[int, ...]:
    """The numbers of those who are rated: departments from 1, or 0 alone."""
    return tuple(range(1, len(questionnaire.subjects) + 1)) or (0,)


OUTCOMES: Mapping[BallotState, Outcome] = {
    BallotState.SAMPLED: Outcome.NOT_ASKED,
    BallotState.INVITED: Outcome.SILENT,
    BallotState.NO_CHANNEL: Outcome.NO_CHANNEL,
    BallotState.UNREACHABLE: Outcome.UNREACHABLE,
    BallotState.BEGUN: Outcome.BREAK_OFF,
    BallotState.CONFIRMED: Outcome.COMPLETE,
    BallotState.DECLINED: Outcome.REFUSED,
    BallotState.PARTIAL: Outcome.PARTIAL,
    BallotState.BROKEN_OFF: Outcome.BREAK_OFF,
    BallotState.DONE: Outcome.COMPLETE,
    BallotState.INELIGIBLE: Outcome.INELIGIBLE,
    BallotState.OVER_QUOTA: Outcome.OVER_QUOTA,
}
"""What a ballot would count as if the round closed now."""


@dataclass(frozen=True, slots=True)
class Turnout:
    """How many of those sampled are in each state; nobody vanishes from the total."""

    states: Mapping[BallotState, int]

    @property
    def sampled(self) -> int:
        """Everyone who was drawn, reached or not: the denominator."""
        return sum(self.states.values())

    @property
    def answered(self) -> int:
        """Sheets handed in."""
        return self.count(BallotState.DONE, BallotState.CONFIRMED)

    @property
    def outcomes(self) -> Outcomes:
        """The same in the terms of the book."""
        counts: dict[Outcome, int] = {}
        for state, count in self.states.items():
            counts[OUTCOMES[state]] = counts.get(OUTCOMES[state], 0) + count
        return Outcomes(counts)

    @property
    def rate(self) -> float:
        """AAPOR's RR1, 0 to 1: sheets handed in by all that were asked for and eligible."""
        return self.outcomes.rr1 or 0.0

    def count(self, *states: BallotState) -> int:
        """How many are in any of the states."""
        return sum(self.states.get(state, 0) for state in states)


@dataclass(frozen=True, slots=True)
class Standing:
    """A round as it stands: who answered, and the tally for each of those who are rated."""

    round: Round
    questionnaire: Questionnaire
    turnout: Turnout
    tallies: Mapping[int, Tally]

    @property
    def shown(self) -> bool:
        """Whether any result may be shown yet."""
        return any(not tally.suppressed for tally in self.tallies.values())


def to_count(held: Sequence[str], minimum: int) -> tuple[str, ...]:
    """Which of the sheets held back come into the running results now, by their random ids.

    While a round is open, results grow by `minimum` sheets at a time and at least as many stay back:
    so neither two looks at the running results nor the last look and the final one differ by fewer
    than `minimum` sheets, and no subtraction shows what one household said.
    """
    least = max(1, minimum)
    return tuple(sorted(held)[:least]) if len(held) >= 2 * least else ()
