"""Who is family to whom: ties made and ended in a chat, the codes that make them, and a log of it all."""

import secrets
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from domain.family import LASTS, OPEN_CODES, may_keep
from domain.people import Language, Person, Role
from storage import leave
from storage import people as persons
from storage.database import Work
from storage.enroll import code_hash, new_code
from storage.inbox import insert_new
from storage.tables.family import family_codes, family_log
from storage.tables.people import families, people, roles

BY_CHAT = "family:"
"""Begins the code of a person who came by a code; no register can name them, since codes have no colon."""


@dataclass(frozen=True, slots=True)
class Tie:
    """Somebody who is family to an elder; `person_id` and `name` are the other one's."""

    person_id: int
    name: str
    relation: str
    by_chat: bool


@dataclass(frozen=True, slots=True)
class Invited:
    """What an open code opens: whose family, and who made it."""

    elder_id: int
    made_by: int


async def invite(work: Work, elder_id: int, made_by: int) -> str:
    """Make a code; it is shown once and never stored in clear. The oldest of too many open ones ends."""
    mine = (
        sa.select(family_codes.c.id)
        .where(family_codes.c.elder_id == elder_id, *_open(work))
        .order_by(family_codes.c.id.desc())
        .offset(OPEN_CODES - 1)
    )
    too_many = (await work.conn.scalars(mine)).all()
    await _end(work, family_codes.c.id.in_(too_many))
    code = new_code()
    await work.conn.execute(
        sa.insert(family_codes).values(
            code_hash=code_hash(code),
            elder_id=elder_id,
            made_by=made_by,
            made_at=work.now,
            expires_at=work.now + LASTS,
        )
    )
    await log(work, elder_id, "invited", actor_id=made_by)
    return code


def _open(work: Work) -> tuple[sa.ColumnElement[bool], ...]:
    return family_codes.c.used_at.is_(None), family_codes.c.expires_at > work.now


async def _end(work: Work, which: sa.ColumnElement[bool]) -> int:
    ended = await work.conn.execute(
        sa.update(family_codes).where(which, *_open(work)).values(expires_at=work.now)
    )
    return ended.rowcount


async def end_codes(work: Work, person_id: int) -> int:
    """Codes that they made, or that open their family, open nothing any more; returns how many."""
    theirs = sa.or_(family_codes.c.elder_id == person_id, family_codes.c.made_by == person_id)
    return await _end(work, theirs)


async def invited(work: Work, code: str) -> Invited | None:
    """What a code opens, or None (unknown, used, expired)."""
    query = sa.select(family_codes.c.elder_id, family_codes.c.made_by)
    found = await work.conn.execute(
        query.where(family_codes.c.code_hash == code_hash(code), *_open(work))
    )
    row = found.one_or_none()
    return Invited(*row) if row else None


async def redeem(work: Work, code: str, address_id: int) -> bool:
    """Use a code; False where somebody else just did, or its time is over."""
    used = await work.conn.execute(
        sa.update(family_codes)
        .where(family_codes.c.code_hash == code_hash(code), *_open(work))
        .values(used_at=work.now, used_by=address_id)
    )
    return bool(used.rowcount)


async def lock(work: Work, elder_id: int) -> None:
    """Whoever else changes this family waits until we are done."""
    await work.conn.execute(sa.select(people.c.id).where(people.c.id == elder_id).with_for_update())


async def of_elder(work: Work, elder_id: int) -> list[Tie]:
    """The elder's family."""
    return await _ties(work, families.c.relative_id, families.c.elder_id == elder_id)


async def of_relative(work: Work, relative_id: int) -> list[Tie]:
    """The elders to whom somebody is family."""
    return await _ties(work, families.c.elder_id, families.c.relative_id == relative_id)


