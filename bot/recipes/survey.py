"""Pictures of survey results, drawn when they are sent."""

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.render.survey import tally_picture
from domain.ballot import RoundState, subjects
from domain.people import Person, Role
from domain.policies import Policies
from domain.survey_paper import as_tally
from storage import people, questionnaires, sheets, survey, survey_result
from storage.database import Work
from wording import Say
from wording.survey import subject_name


async def tally(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, policies: Policies
) -> bytes:
    """One tally of a round as a PNG, for the head of its community only."""
    round_ = await survey.get(work, int(params["round"]))
    if round_ is None or round_.community_id != viewer.community_id:
        raise PermissionError("this round is another community's")
    if not viewer.is_any(Role.SUPERVISOR, Role.STREET):
        raise PermissionError("only heads of a community see results")
    questionnaire = await questionnaires.asked(work, round_)
    subject = int(params["subject"])
    if subject not in subjects(questionnaire):
        raise ValueError(f"{questionnaire.id} rates no subject {subject}")
    if round_.state is RoundState.CLOSED and questionnaire.aspects:
        paper = await survey_result.paper(work, round_, questionnaire, subject)
        counted = as_tally(paper.results, paper.whole)
    else:
        standing = await sheets.standing(work, round_, questionnaire, [subject])
        counted = standing.tallies[subject]
    community = (await people.community(work, round_.community_id)).name
    named = subject_name(say, questionnaire, subject)
    return await asyncio.to_thread(
        tally_picture,
        counted,
        named or questionnaire.title.get(say.language),
        say.language,
        say.plain,
        community,
    )
