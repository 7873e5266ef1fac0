"""Codes for many people at once: who gets one on an invitation sheet, and putting the codes down."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from domain.people import STAFF, Role
from storage.among import among
from storage.database import Work
from storage.enroll import LIFETIME, code_hash
from storage.tables.people import (
    addresses,
    buildings,
    families,
    households,
    invitations,
    people,
    roles,
)


class Audience(StrEnum):
    """For whom a sheet is."""

    RESIDENTS = "residents"
    ELDERS = "elders"
    FAMILIES = "families"
    WORKERS = "workers"


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who can be asked in. `building` and `room` say where the sheet is brought: a family's is
    brought to the elder. `open` is whether a code of theirs waits, `bound` whether they are in."""

    person_id: int
    name: str
    building: str
    room: str
    open: bool
    bound: bool


async def guests(work: Work, here: int, audience: Audience, building: str = "") -> list[Guest]:
    """Everyone a sheet is for, each once, in the order of loading."""
    door = sa.alias(people, "door") if audience is Audience.FAMILIES else people
    query = (
        sa.select(
            people.c.id,
            people.c.name,
            buildings.c.name.label("building"),
            households.c.room,
            _open(work).label("open"),
            _bound().label("bound"),
        )
        .select_from(people)
        .where(people.c.community_id == here)
        .order_by(people.c.id)
    )
    if audience is Audience.FAMILIES:
        query = query.join(families, families.c.relative_id == people.c.id).join(
            door, door.c.id == families.c.elder_id
        )
    else:
        query = query.where(_has_role(here, audience))
    query = query.outerjoin(households, households.c.id == door.c.household_id)
    query = query.outerjoin(buildings, buildings.c.id == households.c.building_id)
    if audience is not Audience.WORKERS:
        query = query.where(
            buildings.c.name == building if building else buildings.c.id.is_not(None)
        )
    found: dict[int, Guest] = {}
    for row in await work.conn.execute(query):
        place = row.building or "", row.room or ""
        found.setdefault(row.id, Guest(row.id, row.name, *place, row.open, row.bound))
    return list(found.values())


def _has_role(here: int, audience: Audience) -> sa.ColumnElement[bool]:
    wanted = {
        Audience.ELDERS: {Role.ELDER},
        Audience.WORKERS: set(STAFF),
        Audience.RESIDENTS: {Role.RESIDENT},
    }[audience]
    return sa.exists().where(
        roles.c.person_id == people.c.id,
        roles.c.community_id == here,
        roles.c.role.in_([role.value for role in wanted]),
    )


def _open(work: Work) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        invitations.c.person_id == people.c.id,
        invitations.c.used_at.is_(None),
        invitations.c.expires_at > work.now,
    )


def _bound() -> sa.ColumnElement[bool]:
    return sa.exists().where(addresses.c.person_id == people.c.id)


async def put_down(work: Work, codes: Mapping[str, int]) -> None:
    """Each code for its person. Codes of theirs that nobody has used end: of two sheets the newer holds."""
    await end_unused(work, set(codes.values()))
    rows = [
        {
            "code_hash": code_hash(code),
            "person_id": person_id,
            "made_at": work.now,
            "expires_at": work.now + LIFETIME,
        }
        for code, person_id in codes.items()
    ]
    if rows:
        await work.conn.execute(sa.insert(invitations), rows)


async def end_unused(work: Work, person_ids: Collection[int]) -> int:
    """A sheet was lost: codes that were not used open nothing any more; returns how many."""
    ended = (
        sa.update(invitations)
        .where(
            among(invitations.c.person_id),
            invitations.c.used_at.is_(None),
            invitations.c.expires_at > work.now,
        )
        .values(expires_at=work.now)
    )
    return (await work.conn.execute(ended, {"ids": list(person_ids)})).rowcount
