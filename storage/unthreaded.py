"""SQLite in the thread that asks, for a desk that serves nobody: a city that is made up.

A desk that serves people must not stand still while the disk writes or another process holds the file, so its
statements run in a thread of their own (aiosqlite); the way there and back was two fifths of what a simulated
request cost. In a file that is nobody else's that need not be paid. Nor what SQLAlchemy does anew around a
statement that has run before: such a one is kept as the driver takes it, as `often` does on PostgreSQL. The
statements, what is sealed and how, and what is stored are the same.
"""

import asyncio
import re
import sqlite3
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.dialects import registry as dialects
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine.result import IteratorResult
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from sqlalchemy.pool import AsyncAdaptedQueuePool, Pool
from sqlalchemy.sql.compiler import ExpandedState, SQLCompiler

Prepare = Callable[[Any], None]
"""What is to be done with each new connection of the driver."""

_Take = tuple[str | None, Any, Callable[[Any], Any] | None]
"""Under which name a value is given (None: the statement says it itself, and so), and how it is stored."""

NAME = "sqlite+unthreaded"
_MANY = (list, tuple)


class Unthreaded(SQLiteDialect_pysqlite):
    """The standard library's driver, as an asyncio engine takes it: what it does is done when it returns."""

    driver = "unthreaded"
    is_async = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, url: sa.URL) -> type[Pool]:
        return AsyncAdaptedQueuePool

    def get_driver_connection(self, connection: Any) -> Any:
        return connection


dialects.register("sqlite.unthreaded", __name__, "Unthreaded")


def engine(url: sa.URL, prepare: Prepare, prepared: int) -> AsyncEngine:
    """An engine for that file, which keeps so many statements prepared; nothing begins a transaction but
    `Here.writing`."""
    made = sa.create_engine(
        url,
        hide_parameters=True,
        connect_args={"isolation_level": None, "cached_statements": prepared},
    )
    sa.event.listen(made, "connect", lambda connection, _record: prepare(connection))
    return AsyncEngine(made)


class Here:
    """One connection for whoever writes, another for all who read; both stay open."""

    def __init__(self, writers: AsyncEngine, readers: AsyncEngine) -> None:
        self._engines = writers, readers
        self._open: list[Direct] = []
        self._opening, self._one = asyncio.Lock(), asyncio.Lock()

    @asynccontextmanager
    async def writing(self, keep: bool) -> AsyncIterator[AsyncConnection]:
        """Committed at the end (or not, without `keep`), rolled back on any error."""
        async with self._one:
            conn = (await self._connections())[0]
            conn.driver.execute("BEGIN IMMEDIATE")
            try:
                yield conn
                (conn.driver.commit if keep else conn.driver.rollback)()
            except BaseException:
                conn.driver.rollback()
                raise

    async def reader(self) -> AsyncConnection:
        """Each statement sees what is committed when it begins."""
        return (await self._connections())[1]

    @property
    def changes(self) -> int:
        """How many rows have been written so far: while it stands still, nothing that is read changes."""
        return self._open[0].driver.total_changes if self._open else 0

    async def _connections(self) -> "list[Direct]":
        if not self._open:
            async with self._opening:
                self._open = self._open or [await Direct(each).start() for each in self._engines]
        return self._open

    def close(self) -> None:
        """For good."""
        for conn in self._open:
            conn.sync_connection.close()  # type: ignore[union-attr]


class Direct(AsyncConnection):
    """Runs statements at once. One that comes a second time is kept as the driver takes it."""

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__(engine)
        self._kept: WeakKeyDictionary[Any, dict[Any, _Kept | None]] = WeakKeyDictionary()

    async def start(self, is_ctxmanager: bool = False) -> "Direct":
        await super().start(is_ctxmanager)
        self.driver: sqlite3.Connection = self.sync_connection.connection.driver_connection  # type: ignore[union-attr,assignment]
        return self

    async def execute(
        self, statement: Any, parameters: Any = None, *, execution_options: Any = None
    ) -> Any:
        assert self.sync_connection is not None
        forms, form = self._kept.get(statement), _form(parameters)
        if forms and (kept := forms.get(form)):
            return kept.run(self.driver, parameters)
        result = self.sync_connection.execute(
            statement, parameters, execution_options=execution_options
        )
        if forms is None:  # most statements that are built anew never come again
            self._kept[statement] = {}
        elif form not in forms and not execution_options:
            forms[form] = _Kept.of(statement, result, parameters)
        return result


