"""GET /chat/events: the page's live line, which loses and repeats nothing."""

import asyncio
import contextlib
import time

from aiohttp import web

from bot.channels.web import wire
from bot.channels.web.config import WebConfig
from bot.channels.web.door import Door, Visit, address_of
from bot.channels.web.hub import Hub, Stream
from bot.channels.web.saying import AWAY, Saying
from storage import web as store
from storage.database import Database

_HEADERS = {
    "Content-Type": "text/event-stream; charset=utf-8",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
}
_PAGE = 200
_BEAT = b": beat\n" + wire.event("beat", {})


class Events:
    """Sends what stands behind the number the page has, then what is added while it stays."""

    def __init__(
        self, config: WebConfig, door: Door, hub: Hub, saying: Saying, database: Database
    ) -> None:
        self._config = config
        self._door = door
        self._hub = hub
        self._saying = saying
        self._database = database

    async def listen(self, request: web.Request) -> web.StreamResponse:
        """Answer with a stream that ends when either side goes."""
        visit = self._door.visit(request)
        seq = self._position(request)
        try:
            stream = await self._stream(visit)
        except AWAY as error:
            raise self._door.problem(web.HTTPServiceUnavailable, "away", 2) from error
        response = web.StreamResponse(headers=_HEADERS)
        await response.prepare(request)
        self._hub.open(stream)
        live = _Live(self._config, self._database, self._hub, visit, stream, response)
        try:
            # The page is gone, or it comes back when the database does.
            with contextlib.suppress(*AWAY, ConnectionError, web.HTTPServiceUnavailable):
                await live.run(seq, self._saying)
        finally:
            self._hub.leave(stream)
        return response

    async def _stream(self, visit: Visit) -> Stream:
        ids = await self._saying.addresses(visit.session)
        others = {
            ids[address_of(visit.session, one)]: one.key
            for one in self._config.personas
            if one != visit.persona
        }
        return Stream(visit.session, ids[visit.address], others)

    def _position(self, request: web.Request) -> int:
        """The last number the page has: what it says, or what its browser remembers."""
        given = (request.query.get("after", ""), request.headers.get("Last-Event-ID", ""))
        known = [int(one) for one in given if one.isascii() and one.isdigit() and len(one) < 10]
        return max(known, default=0)


class _Live:
    """One stream's loop and where it stands."""

    def __init__(
        self,
        config: WebConfig,
        database: Database,
        hub: Hub,
        visit: Visit,
        stream: Stream,
        response: web.StreamResponse,
    ) -> None:
        self._config = config
        self._database = database
        self._hub = hub
        self._visit = visit
        self._stream = stream
        self._response = response
        self._elsewhere: dict[int, int] = {}
        self._seq = 0

    async def run(self, seq: int, saying: Saying) -> None:
        self._seq = seq
        await self._look_around()
        # A number beyond the last one is from before the database was made anew.
        if seq == 0 or seq > self._hub.heads.get(self._stream.address_id, 0):
            await self._begin(saying)
        spoken = time.monotonic()
        while not self._stream.closed:
            self._stream.wake.clear()
            if await self._catch_up() or time.monotonic() - spoken >= self._config.heartbeat:
                await self._response.write(_BEAT)
                spoken = time.monotonic()
            await self._wait(spoken + self._config.heartbeat - time.monotonic())
        if self._stream.displaced:
            await self._response.write(wire.event("displaced", {}))

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stream.wake.wait(), max(seconds, 0.01))

    async def _begin(self, saying: Saying) -> None:
        """The newest messages in one piece; a persona that was never greeted is greeted."""
        async with self._database.reading() as work:
            past = await store.newest(work, self._stream.address_id, self._config.history)
            visitor = await store.visitor(work, self._visit.address)
        visitor = visitor or store.Visitor(self._stream.address_id, False, None)
        self._seq = past.last
        data = wire.history(past, visitor, self._visit.persona)
        await self._response.write(wire.event("history", data, past.last))
        if self._visit.persona is not None and past.keyboard is None:
            await saying.begin(self._visit)

    async def _catch_up(self) -> bool:
        """Send what is new; whether there was anything."""
        spoke = False
        while self._stream.notices:
            await self._response.write(self._stream.notices.popleft())
            spoke = True
        for address_id, key in self._stream.others.items():
            head = self._hub.heads.get(address_id, 0)
            if head > self._elsewhere.get(address_id, 0):
                self._elsewhere[address_id] = head
                await self._response.write(wire.event("elsewhere", {"as": key, "seq": head}))
                spoke = True
        return await self._lines() or spoke

    async def _lines(self) -> bool:
        if 0 < self._hub.heads.get(self._stream.address_id, 0) <= self._seq:
            return False
        began = self._seq
        while True:
            async with self._database.reading() as work:
                entries = await store.after(work, self._stream.address_id, self._seq, _PAGE)
            for entry in entries:
                data = wire.line(entry, self._visit.persona)
                await self._response.write(wire.event("line", data, entry.seq))
                self._seq = entry.seq
            if len(entries) < _PAGE:
                return self._seq > began

    async def _look_around(self) -> None:
        """How far this page and the other personas' go, for the dots that say "unread"."""
        async with self._database.reading() as work:
            self._hub.tell(await store.heads(work, self._stream.address_ids))
