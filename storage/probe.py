"""The synthetic request in the database: its made-up people, what is seen of it, and its clearing away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.duty import DutyState
from domain.people import Language, Role
from domain.probe import CHANNEL, ELDER, FAR, NEAR, Seen, Stage
from storage.database import Work
from storage.inbox import address_ids, insert_new, not_the_newest
from storage.people import PROBE
from storage.tables import metadata
from storage.tables.duties import duties
from storage.tables.messaging import inbox, outbox
from storage.tables.people import addresses, buildings, communities, households, people, roles
from storage.tables.probe import probe

_CAST = {ELDER: Role.ELDER, NEAR: Role.WORKER, FAR: Role.WORKER}


@dataclass(frozen=True, slots=True)
class Run:
    """The newest one, running or over. `good_at`: when one last came through whole."""

    started_at: datetime
    stage: Stage
    seconds: float | None
    good_at: datetime | None


async def latest(work: Work) -> Run | None:
    """The newest one, None before the first."""
    row = (await work.conn.execute(sa.select(probe))).one_or_none()
    return Run(row.started_at, Stage(row.stage), row.seconds, row.good_at) if row else None


async def begin(work: Work) -> None:
    """Clear away what is left of the last one, bring the made-up people on, and note the start."""
    await clear(work)
    community_id = await _community(work)
    home = await _home(work, community_id)
    ids = {name: await _person(work, community_id, name) for name in _CAST}
    await work.conn.execute(
        sa.update(people).where(people.c.id == ids[ELDER]).values(household_id=home)
    )
    await work.conn.execute(
        sa.update(households).where(households.c.id == home).values(worker_id=ids[NEAR])
    )
    chats = await address_ids(work, [(CHANNEL, name) for name in _CAST])
    for name, role in _CAST.items():
        row = {"person_id": ids[name], "community_id": community_id, "role": role}
        await work.conn.execute(insert_new(work, roles), row | {"by_chat": False})
        await work.conn.execute(
            sa.update(addresses)
            .where(addresses.c.id == chats[CHANNEL, name])
            .values(person_id=ids[name], step=None, unreachable_since=None)
        )
    row = {"id": 1, "started_at": work.now, "stage": Stage.PRESSED}
    changed = await work.conn.execute(sa.update(probe).values(row))
    if not changed.rowcount:
        await work.conn.execute(sa.insert(probe).values(row))


async def _community(work: Work) -> int:
    row = {"code": PROBE, "name": PROBE, "timezone": "UTC", "sample": False, "details": {}}
    await work.conn.execute(insert_new(work, communities), row)
    return await _id(work, communities, communities.c.code == PROBE)


async def _home(work: Work, community_id: int) -> int:
    await work.conn.execute(
        insert_new(work, buildings), {"community_id": community_id, "name": PROBE}
    )
    building = await _id(work, buildings, buildings.c.community_id == community_id)
    row = {"community_id": community_id, "building_id": building, "code": PROBE, "room": PROBE}
    await work.conn.execute(
        insert_new(work, households), row | {"special": False, "tags": [], "worker_id": None}
    )
    return await _id(work, households, households.c.community_id == community_id)


async def _person(work: Work, community_id: int, name: str) -> int:
    code = f"{PROBE}:{name}"
    row = {"code": code, "name": code, "community_id": community_id, "language": Language.ZH}
    await work.conn.execute(insert_new(work, people), row | {"large_text": False})
    return await _id(work, people, people.c.code == code)


async def _id(work: Work, table: sa.Table, which: sa.ColumnElement[bool]) -> int:
    found = await work.conn.scalar(sa.select(table.c.id).where(which))
    assert found is not None, "it has just been written"
    return int(found)


async def go_on(work: Work, run: Run, stage: Stage) -> bool:
    """It has come so far; False where somebody else has noted that."""
    moved = await work.conn.execute(
        sa.update(probe)
        .where(probe.c.started_at == run.started_at, probe.c.stage == run.stage)
        .values(stage=stage)
    )
    return bool(moved.rowcount)


async def came_through(work: Work, run: Run, seconds: float) -> None:
    """It is over and all was well; `seconds` from the press to the first worker's message."""
    if not await go_on(work, run, Stage.DONE):
        return
    await work.conn.execute(sa.update(probe).values(seconds=seconds, good_at=work.now))
    await clear(work)


async def seen(work: Work, run: Run) -> Seen:
    """What there is of a running one, by the same rows as any request has."""
    said = await work.conn.scalar(
        sa.select(sa.func.count()).where(
            inbox.c.channel == CHANNEL,
            inbox.c.update_key.startswith(f"{run.started_at.timestamp():.0f}:{run.stage}:"),
        )
    )
    duty = (
        await work.conn.execute(
            sa.select(duties.c.id, duties.c.state)
            .join(communities, communities.c.id == duties.c.community_id)
            .where(communities.c.code == PROBE)
            .order_by(duties.c.id.desc())
            .limit(1)
        )
    ).one_or_none()
    sent = await _sent(work, run)
    if duty is None:
        return Seen(said=said or 0)
    cards = [row for row in sent if row.dedupe_key.startswith(f"duty:{duty.id}:")]
    first = f"duty:{duty.id}:0:"
    told = [row.sent_at for row in cards if row.sent_at is not None]
    return Seen(
        said=said or 0,
        duty_id=duty.id,
        answered=any(row.address == ELDER and row.state == "sent" for row in sent),
        told_at=min(told, default=None),
        climbed=any(row.sent_at and not row.dedupe_key.startswith(first) for row in cards),
        closed=duty.state == int(DutyState.CLOSED) and all(row.state == "sent" for row in sent),
    )


async def _sent(work: Work, run: Run) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    rows = await work.conn.execute(
        sa.select(addresses.c.address, outbox.c.dedupe_key, outbox.c.state, outbox.c.sent_at)
        .join(addresses, addresses.c.id == outbox.c.address_id)
        .where(addresses.c.channel == CHANNEL, outbox.c.created_at >= run.started_at)
    )
    return rows.all()


async def clear(work: Work) -> None:
    """Nothing of a run stays: no duty that a list could show, no role that a report could count. Of its
    updates and messages the newest row may, until there is a newer one."""
    here = sa.select(communities.c.id).where(communities.c.code == PROBE).scalar_subquery()
    chats = sa.select(addresses.c.id).where(addresses.c.channel == CHANNEL)
    theirs = sa.select(duties.c.id).where(duties.c.community_id == here)
    for table in metadata.sorted_tables:  # whatever a capability keeps about a duty goes with it
        for key in table.foreign_keys:
            if key.column.table is duties:
                await work.conn.execute(sa.delete(table).where(key.parent.in_(theirs)))
    await work.conn.execute(sa.delete(duties).where(duties.c.community_id == here))
    theirs_owed = sa.and_(outbox.c.address_id.in_(chats), not_the_newest(outbox))
    await work.conn.execute(sa.delete(outbox).where(theirs_owed))
    said = sa.and_(inbox.c.channel == CHANNEL, not_the_newest(inbox))
    await work.conn.execute(sa.delete(inbox).where(said))
    await work.conn.execute(sa.delete(roles).where(roles.c.community_id == here))
