"""Homes that change worker: all of a worker's, or a building's, and what is still to be done for them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from domain.duty import DutyEvent, DutyKind, DutyState
from domain.people import Role
from storage import duties as all_duties
from storage.among import among
from storage.database import Work
from storage.how_many import how_many
from storage.inbox import insert_new
from storage.tables.duties import duties
from storage.tables.people import buildings, households, people, roles
from storage.tables.visit import visit_workers

NOTHING: Mapping[str, Any] = MappingProxyType({})
ALL = 0
"""Instead of a building: every home of the worker."""
KEPT = (DutyKind.HELP, DutyKind.CHECKIN)
"""Whoever is on their way to somebody keeps that to the end."""


@dataclass(frozen=True, slots=True)
class Staffed:
    """A worker and how many homes they look after."""

    person_id: int
    name: str
    homes: int


async def workers(work: Work, community_id: int) -> list[Staffed]:
    """The workers of a community, and whoever still has homes there."""
    count = sa.func.count(households.c.id)
    is_worker = sa.exists().where(
        roles.c.person_id == people.c.id,
        roles.c.community_id == community_id,
        roles.c.role == Role.WORKER,
    )
    rows = await work.conn.execute(
        sa.select(people.c.id, people.c.name, count)
        .outerjoin(
            households,
            sa.and_(
                households.c.worker_id == people.c.id, households.c.community_id == community_id
            ),
        )
        .where(people.c.community_id == community_id)
        .group_by(people.c.id, people.c.name)
        .having(sa.or_(count > 0, is_worker))
        .order_by(people.c.name, people.c.id)
    )
    return [Staffed(*row) for row in rows]


async def blocks(work: Work, worker_id: int, community_id: int) -> list[tuple[int, str, int]]:
    """The buildings in which a worker has homes: id, name, how many."""
    rows = await work.conn.execute(
        sa.select(buildings.c.id, buildings.c.name, sa.func.count())
        .join(households, households.c.building_id == buildings.c.id)
        .where(households.c.worker_id == worker_id, households.c.community_id == community_id)
        .group_by(buildings.c.id, buildings.c.name)
        .order_by(buildings.c.id)
    )
    return [(row[0], row[1], row[2]) for row in rows]


@dataclass(frozen=True, slots=True)
class Given:
    """How many homes, how many of special care, and how much that is still to be done."""

    homes: int
    special: int
    duties: int


def _homes(worker_id: int, community_id: int, building_id: int) -> sa.ColumnElement[bool]:
    one = sa.true() if building_id == ALL else households.c.building_id == building_id
    return sa.and_(
        households.c.worker_id == worker_id, households.c.community_id == community_id, one
    )


def _to_do(worker_id: int, community_id: int, building_id: int) -> sa.ColumnElement[bool]:
    """What they own and is open: with all homes all of it, with a building what is about its people."""
    these = sa.select(households.c.id).where(_homes(worker_id, community_id, building_id))
    living = sa.select(people.c.id).where(people.c.household_id.in_(these))
    about = sa.or_(
        duties.c.household_id.in_(these),
        duties.c.subject_id.in_(living),
        duties.c.raised_by.in_(living),
    )
    return sa.and_(
        duties.c.owner_id == worker_id,
        duties.c.community_id == community_id,
        duties.c.state < int(DutyState.CLOSED),
        duties.c.kind.not_in(KEPT),
        sa.true() if building_id == ALL else about,
    )


async def preview(work: Work, worker_id: int, community_id: int, building_id: int) -> Given:
    """What would be given."""
    homes = _homes(worker_id, community_id, building_id)
    special = how_many(households.c.special)
    row = (await work.conn.execute(sa.select(sa.func.count(), special).where(homes))).one()
    mine = _to_do(worker_id, community_id, building_id)
    to_do = sa.select(sa.func.count()).select_from(duties).where(mine)
    return Given(row[0], row[1], await work.conn.scalar(to_do) or 0)


async def give(
    work: Work, worker_id: int, taker_id: int, community_id: int, building_id: int
) -> Given:
    """From now on they are the other's, with what is open and what was promised there; the diary keeps
    whose visits were whose."""
    found = await preview(work, worker_id, community_id, building_id)
    homes = _homes(worker_id, community_id, building_id)
    await _hand(work, taker_id, _to_do(worker_id, community_id, building_id))
    await work.conn.execute(sa.update(households).where(homes).values(worker_id=taker_id))
    return found


async def _hand(
    work: Work, taker_id: int, which: sa.ColumnElement[bool], values: Mapping[str, Any] = NOTHING
) -> int:
    moved = await work.conn.scalars(
        sa.update(duties).where(which).values(owner_id=taker_id).returning(duties.c.id), values
    )
    ids = moved.all()
    for duty_id in ids:
        await all_duties.log(work, duty_id, DutyEvent.HANDED, actor_id=taker_id)
    return len(ids)


async def follow(work: Work, worker_id: int, taker_id: int, homes: Collection[int]) -> int:
    """These homes are the other's already: what the one had to do there is, too. Returns how much."""
    living = sa.select(people.c.id).where(among(people.c.household_id))
    about = sa.or_(
        among(duties.c.household_id),
        duties.c.subject_id.in_(living),
        duties.c.raised_by.in_(living),
    )
    still = duties.c.state < int(DutyState.CLOSED)
    mine = sa.and_(duties.c.owner_id == worker_id, still, duties.c.kind.not_in(KEPT), about)
    return await _hand(work, taker_id, mine, {"ids": list(homes)})


async def last_day(work: Work, worker_id: int, day: date) -> None:
    """Their month's quota is counted up to that day."""
    await work.conn.execute(insert_new(work, visit_workers).values(person_id=worker_id))
    await work.conn.execute(
        sa.update(visit_workers).where(visit_workers.c.person_id == worker_id).values(last_day=day)
    )
