"""Fixtures for every room: both databases, a clock moved by hand, a whole running desk."""

import os
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Before python-telegram-bot is imported: its RetryAfter warns about the old type otherwise.
os.environ.setdefault("PTB_TIMEDELTA", "1")

from bot.building import lasting
from bot.parts import Parts
from bot.settings import read_settings
from knowledge import Knowledge
from storage.database import Database
from storage.vault import Vault
from tests.support.clock import HandClock
from tests.support.compiled import share_compiled
from tests.support.desk import Desk, Outfit, running_desk
from tests.support.logs import log_plainly
from tests.support.memory import look_seldom, use_memory
from tests.support.postgres import drop_database, new_database, postgres_server
from tests.support.prepared import SECRET, Preparation, Prepared, migrated, opened, settled
from tests.support.shipped import built_once, shipped_knowledge

use_memory()
look_seldom()
share_compiled()
log_plainly()
# By the clock on the wall every example would fail on a busy machine.
settings.register_profile("linli", deadline=None)
settings.load_profile("linli")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Hundreds of modules, the content and the libraries are loaded, a million objects: that these stay to
    the end and are not looked through again saves every tenth second."""
    with lasting():
        return (yield)


@pytest.fixture(autouse=True)
def _logs_of_its_own() -> Iterator[None]:
    """A test that sets up the log sets it up for itself alone."""
    yield
    log_plainly()


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The shipped content, loaded once."""
    return shipped_knowledge()


@pytest.fixture
def loaded_before(knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that reads the shipped content finds it loaded, as a process of its own would not."""
    monkeypatch.setattr(Knowledge, "shipped", lambda *_: knowledge)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server; its absence is a failure, not a skip."""
    with postgres_server() as address:
        yield address


@pytest.fixture
def clock() -> HandClock:
    """A Monday morning that lasts until it is moved."""
    return HandClock()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """An empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'linli.sqlite3'}"
        return
    server = request.getfixturevalue("postgres")
    url = await new_database(server)
    yield url
    await drop_database(server, url)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """Databases made ready once and copied for each test: migrated, and with the test community."""
    return Prepared(tmp_path_factory.mktemp("prepared"))


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(
    request: pytest.FixtureRequest, prepared: Prepared, tmp_path: Path, clock: HandClock
) -> AsyncIterator[Database]:
    """A migrated database of each kind."""
    async with prepared.copy(request, tmp_path, migrated) as url:
        made = Database(url, Vault(SECRET), clock)
        yield made
        await made.close()


@pytest.fixture(params=["sqlite", "postgresql"])
async def peopled(
    request: pytest.FixtureRequest, prepared: Prepared, tmp_path: Path, clock: HandClock
) -> AsyncIterator[Database]:
    """A database of each kind that holds the test community."""
    async with prepared.copy(request, tmp_path, settled) as url:
        made = Database(url, Vault(SECRET), clock)
        yield made
        await made.close()


@pytest.fixture
def outfit() -> Outfit:
    """What a desk has besides; a module whose desk needs more says so by a fixture of this name."""
    return Outfit()


@pytest.fixture
def preparation() -> Preparation:
    """What a desk's database holds; a module whose stories begin with more says so in the same way."""
    return opened


@pytest.fixture(params=["sqlite", "postgresql"])
async def desk(
    request: pytest.FixtureRequest,
    prepared: Prepared,
    preparation: Preparation,
    tmp_path: Path,
    knowledge: Knowledge,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
    outfit: Outfit,
) -> AsyncIterator[Desk]:
    """The whole desk on each database, spoken to over the memory channel."""
    monkeypatch.setattr("bot.content.built", built_once)
    async with (
        prepared.copy(request, tmp_path, preparation) as url,
        running_desk(url, knowledge, clock, outfit) as made,
    ):
        yield made


@pytest.fixture
def parts(tmp_path: Path, knowledge: Knowledge, clock: HandClock) -> Parts:
    """The parts of a process on SQLite, nothing started."""
    url = f"sqlite:///{tmp_path / 'linli.sqlite3'}"
    settings = read_settings(
        _env_file=None, database_url=url, secret_key="test" * 8, probe_minutes=0
    )
    return Parts.make(settings, clock=clock, knowledge=knowledge)
