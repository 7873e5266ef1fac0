"""Migrations: from nothing to today on both databases, and today is what the tables say."""

import asyncio

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from domain.messages import Lane, Message
from storage import migrate, outbox
from storage.database import Database
from storage.outbox import Letter
from storage.tables import metadata
from storage.vault import Vault
from tests.support.clock import HandClock
from tests.support.prepared import SECRET


def opened(url: str) -> Database:
    return Database(url, Vault(SECRET), HandClock())


def differences(conn: sa.Connection) -> list[object]:
    context = MigrationContext.configure(conn, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


async def test_from_empty_to_the_newest_and_twice_is_once(database_url: str) -> None:
    database = opened(database_url)
    assert (await migrate.current(database))[0] is None
    await migrate.upgrade(database)
    await migrate.upgrade(database)
    at, newest = await migrate.current(database)
    assert at == newest is not None
    await database.close()


async def test_the_schema_is_the_sum_of_the_migrations(database: Database) -> None:
    async with database.readers.connect() as conn:
        assert await conn.run_sync(differences) == []


async def test_processes_that_start_together_migrate_one_after_the_other(
    database_url: str,
) -> None:
    together = [opened(database_url) for _ in range(3)]
    await asyncio.gather(*(migrate.upgrade(database) for database in together))
    for database in together:
        at, newest = await migrate.current(database)
        assert at == newest
        await database.close()


async def test_foreign_keys_are_on_afterwards(database_url: str) -> None:
    """SQLite migrates with them off; the same connection must guard the data again afterwards."""
    database = opened(database_url)
    await migrate.upgrade(database)
    with pytest.raises(sa.exc.IntegrityError):
        async with database.writing() as work:
            await outbox.owe(work, [Letter(404, Message("?"), Lane.EMERGENCY)])
    await database.close()


async def test_foreign_keys_are_on_even_after_a_migration_that_broke_off(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = opened(database_url)

    def breaks(conn: sa.Connection, to: str) -> None:
        raise RuntimeError("the power went")

    with monkeypatch.context() as patch:
        patch.setattr(migrate, "_run", breaks)
        with pytest.raises(RuntimeError):
            await migrate.upgrade(database)
    if database.url.get_backend_name() == "sqlite":
        async with database.writing() as work:
            assert await work.conn.scalar(sa.text("PRAGMA foreign_keys")) == 1
    await migrate.upgrade(database)
    await database.close()
