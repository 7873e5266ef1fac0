"""Webhook delivery as the official server does it (`WebhookActor.cpp`).

Updates of one lane (one chat's messages, one person's taps) go out one after the other, different
lanes side by side over at most `max_connections` connections. What is not answered by 2xx is tried
again: at once, then after 2, 4, 8, … seconds; the lane waits meanwhile, the others do not.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tests.botapi.calls import Call, parse_body
from tests.botapi.errors import ApiError, bad_request
from tests.botapi.outbound import Connection, DeliveryError, Reply
from tests.botapi.updates import Lane, Update, UpdateQueue, handed_over

MAX_PAUSE = 60.0  # seconds between two tries, `WEBHOOK_MAX_RESEND_TIMEOUT`
_SECRET = re.compile(r"[A-Za-z0-9_-]*")

Execute = Callable[[Call], Awaitable[object]]


@dataclass(slots=True, frozen=True)
class Hook:
    """What setWebhook said."""

    url: str
    secret: str = ""
    max_connections: int = 40

    @classmethod
    def of(cls, call: Call) -> Hook:
        url, secret = call.text("url"), call.text("secret_token")
        if not url.startswith("http://"):
            raise bad_request("bad webhook: this server delivers over plain HTTP only")
        if len(secret) > 256:
            raise bad_request("secret token is too long")
        if not _SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        return cls(url, secret, min(max(call.integer("max_connections", 40), 1), 100))


class Delivery:
    """The running delivery to one hook; made by setWebhook, closed by deleteWebhook."""

    def __init__(
        self, hook: Hook, queue: UpdateQueue, execute: Execute, *, pause: float, answer: float
    ) -> None:
        self.hook = hook
        self.last_error: tuple[float, str] | None = None  # Unix seconds, why
        self._queue = queue
        self._execute = execute
        self._pause = pause
        self._answer = answer
        self._lanes: dict[Lane, deque[Update]] = {}
        self._ready: asyncio.Queue[Lane] = asyncio.Queue()
        self._fails: dict[Lane, int] = {}
        self._workers = [
            asyncio.create_task(self._work(Connection(hook.url)))
            for _ in range(hook.max_connections)
        ]

    def feed(self, update: Update) -> None:
        """Takes one update for delivery."""
        lane = self._lanes.get(update.lane)
        if lane is None:
            self._lanes[update.lane] = deque([update])
            self._ready.put_nowait(update.lane)
        else:
            lane.append(update)

    async def close(self) -> None:
        for worker in self._workers:
            worker.cancel()
        await asyncio.gather(*self._workers, return_exceptions=True)

    async def _work(self, connection: Connection) -> None:
        try:
            while True:
                await self._serve(await self._ready.get(), connection)
        finally:
            connection.close()

    async def _serve(self, lane: Lane, connection: Connection) -> None:
        """Hands over the first update of a lane."""
        update = self._lanes[lane][0]
        handed_over([update], self._queue.clock())
        try:
            reply = await connection.post(update.encoded, self.hook.secret, self._answer)
            why = "" if 200 <= reply.status <= 299 else f"Wrong response: {reply.status}"
        except DeliveryError as error:
            reply, why = None, str(error)
        if why:
            self._failed(lane, why, reply)
            return
        self._queue.confirm(update.update_id)
        self._advance(lane)
        if reply is not None and reply.body:
            await self._execute_answer(reply)

    def _advance(self, lane: Lane) -> None:
        self._fails.pop(lane, None)
        self._lanes[lane].popleft()
        if self._lanes[lane]:
            self._ready.put_nowait(lane)
        else:
            del self._lanes[lane]

    def _failed(self, lane: Lane, why: str, reply: Reply | None) -> None:
        self.last_error = (self._queue.clock(), why)
        fails = self._fails.get(lane, 0)
        self._fails[lane] = fails + 1
        asked = reply.headers.get("retry-after", "") if reply else ""
        pause = float(asked) if asked.isdigit() else min(2**fails, MAX_PAUSE) * self._pause
        if fails == 0 and not asked:
            pause = 0.0  # the server's first retry does not wait
        asyncio.get_running_loop().call_later(pause, self._ready.put_nowait, lane)

    async def _execute_answer(self, reply: Reply) -> None:
        """A method named in the webhook's answer is called; nobody learns how it went."""
        try:
            params, files = parse_body(reply.headers.get("content-type", ""), reply.body)
            method = str(params.pop("method", ""))
            if method and not method.lower().startswith(("get", "setwebhook", "deletewebhook")):
                await self._execute(Call(method, params, files))
        except ApiError as error:
            self.last_error = (self._queue.clock(), error.description)


def info(delivery: Delivery | None, queue: UpdateQueue) -> dict[str, Any]:
    """getWebhookInfo."""
    answer: dict[str, Any] = {
        "url": delivery.hook.url if delivery else "",
        "has_custom_certificate": False,
        "pending_update_count": len(queue.pending),
    }
    if delivery is not None:
        answer |= {"max_connections": delivery.hook.max_connections, "ip_address": "127.0.0.1"}
        if delivery.last_error:
            when, why = delivery.last_error
            answer |= {"last_error_date": int(when), "last_error_message": why}
    if queue.allowed:
        answer["allowed_updates"] = sorted(queue.allowed)
    return answer
