"""Bringing rows in from a file: what is new is added, what differs is changed; the rest is left alone, or
removed where the file alone says who may do what."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from storage.database import Work

_CHUNK = 500

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Changes:
    """How many rows a load added, changed and removed; `withdrawn` says in words what people lost."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    withdrawn: tuple[str, ...] = ()

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(
            self.added + other.added,
            self.changed + other.changed,
            self.removed + other.removed,
            self.withdrawn + other.withdrawn,
        )

    @property
    def told(self) -> str:
        """For the operator: the counts, and a line for everything that was withdrawn."""
        counts = f"{self.added} rows added, {self.changed} changed, {self.removed} removed."
        return "\n".join([counts, *(f"  {line}" for line in self.withdrawn)])


async def upsert(
    work: Work,
    table: sa.Table,
    key: Sequence[str],
    rows: Sequence[Row],
    once: Collection[str] = (),
) -> Changes:
    """Add rows whose `key` columns are new; change those that differ, but never the columns in `once`."""
    before = await _existing(work, table, key, rows)
    new = [row for row in rows if _key(row, key) not in before]
    kept = {*key, *once}
    changed = [row for row in rows if _differs(row, before.get(_key(row, key)), once)]
    for start in range(0, len(new), _CHUNK):
        await work.conn.execute(sa.insert(table), [dict(r) for r in new[start : start + _CHUNK]])
    for row in changed:
        same = sa.and_(*(table.c[name] == row[name] for name in key))
        values = {name: value for name, value in row.items() if name not in kept}
        await work.conn.execute(sa.update(table).where(same).values(**values))
    return Changes(len(new), len(changed))


async def prune(
    work: Work,
    table: sa.Table,
    scope: sa.ColumnElement[bool],
    key: Sequence[str],
    keep: Iterable[tuple[Any, ...]],
) -> list[tuple[Any, ...]]:
    """Remove the rows in the scope whose `key` columns are not among those; returns these keys."""
    columns = [table.c[name] for name in key]
    found = await work.conn.execute(sa.select(*columns).where(scope).order_by(*columns))
    gone = sorted({tuple(row) for row in found} - set(keep))
    for start in range(0, len(gone), _CHUNK):
        these = sa.tuple_(*columns).in_(gone[start : start + _CHUNK])
        await work.conn.execute(sa.delete(table).where(scope, these))
    return gone


async def ids(work: Work, table: sa.Table, key: Sequence[str], scope: Row) -> dict[Any, int]:
    """The ids of the rows within `scope`, by their key (a value, or a tuple of several)."""
    found = await work.conn.execute(
        sa.select(table).where(*(table.c[name] == value for name, value in scope.items()))
    )
    return {_bare(tuple(row._mapping[name] for name in key)): row.id for row in found}


def _bare(key: tuple[Any, ...]) -> Any:
    return key[0] if len(key) == 1 else key


def _key(row: Row, key: Sequence[str]) -> tuple[Any, ...]:
    return tuple(row[name] for name in key)


def _differs(row: Row, before: Row | None, once: Collection[str]) -> bool:
    return before is not None and any(
        before[name] != value for name, value in row.items() if name not in once
    )


async def _existing(
    work: Work, table: sa.Table, key: Sequence[str], rows: Sequence[Row]
) -> dict[tuple[Any, ...], Row]:
    first = key[0]
    wanted = {row[first] for row in rows}
    found = await work.conn.execute(sa.select(table).where(table.c[first].in_(wanted)))
    return {_key(values, key): values for values in map(dict, found.mappings())}
