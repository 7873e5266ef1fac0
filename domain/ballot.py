"""Rounds of a survey and the ballots in them: who is asked, how far they are, what is shown when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.people import STAFF, Role
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
    """How far one of those asked is. `PARTIAL` began and had not handed in when the round closed;
    `CONFIRMED` is handed in by a rater, who may correct it until then."""

    SAMPLED = "sampled"
    INVITED = "invited"
    NO_CHANNEL = "no_channel"
    BEGUN = "begun"
    DECLINED = "declined"
    CONFIRMED = "confirmed"
    PARTIAL = "partial"
    DONE = "done"


UNTOUCHED = frozenset(
    {BallotState.SAMPLED, BallotState.INVITED, BallotState.NO_CHANNEL, BallotState.DECLINED}
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
    person_id: int
    subject: int
    state: BallotState
    draft: Answers = field(default_factory=dict)
    position: int = 0


def as_asked(questionnaire: Questionnaire, form: Form) -> Questionnaire:
    """The questionnaire as a round of that form asks it."""
    return short_form(questionnaire) if form is Form.SHORT else questionnaire


def subjects(questionnaire: Questionnaire) -> tuple[int, ...]:
    """The numbers of those who are rated: departments from 1, or 0 alone."""
    return tuple(range(1, len(questionnaire.subjects) + 1)) or (0,)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who lives in a household and can be reached."""

    person_id: int
    household_id: int
    roles: frozenset[Role]


_PREFERENCE = (Role.RESIDENT, Role.ELDER, Role.FAMILY)


def choose(candidates: Iterable[Candidate]) -> dict[int, int]:
    """One person a household, by household: never staff; a resident first, then the lowest id.

    The register has adults only (children are not enrolled), so age is no question here.
    """
    best: dict[int, tuple[int, int]] = {}
    for candidate in candidates:
        ranks = [rank for rank, role in enumerate(_PREFERENCE) if role in candidate.roles]
        if not ranks or candidate.roles & STAFF:
            continue
        offer = (ranks[0], candidate.person_id)
        best[candidate.household_id] = min(offer, best.get(candidate.household_id, offer))
    return {household: person for household, (_, person) in sorted(best.items())}


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
    def rate(self) -> float:
        """Sheets handed in by sheets asked for, 0 to 1: the strictest response rate (AAPOR RR1
        with everyone sampled taken as eligible)."""
        return self.answered / self.sampled if self.sampled else 0.0

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
