"""The facts of the rota check: for one community or a whole city, by a handful of statements in all."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.ladder import Who
from domain.people import STAFF, Role
from domain.readiness import HORIZON, Facts, Reach, Unreachable, told_apart
from domain.roster import Span
from storage import leave
from storage.database import Work
from storage.people import PROBE, reached
from storage.roster import BEHIND, WHO
from storage.tables.people import (
    addresses,
    communities,
    families,
    households,
    invitations,
    people,
    roles,
    shifts,
)

_GROUPS = {
    Role.WORKER: Who.ALL_WORKERS,
    Role.SUPERVISOR: Who.SUPERVISOR,
    Role.STREET: Who.STREET,
}


@dataclass(slots=True)
class _Gathered:
    """What is found of one community, row by row."""

    staff: dict[int, set[Role]] = field(default_factory=dict)
    names: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Of each of them the name, and the code in the register."""
    covered: list[Span] = field(default_factory=list)
    reached: list[Span] = field(default_factory=list)
    on_duty: set[int] = field(default_factory=set)
    hours: Counter[int] = field(default_factory=Counter)
    elders: Counter[Reach] = field(default_factory=Counter)
    alone: int = 0
    family_away: int = 0
    homes: Counter[int] = field(default_factory=Counter)
    nobody: int = 0


async def facts(work: Work, community_id: int | None = None) -> list[Facts]:
    """Every community's facts for the time ahead, or one's, in the order of loading."""
    names = await _names(work, community_id)
    found: dict[int, _Gathered] = defaultdict(_Gathered)
    unreachable = await _staff(work, community_id, found)
    await _shifts(work, community_id, found, unreachable)
    await _homes(work, community_id, found)
    await _elders(work, community_id, found, unreachable)
    return [_facts(which, name, found[which], unreachable) for which, name in names.items()]


def _only(column: sa.Column[Any], community_id: int | None) -> sa.ColumnElement[bool]:
    return sa.true() if community_id is None else column == community_id


async def _names(work: Work, community_id: int | None) -> dict[int, str]:
    rows = await work.conn.execute(
        sa.select(communities.c.id, communities.c.name)
        .where(
            _only(communities.c.id, community_id),
            communities.c.code != PROBE,
            communities.c.ended_at.is_(None),
        )
        .order_by(communities.c.id)
    )
    return {row.id: row.name for row in rows}


async def _staff(
    work: Work, community_id: int | None, found: dict[int, _Gathered]
) -> dict[int, Unreachable]:
    """Who works where, as what; returns why those of them who cannot be reached cannot."""
    bound = sa.exists().where(addresses.c.person_id == people.c.id)
    enrolled = sa.exists().where(
        invitations.c.person_id == people.c.id, invitations.c.used_at.is_not(None)
    )
    rows = await work.conn.execute(
        sa.select(
            roles.c.community_id,
            roles.c.role,
            people.c.id,
            people.c.name,
            people.c.code,
            reached(people.c.id).label("reached"),
            bound.label("bound"),
            enrolled.label("enrolled"),
        )
        .join(people, people.c.id == roles.c.person_id)
        .where(roles.c.role.in_(STAFF), _only(roles.c.community_id, community_id))
        .order_by(people.c.id)
    )
    unreachable = {}
    for row in rows:
        here = found[row.community_id]
        here.staff.setdefault(row.id, set()).add(Role(row.role))
        here.names[row.id] = (row.name, row.code or str(row.id))
        if not row.reached:
            gone = Unreachable.REVOKED if row.enrolled else Unreachable.NEVER
            unreachable[row.id] = Unreachable.BLOCKED if row.bound else gone
    return unreachable


async def _shifts(
    work: Work,
    community_id: int | None,
    found: dict[int, _Gathered],
    unreachable: Mapping[int, Unreachable],
) -> None:
    """Who is on duty when, of those who still work there; the deputy where somebody is on leave."""
    until = work.now + HORIZON
    rows = await work.conn.execute(
        sa.select(shifts.c.community_id, shifts.c.starts_at, shifts.c.ends_at, WHO, BEHIND).where(
            shifts.c.ends_at > work.now,
            shifts.c.starts_at < until,
            _only(shifts.c.community_id, community_id),
        )
    )
    for row in rows:
        here = found[row.community_id]
        span = Span(row.starts_at, row.ends_at)
        if row.who in here.staff:
            here.hours[row.who] += _minutes(span, work.now, until)
        for person_id in (row.who, row.behind):
            if person_id not in here.staff:
                continue
            here.on_duty.add(person_id)
            here.covered.append(span)
            if person_id not in unreachable:
                here.reached.append(span)


