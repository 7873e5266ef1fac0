"""The log of who came, moved, left or died, and of homes that changed hands."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from domain.moves import PLACED, Move, MoveState, Placed
from storage.among import among
from storage.database import AnyRow, Work
from storage.leave import stand_in
from storage.tables.base import Instant
from storage.tables.moves import moves
from storage.tables.people import buildings, households, people

_M = moves.c
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the log."""

    id: int
    community_id: int
    person_id: int
    other_id: int | None
    actor_id: int | None
    at: datetime
    day: date
    event: Move
    state: MoveState
    from_home: int | None
    to_home: int | None
    to_community: int | None
    record: Mapping[str, Any] | None = None


_FIELDS = tuple(Entry.__dataclass_fields__)


def _entry(row: AnyRow) -> Entry:
    values = {name: row._mapping[name] for name in _FIELDS}
    return Entry(**values | {"event": Move(row.event), "state": MoveState(row.state)})


async def note(
    work: Work,
    event: Move,
    person_id: int,
    community_id: int,
    actor_id: int | None,
    day: date,
    state: MoveState = MoveState.DONE,
    **more: Any,
) -> int:
    """Write down what happened; `more`: homes, the other community, the other worker, what it took away.
    What was planned for somebody who has moved is over."""
    if state is MoveState.DONE and event in PLACED:
        await end_plans(work, person_id)
    row = {
        "event": event,
        "person_id": person_id,
        "community_id": community_id,
        "actor_id": actor_id,
        "day": day,
        "state": state,
        "at": work.now,
        **more,
    }
    made = await work.conn.scalar(sa.insert(moves).values(**row).returning(_M.id))
    assert made is not None, "an insert returns its row"
    return int(made)


async def get(work: Work, move_id: int) -> Entry | None:
    """One line, or None."""
    row = (await work.conn.execute(sa.select(moves).where(_M.id == move_id))).one_or_none()
    return None if row is None else _entry(row)


async def settle_state(
    work: Work, move_id: int, before: MoveState, to: MoveState, **more: Any
) -> bool:
    """From one state to the next; False where somebody else was first."""
    done = await work.conn.execute(
        sa.update(moves).where(_M.id == move_id, _M.state == before).values(state=to, **more)
    )
    return bool(done.rowcount)


async def end_plans(work: Work, person_id: int, to: MoveState = MoveState.OVER) -> None:
    """Nothing that was planned for somebody is to come any more."""
    await work.conn.execute(
        sa.update(moves)
        .where(_M.person_id == person_id, _M.state == MoveState.PLANNED)
        .values(state=to)
    )


async def plan_of(work: Work, person_id: int) -> Entry | None:
    """What is planned for somebody; the later one, if two noted something in the same moment."""
    query = (
        sa.select(moves)
        .where(_M.person_id == person_id, _M.state == MoveState.PLANNED)
        .order_by(_M.id.desc())
        .limit(1)
    )
    row = (await work.conn.execute(query)).one_or_none()
    return None if row is None else _entry(row)


@dataclass(frozen=True, slots=True)
class Planned:
    """A move that was to be by now, and who is to hear of it: who looks after the home today, or stands in
    for them; where nobody does, whoever noted it."""

    entry: Entry
    hears: int
    name: str
    before: str
    home: str


async def planned(work: Work, first: date, last: date) -> list[Planned]:
    """What was planned for these days and neither happened nor was called off."""
    before, after = households.alias("before"), households.alias("after")
    was, then = buildings.alias("was"), buildings.alias("then_block")
    at = sa.literal(work.now, Instant)
    rows = await work.conn.execute(
        sa.select(
            moves,
            people.c.name,
            sa.func.coalesce(stand_in(before.c.worker_id, at), _M.actor_id).label("hears"),
            was.c.name.label("was_building"),
            before.c.room.label("was_room"),
            then.c.name.label("then_building"),
            after.c.room.label("then_room"),
        )
        .join(people, people.c.id == _M.person_id)
        .join(before, before.c.id == people.c.household_id)
        .join(was, was.c.id == before.c.building_id)
        .outerjoin(after, after.c.id == _M.to_home)
        .outerjoin(then, then.c.id == after.c.building_id)
        .where(_M.state == MoveState.PLANNED, _M.day.between(first, last))
        .order_by(_M.id)
    )
    return [_planned(row) for row in rows]


def _planned(row: AnyRow) -> Planned:
    to = f"{row.then_building}{row.then_room}" if row.then_building else ""
    return Planned(_entry(row), row.hears, row.name, f"{row.was_building}{row.was_room}", to)


