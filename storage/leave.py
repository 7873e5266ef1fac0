"""Leave in the database, and whoever stands in for whom at a moment."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from domain.calendar import Month, day_bounds
from domain.leave import ASKED_FOR, HELD, Asked, Leave
from domain.people import STAFF, Role
from storage import asked
from storage.among import among, one_of
from storage.database import AnyRow, Work
from storage.tables.base import Instant
from storage.tables.people import households, people, roles
from storage.tables.roster import leaves

_FIELDS = tuple(Leave.__dataclass_fields__)
_COLUMNS = tuple(leaves.c[name] for name in _FIELDS)
_STILL = sa.exists().where(
    roles.c.person_id == leaves.c.deputy_id,
    roles.c.community_id == leaves.c.community_id,
    one_of(roles.c.role, STAFF),
)
"""A deputy who is of the staff no more stands in for nobody."""


def stand_in(person: sa.ColumnElement[Any], at: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """The deputy of a person who is on leave at that moment, else the person."""
    deputy = (
        sa.select(leaves.c.deputy_id)
        .where(
            leaves.c.person_id == person,
            one_of(leaves.c.state, HELD),
            leaves.c.starts_at <= at,
            leaves.c.ends_at > at,
            _STILL,
        )
        .order_by(leaves.c.id)
        .limit(1)
        .correlate_except(leaves, roles)
        .scalar_subquery()
    )
    return sa.func.coalesce(deputy, person)


async def deputy(work: Work, person_id: int | None) -> int | None:
    """Who does now what somebody is to do: themselves, or while they are on leave their deputy."""
    if person_id is None:
        return None
    at = sa.literal(work.now, Instant)
    found: int | None = await work.conn.scalar(sa.select(stand_in(sa.literal(person_id), at)))
    return found


def stood_in_for(person_id: int, at: datetime) -> sa.Select[Any]:
    """The ids of those for whom a person stands in at that moment."""
    return sa.select(leaves.c.person_id).where(
        leaves.c.deputy_id == person_id,
        leaves.c.state.in_(HELD),
        leaves.c.starts_at <= at,
        leaves.c.ends_at > at,
        _STILL,
    )


def looked_after(work: Work, worker_id: int) -> sa.ColumnElement[bool]:
    """Of households: a worker's own, and while they stand in for a colleague on leave, that one's too."""
    return sa.or_(
        households.c.worker_id == worker_id,
        households.c.worker_id.in_(stood_in_for(worker_id, work.now)),
    )


def elders_looked_after(work: Work, worker_id: int) -> sa.Select[Any]:
    """The elders in those homes, by id and name."""
    return (
        sa.select(people.c.id, people.c.name)
        .join(households, households.c.id == people.c.household_id)
        .join(roles, roles.c.person_id == people.c.id)
        .where(looked_after(work, worker_id), roles.c.role == Role.ELDER)
        .order_by(people.c.id)
    )


def read_leave(row: AnyRow) -> Leave:
    values = {name: row._mapping[name] for name in _FIELDS}
    return Leave(**values | {"state": Asked(values["state"])})


async def ask(
    work: Work,
    community_id: int,
    zone: ZoneInfo,
    person_id: int,
    deputy_id: int,
    first: date,
    last: date,
) -> Leave:
    """Ask a colleague to stand in; what was asked before and not answered is withdrawn."""
    await work.conn.execute(
        sa.update(leaves)
        .where(leaves.c.person_id == person_id, leaves.c.state == Asked.ASKED)
        .values(state=Asked.WITHDRAWN, decided_at=work.now)
    )
    ends_at = day_bounds(last, zone)[1]
    row = await work.conn.execute(
        sa.insert(leaves)
        .values(
            community_id=community_id,
            person_id=person_id,
            deputy_id=deputy_id,
            first_day=first,
            last_day=last,
            starts_at=day_bounds(first, zone)[0],
            ends_at=ends_at,
            state=Asked.ASKED,
            asked_at=work.now,
            expires_at=min(work.now + ASKED_FOR, day_bounds(first, zone)[1]),
        )
        .returning(*_COLUMNS)
    )
    return read_leave(row.one())


async def get(work: Work, leave_id: int) -> Leave | None:
    row = (
        await work.conn.execute(sa.select(*_COLUMNS).where(leaves.c.id == leave_id))
    ).one_or_none()
    return None if row is None else read_leave(row)


async def settle(work: Work, leave: Leave, to: Asked) -> bool:
    """Answer or take back what was asked; False where it is no longer open."""
    return await asked.settle(work, leaves, leave.id, to)


async def end_early(work: Work, leave: Leave, today: date) -> bool:
    """Back before the last day, or not going at all; False where it is over already.

    Today counts as worked; a leave that has not begun leaves no day behind.
    """
    done = await work.conn.execute(
        sa.update(leaves)
        .where(leaves.c.id == leave.id, leaves.c.state == Asked.AGREED, leaves.c.ends_at > work.now)
        .values(
            state=sa.case((leaves.c.first_day >= today, Asked.WITHDRAWN), else_=Asked.OVER),
            ends_at=work.now,
            last_day=sa.case(
                (leaves.c.first_day >= today, leaves.c.last_day), else_=_day_before(today)
            ),
        )
    )
    return done.rowcount == 1


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


async def of_person(work: Work, person_id: int) -> list[Leave]:
    """What somebody has asked for or agreed on that is not over, the next first."""
    return await _open(work, leaves.c.person_id == person_id)


async def as_deputy(work: Work, person_id: int) -> list[Leave]:
    """For whom somebody stands in, now or later."""
    deputy_of = leaves.c.deputy_id == person_id
    return [leave for leave in await _open(work, deputy_of) if leave.state is Asked.AGREED]


async def in_community(work: Work, community_id: int) -> list[Leave]:
    """Everything agreed in a community that is not over."""
    here = leaves.c.community_id == community_id
    return [leave for leave in await _open(work, here) if leave.state is Asked.AGREED]


async def _open(work: Work, whose: sa.ColumnElement[bool]) -> list[Leave]:
    rows = await work.conn.execute(
        sa.select(*_COLUMNS)
        .where(
            whose,
            leaves.c.state.in_([Asked.ASKED, Asked.AGREED]),
            sa.or_(leaves.c.state == Asked.AGREED, leaves.c.expires_at > work.now),
            leaves.c.ends_at > work.now,
        )
        .order_by(leaves.c.first_day, leaves.c.id)
    )
    return [read_leave(row) for row in rows]


async def deputies(work: Work, since: datetime, until: datetime) -> dict[int, list[int]]:
    """Who stands in for whom at some moment of that time."""
    rows = await work.conn.execute(
        sa.select(leaves.c.person_id, leaves.c.deputy_id).where(
            leaves.c.state.in_(HELD), leaves.c.ends_at > since, leaves.c.starts_at < until
        )
    )
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row.deputy_id)
    return found


async def between(work: Work, first: date, last: date) -> dict[int, list[Leave]]:
    """The leave of some days by person, of all communities: how many visits are owed depends on it."""
    rows = await work.conn.execute(_taken(first, last))
    return _by_person(rows.all())


async def of_workers(
    work: Work, worker_ids: Collection[int], month: Month
) -> dict[int, list[Leave]]:
    """The same for some workers."""
    rows = await work.conn.execute(
        _taken(month.first_day, month.last_day).where(among(leaves.c.person_id)),
        {"ids": worker_ids},
    )
    return _by_person(rows.all())


def _taken(first: date, last: date) -> sa.Select[Any]:
    return sa.select(*_COLUMNS).where(
        leaves.c.state.in_(HELD), leaves.c.first_day <= last, leaves.c.last_day >= first
    )


async def standing_in(work: Work) -> dict[int, int]:
    """Who is on leave now, and who stands in for them: `stand_in` for everybody at once."""
    rows = await work.conn.execute(
        sa.select(leaves.c.person_id, leaves.c.deputy_id)
        .where(
            leaves.c.state.in_(HELD),
            leaves.c.starts_at <= work.now,
            leaves.c.ends_at > work.now,
            _STILL,
        )
        .order_by(leaves.c.id.desc())
    )
    return {row.person_id: row.deputy_id for row in rows}


def _by_person(rows: Collection[AnyRow]) -> dict[int, list[Leave]]:
    found: dict[int, list[Leave]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(read_leave(row))
    return found


async def expire(work: Work) -> list[Leave]:
    """What nobody has answered in time is no longer asked; returns it."""
    return [read_leave(row) for row in await asked.expire(work, leaves, _COLUMNS)]


async def close(work: Work) -> list[Leave]:
    """Leave whose last day has gone by is over; returns it. (Everything goes by its times, so nothing
    waits for this.)"""
    rows = await work.conn.execute(
        sa.update(leaves)
        .where(leaves.c.state == Asked.AGREED, leaves.c.ends_at <= work.now)
        .values(state=Asked.OVER)
        .returning(*_COLUMNS)
    )
    return [read_leave(row) for row in rows]
