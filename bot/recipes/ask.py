"""The week of questions as picture and sheet, for the heads of its community."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.render.ask import WeekPaper, week_picture, week_sheet
from bot.render.ask_city import places_picture
from bot.render.ask_places import places_sheet
from domain.enquiry_week import PlaceWeek
from domain.people import Person, Role
from domain.policies import Policies
from storage import drafts, enquiries, help_board, people
from storage.database import Work
from wording import Say


async def week(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, policies: Policies
) -> bytes:
    """`community`'s week from Monday `week` ("2026-11-23") as a PNG."""
    paper = await _paper(work, viewer, params)
    return await asyncio.to_thread(week_picture, paper, say.plain)


async def sheet(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, policies: Policies
) -> bytes:
    """The same as XLSX, with every missed question."""
    paper = await _paper(work, viewer, params)
    return await asyncio.to_thread(week_sheet, paper, say.plain)


async def places(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, policies: Policies
) -> bytes:
    """The week from Monday `week` of all communities that the viewer oversees now, as XLSX."""
    found = await _places(work, viewer, params)
    return await asyncio.to_thread(places_sheet, found, _first(params), say.plain)


async def city(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, policies: Policies
) -> bytes:
    """A `page` of the same as a PNG."""
    found, page = await _places(work, viewer, params), int(params.get("page", 1))
    return await asyncio.to_thread(places_picture, found, _first(params), say.plain, page)


def _first(params: Mapping[str, Any]) -> date:
    return date.fromisoformat(str(params["week"]))


async def _places(work: Work, viewer: Person, params: Mapping[str, Any]) -> list[PlaceWeek]:
    theirs = await help_board.overseen(work, viewer.id)
    if not theirs:
        raise PermissionError(f"person {viewer.id} oversees no community")
    return await enquiries.places_week(work, theirs, _first(params))


async def _paper(work: Work, viewer: Person, params: Mapping[str, Any]) -> WeekPaper:
    community_id = int(params["community"])
    if not viewer.is_any(Role.SUPERVISOR, Role.STREET) or viewer.community_id != community_id:
        raise PermissionError(f"person {viewer.id} may not see what {community_id} was asked")
    community = await people.community(work, community_id)
    listed = {int(draft_id) for draft_id in params.get("wanted", ())}
    wanted = [draft for draft in await drafts.wanted(work, community_id) if draft.id in listed]
    return WeekPaper(
        week=await enquiries.week(work, community, _first(params)),
        community=community.name,
        names=dict(params.get("names", {})),
        words=tuple((str(word), int(times)) for word, times in params.get("words", ())),
        wanted=tuple((draft.text, draft.times) for draft in wanted),
    )
