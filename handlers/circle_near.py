"""What is near a place: the community's own facilities, and those of its neighbours, who may be nearer."""

from collections.abc import Mapping
from dataclasses import dataclass

from domain.help_map import Point
from handlers.base import Services, Turn
from knowledge.facilities import Facility, Nearby, check_facilities, distance_m, nearest
from storage import facilities, people
from storage.database import Work
from storage.people import Community

SHOWN, SHOWN_OF_ALL = 3, 6
NEIGHBOURS_M = 2_500
"""How far the middle of a community may be whose facilities are looked at, too."""
MOST_NEIGHBOURS = 6


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of the community: its facilities, and names of places with where they are."""

    community: Community
    facilities: tuple[Facility, ...]
    places: Mapping[str, Point]


@dataclass(frozen=True, slots=True)
class Near:
    """What was found, the nearest first; `of` names the community of each that is a neighbour's."""

    found: tuple[Nearby, ...]
    of: Mapping[Facility, str]


async def around(turn: Turn, services: Services, here: Point | None) -> Around | None:
    """The community of whoever asks; a stranger's, where the desk serves only one, or where they are."""
    community = await _community(turn, services.work, here)
    if community is None:
        return None
    known = check_facilities(await facilities.facilities(services.work, community.id))
    places = {f.name: (f.lat, f.lon) for f in known}
    places |= await facilities.building_places(services.work, community.id)
    return Around(community, known, places)


async def _community(turn: Turn, work: Work, here: Point | None) -> Community | None:
    if turn.person is not None:
        return await people.community(work, turn.person.community_id)
    every = await people.all_communities(work)
    if len(every) == 1:
        return every[0]
    beside = await _beside(work, here) if here else []
    return await people.community(work, beside[0]) if beside else None


async def near(work: Work, community_id: int, kind: str, here: Point) -> Near:
    """The nearest of `kind` ("" for every kind), of the community and its neighbours."""
    of: dict[Facility, str] = {}
    own = check_facilities(await facilities.facilities(work, community_id))
    beside = [each for each in await _beside(work, here) if each != community_id]
    await people.know_communities(work, beside)
    for each in beside:
        name = (await people.community(work, each)).name
        rows = await facilities.facilities(work, each)
        of |= {found: name for found in check_facilities(rows) if found not in own}
    limit = SHOWN if kind else SHOWN_OF_ALL
    return Near(nearest((*own, *of), *here, kind=kind or None, limit=limit), of)


async def _beside(work: Work, here: Point) -> list[int]:
    """Communities whose middle is near, the nearest first."""
    away = {one: distance_m(*here, *at) for one, at in (await facilities.centres(work)).items()}
    found = [one for one, metres in away.items() if metres < NEIGHBOURS_M]
    return sorted(found, key=lambda one: (away[one], one))[:MOST_NEIGHBOURS]