def _form(parameters: Any) -> Any:
    """What a statement's text depends on besides itself: which values come with it, and whether once or
    several times."""
    rows = _rows(parameters)
    return tuple(rows[0]), len(rows) > 1


def _rows(parameters: Any) -> Sequence[Mapping[str, Any]]:
    return parameters if parameters and isinstance(parameters, _MANY) else (parameters or {},)


class _Touched:
    """The result of what returns no rows."""

    returns_rows = False

    def __init__(self, rowcount: int) -> None:
        self.rowcount = rowcount


class _Kept:
    """A statement's text, how values become what is stored, and how rows are read."""

    def __init__(self, text: str, takes: Sequence[_Take], metadata: Any, many: bool) -> None:
        self._text = text
        self._takes = takes
        self._metadata = metadata
        self._many = many

    @classmethod
    def of(cls, statement: Any, result: Any, parameters: Any) -> "_Kept | None":
        """None where SQLAlchemy does more around it than this does."""
        rows = _rows(parameters)
        given, many = rows[0].keys(), len(rows) > 1
        compiled = statement.compile(
            dialect=result.dialect, column_keys=list(given), for_executemany=many
        )
        if not isinstance(compiled, SQLCompiler) or _needs_more(compiled, given):
            return None
        filled = compiled.construct_expanded_state(rows[0])
        takes = [_take(compiled, filled, name, given) for name in filled.positiontup or ()]
        parts = filled.statement.split("?")
        if len(parts) != len(takes) + 1:
            return None  # one of them is not a place for a value
        said = [_literal(value, into) if key is None else None for key, value, into in takes]
        pieces = zip(parts, [*(each or "?" for each in said), ""], strict=True)
        return cls(
            "".join(part + place for part, place in pieces),
            [take for take, literal in zip(takes, said, strict=True) if literal is None],
            result._metadata if result.returns_rows else None,
            many,
        )

    def run(self, driver: sqlite3.Connection, parameters: Any) -> Any:
        """Its result, of which all is there at once."""
        try:
            return self._run(driver, parameters)
        except sqlite3.Error as fault:
            broken = isinstance(fault, sqlite3.IntegrityError)
            usual = sa.exc.IntegrityError if broken else sa.exc.DBAPIError
            raise usual(None, None, fault, hide_parameters=True) from fault

    def _run(self, driver: sqlite3.Connection, parameters: Any) -> Any:
        rows = _rows(parameters)
        if self._metadata is None:
            if self._many:
                return _Touched(driver.executemany(self._text, map(self._given, rows)).rowcount)
            return _Touched(driver.execute(self._text, self._given(rows[0])).rowcount)
        found = driver.execute(self._text, self._given(rows[0])).fetchall()
        for row in rows[1:]:
            found += driver.execute(self._text, self._given(row)).fetchall()
        return IteratorResult(self._metadata, iter(found))

    def _given(self, values: Mapping[str, Any]) -> Sequence[Any]:
        given = []
        for key, said, into in self._takes:
            value = said if key is None else values[key]
            given.append(value if into is None else into(value))
        return given


def _take(compiled: SQLCompiler, filled: ExpandedState, name: str, given: Collection[str]) -> _Take:
    """What a place takes. Each value of a list that the statement itself says has one of its own."""
    bind = compiled.binds.get(name)
    if bind is None:
        return None, filled.parameters[name], filled.processors.get(name)
    key = next((each for each in (bind.key, name) if each in given), None)
    dialect = compiled.dialect
    return key, filled.parameters[name], bind.type.dialect_impl(dialect).bind_processor(dialect)


def _literal(value: Any, into: Any) -> str | None:
    """What the statement itself says, as SQL: SQLite plans anew each time what it finds by a partial index
    and a value that is handed in."""
    stored = value if into is None else into(value)
    if isinstance(stored, int):
        return str(int(stored))
    if isinstance(stored, str) and re.fullmatch(r"\w*", stored):
        return f"'{stored}'"
    return None


def _needs_more(compiled: SQLCompiler, given: Collection[str]) -> bool:
    expands = {bind.key for bind in compiled.post_compile_params}
    return bool(
        expands & set(given)
        or compiled.literal_execute_params
        or compiled.insert_prefetch
        or compiled.update_prefetch
        or compiled.isplaintext
        or (compiled.implicit_returning and compiled.effective_returning)
    )
