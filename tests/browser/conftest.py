"""A house with the demonstration's personas, and one without, each with its scripted desk."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from storage.database import Database
from tests.bot.channels.web_house import (
    House,
    a_config,
    a_house,
    make_database,
    people_of_the_demo,
)
from tests.browser.chromium import chromium, need_chromium
from tests.browser.desk import answer


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await make_database(tmp_path)
    yield database
    await database.close()


@pytest.fixture
async def house(database: Database) -> AsyncIterator[House]:
    async with a_house(database, a_config(place="海棠社区"), answer) as house:
        yield house


@pytest.fixture
async def demo(database: Database) -> AsyncIterator[House]:
    personas = await people_of_the_demo(database)
    async with a_house(database, a_config(personas=personas, place="海棠社区"), answer) as house:
        yield house


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    need_chromium()
    async with chromium() as browser:
        yield browser
