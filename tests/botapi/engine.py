"""The running platform: its memory, its queue of updates and its rules, without any HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.botapi.calls import Call
from tests.botapi.errors import ApiError
from tests.botapi.faults import Faults
from tests.botapi.ledger import Ledger, Sent
from tests.botapi.limits import Limits
from tests.botapi.messages import Message
from tests.botapi.polling import LongPoll
from tests.botapi.state import Clock, State
from tests.botapi.updates import Update, UpdateQueue
from tests.botapi.webhook import Delivery, Hook

T = TypeVar("T")

LOOK_AGAIN = 0.02  # seconds; for what changes without notice, like a poll that begins

Method = Callable[["Engine", Call], Awaitable[object]]


@dataclass(slots=True, frozen=True)
class Done:
    """A result with a word about it, as setWebhook answers."""

    result: object
    description: str


class Engine:
    """One bot's platform. `methods` is the catalogue of what can be called."""

    def __init__(
        self, token: str, methods: dict[str, Method], clock: Clock = time.time, *, pause: float = 1
    ) -> None:
        self.token = token
        self.clock = clock
        self.state = State(_bot_user(token), clock, on_change=self._changed)
        self.queue = UpdateQueue(clock, on_update=self._announce, on_confirmed=self._changed)
        self.poll = LongPoll(self.queue)
        self.delivery: Delivery | None = None
        self.limits: Limits | None = None
        self.faults = Faults()
        self.ledger = Ledger()
        self.webhook_pause = pause  # seconds: the unit of the webhook's growing pauses
        self.webhook_answer = 60.0  # seconds to wait for a webhook's answer
        self._methods = methods
        self._changes: list[asyncio.Future[None]] = []

    async def run(self, call: Call) -> object:
        """Executes one method; refusals are raised as `ApiError`."""
        method = self._methods.get(call.key)
        if method is None:
            raise ApiError(404, "Not Found: method not found")
        if self.limits is not None:
            self.limits.check(call, self.clock())
        return await method(self, call)

    def record(self, call: Call, message: Message, *, edit: bool = False) -> None:
        at = message.edited_at if edit and message.edited_at else message.sent_at
        self.ledger.sent.append(
            Sent(at, call.method, message.chat_id, message.message_id, message.text, edit)
        )

    async def set_hook(self, hook: Hook | None) -> None:
        """Starts delivery to a webhook, or ends it; what waits is delivered at once."""
        if self.delivery is not None:
            await self.delivery.close()
            self.delivery = None
        if hook is None:
            return
        self.poll.terminate()
        self.delivery = Delivery(
            hook, self.queue, self.run, pause=self.webhook_pause, answer=self.webhook_answer
        )
        if not self.queue.held:
            for update in [*self.queue.pending.values(), *self.queue.again]:
                self._announce(update)

    def _announce(self, update: Update) -> None:
        if self.delivery is None:
            self.poll.wake()
            return
        if update in self.queue.again:
            self.queue.again.remove(update)
        self.delivery.feed(update)

    def _changed(self) -> None:
        waiting, self._changes = self._changes, []
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def until(self, found: Callable[[], T], seconds: float) -> T:
        """What `found` returns as soon as that is something; its last answer when time is up."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while not (value := found()) and (left := deadline - loop.time()) > 0:
            future = loop.create_future()
            self._changes.append(future)
            await asyncio.wait([future], timeout=min(left, LOOK_AGAIN))
        return value


def _bot_user(token: str) -> dict[str, Any]:
    return {
        "id": int(token.partition(":")[0]),
        "is_bot": True,
        "first_name": "邻里",
        "username": "linli_test_bot",
    }
