"""The outbox: every message anyone is owed, stored in the turn that owes it, sent after the commit."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from domain.messages import Lane, Message, Owed, OwedTo, message_to_json
from storage import people, surge
from storage.among import among
from storage.database import Work
from storage.inbox import insert_new, not_the_newest
from storage.often import Adding, Changing, Part
from storage.tables.messaging import outbox
from storage.tables.people import addresses
from storage.undelivered import Lost, note

Row = dict[str, Any]

CLAIM = timedelta(seconds=30)
"""How long a sender may hold a row; after a crash another takes it when this has passed."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message for one address. `key` makes it unique for good, without one it is like no other;
    `edits` names what it replaces."""

    address_id: int
    message: Message
    lane: Lane
    key: str = ""
    duty_id: int | None = None
    edits: str = ""
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A row that this process has claimed and must send now."""

    id: int
    lane: Lane
    address_id: int
    body: dict[str, Any]
    card: str | None
    edits: str | None
    tries: int
    duty_id: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a row: sent, queued again, unreachable, failed or unknown."""

    id: int
    state: str
    tries: int
    due_at: datetime
    sent_at: datetime | None = None
    message_ref: str | None = None
    error: str | None = None


async def address(work: Work, owed: Sequence[Owed | OwedTo]) -> list[Letter]:
    """Letters for what people are owed, one for each address that reaches them."""
    persons = {item.person_id for item in owed if isinstance(item, Owed)}
    reach = await people.reach(work, persons) if persons else {}
    letters: list[Letter] = []
    for item in owed:
        if isinstance(item, OwedTo):
            letters.append(Letter(item.address_id, item.message, item.lane, item.key, item.duty_id))
            continue
        for address_id in reach.get(item.person_id, ()):
            key = f"{item.key}@{address_id}" if item.key else ""
            letters.append(Letter(address_id, item.message, item.lane, key, item.duty_id))
    return letters


_OWE = Adding(
    outbox,
    (
        "lane",
        "address_id",
        "body",
        "card",
        "edits",
        "dedupe_key",
        "duty_id",
        "created_at",
        "due_at",
        "state",
        "claimed_until",
        "claimed_by",
        "tries",
        "private",
    ),
    returning=("dedupe_key", "id"),
)


async def owe(work: Work, letters: Sequence[Letter]) -> list[Due]:
    """Store what is owed. Front-lane rows come back claimed, to be sent at once after the commit.

    The routine lane waits for its sweep, which is where its pace is kept.
    """
    if not letters:
        return []
    wanted = await rows(work, letters)
    return claimed(wanted, await _OWE.rows(work, wanted))


def owing(wanted: Sequence[Row]) -> Part:
    """Storing these rows, or none, as a part of a larger statement."""
    return _OWE.part(wanted)


def claimed(wanted: Sequence[Row], added: Sequence[Any]) -> list[Due]:
    """Of the rows those to send at once: what was not added was owed before."""
    ids = dict(added)
    return [
        _due({**row, "id": ids[row["dedupe_key"]]})
        for row in wanted
        if row["state"] == "sending" and row["dedupe_key"] in ids
    ]


async def owe_in_bulk(work: Work, letters: Sequence[Letter]) -> None:
    """Store many routine messages, each once by its key."""
    if letters:
        await work.conn.execute(insert_new(work, outbox), await rows(work, letters))


async def rows(work: Work, letters: Sequence[Letter]) -> list[Row]:
    """The rows to store, one a key; where a community is in surge mode, its routine messages are spread
    out, but for those that have a time of their own."""
    routine = [
        n
        for n, letter in enumerate(letters)
        if letter.lane is Lane.ROUTINE and letter.not_before is None
    ]
    wanted = [_row(work, letter) for letter in letters]
    if routine:
        slots = await surge.slots(work, [letters[n].address_id for n in routine])
        for n, slot in zip(routine, slots, strict=True):
            wanted[n]["due_at"] = max(wanted[n]["due_at"], slot or work.now)
    return list({row["dedupe_key"]: row for row in wanted}.values())


def _row(work: Work, letter: Letter) -> Row:
    now = letter.lane is not Lane.ROUTINE and letter.not_before is None
    return {
        "lane": int(letter.lane),
        "address_id": letter.address_id,
        "body": message_to_json(letter.message),
        "card": letter.message.card or None,
        "edits": letter.edits or None,
        "dedupe_key": letter.key or uuid4().hex,
        "duty_id": letter.duty_id,
        "created_at": work.now,
        "due_at": letter.not_before or work.now,
        "state": "sending" if now else "queued",
        "claimed_until": work.now + CLAIM if now else None,
        "claimed_by": work.process if now else None,
        "tries": 0,
        "private": letter.message.private,
    }


_DUE = (
    outbox.c.id,
    outbox.c.lane,
    outbox.c.address_id,
    outbox.c.body,
    outbox.c.card,
    outbox.c.edits,
    outbox.c.tries,
    outbox.c.duty_id,
    outbox.c.created_at,
)


def _due(row: Mapping[str, Any]) -> Due:
    return Due(
        row["id"],
        Lane(row["lane"]),
        row["address_id"],
        row["body"],
        row["card"],
        row["edits"],
        row["tries"],
        row["duty_id"],
        row["created_at"],
    )


async def claim(work: Work, lane: Lane, limit: int) -> list[Due]:
    """Claim what is due in a lane, oldest first; two processes never claim the same row.

    Which ones is found once, as a table of its own. A subquery may be asked again for each row that there
    is, finds others each time, those before being locked, and all that is due is claimed at once.
    """
    wanted = (
        sa.select(outbox.c.id)
        .where(outbox.c.lane == int(lane), outbox.c.state == "queued", outbox.c.due_at <= work.now)
        .order_by(outbox.c.due_at, outbox.c.id)
        .limit(limit)
    )
    if work.on_postgresql:
        wanted = wanted.with_for_update(skip_locked=True)
    rows = await work.conn.execute(
        sa.update(outbox)
        .where(outbox.c.id.in_(sa.select(wanted.cte("wanted").c.id)))
        .values(
            state="sending",
            claimed_until=work.now + CLAIM,
            claimed_by=work.process,
            attempted_at=None,
        )
        .returning(*_DUE, outbox.c.due_at)
    )
    return [_due(dict(row._mapping)) for row in sorted(rows, key=lambda row: (row.due_at, row.id))]


async def renew(work: Work, ids: Collection[int]) -> None:
    """This process is alive and still has these rows in hand."""
    await work.conn.execute(
        sa.update(outbox)
        .where(among(outbox.c.id), outbox.c.state == "sending")
        .values(claimed_until=work.now + CLAIM),
        {"ids": ids},
    )


async def attempt(work: Work, ids: Collection[int]) -> None:
    """These rows are about to go over the wire; after a crash it is unknown whether they arrived."""
    await work.conn.execute(
        sa.update(outbox).where(among(outbox.c.id)).values(attempted_at=work.now), {"ids": ids}
    )


_SETTLE = Changing(
    outbox,
    ["state", "tries", "due_at", "sent_at", "message_ref", "error"],
    only=outbox.c.state == "sending",
)


async def settle(work: Work, results: Sequence[Settled]) -> int:
    """Write down what became of rows; returns how many were still being sent."""
    return await _SETTLE.run(work, [_result(r) for r in results])


def _result(r: Settled) -> dict[str, Any]:
    return {
        "id": r.id,
        "state": r.state,
        "tries": r.tries,
        "due_at": r.due_at,
        "sent_at": r.sent_at,
        "message_ref": r.message_ref,
        "error": r.error and r.error[:300],
    }


async def recover(
    work: Work, everything: bool = False, dead: Collection[int] = ()
) -> dict[str, int]:
    """Take back rows whose sender died: whose claim ran out, and those of processes that are known to
    be dead; with `everything`, all (this is the only process).

    Front lanes are sent again, for a reply that may come twice beats one that never comes. A routine
    row that was already on the wire is left as unknown: a push is never repeated blindly. All of them
    have been due, whatever a clock that was set back since says.
    """
    lost = outbox.c.state == "sending"
    if not everything:
        ran_out = outbox.c.claimed_until < work.now
        lost = sa.and_(lost, sa.or_(ran_out, outbox.c.claimed_by.in_(dead)))
    unknown = await work.conn.execute(
        sa.update(outbox)
        .where(lost, outbox.c.lane == int(Lane.ROUTINE), outbox.c.attempted_at.is_not(None))
        .values(state="unknown", error="the sender stopped while it was on the wire")
        .returning(outbox.c.id, outbox.c.duty_id, outbox.c.address_id)
    )
    gone = unknown.all()
    await note(work, [Lost(row.duty_id, row.address_id, "unknown") for row in gone])
    again = await work.conn.execute(
        sa.update(outbox)
        .where(lost)
        .values(
            state="queued",
            claimed_until=None,
            claimed_by=None,
            tries=outbox.c.tries + 1,
            due_at=sa.case((outbox.c.due_at > work.now, work.now), else_=outbox.c.due_at),
        )
    )
    return {"unknown": len(gone), "queued": again.rowcount}


async def withdraw(work: Work, address_ids: Collection[int], why: str) -> int:
    """What waits to be sent to these addresses must not go there any more."""
    rows = await work.conn.execute(
        sa.update(outbox)
        .where(outbox.c.address_id.in_(address_ids), outbox.c.state == "queued")
        .values(state="failed", error=why)
        .returning(outbox.c.duty_id, outbox.c.address_id)
    )
    lost = [Lost(row.duty_id, row.address_id, "failed") for row in rows]
    await note(work, lost)
    return len(lost)


async def where(work: Work, address_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Channel and address of each id."""
    rows = await work.conn.execute(
        sa.select(addresses.c.id, addresses.c.channel, addresses.c.address).where(
            among(addresses.c.id)
        ),
        {"ids": address_ids},
    )
    return {row.id: (row.channel, row.address) for row in rows}


