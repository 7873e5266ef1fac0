"""Who is who: persons, homes, families, workers, and the addresses that reach them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from domain.people import Home, Language, Person, Role
from storage.among import among
from storage.database import AnyRow, Work
from storage.often import Often
from storage.tables.people import (
    addresses,
    buildings,
    communities,
    families,
    households,
    people,
    roles,
)


@dataclass(frozen=True, slots=True)
class Community:
    """A community; `details` holds its service centre, hours, hotlines and facilities as loaded."""

    id: int
    code: str
    name: str
    zone: ZoneInfo
    sample: bool
    details: dict[str, Any]


PERSON = (
    people.c.id.label("person_id"),
    people.c.name,
    people.c.community_id,
    people.c.language.label("speaks"),
    people.c.household_id,
    people.c.large_text,
    roles.c.role,
)
"""What `read_persons` reads: a row for each role somebody has."""

_PERSONS = Often(
    sa.select(*PERSON)
    .outerjoin(roles, roles.c.person_id == people.c.id)
    .where(among(people.c.id))
    .order_by(people.c.id)
)


async def persons(work: Work, ids: Collection[int]) -> dict[int, Person]:
    """Persons by id, with their roles."""
    if not ids:
        return {}
    return read_persons(await _PERSONS.rows(work, {"ids": ids}))


def read_persons(rows: Iterable[AnyRow]) -> dict[int, Person]:
    """The persons in rows that have the columns of PERSON; rows without one are passed over."""
    first: dict[int, AnyRow] = {}
    held: dict[int, set[Role]] = {}
    for row in rows:
        if row.person_id is not None:
            first.setdefault(row.person_id, row)
            held.setdefault(row.person_id, set()).update([Role(row.role)] if row.role else [])
    return {
        person_id: Person(
            person_id,
            row.name,
            row.community_id,
            Language(row.speaks),
            row.household_id,
            row.large_text,
            frozenset(held[person_id]),
        )
        for person_id, row in first.items()
    }


async def person(work: Work, person_id: int) -> Person | None:
    """One person, or None."""
    return (await persons(work, [person_id])).get(person_id)


async def person_by_code(work: Work, code: str) -> Person | None:
    """The person whom the loaded file calls `code`."""
    found = await work.conn.scalar(sa.select(people.c.id).where(people.c.code == code))
    return None if found is None else await person(work, found)


_COMMUNITY = Often(sa.select(communities).where(communities.c.id == sa.bindparam("which")))


async def community(work: Work, community_id: int) -> Community:
    """A community that is known to exist, as it was a few seconds ago at most."""

    async def read() -> Community:
        return read_community(await _COMMUNITY.row(work, {"which": community_id}))

    return await work.once(("community", community_id), read)


_COMMUNITIES = Often(sa.select(communities).where(among(communities.c.id)))


async def know_communities(work: Work, ids: Iterable[int]) -> None:
    """Read at once what `community` would read of each of these."""
    unknown = {one for one in ids if not work.is_fresh(("community", one))}
    if unknown:
        for row in await _COMMUNITIES.rows(work, {"ids": unknown}):
            work.remember(("community", row.id), read_community(row))


PROBE = "linli:probe"
"""The code of the community of the synthetic request, which is nobody's: no register can name it, since
codes have no colon."""


async def all_communities(work: Work, *, ended: bool = False) -> list[Community]:
    """Every community of people there is now, in the order of loading; with `ended` those, too, that are a
    part of another now."""
    there = sa.true() if ended else communities.c.ended_at.is_(None)
    found = await work.conn.execute(
        sa.select(communities).where(communities.c.code != PROBE, there).order_by(communities.c.id)
    )
    return [read_community(row) for row in found]


def read_community(row: AnyRow) -> Community:
    """The community in a row of the table."""
    zone = ZoneInfo(row.timezone)
    return Community(row.id, row.code, row.name, zone, row.sample, row.details)


_HOME = (
    sa.select(
        households.c.id,
        households.c.community_id,
        buildings.c.name.label("building"),
        households.c.room,
        households.c.worker_id,
        households.c.special,
    )
    .join(buildings, buildings.c.id == households.c.building_id)
    .order_by(households.c.id)
)


async def home(work: Work, household_id: int | None) -> Home | None:
    """One household, or None."""
    rows = await work.conn.execute(_HOME.where(households.c.id == household_id))
    return next((Home(*row) for row in rows), None)


async def homes(work: Work, ids: Collection[int]) -> list[Home]:
    """Some households."""
    rows = await work.conn.execute(_HOME.where(among(households.c.id)), {"ids": ids})
    return [Home(*row) for row in rows]


async def homes_of(work: Work, worker_id: int) -> list[Home]:
    """The households a worker looks after."""
    rows = await work.conn.execute(_HOME.where(households.c.worker_id == worker_id))
    return [Home(*row) for row in rows]


async def members(work: Work, household_ids: Collection[int]) -> dict[int, list[Person]]:
    """Who lives in each of the households."""
    ids = await work.conn.scalars(
        sa.select(people.c.id).where(people.c.household_id.in_(household_ids)).order_by(people.c.id)
    )
    found: dict[int, list[Person]] = {}
    for someone in (await persons(work, ids.all())).values():
        found.setdefault(someone.household_id or 0, []).append(someone)
    return found


async def elders_of(work: Work, relative_id: int) -> list[int]:
    """The elders for whom this person is family."""
    found = await work.conn.scalars(
        sa.select(families.c.elder_id)
        .where(families.c.relative_id == relative_id)
        .order_by(families.c.elder_id)
    )
    return list(found)


async def family_of(work: Work, elder_id: int) -> list[int]:
    """Who looks after this elder as family."""
    found = await work.conn.scalars(
        sa.select(families.c.relative_id)
        .where(families.c.elder_id == elder_id)
        .order_by(families.c.relative_id)
    )
    return list(found)


async def with_role(work: Work, community_id: int, role: Role) -> list[int]:
    """The ids of everyone who has a role in a community."""
    found = await work.conn.scalars(
        sa.select(roles.c.person_id)
        .where(roles.c.community_id == community_id, roles.c.role == role)
        .order_by(roles.c.person_id)
    )
    return list(found)


async def everyone_with(work: Work, role: Role) -> list[tuple[int, int]]:
    """Everyone who has a role anywhere: community and person."""
    rows = await work.conn.execute(
        sa.select(roles.c.community_id, roles.c.person_id)
        .where(roles.c.role == role)
        .order_by(roles.c.community_id, roles.c.person_id)
    )
    return [(row.community_id, row.person_id) for row in rows]


async def bind(work: Work, address_id: int, person_id: int) -> None:
    """From now on this address speaks for the person."""
    await work.conn.execute(
        sa.update(addresses)
        .where(addresses.c.id == address_id)
        .values(person_id=person_id, step=None, unreachable_since=None)
    )


async def unbind(work: Work, person_id: int, only: int | None = None) -> dict[int, tuple[str, str]]:
    """No address, or not `only` this one, speaks for the person any more; returns those that did, with
    channel and address."""
    which = sa.true() if only is None else addresses.c.id == only
    rows = await work.conn.execute(
        sa.update(addresses)
        .where(addresses.c.person_id == person_id, which)
        .values(person_id=None, step=None, seen_at=None)
        .returning(addresses.c.id, addresses.c.channel, addresses.c.address)
    )
    return {row.id: (row.channel, row.address) for row in rows}


@dataclass(frozen=True, slots=True)
class Bound:
    """A chat or page that speaks for a person, without its name; `seen_at`: when they were last heard of
    there, within half a day, None where they never spoke."""

    address_id: int
    channel: str
    seen_at: datetime | None


async def bound(work: Work, person_id: int) -> list[Bound]:
    """All that speak for a person, in the order in which the desk came to know them."""
    rows = await work.conn.execute(
        sa.select(addresses.c.id, addresses.c.channel, addresses.c.seen_at)
        .where(addresses.c.person_id == person_id)
        .order_by(addresses.c.id)
    )
    return [Bound(*row) for row in rows]


SEEN_EVERY = timedelta(hours=12)
"""How exactly it is kept when somebody was last heard of: finer would be a write for every turn."""

_SEEN = Often(sa.update(addresses).where(among(addresses.c.id)).values(seen_at=sa.bindparam("now")))


async def seen(work: Work, address_ids: Collection[int]) -> None:
    """Their persons are heard of there now."""
    await _SEEN.count(work, {"ids": address_ids, "now": work.now})


async def retire(work: Work, person_id: int) -> frozenset[Role]:
    """The person may do nothing any more: no role, no home to look after, nobody's family; returns
    what they were."""
    rows = await work.conn.scalars(
        sa.delete(roles).where(roles.c.person_id == person_id).returning(roles.c.role)
    )
    await work.conn.execute(sa.delete(families).where(families.c.relative_id == person_id))
    await work.conn.execute(
        sa.update(households).where(households.c.worker_id == person_id).values(worker_id=None)
    )
    return frozenset(Role(role) for role in rows)


async def set_language(
    work: Work, address_id: int, person_id: int | None, language: Language
) -> None:
    """Speak this language at the address, and to the person wherever they are."""
    await work.conn.execute(
        sa.update(addresses).where(addresses.c.id == address_id).values(language=language)
    )
    if person_id is not None:
        await work.conn.execute(
            sa.update(people).where(people.c.id == person_id).values(language=language)
        )


async def set_reachable(work: Work, address_ids: Collection[int], reachable: bool) -> None:
    """The platform said that these addresses can (not) be reached."""
    await work.conn.execute(
        sa.update(addresses)
        .where(addresses.c.id.in_(address_ids))
        .values(unreachable_since=None if reachable else work.now)
    )


def reached(person: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    """Of a column with a person's id: whether a message to them has anywhere to go."""
    return sa.exists().where(
        addresses.c.person_id == person, addresses.c.unreachable_since.is_(None)
    )


_REACH = Often(
    sa.select(addresses.c.person_id, addresses.c.id)
    .where(among(addresses.c.person_id), addresses.c.unreachable_since.is_(None))
    .order_by(addresses.c.id)
)


async def reach(work: Work, person_ids: Collection[int]) -> dict[int, list[int]]:
    """The ids of the addresses that reach each person; missing where there is none."""
    found: dict[int, list[int]] = {}
    for row in await _REACH.rows(work, {"ids": person_ids}):
        found.setdefault(row.person_id, []).append(row.id)
    return found


async def at_address(work: Work, address_id: int) -> Person | None:
    """The person for whom an address speaks, or None."""
    found = await work.conn.scalar(
        sa.select(addresses.c.person_id).where(addresses.c.id == address_id)
    )
    return None if found is None else await person(work, found)


async def try_key(work: Work) -> None:
    """Open something that is sealed. Raises VaultError with another secret key than it was sealed with:
    whoever went on would seal with a second key, and neither would open all."""
    for sealed in (people.c.phone, households.c.room):
        await work.conn.scalar(sa.select(sealed).where(sealed.is_not(None)).limit(1))
