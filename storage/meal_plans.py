"""每天都要: meals that an elder has every day, until they say otherwise."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from domain.people import Role
from domain.service import Order, Part
from storage.database import Work
from storage.inbox import insert_new
from storage.tables.people import roles
from storage.tables.service import meal_plans

_P = meal_plans.c


@dataclass(frozen=True, slots=True)
class Plan:
    """A meal of every day, of one elder, from one dining point."""

    person_id: int
    part: Part
    community_id: int
    point: str
    at_home: bool
    by_id: int
    since: datetime


async def keep(work: Work, order: Order, by_id: int) -> None:
    """From now on a meal like this one is ordered every day on which it is cooked."""
    same = {"person_id": order.duty.subject_id, "part": order.slot.part}
    rest = {
        "community_id": order.duty.community_id,
        "point": order.point_id,
        "at_home": order.at_home,
        "by_id": by_id,
        "since": work.now,
    }
    await work.conn.execute(insert_new(work, meal_plans).values(**same, **rest))
    await work.conn.execute(
        sa.update(meal_plans)
        .where(_P.person_id == same["person_id"], _P.part == same["part"])
        .values(**rest)
    )


async def stop(work: Work, person_id: int, part: Part) -> bool:
    """No more of it; False where there was none."""
    done = await work.conn.execute(
        sa.delete(meal_plans).where(_P.person_id == person_id, _P.part == part)
    )
    return done.rowcount == 1


async def of(work: Work, person_ids: Collection[int]) -> list[Plan]:
    """What these elders have every day."""
    rows = await work.conn.execute(
        sa.select(meal_plans).where(_P.person_id.in_(person_ids)).order_by(_P.person_id, _P.part)
    )
    return [_plan(row) for row in rows]


async def of_community(work: Work, community_id: int) -> list[Plan]:
    """All plans of a community whose people still are elders of it."""
    elder = sa.exists().where(
        roles.c.person_id == _P.person_id,
        roles.c.community_id == community_id,
        roles.c.role == Role.ELDER,
    )
    rows = await work.conn.execute(
        sa.select(meal_plans)
        .where(_P.community_id == community_id, elder)
        .order_by(_P.person_id, _P.part)
    )
    return [_plan(row) for row in rows]


def _plan(row: sa.Row[tuple[object, ...]]) -> Plan:
    return Plan(
        row.person_id,
        Part(row.part),
        row.community_id,
        row.point,
        row.at_home,
        row.by_id,
        row.since,
    )
