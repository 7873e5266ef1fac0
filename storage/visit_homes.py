"""A worker's homes: who lives there, when somebody was last met, and what was promised."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from domain.people import Home
from domain.visit import COUNTING_MODES, Mode
from storage.database import Work
from storage.leave import looked_after
from storage.tables.people import buildings, households, people
from storage.tables.visit import visits

MET = (Mode.HOME, Mode.PHONE)
"""How somebody of the home was spoken to, so that a promise to them is kept."""


@dataclass(frozen=True, slots=True)
class Door:
    """A home of a worker's and the names of those who live there."""

    home: Home
    names: tuple[str, ...] = ()


_DOORS = (
    sa.select(
        households.c.id,
        households.c.community_id,
        buildings.c.name,
        households.c.room,
        households.c.worker_id,
        households.c.special,
        people.c.name.label("member"),
    )
    .join(buildings, buildings.c.id == households.c.building_id)
    .outerjoin(people, people.c.household_id == households.c.id)
    .order_by(households.c.id, people.c.id)
)


async def doors(work: Work, worker_id: int) -> list[Door]:
    """The homes a worker looks after, with the names of the people in them."""
    return _doors(await work.conn.execute(_DOORS.where(looked_after(work, worker_id))))


async def doors_of_community(work: Work, community_id: int) -> list[Door]:
    """All homes of a community, with the names of the people in them."""
    return _doors(await work.conn.execute(_DOORS.where(households.c.community_id == community_id)))


async def own_door(work: Work, household_id: int, worker_id: int) -> Door | None:
    """One of the homes a worker looks after, or None."""
    wanted = _DOORS.where(households.c.id == household_id, looked_after(work, worker_id))
    return next(iter(_doors(await work.conn.execute(wanted))), None)


async def door_of_community(work: Work, household_id: int, community_id: int) -> Door | None:
    """One of the homes of a community, or None."""
    found = await door(work, household_id)
    return found if found is not None and found.home.community_id == community_id else None


async def door(work: Work, household_id: int) -> Door | None:
    """One home with the names of the people in it, or None."""
    found = _doors(await work.conn.execute(_DOORS.where(households.c.id == household_id)))
    return found[0] if found else None


def _doors(rows: Iterable[sa.Row[Any]]) -> list[Door]:
    found: dict[int, Door] = {}
    for row in rows:
        home = Home(row.id, row.community_id, row.name, row.room, row.worker_id, row.special)
        door = found.setdefault(row.id, Door(home))
        if row.member is not None:
            found[row.id] = replace(door, names=(*door.names, row.member))
    return list(found.values())


async def last_visits(work: Work, worker_id: int) -> dict[int, date]:
    """The day on which each home of a worker was last visited, by whomever."""
    rows = await work.conn.execute(
        sa.select(visits.c.household_id, sa.func.max(visits.c.day))
        .join(households, households.c.id == visits.c.household_id)
        .where(
            looked_after(work, worker_id),
            visits.c.removed_at.is_(None),
            visits.c.mode.in_(COUNTING_MODES),
        )
        .group_by(visits.c.household_id)
    )
    return {row[0]: row[1] for row in rows}


async def promised(work: Work, household_id: int) -> date | None:
    """The first day on which somebody promised to come back and nobody of the home was met since."""
    later = visits.alias("later")
    met = sa.exists().where(
        later.c.household_id == household_id,
        later.c.made_at > visits.c.made_at,
        later.c.removed_at.is_(None),
        later.c.mode.in_(MET),
    )
    found: date | None = await work.conn.scalar(
        sa.select(sa.func.min(visits.c.follow_up_on)).where(
            visits.c.household_id == household_id, visits.c.removed_at.is_(None), ~met
        )
    )
    return found
