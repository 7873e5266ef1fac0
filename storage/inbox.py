"""The durable inbox: what a platform sent is stored here before the platform is told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from domain.messages import Received
from domain.people import Language, Person
from storage import people
from storage.among import among
from storage.database import AnyRow, Work
from storage.often import Adding, Changing, Often, Part, as_columns, rows_given
from storage.tables.checkin import checkins
from storage.tables.messaging import inbox
from storage.tables.people import addresses, roles
from storage.tables.people import people as people_rows

MAX_TRIES = 3
_BACK_OFF = (timedelta(0), timedelta(seconds=1), timedelta(seconds=5))


@dataclass(frozen=True, slots=True)
class Waiting:
    """The oldest unhandled update of one address, whose row is locked by this transaction."""

    id: int
    channel: str
    address: str
    address_id: int
    payload: str
    tries: int
    received_at: datetime
    person: Person | None
    language: Language | None
    step: dict[str, Any] | None
    unreachable: bool
    checks_in: bool
    """Whether the person has ever agreed to say every day that they are well."""
    seen_at: datetime | None = None


def insert_new(work: Work, table: sa.Table) -> Any:
    """An INSERT that leaves a row alone that is there already."""
    return insert_or_leave(table, work.on_postgresql)


def insert_or_leave(table: sa.Table, on_postgresql: bool) -> Any:
    """The same, for statements that are built once."""
    maker = postgresql.insert if on_postgresql else sqlite.insert
    return maker(table).on_conflict_do_nothing()


_PAIRS = rows_given(addresses, ("channel", "address"))
_FOUND = (addresses.c.channel, addresses.c.address, addresses.c.id)
_KNOWN = Often(
    sa.select(*_FOUND).where(
        addresses.c.channel == _PAIRS.c.channel, addresses.c.address == _PAIRS.c.address
    )
)
_MEET = Adding(addresses, ("channel", "address"), returning=("channel", "address", "id"))


async def address_ids(work: Work, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """The ids of (channel, address) pairs, made where they are new."""
    pairs = sorted(set(wanted))
    found = await _known(work, pairs)
    if new := [pair for pair in pairs if pair not in found]:
        rows = [{"channel": channel, "address": address} for channel, address in new]
        found |= {(row.channel, row.address): row.id for row in await _MEET.rows(work, rows)}
        found |= await _known(work, [pair for pair in new if pair not in found])
    return found


async def _known(work: Work, pairs: Sequence[tuple[str, str]]) -> dict[tuple[str, str], int]:
    if not pairs:
        return {}
    if work.driver is None:
        these = sa.tuple_(addresses.c.channel, addresses.c.address).in_(pairs)
        rows = (await work.conn.execute(sa.select(*_FOUND).where(these))).all()
    else:
        given = [{"channel": channel, "address": address} for channel, address in pairs]
        rows = await _KNOWN.rows(work, as_columns(("channel", "address"), given))
    return {(row.channel, row.address): row.id for row in rows}


_STORE = Adding(
    inbox,
    (
        "channel",
        "update_key",
        "address_id",
        "payload",
        "received_at",
        "due_at",
        "state",
        "tries",
        "error",
    ),
    returning=("channel", "update_key"),
)


async def store(work: Work, received: Sequence[tuple[Received, int | None]]) -> set[int]:
    """Store updates, each with its address's id; returns which (by position) were new."""
    rows = [
        {
            "channel": update.channel,
            "update_key": update.update_key,
            "address_id": address_id,
            "payload": update.payload,
            "received_at": work.now,
            "due_at": work.now,
            "state": "new" if address_id is not None else "dead",
            "tries": 0,
            "error": None if address_id is not None else "no conversation can be told from it",
        }
        for update, address_id in received
    ]
    stored = {(row.channel, row.update_key) for row in await _STORE.rows(work, rows)}
    new: set[int] = set()
    for i, (update, _) in enumerate(received):
        key = (update.channel, update.update_key)
        if key in stored:
            new.add(i)
            stored.discard(key)  # the same update twice in one batch is one row
    return new


