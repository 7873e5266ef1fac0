"""asyncpg's own connection under one of SQLAlchemy's, with faults as SQLAlchemy tells them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, NoReturn

import asyncpg
import sqlalchemy.exc
from sqlalchemy.ext.asyncio import AsyncConnection

_FAULTS = (asyncpg.PostgresError, asyncpg.InterfaceError)


class Driver:
    """For a connection in AUTOCOMMIT, where SQLAlchemy neither begins nor ends a transaction: both may
    run statements on it, in turn, and both are in the transaction that is begun here."""

    def __init__(self, conn: AsyncConnection) -> None:
        self._conn = conn
        fairy = conn.sync_connection.connection  # type: ignore[union-attr]  # it is open
        self._asyncpg: Any = fairy.driver_connection

    async def fetch(self, sql: str, arguments: Sequence[Any]) -> list[asyncpg.Record]:
        """The rows that a statement returns."""
        try:
            return await self._asyncpg.fetch(sql, *arguments)  # type: ignore[no-any-return]
        except _FAULTS as fault:
            await self._told(fault)

    async def touched(self, sql: str, arguments: Sequence[Any]) -> int:
        """How many rows a statement touched that returns none."""
        try:
            told: str = await self._asyncpg.execute(sql, *arguments)
        except _FAULTS as fault:
            await self._told(fault)
        return int(told.rpartition(" ")[2])  # such as UPDATE 3

    @asynccontextmanager
    async def transaction(self, keep: bool) -> AsyncIterator[None]:
        """Committed at the end (or not, without `keep`), rolled back on any error."""
        transaction = self._asyncpg.transaction()
        try:
            await transaction.start()
        except _FAULTS as fault:
            await self._told(fault)
        try:
            yield
        except Exception:
            await self._undo(transaction)
            raise
        except BaseException:  # cancelled in the middle: nobody waits for the server any more
            await self._conn.invalidate()
            raise
        try:
            await (transaction.commit() if keep else transaction.rollback())
        except _FAULTS as fault:
            await self._told(fault)

    async def _undo(self, transaction: Any) -> None:
        if self._asyncpg.is_closed():
            return
        try:
            await transaction.rollback()
        except _FAULTS:
            await self._conn.invalidate()

    async def _told(self, fault: Exception) -> NoReturn:
        """Raise it, without the statement's values: they may repeat what a person said."""
        if self._asyncpg.is_closed():
            # SQLAlchemy notices, says so in its own way, and lets go of the other connections too.
            await self._conn.exec_driver_sql("SELECT 1")
        broken = isinstance(fault, asyncpg.IntegrityConstraintViolationError)
        usual = sqlalchemy.exc.IntegrityError if broken else sqlalchemy.exc.DBAPIError
        raise usual(None, None, fault, hide_parameters=True) from fault
