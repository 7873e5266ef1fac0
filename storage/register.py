"""What a register gave a community, as it stands in the tables: not what chats and commands gave since."""

from collections.abc import Sequence

import sqlalchemy as sa

from domain.people import Role
from storage.database import AnyRow, Work
from storage.people import Community, read_community
from storage.tables.device import devices as device_rows
from storage.tables.people import buildings as building_rows
from storage.tables.people import communities, families, households, people, roles
from storage.tables.visit import visit_workers


async def community(work: Work, code: str) -> Community | None:
    """The community of that code."""
    query = sa.select(communities).where(communities.c.code == code)
    row = (await work.conn.execute(query)).one_or_none()
    return None if row is None else read_community(row)


async def persons(work: Work, here: int) -> Sequence[AnyRow]:
    """Everyone who belongs to a community, in the order of loading."""
    query = sa.select(people).where(people.c.community_id == here).order_by(people.c.id)
    return (await work.conn.execute(query)).all()


async def homes(work: Work, here: int) -> Sequence[AnyRow]:
    """Every home with its building's name, in the order of loading."""
    query = (
        sa.select(households, building_rows.c.name.label("building"))
        .join(building_rows, building_rows.c.id == households.c.building_id)
        .where(households.c.community_id == here)
        .order_by(households.c.id)
    )
    return (await work.conn.execute(query)).all()


async def buildings(work: Work, here: int) -> Sequence[AnyRow]:
    """Its buildings."""
    query = sa.select(building_rows).where(building_rows.c.community_id == here)
    return (await work.conn.execute(query.order_by(building_rows.c.id))).all()


async def roles_of(work: Work, here: int) -> Sequence[AnyRow]:
    """Who is what, of those who belong here."""
    query = (
        sa.select(roles.c.person_id, roles.c.role)
        .join(people, people.c.id == roles.c.person_id)
        .where(roles.c.community_id == here, people.c.community_id == here, ~roles.c.by_chat)
    )
    return (await work.conn.execute(query)).all()


async def overseers(work: Work, here: int) -> list[str]:
    """The codes of people from elsewhere who may look at its board."""
    query = (
        sa.select(people.c.code)
        .join(roles, roles.c.person_id == people.c.id)
        .where(
            roles.c.community_id == here,
            people.c.community_id != here,
            roles.c.role == Role.BUREAU.value,
            ~roles.c.by_chat,
        )
        .order_by(people.c.id)
    )
    return [str(code) for code in await work.conn.scalars(query)]


async def families_of(work: Work, here: int) -> Sequence[AnyRow]:
    """Who is whose family."""
    query = (
        sa.select(families)
        .join(people, people.c.id == families.c.elder_id)
        .where(people.c.community_id == here, ~families.c.by_chat)
        .order_by(families.c.elder_id)
    )
    return (await work.conn.execute(query)).all()


async def devices_of(work: Work, here: int) -> Sequence[AnyRow]:
    """Which device calls for whom."""
    query = (
        sa.select(device_rows)
        .join(people, people.c.id == device_rows.c.person_id)
        .where(people.c.community_id == here, ~device_rows.c.by_hand)
        .order_by(device_rows.c.id)
    )
    return (await work.conn.execute(query)).all()


async def terms_of(work: Work, here: int) -> Sequence[AnyRow]:
    """What was agreed with the staff: their part of full time, their first and last day."""
    query = (
        sa.select(visit_workers)
        .join(people, people.c.id == visit_workers.c.person_id)
        .where(people.c.community_id == here)
    )
    return (await work.conn.execute(query)).all()
