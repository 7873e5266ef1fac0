"""A change of one duty and the line about it in its log, in one round trip."""

from typing import Any

import sqlalchemy as sa

from domain.duty import DutyEvent
from storage.database import Work
from storage.often import Often, Putting, Values
from storage.tables.base import Instant, Sealed
from storage.tables.duties import duties, duty_log

LOG = Putting(duty_log, ("duty_id", "at", "actor_id", "event", "detail"))
"""Lines of logs."""


Change = sa.Insert | sa.Update


class Logged:
    """A statement that changes at most one duty, and what its log says if it does."""

    def __init__(
        self, change: Change, event: DutyEvent, on_sqlite: sa.Insert | None = None
    ) -> None:
        """`on_sqlite`: where that needs another."""
        self._change = change.returning(duties)
        self._on_sqlite = self._change if on_sqlite is None else on_sqlite.returning(duties)
        self._event = event
        changed = self._change.cte("changed")
        line = sa.insert(duty_log).from_select(
            ["duty_id", "at", "actor_id", "event", "detail"],
            sa.select(
                changed.c.id,
                sa.bindparam("at", type_=Instant),
                sa.bindparam("actor", type_=sa.BigInteger),
                sa.literal(str(event)),
                sa.bindparam("detail", type_=Sealed),
            ),
        )
        self._both = Often(sa.select(changed).add_cte(line.cte("line")))

    async def row(self, work: Work, values: Values, actor_id: int | None, detail: str = "") -> Any:
        """The duty's row as it is now, or None where nothing was changed."""
        if work.driver is not None:
            line = {"at": work.now, "actor": actor_id, "detail": detail}
            return await self._both.row(work, {**values, **line})
        change = self._change if work.on_postgresql else self._on_sqlite
        row = (await work.conn.execute(change, values)).one_or_none()
        if row is not None:
            line = {"duty_id": row.id, "at": work.now, "actor_id": actor_id, "event": self._event}
            await LOG.run(work, [{**line, "detail": detail}])
        return row
