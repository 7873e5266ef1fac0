"""Who comes in, as whom, how often; and the clear sentence for who does not."""

import json
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

from bot.channels.web.config import MAX_BODY, Persona, WebConfig
from bot.channels.web.sessions import Sessions
from bot.limits import Rate, client
from domain.people import Language
from wording import Phrases


@dataclass(frozen=True, slots=True)
class Visit:
    """A session, and the persona it plays (None: itself)."""

    session: str
    persona: Persona | None

    @property
    def address(self) -> str:
        return address_of(self.session, self.persona)


def address_of(session: str, persona: Persona | None) -> str:
    """The address under which the desk knows a session in a persona's shoes."""
    return session if persona is None else f"{session}.{persona.key}"


class Door:
    """Checks every request before anything is done for it."""

    def __init__(self, config: WebConfig, phrases: Phrases) -> None:
        self._config = config
        self._phrases = phrases
        self._own = urlsplit(config.base_url).netloc
        self.sessions = Sessions(config)
        self._messages = Rate(config.messages_per_10s, 10)
        self._files = Rate(config.files_per_10s, 10)
        self._newcomers = Rate(config.new_sessions_per_minute, 60)

    def problem(
        self, kind: type[web.HTTPException], name: str, wait: float = 0.0
    ) -> web.HTTPException:
        """An answer with one sentence in both languages, for the page to show."""
        sentences = {
            language.value: self._phrases[language](f"web.{name}") for language in Language
        }
        headers = {"Retry-After": str(max(1, round(wait)))} if wait else None
        text = json.dumps({"error": name, **sentences}, ensure_ascii=False)
        return kind(text=text, content_type="application/json", headers=headers)

    def visit(self, request: web.Request) -> Visit:
        """The session of the request and the persona it asks for. Raises 401 or 404."""
        session = self.sessions.read(request)
        if session is None:
            raise self.problem(web.HTTPUnauthorized, "no_session")
        wanted = request.query.get("as", "")
        persona = self._config.by_key.get(wanted)
        if wanted and persona is None:
            raise self.problem(web.HTTPNotFound, "no_such_page")
        return Visit(session, persona)

    def same_origin(self, request: web.Request) -> None:
        """Only our own page may post: browsers name the page a request comes from. Raises 403."""
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin", "")
        trusted = urlsplit(origin).netloc in (request.host, self._own) and bool(origin)
        if site not in (None, "same-origin") or not (trusted or (site and not origin)):
            raise self.problem(web.HTTPForbidden, "foreign")

    def newcomer(self, request: web.Request) -> str:
        """A new session for this client. Raises 429."""
        if wait := self._newcomers.take(self.client(request)):
            raise self.problem(web.HTTPTooManyRequests, "crowded", wait)
        return self.sessions.new()

    def message(self, visit: Visit) -> None:
        """One more message of this session. Raises 429."""
        if wait := self._messages.take(visit.session):
            raise self.problem(web.HTTPTooManyRequests, "slow", wait)

    def file(self, visit: Visit) -> None:
        """One more drawing for this session. Raises 429."""
        if wait := self._files.take(visit.session):
            raise self.problem(web.HTTPTooManyRequests, "slow", wait)

    async def body(self, request: web.Request) -> bytes:
        """The request's body. Raises 413."""
        body = bytearray()
        async for piece in request.content.iter_chunked(8192):
            body += piece
            if len(body) > MAX_BODY:
                raise self._too_large(len(body))
        return bytes(body)

    def _too_large(self, size: int) -> web.HTTPException:
        known = self.problem(web.HTTPBadRequest, "too_long")
        return web.HTTPRequestEntityTooLarge(
            MAX_BODY, size, text=known.text, content_type="application/json"
        )

    def client(self, request: web.Request) -> str:
        """The client's address; behind a proxy of ours, the one that the proxy saw last."""
        return client(request, self._config.behind_proxy)
