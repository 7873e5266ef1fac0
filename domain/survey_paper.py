"""A closed round as it is shown: its result, what changed, what is low and what is promised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.ballot import Round, Turnout
from domain.survey import Aspect, Score, Tally
from domain.survey_compared import Wave
from domain.survey_ranks import Place, places
from domain.survey_result import Figure, Result, Results


@dataclass(frozen=True, slots=True)
class Paper:
    """One closed round of one community about one of those who are rated."""

    round: Round
    place: str
    subject: int
    results: Results
    turnout: Turnout
    wave: Wave | None = None
    promises: Mapping[str, str] = field(default_factory=dict)

    @property
    def whole(self) -> Result:
        return self.results.whole

    @property
    def ranked(self) -> tuple[Place, ...]:
        """The aspects, as far as they can be told apart."""
        return places({figure.aspect: figure.mean for figure in self.whole.figures})

    def low(self, line: float) -> list[tuple[Aspect, Figure]]:
        """The aspects whose score out of 100 is under the line, worst first."""
        return low(self.results, line)


def low(results: Results, line: float) -> list[tuple[Aspect, Figure]]:
    """The aspects that are shown and score less than `line` out of 100, worst first."""
    asked = results.questionnaire
    found = [
        (figure.mean.value, aspect, figure)
        for aspect, figure in zip(asked.aspects, results.whole.figures, strict=True)
        if figure.mean is not None and 100 / asked.full * figure.mean.value < line
    ]
    return [(aspect, figure) for _, aspect, figure in sorted(found, key=lambda one: one[0])]


def as_tally(results: Results, result: Result) -> Tally:
    """A group in the shape of a plain count, for the pictures that draw one: parts instead of counts."""
    aspects = tuple(_score(figure) for figure in result.figures)
    score = result.index.value if result.index else None
    return Tally(
        results.questionnaire, result.n, results.least, aspects, (), score, not result.shown
    )


def _score(figure: Figure) -> Score:
    if figure.mean is None or figure.satisfied is None:
        return Score(figure.aspect, suppressed=True)
    return Score(
        figure.aspect,
        n=figure.n,
        ratings=1.0,
        dont_know=figure.unknown,
        counts=figure.steps,
        mean=figure.mean.value,
        satisfied=figure.satisfied.value,
        interval=figure.satisfied.interval,
    )


@dataclass(frozen=True, slots=True)
class Low:
    """What a duty about a low aspect is about; `score` out of 100."""

    duty_id: int
    questionnaire: str
    version: int
    number: int
    place: str
    zone: ZoneInfo
    aspect: str
    score: float
    due_at: datetime


def departments(papers: Sequence[Paper]) -> tuple[Place, ...]:
    """Those who are rated, by their number, as far as they can be told apart."""
    return places({paper.subject: paper.whole.index for paper in papers})
