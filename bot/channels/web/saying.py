"""POST /chat/hello and /chat/send: a page introduces itself, and a person says something."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
import structlog
from aiohttp import web

from bot.channels.base import Received, Store
from bot.channels.web.config import Persona, WebConfig
from bot.channels.web.door import Door, Visit, address_of
from bot.channels.web.posted import (
    CHANNEL,
    MalformedError,
    Posted,
    TooLongError,
    language_of,
    parse,
)
from bot.channels.web.transcript import NoNumberError, Transcript
from domain.messages import message_to_json
from storage.database import Clock
from storage.web import OWN, Line

_log = structlog.get_logger()
AWAY = (sa.exc.SQLAlchemyError, OSError, NoNumberError)
"""What a database that is away, or too busy, looks like; whoever asked tries again."""


class Saying:
    """Takes what people say: their own words onto the page first, then the update into the inbox.

    In this order the words stand above the answer. Both are keyed by the page's id, so whoever is
    not told 202 simply repeats.
    """

    def __init__(self, config: WebConfig, door: Door, transcript: Transcript, clock: Clock) -> None:
        self._config = config
        self._door = door
        self._transcript = transcript
        self._clock = clock
        self._store: Store | None = None

    def listen(self, store: Store | None) -> None:
        """From now on hand updates to `store`; None: take nothing more."""
        self._store = store

    async def hello(self, request: web.Request) -> web.Response:
        """Give the page its session, and the personas where there are any."""
        self._door.same_origin(request)
        known = self._door.sessions.read(request)
        said = {"new": known is None, **self._personas()}
        session = known or self._door.newcomer(request)
        response = web.json_response(said, headers={"Cache-Control": "no-store"})
        self._door.sessions.give(response, session)
        return response

    async def send(self, request: web.Request) -> web.Response:
        """Take one thing said; 202 when it is stored for good."""
        self._door.same_origin(request)
        visit = self._door.visit(request)
        self._door.message(visit)
        posted = self._parse(await self._door.body(request))
        language = request.query.get("lang", "")[:20]
        accepted = request.headers.get("Accept-Language", "")
        await self.take(visit, posted, language or language_of(accepted))
        return web.json_response({"id": posted.id}, status=202)

    async def take(self, visit: Visit, posted: Posted, language: str) -> None:
        """Store the words and the update. Raises 503 when that cannot be done now."""
        if self._store is None:
            raise self._door.problem(web.HTTPServiceUnavailable, "away", 2)
        now = self._clock()
        try:
            await self._show(visit, posted)
            await self._store(self._received(visit, posted, language, now))
        except AWAY as error:
            _log.warning("web.not_stored", why=type(error).__name__)
            raise self._door.problem(web.HTTPServiceUnavailable, "away", 2) from error

    async def begin(self, visit: Visit) -> None:
        """A persona whose page has no keyboard yet: the desk greets it, once."""
        await self.take(visit, Posted("start", action="start"), "")

    async def addresses(self, session: str) -> dict[str, int]:
        """The ids of the session's own address and of all its personas', each bound to its person.

        All at once, so that a help press in one persona reaches the others before they are opened.
        """
        shoes: list[Persona | None] = [None, *self._config.personas]
        return await self._transcript.settle(
            {address_of(session, one): None if one is None else one.person_id for one in shoes}
        )

    async def _show(self, visit: Visit, posted: Posted) -> None:
        address_id = (await self.addresses(visit.session))[visit.address]
        words = posted.words
        if words is None:
            return
        line = Line(address_id, f"{OWN}{posted.id}", mine=True, body=message_to_json(words))
        try:
            await self._transcript.append(line)
        except sa.exc.IntegrityError:
            self._transcript.forget(visit.address)  # the address was erased behind our back
            raise

    def _received(self, visit: Visit, posted: Posted, language: str, now: datetime) -> Received:
        payload = posted.payload(visit.address, language, now)
        return Received(CHANNEL, f"{visit.address}:{posted.id}", visit.address, payload)

    def _parse(self, body: bytes) -> Posted:
        try:
            return parse(body)
        except TooLongError as error:
            raise self._door.problem(web.HTTPUnprocessableEntity, "too_long") from error
        except MalformedError as error:
            raise self._door.problem(web.HTTPBadRequest, "malformed") from error

    def _personas(self) -> dict[str, Any]:
        if not self._config.personas:
            return {}
        return {"personas": [[p.key, dict(p.labels)] for p in self._config.personas]}
