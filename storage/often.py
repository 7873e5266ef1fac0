"""Statements that run in every turn; on PostgreSQL they are handed to the driver itself.

SQLAlchemy writes them, once, for both databases. Running them through it too would cost 0.22 ms of
CPU each time, most of it its own; the driver alone needs 0.04 (measured). So what stands here runs
on the driver, in the transaction that SQLAlchemy's other statements share, with the same sealing
and the same errors. On SQLite it goes the usual way.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler

from storage.database import Work

Values = Mapping[str, Any]
Convert = Callable[[Any], Any]
Part = tuple["Often", Values]
"""A statement and its values, to be run together with others (storage/together.py)."""

_named: Any = namedtuple

PLACE = re.compile(r"\$(\d+)")
"""Where a text takes a parameter."""


class Often:
    """A statement that is built once. `values` name its parameters."""

    def __init__(self, statement: sa.Executable) -> None:
        self._statement = statement

    async def rows(self, work: Work, values: Values) -> Sequence[Any]:
        """What it returns, each row with its columns as attributes."""
        if work.driver is None:
            return (await work.conn.execute(self._statement, values)).all()
        ready = self.ready(work)
        return ready.rows(await work.driver.fetch(ready.sql, ready.arguments(values)))

    async def row(self, work: Work, values: Values) -> Any:
        """The one row it returns, or None."""
        return next(iter(await self.rows(work, values)), None)

    async def count(self, work: Work, values: Values) -> int:
        """Runs what returns no rows; how many it touched."""
        if work.driver is None:
            return (await work.conn.execute(self._statement, values)).rowcount
        ready = self.ready(work)
        return await work.driver.touched(ready.sql, ready.arguments(values))

    def ready(self, work: Work) -> "Ready":
        """As the driver takes it."""
        ready: Ready | None = work.ready.get(self)
        if ready is None:
            ready = work.ready[self] = Ready.of(self._statement, work.conn.dialect)
        return ready


class Putting:
    """Puts rows in, in this order, that are new for certain."""

    def __init__(self, table: sa.Table, names: Collection[str]) -> None:
        given = rows_given(table, names)
        rows = sa.select(*(given.c[name] for name in names))
        self._names = names
        self._all_at_once = Often(sa.insert(table).from_select(list(names), rows))
        self._as_rows = sa.insert(table).inline()

    async def run(self, work: Work, rows: Sequence[Values]) -> None:
        """A value for each of the columns in every row."""
        if work.driver is None:
            await work.conn.execute(self._as_rows, rows)
        else:
            await self._all_at_once.count(work, as_columns(self._names, rows))

    def part(self, rows: Sequence[Values]) -> Part:
        """The same, where the driver runs it, as a part of something larger; there may be no rows."""
        return self._all_at_once, as_columns(self._names, rows)


class Adding:
    """Puts rows in, and leaves those alone that are there already."""

    def __init__(self, table: sa.Table, names: Collection[str], returning: Collection[str]) -> None:
        back = [table.c[name] for name in returning]
        given = rows_given(table, names)
        rows = sa.select(*(given.c[name] for name in names))
        adding = postgresql.insert(table).from_select(list(names), rows)
        self._names = names
        self._all_at_once = Often(adding.on_conflict_do_nothing().returning(*back))
        makers: dict[bool, Any] = {True: postgresql.insert, False: sqlite.insert}
        self._as_rows = {
            on_postgresql: make(table).on_conflict_do_nothing().returning(*back)
            for on_postgresql, make in makers.items()
        }

    async def rows(self, work: Work, rows: Sequence[Values]) -> Sequence[Any]:
        """The columns that are asked for, of those that are new."""
        if work.driver is None:
            return (await work.conn.execute(self._as_rows[work.on_postgresql], rows)).all()
        return await self._all_at_once.rows(work, as_columns(self._names, rows))

    def part(self, rows: Sequence[Values]) -> Part:
        """The same, where the driver runs it, as a part of something larger; there may be no rows."""
        return self._all_at_once, as_columns(self._names, rows)


class Changing:
    """Sets columns of the rows with these ids, where `only` is true."""

    def __init__(
        self, table: sa.Table, names: Collection[str], only: sa.ColumnElement[bool] | None = None
    ) -> None:
        where = sa.true() if only is None else only
        self._names = ("id", *names)
        given = rows_given(table, self._names)
        self._all_at_once = Often(
            sa.update(table)
            .where(table.c.id == given.c.id, where)
            .values({name: given.c[name] for name in names})
        )
        self._one_by_one = (
            sa.update(table)
            .where(table.c.id == sa.bindparam("given_id"), where)
            .values({name: sa.bindparam(f"given_{name}") for name in names})
        )

    async def run(self, work: Work, rows: Sequence[Values]) -> int:
        """A row for each id, with a value for each of the columns; how many were changed."""
        if work.driver is None:
            given = [{f"given_{name}": value for name, value in row.items()} for row in rows]
            return (await work.conn.execute(self._one_by_one, given)).rowcount
        return await self._all_at_once.count(work, as_columns(self._names, rows))

    def part(self, rows: Sequence[Values]) -> Part:
        """The same, where the driver runs it, as a part of something larger; there may be no rows."""
        return self._all_at_once, as_columns(self._names, rows)


def rows_given(table: sa.Table, names: Collection[str]) -> Any:
    """Rows that come in, as a table: an array a column, so that the text fits any number of rows."""
    kinds = {name: table.c[name].type for name in names}
    arrays = (
        # One dimension: a value may be a list itself.
        sa.bindparam(f"given_{name}", type_=postgresql.ARRAY(kinds[name], dimensions=1))
        for name in names
    )
    columns = (sa.column(name, kinds[name]) for name in names)
    return sa.func.unnest(*arrays).table_valued(*columns, name="given").render_derived()


def as_columns(names: Collection[str], rows: Sequence[Values]) -> dict[str, list[Any]]:
    """The values for `rows_given`."""
    return {f"given_{name}": [row[name] for row in rows] for name in names}


@dataclass(frozen=True, slots=True)
class Ready:
    """A statement as the driver takes it: its text, and how values become what is stored, and back."""

    sql: str
    takes: tuple[tuple[str, Convert | None], ...]
    constants: Values
    make: Callable[[Iterable[Any]], Any]
    gives: tuple[tuple[int, Convert], ...]

    @classmethod
    def of(cls, statement: sa.Executable, dialect: Dialect) -> "Ready":
        compiled = statement.compile(dialect=dialect)  # type: ignore[attr-defined]
        assert isinstance(compiled, SQLCompiler)
        assert not compiled.post_compile_params, "a text of its own for each number of values"
        names, said = compiled.positiontup or [], _said(compiled)
        taken = [name for name in names if name not in said]
        places = [said.get(name) or f"${taken.index(name) + 1}" for name in names]
        takes = tuple((name, _into(compiled.binds[name].type, dialect)) for name in taken)
        columns = list(getattr(statement, "exported_columns", ()))
        gives = ((i, _out_of(column.type, dialect)) for i, column in enumerate(columns))
        return cls(
            PLACE.sub(lambda place: places[int(place[1]) - 1], str(compiled)),
            takes,
            compiled.params,
            _named("Row", [column.key for column in columns])._make,
            tuple((i, convert) for i, convert in gives if convert is not None),
        )

    def arguments(self, values: Values) -> list[Any]:
        """In the order of the text; what the statement itself says is filled in."""
        given = [values[name] if name in values else self.constants[name] for name, _ in self.takes]
        return [
            value if convert is None else convert(value)
            for value, (_, convert) in zip(given, self.takes, strict=True)
        ]

    def rows(self, found: Iterable[Iterable[Any]]) -> list[Any]:
        """With the columns' names, opened where they are sealed."""
        rows = []
        for record in found:
            row = list(record)
            for i, convert in self.gives:
                row[i] = convert(row[i])
            rows.append(self.make(row))
        return rows


def _said(compiled: SQLCompiler) -> dict[str, str]:
    """What the statement itself says, such as a state, as SQL. With many rows the few of that state are
    found by an index of their own, which a plan for any state cannot use: so PostgreSQL planned anew each
    time, and taking what waits took 0.8 ms; planned once it takes 0.06 (measured)."""
    return {
        name: compiled.render_literal_bindparam(bind)  # type: ignore[no-untyped-call]
        for name, bind in compiled.binds.items()
        if isinstance(bind.type, sa.String | sa.Integer)
        and isinstance(bind.value, str | int)
        and re.fullmatch(r"\w+", str(bind.value))
    }


def _into(kind: sa.types.TypeEngine[Any], dialect: Dialect) -> Convert | None:
    if isinstance(kind, sa.ARRAY):  # its own way asks of each value whether it is an array again
        each = _into(kind.item_type, dialect)
        return None if each is None else lambda values: [each(value) for value in values]
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _out_of(kind: sa.types.TypeEngine[Any], dialect: Dialect) -> Convert | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)