async def _ties(work: Work, other: sa.Column[Any], which: sa.ColumnElement[bool]) -> list[Tie]:
    rows = await work.conn.execute(
        sa.select(other, people.c.name, families.c.relation, families.c.by_chat)
        .join(people, people.c.id == other)
        .where(which)
        .order_by(other)
    )
    return [Tie(*row) for row in rows]


async def kept_by(work: Work, who: Person, elder_id: int) -> Person | None:
    """The elder, where this person may say who their family is; for a worker on leave the deputy may."""
    elder = await persons.person(work, elder_id)
    home = await persons.home(work, elder.household_id) if elder else None
    if home is not None and await leave.deputy(work, home.worker_id) == who.id:
        home = replace(home, worker_id=who.id)
    return elder if elder is not None and may_keep(who, elder, home) else None


async def elders_of_worker(work: Work, worker_id: int) -> list[int]:
    """The elders in the homes that a worker looks after."""
    return list(await work.conn.scalars(leave.elders_looked_after(work, worker_id)))


async def elders_at(work: Work, household_id: int) -> list[int]:
    """The elders of a home."""
    found = await work.conn.scalars(
        sa.select(people.c.id)
        .join(roles, roles.c.person_id == people.c.id)
        .where(people.c.household_id == household_id, roles.c.role == Role.ELDER)
        .order_by(people.c.id)
    )
    return list(found)


async def newcomer(work: Work, name: str, community_id: int, language: Language) -> int:
    """Somebody the register does not know, who came by a code."""
    made = await work.conn.scalar(
        sa.insert(people)
        .values(
            code=BY_CHAT + secrets.token_hex(12),
            name=name,
            community_id=community_id,
            language=language,
            large_text=False,
        )
        .returning(people.c.id)
    )
    assert made is not None, "an insert returns its row"
    return int(made)


async def introduce(work: Work, person_id: int, name: str, phone: str) -> bool:
    """What somebody who came by a code says of themselves; False where the register says who they are."""
    values = {"name": name} | ({"phone": phone} if phone else {})
    known = await work.conn.execute(
        sa.update(people)
        .where(people.c.id == person_id, people.c.code.startswith(BY_CHAT))
        .values(**values)
    )
    return bool(known.rowcount)


async def join(work: Work, elder: Person, relative_id: int, relation: str) -> None:
    """The tie and the role that goes with it."""
    tie = {"elder_id": elder.id, "relative_id": relative_id, "relation": relation}
    role = {"person_id": relative_id, "community_id": elder.community_id, "role": Role.FAMILY}
    await work.conn.execute(insert_new(work, families), tie | {"by_chat": True})
    await work.conn.execute(insert_new(work, roles), role | {"by_chat": True})
    await log(work, elder.id, "joined", actor_id=relative_id, relative_id=relative_id)


async def part(work: Work, elder_id: int, relative_id: int, actor_id: int) -> Tie | None:
    """End a tie; the role goes with the last one, where it came by a chat. None: there was no tie."""
    before = {tie.person_id: tie for tie in await of_elder(work, elder_id)}
    gone = await work.conn.execute(
        sa.delete(families).where(
            families.c.elder_id == elder_id, families.c.relative_id == relative_id
        )
    )
    if not gone.rowcount:
        return None
    if not await of_relative(work, relative_id):
        await work.conn.execute(
            sa.delete(roles).where(
                roles.c.person_id == relative_id,
                roles.c.role == Role.FAMILY,
                roles.c.by_chat.is_(True),
            )
        )
    event = "left" if actor_id == relative_id else "removed"
    await log(work, elder_id, event, actor_id=actor_id, relative_id=relative_id)
    return before.get(relative_id)


async def log(
    work: Work, elder_id: int, event: str, *, actor_id: int, relative_id: int | None = None
) -> None:
    """Write down who did what to whose family."""
    await work.conn.execute(
        sa.insert(family_log).values(
            elder_id=elder_id,
            relative_id=relative_id,
            actor_id=actor_id,
            at=work.now,
            event=event,
        )
    )