_OF_CARD = (
    outbox.c.address_id == sa.bindparam("which"),
    outbox.c.card == sa.bindparam("card"),
)
_SHOWN = sa.select(
    sa.select(outbox.c.message_ref)
    .where(*_OF_CARD, outbox.c.message_ref.is_not(None))
    .order_by(outbox.c.id.desc())
    .limit(1)
    .scalar_subquery(),
    sa.select(sa.func.max(outbox.c.id))
    .where(*_OF_CARD, outbox.c.state.in_(["queued", "sending", "sent"]))
    .scalar_subquery(),
)


async def shown_as(work: Work, address_id: int, card: str) -> tuple[str, int]:
    """The platform's name for the newest message of a card at an address, or "", and which row says
    last how the card is to look."""
    row = (await work.conn.execute(_SHOWN, {"which": address_id, "card": card})).one()
    return row[0] or "", row[1] or 0


async def waiting(work: Work) -> dict[Lane, int]:
    """How many rows wait in each lane."""
    rows = await work.conn.execute(
        sa.select(outbox.c.lane, sa.func.count())
        .where(outbox.c.state == "queued")
        .group_by(outbox.c.lane)
    )
    return {Lane(lane): count for lane, count in rows}


async def sweep_out_private(work: Work, before: datetime) -> int:
    """Delete what was said in private and has been sent: at once where its card says something newer
    or it can never be edited, and all from before that moment."""
    newer = outbox.alias("newer")
    over = sa.or_(
        outbox.c.card.is_(None),
        outbox.c.created_at < before,
        sa.exists().where(
            newer.c.address_id == outbox.c.address_id,
            newer.c.card == outbox.c.card,
            newer.c.id > outbox.c.id,
        ),
    )
    settled = outbox.c.state.in_(["sent", "unreachable", "failed", "unknown"])
    result = await work.conn.execute(
        sa.delete(outbox).where(outbox.c.private, settled, over, not_the_newest(outbox))
    )
    return result.rowcount


async def sweep_out(work: Work, before: datetime) -> int:
    """Delete messages that were settled before that moment; their cards can no longer be edited."""
    result = await work.conn.execute(
        sa.delete(outbox).where(
            outbox.c.state.in_(["sent", "unreachable", "failed", "unknown"]),
            outbox.c.created_at < before,
            not_the_newest(outbox),
        )
    )
    return result.rowcount
