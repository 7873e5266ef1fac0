"""What residents rated low becomes a duty of their community's supervisor, when the round closes."""

from datetime import datetime

from domain.people import Role
from domain.policies import Policies
from domain.survey_paper import Paper
from storage import people, survey_reply
from storage.database import Work


async def open_duties(work: Work, paper: Paper, policies: Policies) -> datetime | None:
    """A duty for each low aspect; returns by when they are due, None where nothing is low."""
    asked = paper.results.questionnaire
    low = [
        (aspect.id, 100 / asked.full * figure.mean.value)
        for aspect, figure in paper.low(policies.survey_low)
        if figure.mean is not None
    ]
    if not low:
        return None
    due_at = work.now + policies.survey_due
    heads = await people.with_role(work, paper.round.community_id, Role.SUPERVISOR)
    owner_id = heads[0] if heads else paper.round.launched_by
    ladder = policies.ladders["survey"]
    await survey_reply.open_low(work, paper.round, low, ladder, owner_id, due_at)
    return due_at
