"""The map of the ten-minute circle: what is posted at doors, and where houses stand, for anybody."""

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.render.circle import MapView, circle_map
from domain.people import Person
from domain.policies import Policies
from handlers.circle_near import near
from knowledge.circle import shipped_circle
from storage import facilities
from storage.database import Work
from wording import Say


async def nearby(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, _policies: Policies
) -> bytes:
    """The nearest of `kind` ("" for every kind) around `lat` and `lon`, called `place`."""
    if viewer.community_id != int(params["community"]):
        raise PermissionError(f"person {viewer.id} is not of community {params['community']}")
    return await _drawn(work, params, say)


async def for_anybody(work: Work, _address_id: int, params: Mapping[str, Any], say: Say) -> bytes:
    """The same for a stranger."""
    return await _drawn(work, params, say)


async def _drawn(work: Work, params: Mapping[str, Any], say: Say) -> bytes:
    community_id, kind, place = int(params["community"]), str(params["kind"]), str(params["place"])
    here = float(params["lat"]), float(params["lon"])
    name = shipped_circle().name(kind, say.language)
    key = "circle.map_title" if kind else "circle.map_all"
    view = MapView(
        title=say.plain(key, kind=name, place=place),
        place=place,
        here=here,
        found=(await near(work, community_id, kind, here)).found,
        buildings=await facilities.building_places(work, community_id),
    )
    return await asyncio.to_thread(circle_map, view, say.plain)
