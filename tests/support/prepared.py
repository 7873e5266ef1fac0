"""Databases that are made ready once a session and copied for each test."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot import content, questionnaires
from bot.loading import load
from knowledge.register import read_register
from storage import migrate
from storage.database import Database
from storage.vault import Vault
from tests.support.clock import HandClock
from tests.support.desk import running_desk
from tests.support.postgres import drop_database, new_database
from tests.support.shipped import shipped_knowledge

SECRET = "test" * 8
COMMUNITY = Path(__file__).parent / "community.yaml"

Preparation = Callable[[Database], Awaitable[None]]


async def migrated(database: Database) -> None:
    """Every table, nothing in them but the questionnaires that come with the program."""
    await migrate.upgrade(database)
    await questionnaires.bring_in(database)


async def settled(database: Database) -> None:
    """The same, and the test community."""
    await migrated(database)
    async with database.writing() as work:
        await load(work, read_register(COMMUNITY))


async def opened(database: Database) -> None:
    """The test community, and a desk that did that morning's jobs and was closed again: so no test
    does them anew.
    """
    await settled(database)
    address = database.url.render_as_string(hide_password=False)
    async with running_desk(address, shipped_knowledge(), HandClock()) as desk:
        await desk.tick()


async def published(database: Database) -> None:
    """The same, and the shipped guides as published, which a desk that opens there answers from."""
    await opened(database)
    await content.bring_in(database, shipped_knowledge().book)


class Prepared:
    """Templates by database and preparation."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._templates: dict[tuple[str, str], str] = {}

    @asynccontextmanager
    async def copy(
        self, request: pytest.FixtureRequest, folder: Path, preparation: Preparation
    ) -> AsyncIterator[str]:
        """The address of a fresh copy, of the kind that the fixture's parameter names."""
        if request.param == "sqlite":
            yield await self.file(folder, preparation)
            return
        server: str = request.getfixturevalue("postgres")
        template = await self._template("postgresql", preparation, server)
        url = await new_database(server, template)
        yield url
        await drop_database(server, url)

    async def file(self, folder: Path, preparation: Preparation) -> str:
        """The address of a fresh copy on SQLite."""
        copy = folder / "linli.sqlite3"
        shutil.copy(await self._template("sqlite", preparation, ""), copy)
        return f"sqlite:///{copy}"

    async def _template(self, kind: str, preparation: Preparation, server: str) -> str:
        key = (kind, preparation.__name__)
        if key not in self._templates:
            file = self._folder / f"{preparation.__name__}.sqlite3"
            url = f"sqlite:///{file}" if kind == "sqlite" else await new_database(server)
            database = Database(url, Vault(SECRET), HandClock())
            await preparation(database)
            await database.close()
            name = str(sa.make_url(url).database)
            self._templates[key] = str(file) if kind == "sqlite" else name
        return self._templates[key]
