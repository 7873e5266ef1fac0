"""The map of the ten-minute circle, for people of the community only."""

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.render.circle import MapView, circle_map
from domain.people import Person
from domain.policies import Policies
from knowledge.circle import shipped_circle
from knowledge.facilities import check_facilities, nearest
from storage import facilities
from storage.database import Work
from wording import Say

SHOWN = 3
SHOWN_OF_ALL = 6


async def nearby(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, _policies: Policies
) -> bytes:
    """The nearest of `kind` ("" for every kind) around `lat` and `lon`, called `place`."""
    community_id = int(params["community"])
    if viewer.community_id != community_id:
        raise PermissionError(f"person {viewer.id} is not of community {community_id}")
    kind, here = str(params["kind"]), (float(params["lat"]), float(params["lon"]))
    known = check_facilities(await facilities.facilities(work, community_id))
    found = nearest(known, *here, kind=kind or None, limit=SHOWN if kind else SHOWN_OF_ALL)
    name = shipped_circle().name(kind, say.language)
    place = str(params["place"])
    key = "circle.map_title" if kind else "circle.map_all"
    view = MapView(
        title=say.plain(key, kind=name, place=place),
        place=place,
        here=here,
        found=found,
        buildings=await facilities.building_places(work, community_id),
    )
    return await asyncio.to_thread(circle_map, view, say.plain)
