"""Bringing rows in from a file: what is new is added, what differs is changed, the rest is left alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from storage.database import Work

_CHUNK = 500

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Changes:
    """How many rows a load added and changed."""

    added: int = 0
    changed: int = 0

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(self.added + other.added, self.changed + other.changed)


async def upsert(work: Work, table: sa.Table, key: Sequence[str], rows: Sequence[Row]) -> Changes:
    """Add rows whose `key` columns are new; change those that differ. Nothing is ever removed."""
    before = await _existing(work, table, key, rows)
    new = [row for row in rows if _key(row, key) not in before]
    changed = [row for row in rows if _differs(row, before.get(_key(row, key)))]
    for start in range(0, len(new), _CHUNK):
        await work.conn.execute(sa.insert(table), [dict(r) for r in new[start : start + _CHUNK]])
    for row in changed:
        same = sa.and_(*(table.c[name] == row[name] for name in key))
        values = {name: value for name, value in row.items() if name not in key}
        await work.conn.execute(sa.update(table).where(same).values(**values))
    return Changes(len(new), len(changed))


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


def _differs(row: Row, before: Row | None) -> bool:
    return before is not None and any(before[name] != value for name, value in row.items())


async def _existing(
    work: Work, table: sa.Table, key: Sequence[str], rows: Sequence[Row]
) -> dict[tuple[Any, ...], Row]:
    first = key[0]
    wanted = {row[first] for row in rows}
    found = await work.conn.execute(sa.select(table).where(table.c[first].in_(wanted)))
    return {_key(values, key): values for values in map(dict, found.mappings())}
