"""Several statements in one round trip, and rows that are put in only at the end of a transaction.

A turn waits for the database at each statement, and so does everyone whose turn shares its
transaction. What needs no answer from the others goes together: on PostgreSQL as the parts of one
statement (WITH), on SQLite, which is no trip away, one after the other.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import REGCLASS

from storage.database import Work
from storage.often import PLACE, Adding, Often, Part, Putting, Ready, Values

AT_A_TIME = 100
"""Numbers that a process takes for itself in one go; those that it never uses are gaps."""


async def together(
    work: Work, changes: Sequence[Part], told: Part
) -> tuple[list[int], Sequence[Any]]:
    """How many rows each of `changes` touched, and what `told` returns. All see the database as it was
    before, so none may need what another does."""
    assert work.driver is not None, "only where the driver runs them"
    parts = [(often.ready(work), values) for often, values in (*changes, told)]
    key = tuple(often for often, _ in (*changes, told))
    if (sql := work.ready.get(key)) is None:
        sql = work.ready[key] = _joined([ready for ready, _ in parts])
    arguments = [value for ready, values in parts for value in ready.arguments(values)]
    found = await work.driver.fetch(sql, arguments)
    width = len(changes)
    rows = [record[width:] for record in found if record[width] is not None]
    return list(found[0][:width]), parts[-1][0].rows(rows)


def _joined(parts: Sequence[Ready]) -> str:
    """The text; `told`, the last one, returns nothing at all where its first column is NULL."""
    texts, before = [], 0
    for number, part in enumerate(parts):
        text = _moved(part.sql, before)
        if number < len(parts) - 1 and " RETURNING " not in text:
            text += " RETURNING 1"
        texts.append(f"part{number} AS ({text})")
        before += len(part.takes)
    last = len(parts) - 1
    counts = "".join(f"(SELECT count(*) FROM part{n}), " for n in range(last))  # noqa: S608  (numbers)
    head = f"WITH {', '.join(texts)} SELECT {counts}part{last}.*"
    return f"{head} FROM (SELECT 1) AS one LEFT JOIN part{last} ON true"


def _moved(text: str, by: int) -> str:
    """With its parameters behind those of the parts before."""
    return PLACE.sub(lambda place: f"${int(place[1]) + by}", text)


class Late:
    """Rows of a table that are numbered at once and put in at the end of the transaction, with those of
    all turns that share it. Where one of them is read or changed before, `put` comes first.

    On SQLite, or outside of a transaction, they are put in at once.
    """

    def __init__(self, table: sa.Table, names: Sequence[str]) -> None:
        self._now = Adding(table, names, returning=["id"])
        self._late = Putting(table, ("id", *names))
        sequence = sa.func.pg_get_serial_sequence(table.name, "id")
        many = sa.func.generate_series(1, AT_A_TIME).table_valued("n")
        number = sa.func.nextval(sa.cast(sequence, REGCLASS))
        self._numbers = Often(sa.select(number.label("id")).select_from(many))

    async def add(self, work: Work, row: Values) -> int:
        """The row's id."""
        if work.driver is None or work.late is None:
            (added,) = await self._now.rows(work, [row])
            return int(added.id)
        numbers = work.numbers.setdefault(self, [])
        if not numbers:
            numbers += [found.id for found in reversed(await self._numbers.rows(work, {}))]
        row = {**row, "id": numbers.pop()}
        work.late.setdefault(self, []).append(row)
        return int(row["id"])

    def waits(self, work: Work, row_id: int) -> bool:
        """Whether that row is still to be put in."""
        return any(row["id"] == row_id for row in (work.late or {}).get(self, ()))

    def part(self, work: Work) -> Part | None:
        """All that wait, to be put in together with other things."""
        rows = work.late.pop(self, None) if work.late else None
        return self._late.part(rows) if rows else None

    async def put(self, work: Work) -> None:
        """Put in what waits."""
        if part := self.part(work):
            often, values = part
            await often.count(work, values)
