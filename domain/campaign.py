"""One questionnaire asked in many communities at once."""

from dataclasses import dataclass
from datetime import datetime

from domain.ballot import Form, Round, RoundState, Turnout
from domain.people import Person
from domain.sampling import Who
from domain.survey import Questionnaire
from domain.survey_compared import Apart, Waves
from domain.survey_result import Results

Scores = tuple[list[tuple[int, Results]], Waves, Apart | None]
"""What all communities say of those they rate, beside what they said before, or why it is not."""


@dataclass(frozen=True, slots=True)
class Campaign:
    """A questionnaire asked in many communities until `closes_at`; `number` counts those of a person."""

    id: int
    questionnaire: str
    version: int
    form: Form
    number: int
    launched_by: int
    opened_at: datetime
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Whole:
    """A campaign with all its rounds, and how far everyone who was sampled in any of them is."""

    campaign: Campaign
    rounds: tuple[Round, ...]
    turnout: Turnout

    @property
    def open(self) -> tuple[Round, ...]:
        return tuple(one for one in self.rounds if one.state is RoundState.OPEN)

    @property
    def paused(self) -> bool:
        """Whether nobody is asked anywhere for now."""
        return bool(self.open) and all(one.paused_at for one in self.open)

    @property
    def who(self) -> Who:
        return self.rounds[0].who if self.rounds else Who.ALL


@dataclass(frozen=True, slots=True)
class Ended:
    """A campaign whose last round has closed, for whoever launched it."""

    whole: Whole
    asked: Questionnaire
    scores: Scores
    launcher: Person
