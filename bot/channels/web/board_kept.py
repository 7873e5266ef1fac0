"""Boards that were counted, for as long as they hold: many may watch, and little happens."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Hashable
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage import help_board
from storage.database import Database

HOLDS = timedelta(seconds=30)
"""A board is counted again after so long, whatever was or was not seen to happen."""

_SHARE = 20
"""A board that took long to count is not counted again for so many times as long: however many look at a
whole city while it is busy, that takes at most a twentieth of the process."""

_PAUSE = 1.0
"""Seconds between two looks for what has happened, one for all who watch."""

_MOST = 1000


@dataclass(frozen=True, slots=True)
class Kept:
    """A board as it was sent: what it counted as of `at`, holding by itself until `until`."""

    body: bytes
    tag: str
    at: datetime
    until: datetime
    rest_until: float = 0.0
    """Before this moment of the monotonic clock it is not counted again."""


class Changes:
    """In which communities something stands in a log that was not there before."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._last = -_PAUSE
        self._ids: frozenset[int] = frozenset()
        self._stamps: dict[int, datetime] = {}
        self._looking = asyncio.Lock()

    async def look(self) -> None:
        """Ask the database, unless that was done a moment ago."""
        async with self._looking:
            if time.monotonic() - self._last < _PAUSE:
                return
            async with self._database.reading() as work:
                lines = await help_board.newest_lines(work)
                now = work.now
            self._stamps |= {place: now for line, place in lines if line not in self._ids}
            self._ids = frozenset(line for line, _ in lines)
            self._last = time.monotonic()

    def any_since(self, places: Collection[int], moment: datetime) -> bool:
        """Whether anything was seen to happen there at that moment or later."""
        stamps = (self._stamps.get(place) for place in places)
        return any(stamp is not None and stamp >= moment for stamp in stamps)


class Shelf:
    """Counts a board when it must, once for all who look at the same."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._changes = Changes(database)
        self._kept: dict[Hashable, Kept] = {}
        self._counting: dict[Hashable, asyncio.Lock] = {}

    async def get(
        self, key: Hashable, places: Collection[int], count: Callable[[], Awaitable[Kept]]
    ) -> Kept:
        """The board under that key, over these communities."""
        await self._changes.look()
        if len(self._kept) > _MOST:
            self._kept.clear()
            self._counting.clear()
        async with self._counting.setdefault(key, asyncio.Lock()):
            kept = self._kept.get(key)
            if kept is None or self._is_stale(kept, places):
                kept = self._kept[key] = await self._timed(count)
        return kept

    def _is_stale(self, kept: Kept, places: Collection[int]) -> bool:
        if time.monotonic() < kept.rest_until:
            return False
        over = self._database.clock() >= kept.until
        return over or self._changes.any_since(places, kept.at)

    async def _timed(self, count: Callable[[], Awaitable[Kept]]) -> Kept:
        began = time.monotonic()
        kept = await count()
        took = time.monotonic() - began
        return Kept(kept.body, kept.tag, kept.at, kept.until, began + took * (1 + _SHARE))
