"""Pictures and the workbook of a campaign that is over, for whoever launched it."""

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.render.survey_book import Counted, survey_book
from bot.survey_view import bars_drawn, of_whole, ranks_drawn
from domain.people import Person
from domain.policies import Policies
from storage import survey_campaign
from storage.database import Work
from wording import Say


async def _counted(work: Work, viewer: Person, params: Mapping[str, Any], say: Say) -> Counted:
    """Its closed rounds, if its results are for this viewer."""
    whole = await survey_campaign.whole(work, int(params["campaign"]))
    if whole is None or not await survey_campaign.is_theirs(work, whole, viewer.id):
        raise PermissionError("this campaign was launched by somebody else")
    if whole.open or not whole.rounds:
        raise PermissionError("this campaign has no result yet")
    return await of_whole(work, whole, say)


async def ranks(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, policies: Policies
) -> bytes:
    """Which community, or which department, is above which."""
    counted = await _counted(work, viewer, params, say)
    return await asyncio.to_thread(ranks_drawn, counted, say, int(params.get("page", 1)))


async def bars(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, policies: Policies
) -> bytes:
    """How satisfied all are together, of one of those who are rated."""
    counted = await _counted(work, viewer, params, say)
    return await asyncio.to_thread(bars_drawn, counted, int(params["subject"]), say)


async def book(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, policies: Policies
) -> bytes:
    """Frame, outcomes, weights, results and method as a workbook."""
    counted = await _counted(work, viewer, params, say)
    return await asyncio.to_thread(survey_book, counted, say)
