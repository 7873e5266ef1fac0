"""The transcript as the channel uses it: group-committed writing, and pages that hear of it."""

import asyncio
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
import structlog

from bot.batch import Batcher
from bot.channels.web.hub import Hub
from storage import web as store
from storage.database import Database
from storage.web import Line, Written

_log = structlog.get_logger()
_ROUNDS = 20
_MOST_KNOWN = 50_000


class NoNumberError(Exception):
    """Other processes took every number we asked for; worth another try."""


class Transcript:
    """Writes lines and tells the open pages; looks for lines that other processes wrote."""

    def __init__(self, database: Database, hub: Hub, poll: float) -> None:
        self._database = database
        self._hub = hub
        self._pause = poll
        self._ids: dict[str, int] = {}
        self._batch = Batcher(self._commit)
        self._poller: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._poller = asyncio.create_task(self._poll())

    async def stop(self) -> None:
        if self._poller is not None:
            self._poller.cancel()
            await asyncio.wait([self._poller])
        await self._batch.drain()

    async def append(self, line: Line) -> Written:
        """Write a line for good, and wake the pages that show its address."""
        written = await self._batch(line)
        self._hub.tell({line.address_id: written.seq})
        return written

    async def settle(self, persons: Mapping[str, int | None]) -> dict[str, int]:
        """The ids of these addresses, made and bound to their persons when first seen here."""
        if not all(address in self._ids for address in persons):
            if len(self._ids) > _MOST_KNOWN:
                self._ids.clear()
            async with self._database.writing() as work:
                self._ids.update(await store.settle(work, persons))
        return {address: self._ids[address] for address in persons}

    def known(self, address: str) -> int:
        """The id of an address that was seen here, else 0, which nobody has."""
        return self._ids.get(address, 0)

    def forget(self, address: str) -> None:
        """Look the address up again next time."""
        self._ids.pop(address, None)

    async def _commit(self, lines: Sequence[Line]) -> list[Written]:
        done: dict[tuple[int, str], Written] = {}
        for _ in range(_ROUNDS):
            open_lines = [line for line in lines if line.key not in done]
            if not open_lines:
                return [done[line.key] for line in lines]
            async with self._database.writing() as work:
                done |= await store.append(work, open_lines)
        raise NoNumberError(NoNumberError.__doc__)

    async def _poll(self) -> None:
        """Once in a while, one query for all the addresses that are looked at."""
        while True:
            await asyncio.sleep(self._pause)
            watched = self._hub.watched()
            if not watched:
                continue
            try:
                async with self._database.reading() as work:
                    heads = await store.heads(work, watched)
            except (sa.exc.SQLAlchemyError, OSError) as error:
                _log.warning("web.poll_failed", why=type(error).__name__)
            else:
                self._hub.tell(heads)
