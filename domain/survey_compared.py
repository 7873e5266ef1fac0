"""One round beside the one before it: what was asked in the same words is compared, and nothing else."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.survey import Aspect, Questionnaire
from domain.survey_result import Results
from domain.survey_waves import Difference, between, together

INDEX = ""
"""The key of the whole score among the aspects."""


def asked_alike(old: Questionnaire, new: Questionnaire, aspect_id: str) -> bool:
    """Whether an aspect was rated by the same questions, in the same words, on the same scale. A new
    version may change anything else."""
    before, now = (
        [(item.id, item.text.zh, item.options) for item in each.items_of(aspect_id)]
        for each in (old, new)
    )
    return bool(now) and before == now and old.full == new.full


def same_subject(old: Questionnaire, new: Questionnaire, subject: int) -> int | None:
    """The number that who is rated had before; None where they were not rated."""
    if not new.subjects or not old.subjects:
        return subject if bool(new.subjects) == bool(old.subjects) else None
    called = new.subjects[subject - 1].zh
    return next((n for n, each in enumerate(old.subjects, 1) if each.zh == called), None)


@dataclass(frozen=True, slots=True)
class Wave:
    """Two rounds, of which the old one has that number."""

    number: int
    old: Results
    new: Results

    @property
    def otherwise(self) -> list[Aspect]:
        """The aspects that were asked in other words, or not at all."""
        old, new = self.old.questionnaire, self.new.questionnaire
        return [each for each in new.aspects if not asked_alike(old, new, each.id)]

    @property
    def index(self) -> Difference | None:
        """What changed in the whole score; None where it is not made of the same."""
        both = (self.old.questionnaire, self.new.questionnaire)
        old, new = ([(each.id, each.weight) for each in asked.aspects] for asked in both)
        if self.otherwise or old != new:
            return None
        return between(self.old.whole.index, self.new.whole.index)

    @property
    def aspects(self) -> dict[str, Difference]:
        """What changed in each aspect that both rounds show, each by itself."""
        left_out = {each.id for each in self.otherwise}
        found = {
            figure.aspect: between(self.old.whole.of(figure.aspect).mean, figure.mean)
            for figure in self.new.whole.figures
            if figure.aspect not in left_out
        }
        return {aspect: one for aspect, one in found.items() if one is not None}


class Apart(StrEnum):
    """Why the rounds of many communities are not set beside those before: these asked different versions,
    or some communities have none."""

    VERSIONS = "versions"
    SOME = "some"


def apart(versions: Sequence[int], wanted: int) -> Apart | None:
    """Why the rounds before are not counted as one, by the version that each of them asked; None where
    they are, and where none of the `wanted` communities has one. What is left out of a sum would follow by
    subtraction, so it is all or none."""
    if 0 < len(versions) < wanted:
        return Apart.SOME
    return Apart.VERSIONS if len(set(versions)) > 1 else None


Waves = Sequence[tuple[int, Wave]]
"""What is compared, by the number of who is rated."""


def changes(waves: Waves) -> dict[tuple[int, Hashable], Difference]:
    """Everything that is compared, by who is rated and aspect (or INDEX). The p-values hold for all that
    is read together: where one is rated, for their score and aspects; where several are, for all their
    scores, and for the aspects of each."""
    scores = {subject: wave.index for subject, wave in waves}
    known = {subject: one for subject, one in scores.items() if one is not None}
    if len(waves) == 1:
        ((subject, wave),) = waves
        whole = {INDEX: known[subject]} if subject in known else {}
        found = together(whole | wave.aspects)
        return {(subject, key): one for key, one in found.items()}
    raised = together(known)
    each: dict[tuple[int, Hashable], Difference] = {}
    for subject, wave in waves:
        each |= {(subject, INDEX): raised[subject]} if subject in raised else {}
        each |= {(subject, key): one for key, one in together(wave.aspects).items()}
    return each
