"""Who is alive: a process that is gone is noticed within a few looks, and what it held is taken up."""

from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from domain.messages import Lane, Message
from storage import inbox, migrate, outbox
from storage.database import Database
from storage.outbox import Letter
from storage.presence import LOOKS, Presence, alive
from storage.tables.messaging import outbox as rows
from storage.vault import Vault
from tests.support.clock import HandClock
from tests.support.postgres import drop_database, new_database
from tests.support.prepared import SECRET


def another(database: Database) -> Database:
    """The same database as another process opens it, on the same clock."""
    url = database.url.render_as_string(hide_password=False)
    return Database(url, Vault(SECRET), database.clock)


@pytest.fixture
async def other(database: Database) -> AsyncIterator[Database]:
    made = another(database)
    yield made
    await made.close()


async def owes(database: Database, text: str) -> None:
    async with database.writing() as work:
        where = (await inbox.address_ids(work, [("memory", "wang")]))["memory", "wang"]
        await outbox.owe(work, [Letter(where, Message(text), Lane.EMERGENCY)])


async def states(database: Database) -> dict[str, str]:
    async with database.reading() as work:
        found = await work.conn.execute(sa.select(rows.c.body, rows.c.state))
        return {row.body["html"]: row.state for row in found}


async def looks(presence: Presence, times: int) -> set[int]:
    """What the last of some looks tells; those before it must tell nothing."""
    for _ in range(times - 1):
        assert await presence.look() == set()
    return await presence.look()


async def test_what_a_dead_process_held_is_taken_up_within_a_few_looks(
    database: Database, other: Database, clock: HandClock
) -> None:
    mine, theirs = Presence(database), Presence(other)
    await theirs.look()
    await looks(mine, LOOKS)
    await owes(other, "他们的")
    await owes(database, "我们的")
    if database.url.get_backend_name() == "sqlite":
        assert await mine.look() == set(), "one process, which takes all up when it starts"
        return
    assert (mine.processes, theirs.processes) == (2, 1)
    assert await mine.look() == set()

    await theirs.leave()
    dead = await looks(mine, LOOKS)
    assert dead == {other.process}
    async with database.writing() as work:
        assert await outbox.recover(work, dead=dead) == {"unknown": 0, "queued": 1}
    assert await states(database) == {"他们的": "queued", "我们的": "sending"}
    assert mine.processes == 1
    assert await looks(mine, LOOKS + 1) == set(), "and once is enough"
    await mine.leave()


async def test_one_that_died_before_we_came_is_found_too(
    database: Database, other: Database
) -> None:
    if database.url.get_backend_name() == "sqlite":
        return
    before = Presence(other)
    await before.look()
    await owes(other, "留下的")
    await before.leave()

    after = Presence(database)
    dead = await looks(after, LOOKS)
    async with database.writing() as work:
        await outbox.recover(work, dead=dead)
    assert await states(database) == {"留下的": "queued"}
    await after.leave()


async def test_who_lost_only_the_connection_is_not_dead(
    database: Database, other: Database
) -> None:
    if database.url.get_backend_name() == "sqlite":
        return
    mine, theirs = Presence(database), Presence(other)
    await theirs.look()
    await looks(mine, LOOKS)
    await owes(other, "他们的")
    async with database.reading() as work:
        await work.conn.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory'"
                f" AND objid = {other.process}"
            )
        )
    assert await looks(mine, LOOKS - 1) == set(), "the others give it time"
    await theirs.look()
    assert await looks(mine, LOOKS) == set()
    assert mine.processes == 2
    await mine.leave()
    await theirs.leave()


async def test_processes_of_another_database_do_not_count(
    database: Database, postgres: str
) -> None:
    if database.url.get_backend_name() == "sqlite":
        return
    url = await new_database(postgres)
    elsewhere = Database(url, Vault(SECRET), HandClock())
    await migrate.upgrade(elsewhere)
    stranger = Presence(elsewhere)
    await stranger.look()
    async with database.reading() as work:
        assert elsewhere.process not in await alive(work)
    await stranger.leave()
    await elsewhere.close()
    await drop_database(postgres, url)


async def test_a_tool_is_no_process(database: Database) -> None:
    async with database.reading() as work:
        assert await alive(work) == set()
        assert work.process == 0
