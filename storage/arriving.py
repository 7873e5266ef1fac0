"""Whoever moves into a home: somebody new, or somebody who was here before."""

import secrets
from typing import Any

import sqlalchemy as sa

from domain.moves import Arrival, Move, MoveState
from domain.people import Home, Language, Role
from storage.database import Work
from storage.inbox import insert_new
from storage.tables.moves import moves
from storage.tables.people import people, roles


async def former(work: Work, community_id: int, name: str) -> int | None:
    """The last of that name who moved out of here and lives nowhere; the dead do not come back."""
    found: int | None = await work.conn.scalar(
        sa.select(people.c.id)
        .join(moves, moves.c.person_id == people.c.id)
        .where(
            people.c.community_id == community_id,
            people.c.name == name,
            people.c.household_id.is_(None),
            moves.c.event == Move.OUT,
            moves.c.state == MoveState.DONE,
        )
        .order_by(moves.c.id.desc())
        .limit(1)
    )
    return found


async def settle_in(work: Work, community_code: str, home: Home, came: Arrival) -> int:
    """Somebody new, under a code that a register can give them and that tells nothing of them."""
    made = await work.conn.scalar(
        sa.insert(people)
        .values(
            code=f"{community_code}-{secrets.token_hex(6)}"[-64:],
            name=came.name,
            community_id=home.community_id,
            household_id=home.id,
            language=Language.ZH,
            large_text=came.elder,
            phone=came.phone or None,
        )
        .returning(people.c.id)
    )
    assert made is not None, "an insert returns its row"
    await _be_somebody(work, int(made), home, came)
    return int(made)


async def come_back(work: Work, person_id: int, home: Home, came: Arrival) -> int:
    """The same person as before, with their code, their chats and their history."""
    said: dict[str, Any] = {"phone": came.phone} if came.phone else {}
    await work.conn.execute(
        sa.update(people)
        .where(people.c.id == person_id)
        .values(community_id=home.community_id, household_id=home.id, **said)
    )
    await _be_somebody(work, person_id, home, came)
    return person_id


async def _be_somebody(work: Work, person_id: int, home: Home, came: Arrival) -> None:
    for role in (Role.RESIDENT, *((Role.ELDER,) if came.elder else ())):
        row = {"person_id": person_id, "community_id": home.community_id, "role": role}
        await work.conn.execute(insert_new(work, roles), row | {"by_chat": False})
