"""What a colleague is asked and has until a time to answer: to stand in, or to take a shift."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from domain.leave import Asked
from storage.database import AnyRow, Work


async def settle(work: Work, table: sa.Table, asked_id: int, to: Asked) -> bool:
    """Answer or take back what was asked; False where it is no longer open."""
    done = await work.conn.execute(
        sa.update(table)
        .where(
            table.c.id == asked_id,
            table.c.state == Asked.ASKED,
            table.c.expires_at > work.now,
        )
        .values(state=to, decided_at=work.now)
    )
    return done.rowcount == 1


async def expire(
    work: Work, table: sa.Table, columns: Sequence[sa.ColumnElement[Any]]
) -> Sequence[AnyRow]:
    """What nobody has answered in time is no longer asked; returns it."""
    rows = await work.conn.execute(
        sa.update(table)
        .where(table.c.state == Asked.ASKED, table.c.expires_at <= work.now)
        .values(state=Asked.EXPIRED, decided_at=work.now)
        .returning(*columns)
    )
    return rows.all()
