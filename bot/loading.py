"""Brings a register (communities, homes, people, who looks after whom) into the database.

For the communities it names, the file alone says who may do what: a role, a family, a home's worker or a
coming shift that it no longer gives is withdrawn. People, homes and what has begun stay: they are history.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from bot import loading_homes, loading_moves, loading_visit
from domain.people import Role
from knowledge.register import (
    CommunityEntry,
    HouseholdEntry,
    PersonEntry,
    Register,
    RegisterError,
)
from storage import leaving, moves, roster
from storage.among import among
from storage.database import Work
from storage.device import code_of
from storage.load import Changes, Row, ids, prune, upsert
from storage.people import all_communities
from storage.tables.device import devices
from storage.tables.people import (
    buildings,
    communities,
    families,
    households,
    people,
    roles,
)


async def load(work: Work, register: Register) -> Changes:
    """Load the whole file in the caller's transaction; the same file twice changes nothing."""
    total = Changes()
    for given in register.communities:
        await _refuse_ended(work, given)
        now = await loading_moves.compared(work, given)
        await moves.settle(work, now.settled)
        await _refuse_codes_of_others(work, now.entry)
        await _refuse_while_called_for(work, now.entry)
        told = tuple(one.told for one in now.stands)
        total += await _community(work, now.entry) + Changes(withdrawn=told)
    named = {entry.code for entry in register.communities}
    for community in await all_communities(work):
        if community.code in named:
            total += await roster.lay_out(work, community.id)
    return total


async def _refuse_ended(work: Work, entry: CommunityEntry) -> None:
    """A community that is a part of another has no register of its own any more."""
    ended = await work.conn.scalar(
        sa.select(communities.c.ended_at).where(communities.c.code == entry.code)
    )
    if ended is not None:
        raise RegisterError(
            f"{entry.code} is a part of another community since {ended:%Y-%m-%d}: name its homes in that"
            " one's register."
        )


async def _refuse_codes_of_others(work: Work, entry: CommunityEntry) -> None:
    """A person's code is theirs everywhere: used again elsewhere, it would move them there."""
    codes = {person.code for person in entry.people()}
    rows = await work.conn.execute(
        sa.select(people.c.code, communities.c.code.label("home"))
        .join(communities, communities.c.id == people.c.community_id)
        .where(people.c.code.in_(codes), communities.c.code != entry.code)
        .order_by(people.c.code)
    )
    if taken := [f"{row.code!r} (of {row.home!r})" for row in rows]:
        raise RegisterError(f"{entry.code}: these person codes are taken: {', '.join(taken)}")


async def _refuse_while_called_for(work: Work, entry: CommunityEntry) -> None:
    """Nobody is taken off the register while somebody is on their way to them."""
    named = {person.code for person in entry.people()}
    about = await leaving.under_way(work, entry.code)
    if off := [f"{about[code]} ({code})" for code in sorted(about.keys() - named)]:
        raise RegisterError(
            f"{entry.code}: {', '.join(off)} is not in the file, and a call for help or a morning's silence"
            " is open: see to that first, or name them."
        )


async def _community(work: Work, entry: CommunityEntry) -> Changes:
    # As JSON: a date in the file must not stop the load.
    details = entry.model_dump(mode="json", include={"details"})["details"] | {
        "roster": [s.model_dump(mode="json", by_alias=True) for s in entry.roster]
    }
    row = {
        "code": entry.code,
        "name": entry.name,
        "timezone": entry.timezone,
        "sample": entry.sample,
        "details": details,
    }
    total = await upsert(work, communities, ["code"], [row])
    here = (await ids(work, communities, ["code"], {"code": entry.code}))[entry.code]
    before = await loading_homes.workers(work, here)
    total += await _people(work, here, entry.staff, {})
    total += await _homes(work, here, entry)
    total += Changes(withdrawn=await loading_homes.handed_over(work, here, before))
    home_ids = await ids(work, households, ["code"], {"community_id": here})
    members = tuple(person for household in entry.households for person in household.members)
    living = {
        person.code: home_ids[_home_code(work, household)]
        for household in entry.households
        for person in household.members
    }
    total += await _people(work, here, members, living)
    total += await _ties(work, here, entry)
    codes = {home.place: _home_code(work, home) for home in entry.households}
    total += await loading_visit.tiers(work, here, entry, codes)
    total += await loading_visit.terms(
        work, entry, await ids(work, people, ["code"], {"community_id": here})
    )
    return total + await _let_go(work, here, entry)


