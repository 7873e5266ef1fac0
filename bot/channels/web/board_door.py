"""Who may open the console: by their web chat, or by a key from any chat that opens it once."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from bot.channels.web.config import WebConfig
from bot.channels.web.door import Door
from bot.channels.web.saying import AWAY, Saying
from bot.limits import Rate
from domain.people import Language
from storage import passes, people
from storage.database import Database, Work
from wording import Phrases

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class BoardDoor:
    """Finds the person behind a request. What they may see is asked of the register each time."""

    def __init__(
        self, config: WebConfig, door: Door, saying: Saying, database: Database, phrases: Phrases
    ) -> None:
        self._door = door
        self._saying = saying
        self._database = database
        self._phrases = phrases
        self._secure = config.secure
        self.cookie = "__Host-linli-board" if config.secure else "linli-board"
        self._tries = Rate(20, 60)
        self._drawings = Rate(config.files_per_10s, 10)

    def refused(self, kind: type[web.HTTPException], key: str) -> web.HTTPException:
        """An answer with one sentence in both languages, for the page to show."""
        sentences = {language.value: self._phrases[language](key) for language in Language}
        error = key.rpartition(".")[2]
        text = json.dumps({"error": error, **sentences}, ensure_ascii=False)
        headers = {"Cache-Control": "no-store"}
        return kind(text=text, content_type="application/json", headers=headers)

    @asynccontextmanager
    async def reading(self, request: web.Request) -> AsyncIterator[tuple[Work, int]]:
        """A look at the database by whoever asks. Raises 401 for nobody."""
        address_id = await self._chat(request)
        async with self._database.reading() as work:
            yield work, await self._person(work, request, address_id)

    def kept(self, handler: Handler) -> Handler:
        """The handler, answering 503 with a sentence where the database is away."""

        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                return await handler(request)
            except AWAY as error:
                raise self.refused(web.HTTPServiceUnavailable, "console.busy") from error

        return answer

    async def _chat(self, request: web.Request) -> int | None:
        """The address of their web chat, where they have one; `as` says in whose shoes."""
        if self._door.sessions.read(request) is None:
            return None
        visit = self._door.visit(request)
        return (await self._saying.addresses(visit.session))[visit.address]

    async def _person(self, work: Work, request: web.Request, address_id: int | None) -> int:
        """A pass goes before the chat, for it was opened on purpose; who comes from the chat says so."""
        secret = request.cookies.get(self.cookie, "")
        if secret and "as" not in request.query:
            found = await passes.holder(work, secret)
            if found is not None:
                return found
        person = None if address_id is None else await people.at_address(work, address_id)
        if person is None:
            raise self.refused(web.HTTPUnauthorized, "console.no_session")
        return person.id

    def drawing(self, who_id: int) -> None:
        """One more table for this person. Raises 429."""
        if self._drawings.take(str(who_id)):
            raise self.refused(web.HTTPTooManyRequests, "console.slow_down")

    async def enter(self, request: web.Request) -> web.Response:
        """POST: the key becomes a session of this browser; a key that was used opens nothing."""
        self._door.same_origin(request)
        if self._tries.take(self._door.client(request)):
            raise self.refused(web.HTTPTooManyRequests, "console.slow_down")
        key = (await self._door.body(request)).decode("ascii", "replace")
        async with self._database.writing() as work:
            secret = await passes.enter(work, key)
        if secret is None:
            raise self.refused(web.HTTPForbidden, "console.key_used")
        response = web.Response(status=204, headers={"Cache-Control": "no-store"})
        response.set_cookie(
            self.cookie,
            secret,
            max_age=int(passes.SESSION_LASTS.total_seconds()),
            path="/",
            httponly=True,
            samesite="Strict",
            secure=self._secure,
        )
        return response

    async def leave(self, request: web.Request) -> web.Response:
        """POST: the pass ends, here and on the server."""
        self._door.same_origin(request)
        async with self._database.writing() as work:
            await passes.leave(work, request.cookies.get(self.cookie, ""))
        response = web.Response(status=204, headers={"Cache-Control": "no-store"})
        response.del_cookie(self.cookie, path="/", secure=self._secure, samesite="Strict")
        return response
