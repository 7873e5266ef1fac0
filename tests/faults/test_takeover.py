"""SIGKILL while a cry for help is on the wire: on PostgreSQL somebody else sends it within seconds.

The claims are the real ones, of half a minute: what makes it quick is that PostgreSQL notices the death.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
import sqlalchemy as sa

from storage.outbox import CLAIM
from storage.presence import alive
from storage.tables.messaging import outbox
from storage.tables.people import addresses
from tests.botapi import TOKEN, RemoteBotApi
from tests.faults.process import Forked, Process, Stage
from tests.faults.rig import ELDER, WORKER, House
from tests.faults.test_kill import until_quiet
from tests.support.postgres import drop_database, new_database

SECONDS = 15.0
"""Two or three on a quiet machine; far from the half minute of a claim on a busy one."""


@pytest_asyncio.fixture(loop_scope="session")
async def house(postgres: str) -> AsyncIterator[House]:
    url = await new_database(postgres)
    made = House(url)
    await made.move_in(2)
    yield made
    await made.close()
    await drop_database(postgres, url)


@pytest_asyncio.fixture(loop_scope="session")
async def api() -> AsyncIterator[RemoteBotApi]:
    async with RemoteBotApi(TOKEN, webhook_pause=0.05) as made:
        yield made


async def press_and_kill(api: RemoteBotApi, house: House, victim: Process) -> None:
    """The platform takes the card and does not answer; in that moment the process dies."""
    await api.act(*({"user": who, "starts": ""} for who in (ELDER, WORKER, WORKER + 1)))
    await until_quiet(api, house)
    await api.fault(method="sendMessage", chat=WORKER, lost="hang", times=1)
    await api.act({"user": ELDER, "says": "🆘 一键求助"})
    async with asyncio.timeout(20):
        while not (await told(api, ELDER) and await holders(house)):  # noqa: ASYNC110  (another process)
            await asyncio.sleep(0.05)
    assert not await told(api, WORKER)
    (holder,) = await holders(house)
    await victim.kill()
    async with house.database.reading() as work:
        assert holder not in await alive(work), "it was the victim that had it in hand"


async def holders(house: House) -> set[int]:
    """The numbers of the processes that have a message to the worker in hand."""
    async with house.database.reading() as work:
        in_hand = (
            sa.select(outbox.c.claimed_by)
            .join(addresses, addresses.c.id == outbox.c.address_id)
            .where(outbox.c.state == "sending", addresses.c.address == str(WORKER))
        )
        return {int(number) for number in await work.conn.scalars(in_hand)}


async def told(api: RemoteBotApi, who: int) -> bool:
    """Whether that chat has been told of the request: the elder that it is stored, the worker of her."""
    return any(one["chat_id"] == who and "求助" in str(one["text"]) for one in await api.sent())


async def seconds_until_told(api: RemoteBotApi) -> float:
    started = time.monotonic()
    async with asyncio.timeout(CLAIM.total_seconds() * 2):
        while not await told(api, WORKER):  # noqa: ASYNC110  (another process)
            await asyncio.sleep(0.05)
    return time.monotonic() - started


async def test_the_same_process_started_again_sends_it(
    stage: Stage, house: House, api: RemoteBotApi, tmp_path: Path
) -> None:
    async with Forked(stage, house.url, tmp_path, api=api.url, mode="webhook") as process:
        await press_and_kill(api, house, process)
        await process.start()
        assert await seconds_until_told(api) < SECONDS, process.said()[-2000:]


async def test_another_process_sends_it(
    stage: Stage, house: House, api: RemoteBotApi, tmp_path: Path
) -> None:
    heir_folder = tmp_path / "heir"
    heir_folder.mkdir()
    async with (
        # It takes no turn from the other, who is quicker to hear of it; only what that one leaves.
        Forked(stage, house.url, heir_folder, api=api.url, mode="webhook", sweep=60) as heir,
        # Telegram calls this one.
        Forked(stage, house.url, tmp_path, api=api.url, mode="webhook") as victim,
    ):
        await press_and_kill(api, house, victim)
        assert await seconds_until_told(api) < SECONDS, heir.said()[-2000:]
