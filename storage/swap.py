"""Exchanges of shifts: asked of a colleague, answered once, and done only as the roster then stands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.leave import ASKED_FOR, Asked
from storage import asked
from storage.database import AnyRow, Work
from storage.tables.people import shifts
from storage.tables.roster import swaps


@dataclass(frozen=True, slots=True)
class Swap:
    """`person` asks `colleague` to take `shift`, and takes `returned` for it if it is named."""

    id: int
    community_id: int
    shift_id: int
    return_id: int | None
    person_id: int
    colleague_id: int
    state: Asked
    expires_at: datetime


_FIELDS = tuple(Swap.__dataclass_fields__)
_COLUMNS = tuple(swaps.c[name] for name in _FIELDS)


def _read(row: AnyRow) -> Swap:
    values: dict[str, Any] = {name: row._mapping[name] for name in _FIELDS}
    return Swap(**values | {"state": Asked(values["state"])})


async def ask(
    work: Work,
    community_id: int,
    person_id: int,
    colleague_id: int,
    shift_id: int,
    return_id: int | None,
) -> Swap:
    """Ask; what the same person asked about the same shift before, and nobody answered, is withdrawn.

    It waits a day, and not beyond the beginning of either shift.
    """
    await work.conn.execute(
        sa.update(swaps)
        .where(
            swaps.c.person_id == person_id,
            swaps.c.shift_id == shift_id,
            swaps.c.state == Asked.ASKED,
        )
        .values(state=Asked.WITHDRAWN, decided_at=work.now)
    )
    first: datetime | None = await work.conn.scalar(
        sa.select(shifts.c.starts_at)
        .where(shifts.c.id.in_([shift_id, return_id or shift_id]))
        .order_by(shifts.c.starts_at)
        .limit(1)
    )
    until = work.now + ASKED_FOR
    row = await work.conn.execute(
        sa.insert(swaps)
        .values(
            community_id=community_id,
            shift_id=shift_id,
            return_id=return_id,
            person_id=person_id,
            colleague_id=colleague_id,
            state=Asked.ASKED,
            asked_at=work.now,
            expires_at=until if first is None else min(until, first),
        )
        .returning(*_COLUMNS)
    )
    return _read(row.one())


async def get(work: Work, swap_id: int) -> Swap | None:
    row = (await work.conn.execute(sa.select(*_COLUMNS).where(swaps.c.id == swap_id))).one_or_none()
    return None if row is None else _read(row)


async def settle(work: Work, swap: Swap, to: Asked) -> bool:
    """Answer or take back what was asked; False where it is no longer open."""
    return await asked.settle(work, swaps, swap.id, to)


async def asked_by(work: Work, person_id: int) -> list[Swap]:
    """What somebody has asked and nobody has answered yet."""
    rows = await work.conn.execute(
        sa.select(*_COLUMNS)
        .where(
            swaps.c.person_id == person_id,
            swaps.c.state == Asked.ASKED,
            swaps.c.expires_at > work.now,
        )
        .order_by(swaps.c.id)
    )
    return [_read(row) for row in rows]


async def expire(work: Work) -> list[Swap]:
    """What nobody has answered in time is no longer asked; returns it."""
    return [_read(row) for row in await asked.expire(work, swaps, _COLUMNS)]
