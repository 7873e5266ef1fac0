"""The running demonstration, as `make run` opens it, and its pages in any look."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from bot.app import App
from bot.demo import load_sample
from bot.parts import Parts
from bot.settings import read_settings
from knowledge import Knowledge
from storage import migrate, passes, people
from storage.database import Clock, Database
from tests.support.prepared import SECRET


async def sampled(database: Database) -> None:
    """The sample community."""
    await migrate.upgrade(database)
    await load_sample(database)


@asynccontextmanager
async def demonstration(url: str, knowledge: Knowledge, clock: Clock) -> AsyncIterator[App]:
    """On a free port, over a database that holds the sample community."""
    settings = read_settings(
        _env_file=None,
        database_url=url,
        secret_key=SECRET,
        web_port=0,
        telegram_token=None,
        probe_minutes=0,
    )
    app = await App.open(Parts.make(settings, clock=clock, knowledge=knowledge))
    await app.start()
    yield app
    await app.stop()


async def link_for_the_head(app: App, page: str) -> str:
    """What the head of the community is sent to open a page; good for once."""
    async with app.parts.database.writing() as work:
        head = await people.person_by_code(work, "head")
        assert head is not None
        return f"{app.address}/{page}#key={await passes.issue(work, head.id)}"


async def check(page: Page, look: str) -> None:
    """axe-core finds nothing to object to."""
    results = await Axe().run(page)
    assert results.violations_count == 0, f"{look}\n{results.generate_report()}"
