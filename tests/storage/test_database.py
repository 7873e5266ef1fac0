"""Opening and closing a database, whoever else does so at the same moment."""

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage.among import among
from storage.database import Database, DatabaseClosed
from storage.tables.people import addresses
from storage.vault import Vault
from tests.support.clock import HandClock
from tests.support.prepared import SECRET


async def asks(database: Database) -> None:
    async with database.reading() as work:
        assert await work.conn.scalar(sa.text("SELECT 1")) == 1


async def test_those_who_open_a_new_file_together_all_come_in(tmp_path: Path) -> None:
    """SQLite turns all but one away who would make it keep a log; seen once in some hundred openings."""
    for n in range(12):
        url = f"sqlite:///{tmp_path / f'{n}.sqlite3'}"
        together = [Database(url, Vault(SECRET), HandClock()) for _ in range(6)]
        await asyncio.gather(*(asks(database) for database in together * 2))
        for database in together:
            await database.close()


async def test_a_closed_database_stays_closed(database: Database) -> None:
    """A connection made after that would be closed by nobody."""
    await asks(database)
    await database.close()
    with pytest.raises(DatabaseClosed):
        await asks(database)


async def test_closing_waits_for_what_is_in_hand(database: Database) -> None:
    begun, goes_on = asyncio.Event(), asyncio.Event()

    async def reads_for_long() -> None:
        async with database.reading() as work:
            begun.set()
            await goes_on.wait()
            assert await work.conn.scalar(sa.text("SELECT 1")) == 1

    reading = asyncio.create_task(reads_for_long())
    await begun.wait()
    closing = asyncio.create_task(database.close())
    await asyncio.sleep(0.05)
    assert not closing.done()
    goes_on.set()
    await asyncio.gather(reading, closing)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_rows_among_some_ids_are_found_by_their_index(database: Database) -> None:
    """`… IN (…) = 1`, as SQLAlchemy writes a truth beside another condition, would read all."""
    some = sa.select(addresses.c.address).where(
        among(addresses.c.id), addresses.c.channel == "memory"
    )
    text = str(some.compile(dialect=database.readers.dialect))
    async with database.reading() as work:
        plan = await work.conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", ("[1]", "x"))
        steps = [row.detail for row in plan]
    assert steps[0].startswith("SEARCH addresses")
