"""Pictures and papers of a closed round, for whoever oversees its community."""

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.render.survey_book import survey_book
from bot.survey_brief import brief_page
from bot.survey_view import of_one, ranks_drawn
from domain.ballot import Round, RoundState
from domain.people import Person
from domain.policies import Policies
from storage import survey, survey_result
from storage.database import Work
from wording import Say


async def _seen(work: Work, viewer: Person, params: Mapping[str, Any]) -> Round:
    """The closed round, if its results are for this viewer."""
    round_ = await survey.get(work, int(params["round"]))
    if round_ is None or round_.state is not RoundState.CLOSED:
        raise PermissionError("this round has no result yet")
    if not await survey_result.oversees(work, viewer.id, round_.community_id):
        raise PermissionError(f"person {viewer.id} does not oversee this community")
    return round_


async def ranks(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, policies: Policies
) -> bytes:
    """Who is above whom: aspects, or departments."""
    round_ = await _seen(work, viewer, params)
    counted = await of_one(work, round_, say)
    return await asyncio.to_thread(ranks_drawn, counted, say, int(params.get("page", 1)))


async def book(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, policies: Policies
) -> bytes:
    """Frame, outcomes, weights, results and method as a workbook."""
    round_ = await _seen(work, viewer, params)
    counted = await of_one(work, round_, say)
    return await asyncio.to_thread(survey_book, counted, say)


async def brief(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, policies: Policies
) -> bytes:
    """One page to edit and print."""
    round_ = await _seen(work, viewer, params)
    counted = await of_one(work, round_, say)
    return await asyncio.to_thread(brief_page, counted, say)
