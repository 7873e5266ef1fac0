"""The scheduler's lease: one process leads, and another takes over when its connection dies."""

import asyncpg
import sqlalchemy as sa

from storage.database import Database
from storage.lease import Lease
from storage.vault import Vault
from tests.support.clock import HandClock
from tests.support.prepared import SECRET


async def test_of_two_processes_one_leads_until_it_lets_go(database: Database) -> None:
    first, second = Lease(database), Lease(database)
    alone = database.url.get_backend_name() == "sqlite"
    assert await first.held()
    assert await first.held(), "and keeps it"
    assert await second.held() is alone

    await first.release()
    assert await second.held()
    assert await first.held() is alone
    await second.release()


async def test_when_the_leaders_connection_dies_the_other_takes_over(
    postgres: str, database: Database
) -> None:
    if database.url.get_backend_name() == "sqlite":
        return
    url = database.url.render_as_string(hide_password=False)
    other = Database(url, Vault(SECRET), HandClock())
    leader, heir = Lease(database), Lease(other)
    assert await leader.held()
    assert not await heir.held()

    killer = await asyncpg.connect(url.replace("+asyncpg", ""))
    await killer.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks"
        " WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
    )
    await killer.close()

    assert await heir.held()
    assert not await leader.held(), "the old leader notices and steps down"
    assert not await leader.held()
    await heir.release()
    assert await leader.held(), "and may lead again"
    await leader.release()
    await other.close()


async def test_asking_again_and_again_uses_up_no_connections(database: Database) -> None:
    leader, waiting = Lease(database), Lease(database)
    assert await leader.held()
    for _ in range(30):
        await waiting.held()
    async with database.reading() as work:
        assert await work.conn.scalar(sa.text("SELECT 1")) == 1
    await leader.release()
    await waiting.release()
