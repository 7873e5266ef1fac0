"""Whose request it is: key, signature and time checked; who is refused, and who hears of it."""

from collections.abc import Callable
from typing import Any

import structlog
from aiohttp import web
from prometheus_client import Counter

from bot.channels.device.trouble import trouble
from bot.limits import Rate, client
from domain.device import ending, is_fresh, same, signature
from domain.messages import Lane
from domain.people import Person
from storage import device
from storage.database import Database
from storage.operators import alert
from wording import Phrases

log = structlog.get_logger()

MAX_BODY = 4096
"""Bytes. A request is under 300."""
REFUSED_A_MINUTE = 30
"""Refusals a client address is told the reason of; who signs well is never counted."""
UNKNOWN_AN_HOUR = 20
"""Devices that are not on record of which people are told, by platform: a fault there is no flood here."""


class Door:
    """Checks what comes before anything is done for it."""

    def __init__(
        self,
        database: Database,
        phrases: Phrases,
        operator: str,
        outcomes: Counter,
        behind_proxy: bool = False,
    ) -> None:
        self._database = database
        self._phrases = phrases
        self._operator = operator
        self._outcomes = outcomes
        self._behind_proxy = behind_proxy
        self._refused = Rate(REFUSED_A_MINUTE, 60)
        self._told = Rate(1, 60)
        self._named = Rate(1, 3600)
        self._unknown = Rate(UNKNOWN_AN_HOUR, 3600)

    async def signed(self, request: web.Request) -> tuple[str, bytes]:
        """The platform that signed the request, and the body. Raises 401, 413 or 429."""
        body = await self._body(request)
        name, timestamp, given = (
            request.headers.get(f"Linli-{part}", "") for part in ("Key", "Timestamp", "Signature")
        )
        if not (name and timestamp and given):
            raise self.refuse(request, "unsigned")
        async with self._database.reading() as work:
            key = await device.key(work, name[:40])
        if key is None:
            raise await self._suspect(request, "unknown_key")
        expected = signature(key.secret, timestamp, request.method, request.path, body)
        if not same(given.removeprefix("sha256="), expected):
            raise await self._suspect(request, "bad_signature", key.platform)
        now = self._database.clock()
        if key.expires_at is not None and key.expires_at <= now:
            raise await self._suspect(request, "revoked_key", key.platform)
        if not is_fresh(timestamp, now):
            raise await self._suspect(request, "stale", key.platform, now=int(now.timestamp()))
        return key.platform, body

    async def _body(self, request: web.Request) -> bytes:
        body = bytearray()
        async for piece in request.content.iter_chunked(MAX_BODY):
            body += piece
            if len(body) > MAX_BODY:
                raise self.refuse(request, "too_large")
        return bytes(body)

    def refuse(self, request: web.Request, code: str, **more: Any) -> web.HTTPException:
        """The answer for who is not let in; who comes too often is not told why any more."""
        self._outcomes.labels(code).inc()
        log.warning("device.refused", why=code)
        if wait := self._refused.take(client(request, self._behind_proxy)):
            return trouble("crowded", wait=wait)
        return trouble(code, **more)

    async def _suspect(
        self, request: web.Request, code: str, platform: str = "", **more: object
    ) -> web.HTTPException:
        """Refused, and a person hears of it: presses of real people may be lost this way."""
        about = "unknown_key" if code == "revoked_key" else code
        trouble_name = f"device:{about}:{platform}"
        if not self._told.take(trouble_name):
            await self._tell(
                trouble_name,
                Lane.CONVERSATION,
                lambda one: self._phrases[one.language](f"device.alert_{about}", platform=platform),
            )
        return self.refuse(request, code, **more)

    async def unknown(self, platform: str, number: str, *, help_wanted: bool) -> web.HTTPException:
        """A device that nobody put on record. Who pressed it may be waiting: people are told which."""
        self._outcomes.labels("unknown_device").inc()
        log.error("device.unknown", platform=platform, number=ending(number))
        key = "unknown_device" if help_wanted else "unknown_device_other"
        # A press is told apart from what else came of it, and one that repeats takes nobody's place.
        again = self._named.take(f"{key}:{platform}:{number}")
        if not again and not self._unknown.take(f"{key}:{platform}"):
            about = {"platform": platform, "number": number}
            async with self._database.reading() as work:
                code = device.code_of(work, platform, number)
            await self._tell(
                f"{key}:{code}",
                Lane.EMERGENCY if help_wanted else Lane.CONVERSATION,
                lambda one: self._phrases[one.language](f"device.alert_{key}", **about),
            )
        return trouble("unknown_device")

    async def _tell(self, name: str, lane: Lane, text: Callable[[Person], str]) -> None:
        """Stored for the sweep to send, for no turn of ours will; a fault here refuses nobody."""
        try:
            async with self._database.writing() as work:
                await alert(work, self._operator, name, lane, text, later=True)
        except Exception as error:  # noqa: BLE001  (the answer to the platform matters more)
            log.error("device.alert_failed", why=type(error).__name__)
