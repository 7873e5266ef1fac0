"""Hearing by webhook: answered with 200 only after the update is stored."""

import hmac
import json

import structlog
from aiohttp import web

from bot.channels.base import Store
from bot.channels.telegram.raw import received

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  (the header's name, no secret)
MAX_BODY_BYTES = 1024 * 1024
"""Far above any update: texts are at most 4096 characters, files stay with Telegram."""

log = structlog.get_logger()


class Webhook:
    """Takes what Telegram posts; before `open` and after `close` 503, so that it tries again."""

    def __init__(self, secret: str) -> None:
        self._secret = secret
        self._store: Store | None = None

    def open(self, store: Store) -> None:
        """Begin to take updates."""
        self._store = store

    def close(self) -> None:
        """Take nothing new."""
        self._store = None

    async def handle(self, request: web.Request) -> web.Response:
        """One posted update."""
        if not self._knows(request.headers.get(SECRET_HEADER, "")):
            return web.Response(status=401)
        if self._store is None:
            return web.Response(status=503)
        try:
            payload = (await request.clone(client_max_size=MAX_BODY_BYTES).read()).decode()
            update = json.loads(payload)
        except (ValueError, RecursionError):
            return web.Response(status=400)
        if not isinstance(update, dict):
            return web.Response(status=400)
        return web.Response(status=200 if await self._keep(self._store, update, payload) else 503)

    def _knows(self, secret: str) -> bool:
        """Compared in constant time, as bytes: a header that is not ASCII must not raise."""
        return bool(self._secret) and hmac.compare_digest(
            secret.encode("utf-8", "surrogateescape"), self._secret.encode()
        )

    async def _keep(self, store: Store, update: dict[str, object], payload: str) -> bool:
        row = received(update, payload)
        try:
            if row.payload:
                await store(row)
        except Exception as fault:  # noqa: BLE001  (whatever it is, Telegram must keep the update)
            log.error("update_not_stored", key=row.update_key, fault=type(fault).__name__)
            return False
        return True