async def waiting_addresses(work: Work, limit: int = 500) -> list[tuple[int, int]]:
    """Addresses with something to handle now, and how much: what a crash or a process left behind."""
    found = await work.conn.execute(
        sa.select(inbox.c.address_id, sa.func.count())
        .where(inbox.c.state == "new", inbox.c.due_at <= work.now)
        .group_by(inbox.c.address_id)
        .order_by(sa.func.min(inbox.c.id))
        .limit(limit)
    )
    return [(address_id, count) for address_id, count in found]


_OLDER = inbox.alias("older")
_TAKE = Often(  # SQLite, which lets one writer in at a time, leaves the lock's clause out
    sa.select(
        inbox.c.id,
        inbox.c.payload,
        inbox.c.tries,
        inbox.c.received_at,
        addresses.c.id.label("address_id"),
        addresses.c.channel,
        addresses.c.address,
        addresses.c.language,
        addresses.c.step,
        addresses.c.unreachable_since,
        addresses.c.seen_at,
        sa.exists()
        .where(checkins.c.person_id == people_rows.c.id, checkins.c.agreed_at.is_not(None))
        .label("checks_in"),
        *people.PERSON,
    )
    .select_from(addresses)
    .join(
        inbox,
        sa.and_(
            # Both said twice, so that the few rows that wait are looked through, and never all.
            inbox.c.address_id == addresses.c.id,
            inbox.c.state == "new",
            inbox.c.id
            == sa.select(sa.func.min(_OLDER.c.id))
            .where(_OLDER.c.address_id == addresses.c.id, _OLDER.c.state == "new")
            .scalar_subquery(),
        ),
    )
    .outerjoin(people_rows, people_rows.c.id == addresses.c.person_id)
    .outerjoin(roles, roles.c.person_id == people_rows.c.id)
    .where(among(addresses.c.id), inbox.c.due_at <= sa.bindparam("now"))
    .order_by(inbox.c.id)
    .with_for_update(skip_locked=True, key_share=True, of=addresses)
)


async def take(work: Work, ids: Sequence[int]) -> list[Waiting]:
    """Lock the addresses that nobody else is serving, and read the oldest waiting update of each.

    The lock is the order: a person's turns run one at a time, whichever process runs them. It leaves
    the key alone (FOR NO KEY UPDATE): a row that points to the address, as every stored update and
    every message owed does, is written beside it without waiting or deadlock. An update that another
    process finished just before the lock was had may still be read; `finish` finds that out.
    """
    rows = await _TAKE.rows(work, {"ids": ids, "now": work.now})
    persons = people.read_persons(rows)
    once = {row.id: row for row in rows}
    return [_waiting(row, persons) for row in once.values()]


def _waiting(row: AnyRow, persons: dict[int, Person]) -> Waiting:
    return Waiting(
        id=row.id,
        channel=row.channel,
        address=row.address,
        address_id=row.address_id,
        payload=row.payload,
        tries=row.tries,
        received_at=row.received_at,
        person=persons.get(row.person_id),
        language=Language(row.language) if row.language else None,
        step=row.step,
        unreachable=row.unreachable_since is not None,
        checks_in=bool(row.checks_in),
        seen_at=row.seen_at,
    )


class Overtaken(Exception):
    """Another process handled one of these updates first; nothing of this transaction may stay."""


_FINISH = Often(
    sa.update(inbox)
    .where(among(inbox.c.id), inbox.c.state == "new")
    .values(state="done", handled_at=sa.bindparam("now"))
)


async def finish(work: Work, ids: Sequence[int]) -> None:
    """These updates are handled. Raises Overtaken where one of them was already."""
    often, values = finishing(work, ids)
    if await often.count(work, values) != len(ids):
        raise Overtaken(Overtaken.__doc__)


def finishing(work: Work, ids: Sequence[int]) -> Part:
    """The same as a part of a larger statement; whoever runs it counts."""
    return _FINISH, {"ids": ids, "now": work.now}


_FORGET = Often(
    sa.update(inbox)
    .where(among(inbox.c.id), inbox.c.state == "new")
    .values(
        state="private",
        address_id=None,
        payload=sa.bindparam("nothing"),
        received_at=sa.bindparam("day"),
        due_at=sa.bindparam("day"),
        handled_at=sa.bindparam("day"),
    )
)


