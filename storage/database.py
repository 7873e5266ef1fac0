"""The database and the unit of work: one transaction, one moment of time."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from time import monotonic
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from storage import trouble, unthreaded
from storage.driver import Driver, Drivers
from storage.vault import Vault

T = TypeVar("T")
Clock = Callable[[], datetime]

AnyRow = sa.Row[*tuple[Any, ...]]
"""A row of whatever columns."""

PREPARED = 1000
"""Statements that a connection keeps prepared: groups of turns come in many sizes."""


CONNECT = 15
"""Seconds for a server to let us in; the driver itself would wait for a minute."""


LOCKED = 30
"""Seconds for which a file that another process has locked is waited for."""

PARTING = 5.0
"""Seconds for which a database that closes waits for what is still being read or written."""

FRESH = 5.0
"""Seconds for which what hardly ever changes need not be read again."""


class DatabaseClosed(RuntimeError):
    """Somebody comes to it after `Database.close`: what they would open, nobody would close."""


@dataclass(frozen=True, slots=True)
class Work:
    """One transaction: all its statements, and the moment at which it says it happened."""

    conn: AsyncConnection
    now: datetime
    process: int = 0
    """Under which number the process at work claims rows; 0 for a tool."""
    known: dict[Hashable, tuple[float, Any]] = field(default_factory=dict)
    driver: Driver | None = None
    """On PostgreSQL, for the statements that run often."""
    ready: dict[Hashable, Any] = field(default_factory=dict)
    """Those that have run, as the driver takes them."""
    numbers: dict[Hashable, list[int]] = field(default_factory=dict)
    """Numbers of rows that this process has taken for itself and not yet used."""
    late: dict[Any, list[Mapping[str, Any]]] | None = None
    """Rows that are put in at the end of the transaction, with those of all who share it."""

    async def put_late(self) -> None:
        """Put them in now."""
        for rows in list(self.late or ()):
            await rows.put(self)

    async def once(self, key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        """For what changes only when an office loads a register, a community's own page for instance:
        what this process read of it within the last FRESH seconds. Never for rights."""
        if self.is_fresh(key):
            return cast(T, self.known[key][1])
        value = await read()
        self.remember(key, value)
        return value

    def is_fresh(self, key: Hashable) -> bool:
        """Whether `once` would not read it again."""
        read_at, _ = self.known.get(key, (0.0, None))
        return bool(read_at) and monotonic() - read_at < FRESH

    def remember(self, key: Hashable, value: Any) -> None:
        """For `once`, of what was just read."""
        self.known[key] = monotonic(), value

    def blind(self, text: str) -> str:
        """The key under which a sealed text is found again."""
        return str(self.conn.dialect.vault.blind(text))  # type: ignore[attr-defined]

    @property
    def on_postgresql(self) -> bool:
        """Where row locks exist; SQLite lets one writer in at a time and needs none."""
        return self.conn.dialect.name == "postgresql"


class Database:
    """An engine for writers and one for readers, over SQLite or PostgreSQL.

    On SQLite a writing transaction opens with BEGIN IMMEDIATE: under a plain BEGIN, one that reads and
    then writes fails at once with "database is locked", whatever the time-out. There, writers share
    one connection, so they queue in this process instead of waiting on the file's lock.
    """

    def __init__(
        self, url: str, vault: Vault, clock: Clock, pool_size: int = 8, *, made_up: bool = False
    ) -> None:
        """Nobody waits for the rest of a process whose desk is `made_up`, nor need its rows survive a power
        cut."""
        self.url = trouble.address(url)
        self.clock = clock
        self.process = 0
        sqlite = self.url.get_backend_name() == "sqlite"
        make = _sqlite_engine if sqlite else _postgresql_engine
        if sqlite and made_up:
            self.url, make = self.url.set(drivername=unthreaded.NAME), _unthreaded_engine
        self.writers = make(self.url, 1 if sqlite else pool_size, "IMMEDIATE")
        self.readers = make(self.url, pool_size, "DEFERRED") if sqlite else self.writers
        for engine in {self.writers, self.readers}:
            engine.dialect.vault = vault  # type: ignore[attr-defined]
            sa.event.listen(engine.sync_engine, "do_connect", self._refuse_when_closed)
        self._sqlite = sqlite
        self._here = unthreaded.Here(self.writers, self.readers) if sqlite and made_up else None
        self._closed = False
        self._known: dict[Hashable, tuple[float, Any]] = {}
        self._ready: dict[Hashable, Any] = {}
        self._numbers: dict[Hashable, list[int]] = {}
        self._drivers = Drivers(self.writers, most=pool_size)

    @asynccontextmanager
    async def writing(self, keep: bool = True) -> AsyncIterator[Work]:
        """One transaction that may write; committed at the end, rolled back on any error.

        Without `keep` it is rolled back all the same: a look at what it would change.
        """
        if self._here:
            async with self._here.writing(keep) as conn:
                yield self._work(conn)
            return
        if self._sqlite:
            async with self.writers.begin() as conn:
                yield self._work(conn)
                if not keep:
                    await conn.rollback()
            return
        try:
            async with self._drivers.one() as driver, driver.transaction(keep):
                work = replace(self._work(driver.conn, driver), late={})
                yield work
                await work.put_late()
        except BaseException:
            # A server that crashes before the commit gives the numbers taken in it out once more.
            self._numbers.clear()
            raise

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Work]:
        """Looks without ever waiting for a writer.

        On PostgreSQL each statement sees what is committed when it begins, in a transaction
        (READ COMMITTED) or out of one; out of one, two round trips fewer are needed.
        """
        if self._here:
            yield self._work(await self._here.reader())
            return
        if self._sqlite:
            async with self.readers.connect() as conn:
                yield self._work(conn)
            return
        async with self._drivers.one() as driver:
            yield self._work(driver.conn, driver)

    @asynccontextmanager
    async def each_alone(self) -> AsyncIterator[Work]:
        """For writing where every single statement may stand by itself: what is done is kept.

        On PostgreSQL each is committed as it runs, in a third of the round trips.
        """
        if self._sqlite:
            async with self.writing() as work:
                yield work
            return
        async with self._drivers.one() as driver:
            yield self._work(driver.conn, driver)

    @property
    def changes(self) -> int | None:
        """How many rows this process has written; None where others may write, too, or nobody counts."""
        return self._here.changes if self._here else None

    def _work(self, conn: AsyncConnection, driver: Driver | None = None) -> Work:
        known, ready, numbers = self._known, self._ready, self._numbers
        return Work(conn, self.clock(), self.process, known, driver, ready, numbers)

    def _refuse_when_closed(self, *_: object) -> None:
        if self._closed:
            raise DatabaseClosed(f"The database {self.url!r} has been closed.")

    async def close(self) -> None:
        """For good. What is in hand is waited for: a connection that comes back later is closed by
        nobody."""
        self._closed = True
        if self._here:
            self._here.close()
        engines = {self.writers, self.readers}
        await self._drivers.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(PARTING):
                while any(in_hand(engine) for engine in engines):
                    await asyncio.sleep(0.005)
                    await self._drivers.close()
        for engine in engines:
            await engine.dispose()


def in_hand(engine: AsyncEngine) -> int:
    """How many of its connections somebody has now."""
    return cast(AsyncAdaptedQueuePool, engine.pool).checkedout()


def _postgresql_engine(url: sa.URL, pool_size: int, _: str) -> AsyncEngine:
    return create_async_engine(
        url,
        pool_size=pool_size,
        max_overflow=4,  # leases, which keep theirs, and migrations
        pool_pre_ping=True,  # asked seldom: see Drivers
        hide_parameters=True,
        connect_args={
            "prepared_statement_cache_size": PREPARED,
            "timeout": CONNECT,
            "async_creator_fn": trouble.connect,
        },
    )


def _unthreaded_engine(url: sa.URL, pool_size: int, begin: str) -> AsyncEngine:
    def prepare(connection: sqlite3.Connection) -> None:
        _set_up(connection, "journal_mode=WAL", "synchronous=OFF")

    return unthreaded.engine(url, prepare, PREPARED)


def _set_up(connection: Any, *pragmas: str) -> None:
    """A new connection of either driver."""
    for pragma in ("foreign_keys=ON", *pragmas):
        connection.execute(f"PRAGMA {pragma}").close()
    connection.create_function("linli_sha256", 1, _sha256, deterministic=True)


def _sha256(text: str) -> bytes:
    """For draws by lot; PostgreSQL has a function of its own."""
    return sha256(text.encode()).digest()


async def _keep_a_log(connection: Any) -> None:
    """Readers beside the writer. Of several that open a new file together, SQLite turns all but one away at
    once, whatever the time-out."""
    async with asyncio.timeout(LOCKED):
        while True:
            try:
                async with connection.execute("PRAGMA journal_mode=WAL"):
                    return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                    raise
                await asyncio.sleep(0.01)


def _sqlite_engine(url: sa.URL, pool_size: int, begin: str) -> AsyncEngine:
    engine = create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=pool_size,
        hide_parameters=True,  # an error's text goes to the log, people's words must not
        max_overflow=0 if begin == "IMMEDIATE" else 4,
        connect_args={
            "isolation_level": None,
            "timeout": LOCKED,
            "cached_statements": PREPARED,
        },
    )

    @sa.event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.run_async(_keep_a_log)
        # FULL: a stored help press survives a power cut; turns are committed in groups, so the
        # price of the fsync is shared. secure_delete: what a ballot said does not stay in the file.
        _set_up(connection, "synchronous=FULL", "secure_delete=ON")

    @sa.event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {begin}")

    return engine
