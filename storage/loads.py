"""What the last load brought in, and taking it away again where nothing has been built upon it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from storage.among import among
from storage.database import Work
from storage.load import upsert
from storage.tables import metadata
from storage.tables.device import devices
from storage.tables.people import (
    buildings,
    communities,
    families,
    households,
    invitations,
    people,
    roles,
    shifts,
)
from storage.tables.register import loads
from storage.tables.visit import visit_workers

OWN = (communities, buildings, households, people)
"""What a load makes that has an id; what is made first is taken away last."""

HANGS_ON = (roles, families, devices, visit_workers)
"""What is nothing by itself and goes with the person."""

Ids = Mapping[str, list[int]]
"""By the table's name."""


@dataclass(frozen=True, slots=True)
class Load:
    """The last load that has not been undone; `record` says by community what there was."""

    id: int
    at: datetime
    file: str
    record: dict[str, Any]


async def keep(work: Work, file: str, record: dict[str, Any]) -> None:
    """Write down what a load has done; what earlier ones kept is forgotten."""
    await work.conn.execute(sa.update(loads).values(record=None))
    row = {"at": work.now, "file": file[:120], "record": record, "undone_at": None}
    await work.conn.execute(sa.insert(loads).values(**row))


async def forget(work: Work) -> None:
    """Whoever is to be erased may stand in what the last load kept: it cannot be undone any more."""
    await work.conn.execute(sa.update(loads).values(record=None))


async def last(work: Work) -> Load | None:
    """The load that can be undone."""
    row = (
        await work.conn.execute(sa.select(loads).order_by(loads.c.id.desc()).limit(1))
    ).one_or_none()
    if row is None or row.undone_at is not None or row.record is None:
        return None
    return Load(row.id, row.at, row.file, row.record)


async def undone(work: Work, load: Load) -> bool:
    """The load is taken back; False where somebody else has just done it."""
    done = await work.conn.execute(
        sa.update(loads)
        .where(loads.c.id == load.id, loads.c.undone_at.is_(None))
        .values(undone_at=work.now, record=None)
    )
    return bool(done.rowcount)


async def ids_of(work: Work, code: str) -> Ids:
    """Every row of a community that a load can have made."""
    here = await work.conn.scalar(sa.select(communities.c.id).where(communities.c.code == code))
    if here is None:
        return {table.name: [] for table in OWN}
    found = {communities.name: [int(here)]}
    for table in OWN[1:]:
        rows = await work.conn.scalars(sa.select(table.c.id).where(table.c.community_id == here))
        found[table.name] = [int(one) for one in rows]
    return found


async def built_upon(work: Work, made: Ids, at: datetime) -> list[str]:
    """The tables whose rows point to what was made and do not go with it: what has happened since."""
    found = []
    for table, column, to in _links():
        if not made[to.name] or table in OWN:
            continue
        since = _since(table, at, work.now)
        query = sa.select(sa.func.count()).select_from(table).where(among(column), since)
        if await work.conn.scalar(query, {"ids": made[to.name]}):
            found.append(table.name)
    return list(dict.fromkeys(found))


def _links() -> Iterator[tuple[sa.Table, sa.Column[Any], sa.Table]]:
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table in OWN:
                yield table, key.parent, key.column.table


def _since(table: sa.Table, at: datetime, now: datetime) -> sa.ColumnElement[bool]:
    """Shifts are laid out from yesterday on: one that began since was stood. Unused codes open nothing. Of
    what hangs on a person, what was given by hand is not the file's to take."""
    if table is shifts:
        begun = sa.and_(shifts.c.starts_at > at, shifts.c.starts_at <= now)
        return sa.or_(shifts.c.planned_id.is_(None), begun)
    if table is invitations:
        return invitations.c.used_at.is_not(None)
    if table in HANGS_ON:
        return sa.or_(sa.false(), *(table.c[by] for by in ("by_chat", "by_hand") if by in table.c))
    return sa.true()


async def take_away(work: Work, made: Ids) -> int:
    """Delete what was made, with the roles, families, devices, shifts and codes that hang on it; returns
    how many rows. Refused by the database where anything else points there."""
    persons, homes = made[people.name], made[households.name]
    for table, column, to in _links():
        if table in (*HANGS_ON, shifts, invitations):
            await _delete(work, table, column, made[to.name])
    leave = sa.update(people).where(among(people.c.household_id)).values(household_id=None)
    await work.conn.execute(leave, {"ids": homes})
    left = sa.update(households).where(among(households.c.worker_id)).values(worker_id=None)
    await work.conn.execute(left, {"ids": persons})
    gone = 0
    for table in reversed(OWN):
        gone += await _delete(work, table, table.c.id, made[table.name])
    return gone


async def _delete(work: Work, table: sa.Table, column: sa.Column[Any], ids: Collection[int]) -> int:
    if not ids:
        return 0
    return (await work.conn.execute(sa.delete(table).where(among(column)), {"ids": ids})).rowcount


async def given_in_chat(work: Work, code: str) -> dict[str, list[dict[str, Any]]]:
    """Roles and families that were given in a chat: a file that names them takes them over."""
    here = sa.select(communities.c.id).where(communities.c.code == code).scalar_subquery()
    elders = sa.select(people.c.id).where(people.c.community_id == here)
    asked = {
        roles.name: sa.select(roles).where(roles.c.community_id == here, roles.c.by_chat),
        families.name: sa.select(families).where(
            families.c.elder_id.in_(elders), families.c.by_chat
        ),
    }
    return {
        name: [dict(row) for row in (await work.conn.execute(query)).mappings()]
        for name, query in asked.items()
    }


async def give_back(work: Work, code: str, given: dict[str, list[dict[str, Any]]]) -> None:
    """As `given_in_chat` found them."""
    await upsert(work, roles, ["person_id", "community_id", "role"], given[roles.name])
    await upsert(work, families, ["elder_id", "relative_id"], given[families.name])


async def unsay(work: Work, code: str, placed: Collection[str], tiers: Collection[int]) -> None:
    """What a load gave and none takes back: where other buildings stand, and tiers, but of these homes."""
    here = sa.select(communities.c.id).where(communities.c.code == code).scalar_subquery()
    others = sa.and_(buildings.c.community_id == here, buildings.c.name.not_in(placed))
    await work.conn.execute(sa.update(buildings).where(others).values(lat=None, lon=None))
    homes = sa.and_(households.c.community_id == here, ~among(households.c.id))
    given = sa.and_(homes, households.c.tier.is_not(None))
    await work.conn.execute(
        sa.update(households).where(given).values(tier=None), {"ids": list(tiers)}
    )