async def _people(
    work: Work, community_id: int, persons: tuple[PersonEntry, ...], living: dict[str, int]
) -> Changes:
    rows = [
        {
            "code": person.code,
            "name": person.name,
            "community_id": community_id,
            "household_id": living.get(person.code),
            "language": person.language.value,
            "large_text": person.large_text,
            "phone": person.phone,
            "health": person.health,
            "key_holder": person.key_holder,
        }
        for person in persons
    ]
    # Whoever has chosen a language in the chat is not spoken to in another after each load.
    return await upsert(work, people, ["code"], rows, once=["language"]) if rows else Changes()


def _home_code(work: Work, home: HouseholdEntry) -> str:
    """What tells a home from another; it is stored in clear, so it must not be the address."""
    return work.blind(home.place)


async def _homes(work: Work, community_id: int, entry: CommunityEntry) -> Changes:
    named = {h.building for h in entry.homes} | {h.building for h in entry.households}
    rows: list[dict[str, Any]] = [{"community_id": community_id, "name": n} for n in sorted(named)]
    total = await upsert(work, buildings, ["community_id", "name"], rows)
    placed = [
        {"community_id": community_id, "name": b.name, "lat": b.lat, "lon": b.lon}
        for b in entry.buildings
    ]
    total += (
        await upsert(work, buildings, ["community_id", "name"], placed) if placed else Changes()
    )
    building_ids = await ids(work, buildings, ["name"], {"community_id": community_id})
    staff = await ids(work, people, ["code"], {"community_id": community_id})
    homes = {_home_code(work, h): h for h in _every_home(entry)}
    rows = [
        {
            "community_id": community_id,
            "code": code,
            "building_id": building_ids[home.building],
            "room": home.room,
            "worker_id": staff.get(home.worker),
            "way": home.way,
            "special": home.special,
            "tags": list(home.tags),
        }
        for code, home in homes.items()
    ]
    return total + await upsert(work, households, ["community_id", "code"], rows)


def _every_home(entry: CommunityEntry) -> Iterator[HouseholdEntry]:
    """Homes by the building first; one that is named by itself overrides what the building says."""
    for block in entry.homes:
        for room in block.rooms():
            yield HouseholdEntry(building=block.building, room=room, worker=block.worker)
    yield from entry.households


async def _ties(work: Work, community_id: int, entry: CommunityEntry) -> Changes:
    """Roles and families, once everyone has an id."""
    found = await ids(work, people, ["code"], {"community_id": community_id})
    role_rows = [
        {
            "person_id": found[person.code],
            "community_id": community_id,
            "role": role.value,
            "by_chat": False,
        }
        for person in entry.people()
        for role in person.roles
    ]
    role_rows += await _overseers(work, community_id, entry)
    family_rows = [
        {
            "elder_id": found[elder],
            "relative_id": found[person.code],
            "relation": relation,
            "by_chat": False,
        }
        for person in entry.people()
        for elder, relation in person.family.items()
    ]
    total = await upsert(work, roles, ["person_id", "community_id", "role"], role_rows)
    if family_rows:
        total += await upsert(work, families, ["elder_id", "relative_id"], family_rows)
    total += await _devices(work, community_id, entry, found)
    codes = {person_id: code for code, person_id in found.items()}
    codes |= await _with_a_role(work, community_id)
    return total + await _withdraw(work, community_id, codes, role_rows, family_rows)


