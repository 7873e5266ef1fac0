"""Surge mode in the database: switched on and off, over by its time, and what waits meanwhile."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.duty import DutyKind, DutyState
from domain.ladder import Ladder
from domain.messages import Lane
from domain.policies import Policies
from domain.surge import SPACING, Reason, Surge, Waiting
from storage.among import among
from storage.database import AnyRow, Work
from storage.inbox import insert_new
from storage.often import Changing
from storage.tables.duties import duties
from storage.tables.messaging import outbox
from storage.tables.people import addresses, buildings, households, people
from storage.tables.roster import surges

UNTOLD, TOLD_START, TOLD_END, LONGER = range(4)
"""What a community's staff have heard of a surge: nothing, that it runs, that it is over; or that it runs,
but not of its new end."""

_FIELDS = tuple(Surge.__dataclass_fields__)
_COLUMNS = tuple(surges.c[name] for name in _FIELDS)
_RUNNING = "surges"


def _read(row: AnyRow) -> Surge:
    values: dict[str, Any] = {name: row._mapping[name] for name in _FIELDS}
    return Surge(**values | {"reason": Reason(values["reason"])})


async def running(work: Work) -> dict[int, Surge]:
    """The communities that are in surge mode, as this process knew a few seconds ago at most; one
    whose time is up is in it no more."""

    async def read() -> list[Surge]:
        rows = await work.conn.execute(sa.select(*_COLUMNS).where(surges.c.ended_at.is_(None)))
        return [_read(row) for row in rows]

    found = await work.once(_RUNNING, read)
    return {each.community_id: each for each in found if each.runs_at(work.now)}


async def in_surge(work: Work, community_id: int) -> Surge | None:
    """A community's surge mode, or None."""
    return (await running(work)).get(community_id)


async def ladder(work: Work, policies: Policies, kind: DutyKind, community_id: int) -> Ladder:
    """The ladder for a duty that begins now in a community."""
    usual = policies.ladders[kind]
    return usual.in_surge if await in_surge(work, community_id) else usual


async def of_communities(work: Work, community_ids: Collection[int]) -> list[Surge]:
    """What runs in some communities, read from the database."""
    rows = await work.conn.execute(
        sa.select(*_COLUMNS)
        .where(
            among(surges.c.community_id), surges.c.ended_at.is_(None), surges.c.ends_at > work.now
        )
        .order_by(surges.c.ends_at),
        {"ids": community_ids},
    )
    return [_read(row) for row in rows]


async def start(
    work: Work, community_ids: Iterable[int], reason: Reason, by: int, until: datetime
) -> list[Surge]:
    """Switch it on where it is not on; what waits in the routine lane there is spread out."""
    await run_out(work)
    rows = [
        {
            "community_id": community_id,
            "reason": reason,
            "started_by": by,
            "started_at": work.now,
            "ends_at": until,
            "told": UNTOLD,
        }
        for community_id in community_ids
    ]
    new = await work.conn.execute(insert_new(work, surges).values(rows).returning(*_COLUMNS))
    started = [_read(row) for row in new]
    _changed(work)
    if started:
        await _spread_what_waits(work, [each.community_id for each in started])
    return started


async def extend(work: Work, found: Sequence[Surge], until: datetime) -> list[Surge]:
    """A later end for these; returns those that were not over and would have ended earlier."""
    rows = await work.conn.execute(
        sa.update(surges)
        .where(_these(found), surges.c.ended_at.is_(None), surges.c.ends_at < until)
        .values(ends_at=until, told=sa.case((surges.c.told == UNTOLD, UNTOLD), else_=LONGER))
        .returning(*_COLUMNS)
    )
    _changed(work)
    return [_read(row) for row in rows]


async def end(work: Work, found: Sequence[Surge], by: int) -> list[Surge]:
    """Switch these off; returns those that were on."""
    return await _end(work, _these(found), by)


def _these(found: Sequence[Surge]) -> sa.ColumnElement[bool]:
    return surges.c.id.in_([each.id for each in found])


async def run_out(work: Work) -> list[Surge]:
    """What has come to its time is over; returns it."""
    return await _end(work, surges.c.ends_at <= work.now, None)


async def overdue(work: Work) -> bool:
    """Whether something has come to its time and was not ended yet."""
    late = sa.exists().where(surges.c.ended_at.is_(None), surges.c.ends_at <= work.now)
    return bool(await work.conn.scalar(sa.select(late)))


async def _end(work: Work, which: sa.ColumnElement[bool], by: int | None) -> list[Surge]:
    rows = await work.conn.execute(
        sa.update(surges)
        .where(which, surges.c.ended_at.is_(None))
        .values(ended_at=work.now, ended_by=by)
        .returning(*_COLUMNS)
    )
    ended = [_read(row) for row in rows]
    if ended:
        _changed(work)
        await _let_go(work, [each.community_id for each in ended])
    return ended


def _changed(work: Work) -> None:
    """This process knows at once; others within the seconds for which they remember."""
    work.known.pop(_RUNNING, None)


