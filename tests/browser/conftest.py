"""One browser for all its tests; the running demonstration; and a house with the demonstration's personas,
and one without, each with its scripted desk."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from bot.app import App
from knowledge import Knowledge
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
from tests.browser.running import demonstration, sampled
from tests.support.clock import HandClock
from tests.support.loops import share_loop
from tests.support.prepared import Prepared
from tests.support.shipped import built_once


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    share_loop(items, "tests/browser")


@pytest_asyncio.fixture(loop_scope="session")
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await make_database(tmp_path)
    yield database
    await database.close()


@pytest_asyncio.fixture(loop_scope="session")
async def house(database: Database) -> AsyncIterator[House]:
    async with a_house(database, a_config(place="海棠社区"), answer) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="session")
async def demo(database: Database) -> AsyncIterator[House]:
    personas = await people_of_the_demo(database)
    async with a_house(database, a_config(personas=personas, place="海棠社区"), answer) as house:
        yield house


@pytest_asyncio.fixture(loop_scope="session")
async def app(
    prepared: Prepared,
    tmp_path: Path,
    knowledge: Knowledge,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[App]:
    """The running demonstration, on a working morning."""
    monkeypatch.setattr("bot.content.built", built_once)
    url = await prepared.file(tmp_path, sampled)
    async with demonstration(url, knowledge, clock) as app:
        yield app


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Each test has windows, cookies and stores of its own in it."""
    need_chromium()
    async with chromium() as browser:
        yield browser
