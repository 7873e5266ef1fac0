"""Where things are: a community's facilities as loaded, its buildings, and where somebody lives."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from storage import people
from storage.database import Work
from storage.tables.people import buildings, households

Point = tuple[float, float]
"""Latitude and longitude, WGS84 degrees."""


async def facilities(work: Work, community_id: int) -> list[Mapping[str, Any]]:
    """The rows of the community's file; they were checked when it was loaded."""
    details = (await people.community(work, community_id)).details
    found = details.get("facilities", [])
    return list(found) if isinstance(found, list) else []


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
