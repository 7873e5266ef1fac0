"""getUpdates: the long poll, its confirmation by offset and its conflicts."""

from __future__ import annotations

import asyncio

from tests.botapi.errors import conflict
from tests.botapi.updates import Update, UpdateQueue

MAX_SECONDS = 50  # of one long poll, `LONG_POLL_MAX_TIMEOUT` of the server
MAX_UPDATES = 100  # in one answer

_OTHER_POLL = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
_LATE = "late"
_WEBHOOK_SET = "terminated by setWebhook request"


class LongPoll:
    """At most one request waits; a second one throws the first out, as on the platform."""

    def __init__(self, queue: UpdateQueue) -> None:
        self._queue = queue
        self._waiting: asyncio.Future[str] | None = None

    @property
    def waiting(self) -> bool:
        return self._waiting is not None

    def wake(self) -> None:
        """Something is there to fetch."""
        self._settle("")

    def terminate(self) -> None:
        """setWebhook ends a poll in progress."""
        self._settle(_WEBHOOK_SET)

    def _settle(self, why: str) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(why)

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Update]:
        """Waits up to `seconds` for updates from `offset` on."""
        deadline = asyncio.get_running_loop().time() + min(seconds, MAX_SECONDS)
        limit = min(max(limit, 1), MAX_UPDATES)
        found = self._queue.read(offset, limit)
        while not found and seconds > 0:
            self._settle(_OTHER_POLL)
            if not await self._wait(deadline):
                break
            found = self._queue.read(offset, limit)
        return found

    async def _wait(self, deadline: float) -> bool:
        """True when there may be something, False when the time is over."""
        loop = asyncio.get_running_loop()
        mine: asyncio.Future[str] = loop.create_future()
        self._waiting = mine
        timer = loop.call_at(deadline, _end, mine)
        try:
            why = await mine
        finally:
            timer.cancel()
            if self._waiting is mine:
                self._waiting = None
        if why not in ("", _LATE):
            raise conflict(why)
        return why == ""


def _end(waiting: asyncio.Future[str]) -> None:
    if not waiting.done():
        waiting.set_result(_LATE)