async def _overseers(work: Work, here: int, entry: CommunityEntry) -> list[dict[str, Any]]:
    """Who may look at this community's board from outside; they must be known already."""
    query = sa.select(people.c.code, people.c.id).where(people.c.code.in_(entry.overseers))
    known = {row.code: row.id for row in await work.conn.execute(query)}
    if missing := [code for code in entry.overseers if code not in known]:
        raise RegisterError(
            f"{entry.code}: overseers: nobody has the code {missing[0]!r} yet; the community in whose"
            " staff they are must come first, in this file or in one that was loaded before"
        )
    role = Role.BUREAU.value
    return [
        {"person_id": known[code], "community_id": here, "role": role, "by_chat": False}
        for code in entry.overseers
    ]


async def _with_a_role(work: Work, here: int) -> dict[int, str]:
    """The codes of all who have a role here, wherever they belong."""
    query = (
        sa.select(people.c.id, people.c.code)
        .join(roles, roles.c.person_id == people.c.id)
        .where(roles.c.community_id == here)
    )
    return {row.id: row.code for row in await work.conn.execute(query)}


async def _devices(work: Work, here: int, entry: CommunityEntry, found: dict[str, int]) -> Changes:
    """Which device calls for whom; those that were added by hand stay, unless the file names them too."""
    rows = [
        {
            "code": code_of(work, platform, number),
            "platform": platform,
            "number": number,
            "person_id": found[person.code],
            "by_hand": False,
        }
        for person in entry.people()
        for platform, number in person.devices.items()
    ]
    total = await upsert(work, devices, ["code"], rows) if rows else Changes()
    people_here = sa.select(people.c.id).where(people.c.community_id == here)
    scope = sa.and_(devices.c.person_id.in_(people_here), devices.c.by_hand.is_(False))
    gone = await prune(work, devices, scope, ["code"], [(row["code"],) for row in rows])
    told = (f"{len(gone)} devices call for nobody any more",) if gone else ()
    return total + Changes(removed=len(gone), withdrawn=told)


async def _withdraw(
    work: Work,
    here: int,
    codes: dict[int, str],
    role_rows: Sequence[Row],
    family_rows: Sequence[Row],
) -> Changes:
    """Roles and families that the file no longer gives; what was given in a chat is not the file's."""
    elders = sa.select(people.c.id).where(people.c.community_id == here)
    kin = await work.conn.scalars(
        sa.select(families.c.relative_id).where(
            families.c.elder_id.in_(elders), families.c.by_chat.is_(True)
        )
    )
    kept = [(row["person_id"], row["role"]) for row in role_rows]
    kept += [
        (relative, Role.FAMILY.value) for relative in kin
    ]  # whoever had the role from the file before
    lost = await prune(
        work,
        roles,
        sa.and_(roles.c.community_id == here, roles.c.by_chat.is_(False)),
        ["person_id", "role"],
        kept,
    )
    parted = await prune(
        work,
        families,
        sa.and_(families.c.elder_id.in_(elders), families.c.by_chat.is_(False)),
        ["elder_id", "relative_id"],
        [(row["elder_id"], row["relative_id"]) for row in family_rows],
    )
    told = [f"{codes[person]} is no longer {role}" for person, role in lost]
    told += [f"{codes[other]} is no longer family of {codes[elder]}" for elder, other in parted]
    return Changes(removed=len(lost) + len(parted), withdrawn=tuple(told))


async def _let_go(work: Work, here: int, entry: CommunityEntry) -> Changes:
    """Homes that the file no longer names have no worker, people whom it no longer names no home."""
    homes = {_home_code(work, home) for home in _every_home(entry)}
    persons = {person.code for person in entry.people()}
    gone = await _unset(work, households, "worker_id", here, homes)
    return Changes(changed=gone + await _unset(work, people, "household_id", here, persons))


async def _unset(work: Work, table: sa.Table, column: str, here: int, named: set[str]) -> int:
    rows = await work.conn.execute(
        sa.select(table.c.id, table.c.code).where(
            table.c.community_id == here, table.c[column].is_not(None)
        )
    )
    gone = [row.id for row in rows if row.code not in named]
    await work.conn.execute(
        sa.update(table).where(among(table.c.id)).values({column: None}), {"ids": gone}
    )
    return len(gone)
