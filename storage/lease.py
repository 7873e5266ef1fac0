"""Locks that end with the process: the scheduler's lease, and each process's sign of life."""

import asyncio
from contextlib import AsyncExitStack

import sqlalchemy as sa
import sqlalchemy.exc
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database

_KEY = 0x6C696E6C69
"""`linli` in ASCII: the number of the advisory lock."""

PATIENCE = 5.0
"""Seconds for the database to answer; a leader that cannot ask must not go on leading."""


class Lease:
    """A PostgreSQL advisory lock on a connection of its own: it ends when the process does.

    Its key is one number, or a class and a number in it. On SQLite there is one process (see
    `alone`), which always holds it.
    """

    def __init__(self, database: Database, *key: int) -> None:
        self._database = database
        numbers = ", ".join(str(number) for number in key or (_KEY,))
        self._take_it = sa.text(f"SELECT pg_try_advisory_lock({numbers})")
        self._conn: AsyncConnection | None = None

    async def held(self) -> bool:
        """Whether this process has it now; tries to take it where nobody does."""
        if self._database.url.get_backend_name() == "sqlite":
            return True
        try:
            async with asyncio.timeout(PATIENCE):
                if self._conn is not None:
                    await self._conn.execute(sa.text("SELECT 1"))
                    return True
                return await self._take()
        except (sqlalchemy.exc.SQLAlchemyError, OSError):  # a time-out is an OSError
            await self.release()
            return False

    async def _take(self) -> bool:
        async with AsyncExitStack() as stack:
            conn = await stack.enter_async_context(self._database.writers.connect())
            await conn.execution_options(isolation_level="AUTOCOMMIT")
            if await conn.scalar(self._take_it):
                self._conn = conn
                stack.pop_all()  # kept open: the lock lives as long as the connection
                return True
        return False

    async def release(self) -> None:
        """Let another process have it."""
        conn, self._conn = self._conn, None
        if conn is not None:
            await conn.invalidate()
            await conn.close()
