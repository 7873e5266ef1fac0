"""asyncpg's own connections under SQLAlchemy's, with faults as SQLAlchemy tells them."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from time import monotonic
from typing import Any, NoReturn

import asyncpg
import sqlalchemy.exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

_CUT = (asyncpg.AdminShutdownError, asyncpg.CrashShutdownError, asyncpg.InternalClientError)
"""The server is hanging up: heard in the middle of a statement, or (the last) just before one."""

_FAULTS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


PATIENCE = 30.0
"""Seconds for which a connection is waited for while all are in use."""

RESTED = 5.0
"""Seconds after which an idle connection is tried before it is used. Trying each time would cost
more than most of our transactions themselves."""


class Driver:
    """For a connection in AUTOCOMMIT, where SQLAlchemy neither begins nor ends a transaction: both may
    run statements on it, in turn, and both are in the transaction that is begun here."""

    def __init__(self, conn: AsyncConnection) -> None:
        self.conn = conn
        fairy = conn.sync_connection.connection  # type: ignore[union-attr]  # it is open
        self._asyncpg: Any = fairy.driver_connection
        self.rests_since = monotonic()

    @property
    def alive(self) -> bool:
        """Whether nobody has closed it, as far as one can tell without trying."""
        return not self._asyncpg.is_closed()

    @property
    def fresh(self) -> bool:
        """Whether it was used so recently that it need not be tried."""
        return monotonic() - self.rests_since < RESTED

    async def answers(self) -> bool:
        """Tries it."""
        try:
            await self._asyncpg.fetch("")
        except (*_FAULTS, OSError):
            await self.conn.invalidate()
            return False
        return True

    async def let_go(self) -> None:
        """Back to the pool, which puts it right, or throws it away where it is broken."""
        if not self.alive:
            await self.conn.invalidate()
        await self.conn.close()

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
        try:
            await (transaction.commit() if keep else transaction.rollback())
        except _FAULTS as fault:
            await self._told(fault)

    async def _undo(self, transaction: Any) -> None:
        if not self.alive:
            return
        try:
            await transaction.rollback()
        except _FAULTS:
            await self.conn.invalidate()

    async def _told(self, fault: Exception) -> NoReturn:
        """Raise it, without the statement's values: they may repeat what a person said."""
        if isinstance(fault, _CUT):
            self._asyncpg.terminate()
        if not self.alive:
            # SQLAlchemy notices, says so in its own way, and lets go of the other connections too.
            await self.conn.exec_driver_sql("SELECT 1")
        broken = isinstance(fault, asyncpg.IntegrityConstraintViolationError)
        usual = sqlalchemy.exc.IntegrityError if broken else sqlalchemy.exc.DBAPIError
        raise usual(None, None, fault, hide_parameters=True) from fault


class Drivers:
    """Connections that stay open from one use to the next: SQLAlchemy's pool takes 0.13 ms to hand one
    out and put it right again (measured), which is only needed after a fault."""

    def __init__(self, engine: AsyncEngine, most: int) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._places = asyncio.Semaphore(most)
        self._idle: list[Driver] = []

    @asynccontextmanager
    async def one(self) -> AsyncIterator[Driver]:
        """One that nobody else uses meanwhile. Raises TimeoutError where none gets free in time."""
        async with asyncio.timeout(PATIENCE):
            await self._places.acquire()
        try:
            async with self._hand() as driver:
                yield driver
        finally:
            self._places.release()

    @asynccontextmanager
    async def _hand(self) -> AsyncIterator[Driver]:
        driver = await self._take()
        try:
            yield driver
        except BaseException as fault:
            if not isinstance(fault, Exception):  # cancelled: nobody knows how far the server is
                await driver.conn.invalidate()
            await driver.let_go()
            if not driver.alive:
                await self.close()  # the others may be gone as well; new ones are tried by the pool
            raise
        driver.rests_since = monotonic()
        self._idle.append(driver)  # taken from here first: few in use, their statements prepared

    async def _take(self) -> Driver:
        while self._idle:
            driver = self._idle.pop()
            try:
                if driver.alive and (driver.fresh or await driver.answers()):
                    return driver
            except BaseException:  # cancelled
                await driver.let_go()
                raise
            await driver.let_go()
        return Driver(await self._engine.connect())

    async def close(self) -> None:
        """Give back all that are idle."""
        idle, self._idle = self._idle, []
        for driver in idle:
            await driver.let_go()
