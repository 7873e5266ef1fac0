"""Processes that send with one bot divide what the platform allows it, as they come and go."""

import asyncio

from storage.database import Database
from storage.presence import Presence
from storage.vault import Vault
from tests.support.desk import Desk
from tests.support.prepared import SECRET
from tests.support.scripted import PacedChannel


async def shares(channel: PacedChannel, processes: int) -> None:
    async with asyncio.timeout(10):
        while channel.processes != processes:  # noqa: ASYNC110  (the desk looks once a second)
            await asyncio.sleep(0.05)


async def test_a_desk_takes_its_part_of_the_rates(desk: Desk) -> None:
    if desk.database.url.get_backend_name() == "sqlite":
        return  # one process there is
    channel = PacedChannel(burst=3)
    desk.app.channels = {"memory": channel}
    url = desk.database.url.render_as_string(hide_password=False)
    others = [Database(url, Vault(SECRET), desk.clock) for _ in range(2)]
    here = [Presence(database) for database in others]
    for presence in here:
        await presence.look()
    await shares(channel, 3)
    await here[0].leave()
    await shares(channel, 2)
    await here[1].leave()
    await shares(channel, 1)
    for database in others:
        await database.close()
