"""A desk of made-up people, whose statements run where they are asked for, does as the usual one."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import sqlalchemy as sa
import sqlalchemy.exc

from domain.messages import Lane, Message
from storage import outbox
from storage.database import Database
from storage.outbox import Letter
from storage.tables.messaging import outbox as owed
from storage.tables.people import addresses
from storage.vault import Vault
from tests.storage.test_driver import a_day, somebody, stored
from tests.support.clock import HandClock
from tests.support.prepared import SECRET

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
async def made_up(database: Database, clock: HandClock) -> AsyncIterator[Database]:
    """In the same file."""
    opened = Database(f"sqlite:///{database.url.database}", Vault(SECRET), clock, made_up=True)
    yield opened
    await opened.close()


async def test_a_statement_does_the_same_the_first_time_and_every_time_after(
    database: Database, made_up: Database
) -> None:
    async with database.writing(keep=False) as work:
        usual = await a_day(work), await stored(work)
    for _ in range(3):
        async with made_up.writing(keep=False) as work:
            assert (await a_day(work), await stored(work)) == usual


async def test_what_a_statement_itself_says_is_not_taken_for_what_it_is_given(
    made_up: Database,
) -> None:
    def who(name: str) -> Any:
        return sa.select(addresses.c.address).where(
            addresses.c.address == name, addresses.c.channel.in_(["memory", "it's ?"])
        )

    one, other = who("wang"), who("li")  # the same text with other values
    async with made_up.writing() as work:
        await somebody(work, "wang")
        await somebody(work, "li")
    async with made_up.reading() as work:
        for _ in range(4):
            assert await work.conn.scalar(one) == "wang"
            assert list(await work.conn.scalars(other)) == ["li"]


MANY = sa.select(sa.func.count()).select_from(addresses)


async def a_fault(made_up: Database) -> None:
    async with made_up.writing() as work:
        wang = await somebody(work)
        await outbox.owe(work, [Letter(wang, Message("好的"), Lane.ROUTINE)])
        async with made_up.reading() as beside:
            assert await beside.conn.scalar(MANY) == 0, "not committed"
        await outbox.owe(work, [Letter(987654, Message("无主"), Lane.ROUTINE)])


async def test_a_fault_leaves_nothing(made_up: Database) -> None:
    for _ in range(4):
        with pytest.raises(sqlalchemy.exc.IntegrityError) as raised:
            await a_fault(made_up)
        assert "无主" not in str(raised.value)
    async with made_up.reading() as work:
        assert await work.conn.scalar(sa.select(sa.func.count()).select_from(owed)) == 0
        assert await work.conn.scalar(MANY) == 0
