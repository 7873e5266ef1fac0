"""Who is who: persons, homes, families, workers, and the addresses that reach them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from domain.people import Card, Home, Language, Person, Relative, Role
from storage.among import among
from storage.database import Work
from storage.tables.people import (
    addresses,
    buildings,
    communities,
    families,
    households,
    people,
    roles,
    shifts,
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


_PERSONS = (
    sa.select(
        people.c.id,
        people.c.name,
        people.c.community_id,
        people.c.language,
        people.c.household_id,
        people.c.large_text,
        roles.c.role,
    )
    .outerjoin(roles, roles.c.person_id == people.c.id)
    .where(among(people.c.id))
)


async def persons(work: Work, ids: Collection[int]) -> dict[int, Person]:
    """Persons by id, with their roles."""
    rows = (await work.conn.execute(_PERSONS, {"ids": ids})).all()
    held: dict[int, set[Role]] = {}
    for row in rows:
        held.setdefault(row.id, set()).update([Role(row.role)] if row.role else [])
    return {
        row.id: Person(
            row.id,
            row.name,
            row.community_id,
            Language(row.language),
            row.household_id,
            row.large_text,
            frozenset(held[row.id]),
        )
        for row in rows
    }


async def person(work: Work, person_id: int) -> Person | None:
    """One person, or None."""
    return (await persons(work, [person_id])).get(person_id)


async def person_by_code(work: Work, code: str) -> Person | None:
    """The person whom the loaded file calls `code`."""
    found = await work.conn.scalar(sa.select(people.c.id).where(people.c.code == code))
    return None if found is None else await person(work, found)


async def community(work: Work, community_id: int) -> Community:
    """A community that is known to exist."""
    row = (
        await work.conn.execute(sa.select(communities).where(communities.c.id == community_id))
    ).one()
    return _community(row)


async def all_communities(work: Work) -> list[Community]:
    """Every community, in the order of loading."""
    found = await work.conn.execute(sa.select(communities).order_by(communities.c.id))
    return [_community(row) for row in found]


def _community(row: sa.Row[Any]) -> Community:
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


async def card(work: Work, person_id: int) -> Card:
    """A person's card for the worker who goes there; phone and health are unsealed here only."""
    row = (await work.conn.execute(sa.select(people).where(people.c.id == person_id))).one()
    lives = await home(work, row.household_id)
    return Card(
        person_id=row.id,
        name=row.name,
        phone=row.phone,
        health=row.health,
        key_holder=row.key_holder,
        place=lives.place if lives else "",
        family=tuple(await relatives(work, person_id)),
    )


async def relatives(work: Work, elder_id: int) -> list[Relative]:
    """The family linked to an elder."""
    rows = await work.conn.execute(
        sa.select(people.c.id, people.c.name, families.c.relation, people.c.phone)
        .join(families, families.c.relative_id == people.c.id)
        .where(families.c.elder_id == elder_id)
        .order_by(people.c.id)
    )
    return [Relative(*row) for row in rows]


async def elders_of(work: Work, relative_id: int) -> list[int]:
    """The elders for whom this person is family."""
    found = await work.conn.scalars(
        sa.select(families.c.elder_id)
        .where(families.c.relative_id == relative_id)
        .order_by(families.c.elder_id)
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


async def on_duty(work: Work, community_id: int, at: datetime) -> list[int]:
    """Who is on the roster at that moment: the first person of each shift, then the deputies."""
    rows = (
        await work.conn.execute(
            sa.select(shifts.c.person_id, shifts.c.backup_id)
            .where(
                shifts.c.community_id == community_id,
                shifts.c.starts_at <= at,
                shifts.c.ends_at > at,
            )
            .order_by(shifts.c.id)
        )
    ).all()
    firsts = [row.person_id for row in rows]
    return list(dict.fromkeys(firsts + [row.backup_id for row in rows if row.backup_id]))


async def bind(work: Work, address_id: int, person_id: int) -> None:
    """From now on this address speaks for the person."""
    await work.conn.execute(
        sa.update(addresses)
        .where(addresses.c.id == address_id)
        .values(person_id=person_id, step=None, unreachable_since=None)
    )


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


async def reach(work: Work, person_ids: Iterable[int]) -> dict[int, list[int]]:
    """The ids of the addresses that reach each person; missing where there is none."""
    rows = await work.conn.execute(
        sa.select(addresses.c.person_id, addresses.c.id)
        .where(addresses.c.person_id.in_(set(person_ids)), addresses.c.unreachable_since.is_(None))
        .order_by(addresses.c.id)
    )
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row.id)
    return found


async def at_address(work: Work, address_id: int) -> Person | None:
    """The person for whom an address speaks, or None."""
    found = await work.conn.scalar(
        sa.select(addresses.c.person_id).where(addresses.c.id == address_id)
    )
    return None if found is None else await person(work, found)


async def any_phone(work: Work) -> str | None:
    """Some sealed value, to see whether it opens. Raises VaultError with a wrong secret key."""
    query = sa.select(people.c.phone).where(people.c.phone.is_not(None)).limit(1)
    found: str | None = await work.conn.scalar(query)
    return found
