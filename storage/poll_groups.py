"""Groups in the database: in which the desk is, and which community's each is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from domain.messages import GroupNews
from domain.people import Person
from storage import inbox, people
from storage.database import AnyRow, Work
from storage.tables.people import addresses
from storage.tables.poll import chat_groups

_COLUMNS = (
    chat_groups.c.id,
    chat_groups.c.address_id,
    chat_groups.c.title,
    chat_groups.c.inside,
    chat_groups.c.admin,
    chat_groups.c.community_id,
    chat_groups.c.asked_id,
    chat_groups.c.by_id,
)


@dataclass(frozen=True, slots=True)
class Group:
    """A group. `asked_id` may say whose it is, because the platform named them as who took the desk in;
    `community_id` and `by_id`: it has been said, and by whom."""

    id: int
    address_id: int
    title: str
    inside: bool
    admin: bool
    community_id: int | None
    asked_id: int | None
    by_id: int | None


def _read(row: AnyRow) -> Group:
    return Group(**row._mapping)


async def _one(work: Work, where: sa.ColumnElement[bool], *, locked: bool = False) -> Group | None:
    query = sa.select(*_COLUMNS).where(where)
    row = (await work.conn.execute(query.with_for_update() if locked else query)).one_or_none()
    return None if row is None else _read(row)


async def get(work: Work, group_id: int) -> Group | None:
    """A group, or None."""
    return await _one(work, chat_groups.c.id == group_id)


async def at(work: Work, address_id: int) -> Group | None:
    """The group at an address, or None."""
    return await _one(work, chat_groups.c.address_id == address_id)


async def of_community(work: Work, community_id: int) -> Sequence[Group]:
    """The groups that are a community's, in which the desk is."""
    rows = await work.conn.execute(
        sa.select(*_COLUMNS)
        .where(chat_groups.c.community_id == community_id, chat_groups.c.inside)
        .order_by(chat_groups.c.id)
    )
    return [_read(row) for row in rows]


async def who_did(work: Work, channel: str, address: str) -> Person | None:
    """The person whose private chat it is: on the platform a person and their chat have one number."""
    found = await work.conn.scalar(
        sa.select(addresses.c.person_id).where(
            addresses.c.channel == channel, addresses.c.address == address
        )
    )
    return None if found is None else await people.person(work, found)


async def taken_in(work: Work, address_id: int, news: GroupNews, asked: Person | None) -> Group:
    """The desk is in the group. Whoever is on the staff and did that may say whose it is; a group that is
    some community's stays so."""
    group = await at(work, address_id)
    values: dict[str, Any] = {"title": news.title[:120], "inside": True, "admin": news.admin}
    if asked is not None:
        values["asked_id"] = asked.id
    await people.set_reachable(work, [address_id], True)
    if group is None:
        row = {"address_id": address_id, "since": work.now, **values}
        await work.conn.execute(inbox.insert_new(work, chat_groups), row)
    else:
        await _change(work, group.id, **values)
    found = await at(work, address_id)
    assert found is not None, "it was stored just now"
    return found


async def put_out(work: Work, group_id: int) -> None:
    """The desk is in the group no more, which is nobody's from then on: whoever takes it in again may be
    somebody else."""
    await _change(work, group_id, inside=False, admin=False, asked_id=None)
    await is_nobodys(work, group_id)


async def is_whose(work: Work, group: Group, person: Person) -> bool:
    """The person says that the group is their community's; False where it is another's by now."""
    claimed = await work.conn.execute(
        sa.update(chat_groups)
        .where(
            chat_groups.c.id == group.id,
            chat_groups.c.inside,
            chat_groups.c.asked_id == person.id,
            chat_groups.c.community_id.is_(None),
        )
        .values(community_id=person.community_id, by_id=person.id)
    )
    return bool(claimed.rowcount)


async def is_nobodys(work: Work, group_id: int) -> None:
    """The group is not the community's any more, though the desk stays in it."""
    await _change(work, group_id, community_id=None, by_id=None)


async def moved(work: Work, group: Group, address: str) -> None:
    """The platform gave the group another number, as it does when the group grows."""
    channel, _ = await _place(work, group.address_id)
    pair = (channel, address)
    new = (await inbox.address_ids(work, [pair]))[pair]
    if (other := await at(work, new)) is not None:  # its news came first: one group, not two
        whose = {"community_id": group.community_id, "by_id": group.by_id}
        await _change(work, other.id, asked_id=group.asked_id, **whose)
        await put_out(work, group.id)
    else:
        await _change(work, group.id, address_id=new)


async def _place(work: Work, address_id: int) -> tuple[str, str]:
    row = await work.conn.execute(
        sa.select(addresses.c.channel, addresses.c.address).where(addresses.c.id == address_id)
    )
    channel, address = row.one()
    return channel, address


async def _change(work: Work, group_id: int, **values: Any) -> None:
    await work.conn.execute(
        sa.update(chat_groups).where(chat_groups.c.id == group_id).values(**values)
    )
