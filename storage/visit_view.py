"""From a worker on the board of visits to their homes, and from a home to its visits."""

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from domain.ledger_facts import Made, Spot
from domain.visit import COUNTING_MODES, Mode
from storage.database import Work
from storage.tables.people import buildings, households, people
from storage.tables.visit import visits

BACK = timedelta(days=366)
"""How far a home's visits are shown back."""
MOST = 2000
"""Homes in a list; a worker has 250."""


@dataclass(frozen=True, slots=True)
class HomeLine:
    """A home as the board lists it."""

    id: int
    spot: Spot
    special: bool
    last: date | None


_LAST = (
    sa.select(sa.func.max(visits.c.day))
    .where(
        visits.c.household_id == households.c.id,
        visits.c.removed_at.is_(None),
        visits.c.mode.in_(COUNTING_MODES),
    )
    .scalar_subquery()
)
_HOMES = (
    sa.select(
        households.c.id,
        buildings.c.name,
        households.c.room,
        households.c.special,
        _LAST.label("last"),
    )
    .join(buildings, buildings.c.id == households.c.building_id)
    .where(households.c.community_id == sa.bindparam("here"))
    .order_by(households.c.id)
    .limit(MOST)
)


async def homes(work: Work, community_id: int, worker_id: int) -> list[HomeLine]:
    """A worker's homes in a community: special ones first, those unvisited longest before the rest."""
    theirs = _HOMES.where(households.c.worker_id == worker_id)
    found = [
        HomeLine(row.id, Spot(row.name, row.room), row.special, row.last)
        for row in await work.conn.execute(theirs, {"here": community_id})
    ]
    return sorted(found, key=lambda one: (not one.special, one.last or date.min, one.id))


async def home(work: Work, community_id: int, household_id: int) -> HomeLine | None:
    """One home of a community, or None."""
    one = _HOMES.where(households.c.id == household_id)
    row = (await work.conn.execute(one, {"here": community_id})).one_or_none()
    return row and HomeLine(row.id, Spot(row.name, row.room), row.special, row.last)


async def worker_of(work: Work, household_id: int) -> int | None:
    """Who looks after a home."""
    found: int | None = await work.conn.scalar(
        sa.select(households.c.worker_id).where(households.c.id == household_id)
    )
    return found


async def visits_of(work: Work, household_id: int, today: date) -> list[tuple[Made, str]]:
    """A home's visits of a year, the newest first, each with whose it was."""
    rows = await work.conn.execute(
        sa.select(visits, people.c.name.label("worker"))
        .join(people, people.c.id == visits.c.worker_id)
        .where(
            visits.c.household_id == household_id,
            visits.c.day >= today - BACK,
            visits.c.removed_at.is_(None),
        )
        .order_by(visits.c.made_at.desc(), visits.c.id.desc())
    )
    return [
        (
            Made(
                row.id,
                row.worker_id,
                row.household_id,
                Spot(),
                row.made_at,
                row.day,
                Mode(row.mode),
                note=row.note,
                follow_up_on=row.follow_up_on,
            ),
            row.worker,
        )
        for row in rows
    ]
