"""Where things are: a community's facilities as loaded, its buildings, and where somebody lives."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from domain.help_map import Point, middle
from storage import people
from storage.among import among
from storage.database import Work
from storage.tables.people import buildings, communities, households


async def facilities(work: Work, community_id: int) -> list[Mapping[str, Any]]:
    """The rows of the community's file; they were checked when it was loaded."""
    details = (await people.community(work, community_id)).details
    found = details.get("facilities", [])
    return list(found) if isinstance(found, list) else []


async def centres(work: Work) -> dict[int, Point]:
    """The middle of each community, of its buildings, or of its facilities where none of these is known to
    stand anywhere; communities of which nothing is known are left out."""
    return await work.once("centres", lambda: _centres(work))


async def _centres(work: Work) -> dict[int, Point]:
    known = await work.conn.execute(_OF_BUILDINGS)
    found = {row.community_id: (float(row.lat), float(row.lon)) for row in known}
    for row in await work.conn.execute(_OTHERS, {"ids": found.keys()}):
        listed = row.details.get("facilities") or []
        points = [(float(one["lat"]), float(one["lon"])) for one in listed]
        if points:
            found[row.id] = middle(points)
    return found


_OF_BUILDINGS = (
    sa.select(
        buildings.c.community_id,
        sa.func.avg(buildings.c.lat).label("lat"),
        sa.func.avg(buildings.c.lon).label("lon"),
    )
    .where(buildings.c.lat.is_not(None), buildings.c.lon.is_not(None))
    .group_by(buildings.c.community_id)
)
_OTHERS = sa.select(communities.c.id, communities.c.details).where(
    sa.not_(among(communities.c.id)),
    communities.c.code.not_like("%:%"),
    communities.c.ended_at.is_(None),
)


async def replace(work: Work, code: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Say anew what facilities a community has; the next load of its file says it again."""
    here = communities.c.code == code
    details = await work.conn.scalar(sa.select(communities.c.details).where(here).with_for_update())
    whole = {**(details or {}), "facilities": [dict(row) for row in rows]}
    await work.conn.execute(sa.update(communities).where(here).values(details=whole))


async def building_places(work: Work, community_id: int) -> dict[str, Point]:
    """Where the community's buildings stand, as far as it is known."""
    rows = await work.conn.execute(
        sa.select(buildings)
        .where(buildings.c.community_id == community_id, buildings.c.lat.is_not(None))
        .order_by(buildings.c.id)
    )
    return {row.name: (row.lat, row.lon) for row in rows}


async def home_place(work: Work, household_id: int | None) -> tuple[str, Point] | None:
    """The building somebody lives in and where it stands; None where that is not known."""
    row = (
        await work.conn.execute(
            sa.select(buildings.c.name, buildings.c.lat, buildings.c.lon)
            .join(households, households.c.building_id == buildings.c.id)
            .where(households.c.id == household_id, buildings.c.lat.is_not(None))
        )
    ).one_or_none()
    return (row.name, (row.lat, row.lon)) if row else None