async def forget(work: Work, ids: Sequence[int]) -> None:
    """These updates are handled, and what was said, by whom and when, is kept no longer; that they came
    is, for a day, for the platform may repeat them. Raises Overtaken as `finish` does."""
    day = work.now.replace(hour=0, minute=0, second=0, microsecond=0)
    given = {"ids": ids, "nothing": "{}", "day": day}
    if await _FORGET.count(work, given) != len(ids):
        raise Overtaken(Overtaken.__doc__)


async def sweep_out_private(work: Work, before: datetime) -> int:
    """Delete what is left of updates that were said in private before that moment."""
    result = await work.conn.execute(
        sa.delete(inbox).where(
            inbox.c.state == "private", inbox.c.handled_at < before, not_the_newest(inbox)
        )
    )
    return result.rowcount


async def update_keys(work: Work, ids: Sequence[int]) -> dict[int, str]:
    """The platforms' names for updates."""
    rows = await work.conn.execute(
        sa.select(inbox.c.id, inbox.c.update_key).where(among(inbox.c.id)), {"ids": ids}
    )
    return {row.id: row.update_key for row in rows}


async def fail(work: Work, inbox_id: int, tries: int, error: str) -> bool:
    """One more failed try: later again, or a dead letter (True) that a person must look at."""
    dead = tries + 1 >= MAX_TRIES
    await work.conn.execute(
        sa.update(inbox)
        .where(inbox.c.id == inbox_id)
        .values(
            tries=tries + 1,
            error=error[:300],
            state="dead" if dead else "new",
            due_at=work.now + _BACK_OFF[min(tries + 1, len(_BACK_OFF) - 1)],
        )
    )
    return dead


async def bury(work: Work, inbox_id: int, error: str) -> None:
    """An update that cannot be read at all is a dead letter at once."""
    await work.conn.execute(
        sa.update(inbox).where(inbox.c.id == inbox_id).values(state="dead", error=error[:300])
    )


Steps = Sequence[tuple[int, dict[str, Any] | None]]

_REMEMBER = Changing(addresses, ["step"])


async def remember_steps(work: Work, steps: Steps) -> None:
    """Where each address's dialogue stands now."""
    await _REMEMBER.run(work, _steps(steps))


def remembering(steps: Steps) -> Part:
    """The same, also where there are none, as a part of a larger statement."""
    return _REMEMBER.part(_steps(steps))


def _steps(steps: Steps) -> list[dict[str, Any]]:
    return [{"id": address_id, "step": step} for address_id, step in steps]


async def dead_letters(work: Work) -> Sequence[sa.Row[Any, Any, Any, Any]]:
    """What could not be handled, oldest first, for a person to look at."""
    found = await work.conn.execute(
        sa.select(inbox.c.id, inbox.c.channel, inbox.c.received_at, inbox.c.error)
        .where(inbox.c.state == "dead")
        .order_by(inbox.c.id)
    )
    return found.all()


async def revive(work: Work, ids: Sequence[int]) -> int:
    """Try dead letters again; returns how many."""
    result = await work.conn.execute(
        sa.update(inbox)
        .where(inbox.c.id.in_(ids), inbox.c.state == "dead", inbox.c.address_id.is_not(None))
        .values(state="new", tries=0, due_at=work.now)
    )
    return result.rowcount


async def discard(work: Work, ids: Sequence[int]) -> int:
    """A person has looked at these dead letters and lets them go; returns how many."""
    result = await work.conn.execute(
        sa.update(inbox)
        .where(inbox.c.id.in_(ids), inbox.c.state == "dead")
        .values(state="done", handled_at=work.now)
    )
    return result.rowcount


def not_the_newest(table: sa.Table) -> sa.ColumnElement[bool]:
    """The newest row always stays: SQLite numbers the next one from it, and numbers name turns and
    messages for good. Were a quiet desk's last row deleted, the next press would bear an old one's name."""
    newest = sa.select(sa.func.max(table.alias("every").c.id)).scalar_subquery()
    kept: sa.ColumnElement[bool] = table.c.id < newest
    return kept


async def sweep_out(work: Work, before: datetime) -> int:
    """Delete handled updates from before that moment; platforms repeat theirs for a day at most."""
    result = await work.conn.execute(
        sa.delete(inbox).where(
            inbox.c.state == "done", inbox.c.handled_at < before, not_the_newest(inbox)
        )
    )
    return result.rowcount