async def last_of(work: Work, person_id: int) -> Entry | None:
    """What happened last to somebody's place, if anything did."""
    row = (
        await work.conn.execute(
            sa.select(moves)
            .where(_M.person_id == person_id, _M.event.in_(PLACED), _M.state == MoveState.DONE)
            .order_by(_M.id.desc())
            .limit(1)
        )
    ).one_or_none()
    return None if row is None else _entry(row)


async def asked_of(work: Work, community_id: int) -> list[Entry]:
    """Who is to be taken in from elsewhere, the longest waiting first."""
    rows = await work.conn.execute(
        sa.select(moves)
        .where(_M.to_community == community_id, _M.state == MoveState.ASKED)
        .order_by(_M.id)
    )
    return [_entry(row) for row in rows]


async def asked_about(work: Work, person_id: int) -> Entry | None:
    """Whether another community was asked to take somebody in."""
    row = (
        await work.conn.execute(
            sa.select(moves).where(_M.person_id == person_id, _M.state == MoveState.ASKED).limit(1)
        )
    ).one_or_none()
    return None if row is None else _entry(row)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the log with the names in it."""

    entry: Entry
    name: str
    actor: str
    other: str


async def latest(work: Work, community_id: int, limit: int) -> list[Line]:
    """What happened in a community, the newest first."""
    actor, other = people.alias("actor"), people.alias("other")
    rows = await work.conn.execute(
        sa.select(
            moves,
            people.c.name.label("who"),
            actor.c.name.label("by_name"),
            other.c.name.label("to_name"),
        )
        .join(people, people.c.id == _M.person_id)
        .outerjoin(actor, actor.c.id == _M.actor_id)
        .outerjoin(other, other.c.id == _M.other_id)
        .where(
            sa.or_(_M.community_id == community_id, _M.to_community == community_id),
            _M.state != MoveState.OVER,
        )
        .order_by(_M.id.desc())
        .limit(limit)
    )
    return [Line(_entry(row), row.who, row.by_name or "", row.to_name or "") for row in rows]


@dataclass(frozen=True, slots=True)
class Open:
    """A move that no register has agreed with yet, as one community's register may see it."""

    id: int
    person_id: int
    code: str
    name: str
    day: date
    placed: Placed


async def unsettled(work: Work, community_id: int) -> list[Open]:
    """The last of each person of a community, or from it: what an older register must not turn back."""
    before, now = households.alias("before"), households.alias("now")
    was, is_ = buildings.alias("was"), buildings.alias("is_")
    newer = moves.alias("newer")
    rows = await work.conn.execute(
        sa.select(
            _M.id,
            _M.person_id,
            _M.event,
            _M.day,
            people.c.code,
            people.c.name,
            was.c.name.label("was_building"),
            before.c.room.label("was_room"),
            is_.c.name.label("is_building"),
            now.c.room.label("is_room"),
        )
        .join(people, people.c.id == _M.person_id)
        .outerjoin(
            before, sa.and_(before.c.id == _M.from_home, before.c.community_id == community_id)
        )
        .outerjoin(was, was.c.id == before.c.building_id)
        .outerjoin(
            now, sa.and_(now.c.id == people.c.household_id, now.c.community_id == community_id)
        )
        .outerjoin(is_, is_.c.id == now.c.building_id)
        .where(
            _M.settled_at.is_(None),
            _M.event.in_(PLACED),
            _M.state == MoveState.DONE,
            sa.or_(_M.community_id == community_id, _M.to_community == community_id),
            ~sa.exists().where(
                newer.c.person_id == _M.person_id,
                newer.c.id > _M.id,
                newer.c.event.in_(PLACED),
                newer.c.state == MoveState.DONE,
            ),
        )
        .order_by(_M.id)
    )
    return [_open(row) for row in rows]


def _open(row: AnyRow) -> Open:
    before = (row.was_building, row.was_room) if row.was_building else None
    now = (row.is_building, row.is_room) if row.is_building else None
    placed = Placed(Move(row.event), before, now)
    return Open(row.id, row.person_id, row.code, row.name, row.day, placed)


async def settle(work: Work, ids: Collection[int]) -> None:
    """A register agrees with these, or is newer: from now on it is the last word. A death stands for
    good."""
    await work.conn.execute(
        sa.update(moves)
        .where(among(_M.id), _M.event != Move.DIED)
        .values(settled_at=work.now, record=None),
        {"ids": ids},
    )


async def sweep_out(work: Work, before: datetime) -> None:
    """What a move took away is kept for as long as it can be put back."""
    await work.conn.execute(
        sa.update(moves).where(_M.at < before, _M.record.is_not(None)).values(record=None)
    )