async def untold(work: Work, limit: int) -> list[Surge]:
    """Surges of whose beginning, new end or end the staff have not been told, the oldest first."""
    starts = sa.and_(surges.c.told.in_([UNTOLD, LONGER]), surges.c.ended_at.is_(None))
    ends = sa.and_(surges.c.told.in_([TOLD_START, LONGER]), surges.c.ended_at.is_not(None))
    rows = await work.conn.execute(
        sa.select(*_COLUMNS).where(sa.or_(starts, ends)).order_by(surges.c.id).limit(limit)
    )
    return [_read(row) for row in rows]


async def mark_told(work: Work, surge: Surge) -> None:
    """The staff are told how it stood when it was read: of a later end they are told next."""
    now_told = TOLD_END if surge.ended_at else TOLD_START
    as_read = (surges.c.id == surge.id, surges.c.ends_at == surge.ends_at)
    await work.conn.execute(sa.update(surges).where(*as_read).values(told=now_told))


_ROUTINE_QUEUE = (outbox.c.lane == int(Lane.ROUTINE), outbox.c.state == "queued")


def _addresses_of(community_ids: Sequence[int]) -> sa.Select[Any]:
    return (
        sa.select(addresses.c.id)
        .join(people, people.c.id == addresses.c.person_id)
        .where(people.c.community_id.in_(community_ids))
    )


_SLOT = Changing(outbox, ["due_at"], only=outbox.c.state == "queued")


async def _spread_what_waits(work: Work, community_ids: Sequence[int]) -> None:
    """In each community one after the other, instead of all as fast as the platform takes them."""
    rows = await work.conn.execute(
        sa.select(outbox.c.id, outbox.c.due_at, people.c.community_id)
        .join(addresses, addresses.c.id == outbox.c.address_id)
        .join(people, people.c.id == addresses.c.person_id)
        .where(*_ROUTINE_QUEUE, people.c.community_id.in_(community_ids))
        .order_by(outbox.c.due_at, outbox.c.id)
    )
    before = Counter[int]()
    slots = []
    for row in rows:
        before[row.community_id] += 1
        slot = work.now + SPACING * before[row.community_id]
        if row.due_at < slot:
            slots.append({"id": row.id, "due_at": slot})
    if slots:
        await _SLOT.run(work, slots)


async def _let_go(work: Work, community_ids: Sequence[int]) -> None:
    """It is over: what was spread out goes as it would have gone."""
    await work.conn.execute(
        sa.update(outbox)
        .where(
            *_ROUTINE_QUEUE,
            outbox.c.due_at > work.now,
            outbox.c.tries == 0,
            outbox.c.address_id.in_(_addresses_of(community_ids)),
        )
        .values(due_at=work.now)
    )


async def slots(work: Work, address_ids: Collection[int]) -> list[datetime | None]:
    """When each of these routine messages may go: None where nothing holds it back; else behind all
    that waits for people of its community already."""
    surging = list(await running(work))
    if not surging:
        return [None] * len(address_ids)
    rows = await work.conn.execute(
        sa.select(addresses.c.id, people.c.community_id)
        .join(people, people.c.id == addresses.c.person_id)
        .where(among(addresses.c.id), people.c.community_id.in_(surging)),
        {"ids": address_ids},
    )
    home = {row.id: row.community_id for row in rows}
    last = await _last_slots(work, set(home.values()))
    found: list[datetime | None] = []
    for address_id in address_ids:
        community_id = home.get(address_id)
        if community_id is None:
            found.append(None)
            continue
        last[community_id] = last.get(community_id, work.now) + SPACING
        found.append(last[community_id])
    return found


async def _last_slots(work: Work, community_ids: Collection[int]) -> dict[int, datetime]:
    rows = await work.conn.execute(
        sa.select(people.c.community_id, sa.func.max(outbox.c.due_at).label("last"))
        .join(addresses, addresses.c.id == outbox.c.address_id)
        .join(people, people.c.id == addresses.c.person_id)
        .where(*_ROUTINE_QUEUE, people.c.community_id.in_(list(community_ids)))
        .group_by(people.c.community_id)
    )
    return {row.community_id: max(row.last, work.now) for row in rows}


async def waiting(work: Work, community_id: int) -> list[Waiting]:
    """The calls for help of a community that nobody has taken, house by house."""
    rows = await work.conn.execute(
        sa.select(
            duties.c.id,
            people.c.name,
            buildings.c.name.label("building"),
            households.c.room,
            duties.c.opened_at,
            duties.c.presses,
        )
        .join(people, people.c.id == duties.c.subject_id)
        .outerjoin(households, households.c.id == duties.c.household_id)
        .outerjoin(buildings, buildings.c.id == households.c.building_id)
        .where(
            duties.c.community_id == community_id,
            duties.c.kind == DutyKind.HELP,
            duties.c.state == int(DutyState.OPEN),
        )
        .order_by(buildings.c.name, duties.c.opened_at)
    )
    return [
        Waiting(r.id, r.name, r.building or "", r.room or "", r.opened_at, r.presses) for r in rows
    ]
