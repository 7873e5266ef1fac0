"""The real desk under a clock that is moved by hand, spoken to over everybody's telephones."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.app import App
from bot.channels.base import Parcel
from bot.loading import load
from bot.parts import Parts, tables
from bot.settings import Settings, read_settings
from bot.simulation.phones import Phones
from bot.simulation.town import Town, register
from domain.duty import DutyState
from domain.ladder import Ladder
from domain.messages import Incoming
from knowledge import Knowledge
from knowledge.register import RegisterError
from scheduler import jobs
from scheduler.duties import LATE
from storage import duties, inbox
from storage.database import Database
from storage.people import all_communities
from storage.tables.duties import duties as duty_rows
from storage.tables.messaging import outbox
from storage.tables.people import addresses, people
from storage.vault import Vault

_SECRET = "simulation" * 4
"""What is sealed with it is made up."""
_NEXT = sa.select(sa.func.min(duty_rows.c.next_at)).where(duty_rows.c.state < int(DutyState.CLOSED))


class Moved:
    """A clock that stands still until it is moved, and never goes back."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def to(self, moment: datetime) -> None:
        """It is that late now."""
        self.now = max(self.now, moment)


class Engine:
    """One desk with some communities in it."""

    def __init__(self, app: App, phones: Phones, clock: Moved) -> None:
        self._app = app
        self.phones = phones
        self.clock = clock
        self.database = app.parts.database
        self._jobs = {job.name: job for job in jobs(app.parts.policies.zone)}
        self._due: tuple[int, datetime | None] | None = None

    async def says(self, address: str, **what: Any) -> list[Parcel]:
        """Somebody says or taps something; returns all that was sent to anybody because of it."""
        await self.phones.receive(Incoming("memory", address, language_hint="zh", **what))
        await self._app.reception.idle(pause=0)
        return await self._sent()

    async def _sent(self) -> list[Parcel]:
        await self._app.delivery.drain(60)
        return self.phones.news()

    async def climb(self) -> list[Parcel]:
        """Every duty whose next step is due takes it, as the sweep of each second does."""
        await self._app.clockwork.run_if_due(self._jobs["escalate"])
        return await self._sent()

    async def look_at_surges(self) -> list[Parcel]:
        """Surge mode whose time is up is over, and the staff hear of what has begun or ended."""
        await self._app.clockwork.run_if_due(self._jobs["surge"])
        return await self._sent()

    async def lay_out_roster(self) -> None:
        """What happens every night."""
        await self._app.clockwork.run_if_due(self._jobs["roster"])

    async def next_due(self) -> datetime | None:
        """When the desk itself has something to do next; asked anew only when something was written."""
        changes = self.database.changes
        if self._due is not None and self._due[0] == changes:
            return self._due[1]
        async with self.database.reading() as work:
            found: datetime | None = await work.conn.scalar(_NEXT)
        self._due = None if changes is None else (changes, found)
        return found

    async def stuck(self) -> int:
        """Duties over which the watchdog barks."""
        async with self.database.reading() as work:
            return len(await duties.stuck(work, work.now - LATE))

    async def unsent(self) -> int:
        """Messages about requests that are owed and have not left."""
        waiting = outbox.c.state.in_(["queued", "sending"])
        async with self.database.reading() as work:
            found = await work.conn.scalar(
                sa.select(sa.func.count()).where(waiting, outbox.c.duty_id.is_not(None))
            )
        return int(found or 0)


async def prepare(url: str) -> None:
    """The tables, where they are not there."""
    async with tables(_settings(url)):
        pass


def _settings(url: str) -> Settings:
    return read_settings(_env_file=None, database_url=url, secret_key=_SECRET)


@asynccontextmanager
async def engine(
    url: str,
    towns: list[Town],
    starts: datetime,
    ladder: Ladder | None,
    knowledge: Knowledge | None = None,
) -> AsyncIterator[Engine]:
    """A desk on an empty database that is prepared: these communities are loaded, everybody is in their
    chat."""
    clock, phones = Moved(starts), Phones()
    settings = _settings(url)
    parts = Parts.make(settings, clock=clock, knowledge=knowledge)
    parts.database = Database(settings.database_url, Vault(settings.secret()), clock, made_up=True)
    if ladder is not None:
        ladders = {**parts.policies.ladders, "help": ladder}
        parts.policies = replace(parts.policies, ladders=ladders)
    try:
        await _settle(parts, towns)
    except BaseException:
        await parts.database.close()
        raise
    app = App(parts, [phones])
    await app.delivery.start(alone=True)
    await app.reception.start()
    await phones.start(app.reception.store)
    try:
        yield Engine(app, phones, clock)
    finally:
        await app.stop()


async def _settle(parts: Parts, towns: list[Town]) -> None:
    async with parts.database.writing() as work:
        if await all_communities(work):
            raise RegisterError("A year is played in an empty database; this one has communities.")
        await load(work, register(towns))
        await _enrol(work, [code for town in towns for code in town.people])


async def _enrol(work: Any, codes: Iterable[str]) -> None:
    """Everybody has opened their invitation."""
    pairs = [("memory", code) for code in codes]
    ids = await inbox.address_ids(work, pairs)
    known = {
        row.code: row.id for row in await work.conn.execute(sa.select(people.c.code, people.c.id))
    }
    bind = sa.update(addresses).where(addresses.c.id == sa.bindparam("which"))
    rows = [{"which": ids[pair], "who": known[pair[1]]} for pair in pairs]
    await work.conn.execute(bind.values(person_id=sa.bindparam("who")), rows)