def _minutes(span: Span, since: datetime, until: datetime) -> int:
    return int((min(span.until, until) - max(span.since, since)).total_seconds() // 60)


async def _homes(work: Work, community_id: int | None, found: dict[int, _Gathered]) -> None:
    """How many homes each worker looks after, counted by the database."""
    rows = await work.conn.execute(
        sa.select(households.c.community_id, households.c.worker_id, sa.func.count().label("homes"))
        .where(_only(households.c.community_id, community_id))
        .group_by(households.c.community_id, households.c.worker_id)
    )
    for row in rows:
        here = found[row.community_id]
        if row.worker_id in here.staff:
            here.homes[row.worker_id] += row.homes
        else:
            here.nobody += row.homes


async def _elders(
    work: Work,
    community_id: int | None,
    found: dict[int, _Gathered],
    unreachable: Mapping[int, Unreachable],
) -> None:
    """How each elder is reached; their worker counts if they are, and whoever stands in for them."""
    deputies = await leave.deputies(work, work.now, work.now + HORIZON)
    family = sa.exists().where(families.c.elder_id == people.c.id)
    living = sa.exists().where(families.c.elder_id == people.c.id, reached(families.c.relative_id))
    rows = await work.conn.execute(
        sa.select(
            roles.c.community_id,
            households.c.worker_id,
            family.label("family"),
            living.label("living"),
        )
        .select_from(roles)
        .join(people, people.c.id == roles.c.person_id)
        .outerjoin(households, households.c.id == people.c.household_id)
        .where(roles.c.role == Role.ELDER, _only(roles.c.community_id, community_id))
    )
    for row in rows:
        here = found[row.community_id]
        called = (row.worker_id, *deputies.get(row.worker_id, ()))
        known = all(one in here.staff and one not in unreachable for one in called)
        here.elders[Reach(worker=known, family=bool(row.living))] += 1
        here.alone += not row.family
        here.family_away += bool(row.family) and not row.living


def _facts(
    community_id: int, name: str, here: _Gathered, unreachable: Mapping[int, Unreachable]
) -> Facts:
    called = told_apart(here.names)
    workers = [i for i, held in here.staff.items() if Role.WORKER in held]
    return Facts(
        community_id,
        name,
        covered=tuple(here.covered),
        reached=tuple(here.reached),
        shared=_shared(here.staff, unreachable),
        elders=dict(here.elders),
        on_duty_unreachable={
            called[i]: unreachable[i] for i in sorted(here.on_duty) if i in unreachable
        },
        staff=_reach_of(here.staff, unreachable),
        elders_alone=here.alone,
        elders_family_unreachable=here.family_away,
        homes_of_nobody=here.nobody,
        homes={called[i]: here.homes[i] for i in workers},
        hours={called[i]: minutes / 60 for i, minutes in here.hours.items()},
    )


def _reach_of(
    staff: Mapping[int, set[Role]], unreachable: Mapping[int, Unreachable]
) -> dict[str, tuple[int, int]]:
    held = {
        role: [i for i, roles in staff.items() if role in roles]
        for role in (Role.WORKER, Role.SUPERVISOR)
    }
    return {str(role): (sum(i in unreachable for i in ids), len(ids)) for role, ids in held.items()}


def _shared(
    staff: Mapping[int, set[Role]], unreachable: Mapping[int, Unreachable]
) -> frozenset[Who]:
    held: Iterable[set[Role]] = (r for i, r in staff.items() if i not in unreachable)
    return frozenset(_GROUPS[role] for each in held for role in each if role in _GROUPS)


async def elders_without_family(
    work: Work, community_id: int, limit: int
) -> list[tuple[str, int | None, bool]]:
    """Elders whom no family can answer for: name, home, and whether any family is entered."""
    family = sa.exists().where(families.c.elder_id == people.c.id)
    living = sa.exists().where(families.c.elder_id == people.c.id, reached(families.c.relative_id))
    rows = await work.conn.execute(
        sa.select(people.c.name, people.c.household_id, family.label("family"))
        .join(roles, roles.c.person_id == people.c.id)
        .where(roles.c.role == Role.ELDER, roles.c.community_id == community_id, ~living)
        .order_by(family, people.c.id)
        .limit(limit)
    )
    return [(row.name, row.household_id, bool(row.family)) for row in rows]


async def homes_without_worker(work: Work, community_id: int, limit: int) -> list[int]:
    """Some of the homes that nobody looks after, or somebody whose role was withdrawn."""
    staff = sa.select(roles.c.person_id).where(
        roles.c.community_id == community_id, roles.c.role.in_(STAFF)
    )
    found = await work.conn.scalars(
        sa.select(households.c.id)
        .where(
            households.c.community_id == community_id,
            sa.or_(households.c.worker_id.is_(None), households.c.worker_id.not_in(staff)),
        )
        .order_by(households.c.building_id, households.c.id)
        .limit(limit)
    )
    return list(found)
