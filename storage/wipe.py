"""What was deleted is wiped out of the database's own files, as far as the database lets us.

A deleted row is at first only marked: its bytes stay in the file until something is written over them.
On SQLite the pages are zeroed at once (`PRAGMA secure_delete`), but what was written before stands in the
write-ahead log until that is cut off. PostgreSQL keeps the old rows in the table's file; `VACUUM FULL`
writes the file anew without them. What the file system and PostgreSQL's own write-ahead log still hold is
nothing that a database can wipe: docs/architecture.md says what that means.
"""

from collections.abc import Sequence

import sqlalchemy as sa

from storage.database import Database

PATIENT = 500
"""Milliseconds for which SQLite waits for readers; they come first, the next night tries again."""


async def wipe(database: Database, tables: Sequence[sa.Table]) -> None:
    """Let nothing that was deleted from these tables stay in the files. A table that somebody is using at
    this moment is left for another night; one that is not is locked while it is written anew."""
    if database.url.get_backend_name() == "sqlite":
        await _cut_off_the_log(database)
        return
    async with database.each_alone() as work:
        for table in tables:
            await work.conn.execute(sa.text(f"VACUUM (FULL, SKIP_LOCKED) {table.name}"))


async def _cut_off_the_log(database: Database) -> None:
    async with database.writers.connect() as conn:
        raw = (await conn.get_raw_connection()).driver_connection
        assert raw is not None, "it was opened just now"
        await raw.execute(f"PRAGMA busy_timeout={PATIENT}")
        await raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        await raw.execute("PRAGMA busy_timeout=30000")
