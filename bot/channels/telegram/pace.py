"""Staying under Telegram's flood limits, lanes apart: 30 a second, about 1 a second in a chat.

`AIORateLimiter` paces each of the two bots; what it lacks is here: one budget for both, the pace of
a single chat, and a pause after a 429 that halts no more than it must.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from heapq import heappop, heappush
from itertools import count
from typing import Any

from telegram.ext import AIORateLimiter

from domain.messages import Lane

Clock = Callable[[], float]
Answer = bool | dict[str, Any] | list[dict[str, Any]]

SECOND = 1.0
JITTER = 0.1
"""Seconds by which a push leaves later than a chat's pace demands: what leaves a second apart may come closer
together, and the refusal of one chat would halt every push for three seconds (measured)."""
LATE = 0.1
"""Seconds by which whoever paces may come late and still catch up: a sleep ends a millisecond or two after
its time, and at 28 a second two of them each time are a place in twenty."""
COUNTED = SECOND + 0.002
"""Seconds for which an answered message may still be counted: two clocks never agree to the last digit."""
HUNG = 1.0
"""Seconds after which an answer that has not come is counted as if it had: what hangs must not keep its
place, and a cry for help waiting, for as long as the connection does."""
CHATS_REMEMBERED = 10_000


class Budget:
    """One evenly spaced row of places for both bots. The front takes its place without waiting,
    the routine lane waits until a place is free.

    `rate` is a second's places while a push is under way, a little below the front's own rate.
    Counting the last second's sends instead is not enough: both together fill it in half a second,
    and the rush that goes on made 33 in the busiest second (measured; with places: 28).
    """

    def __init__(self, rate: float, clock: Clock = time.monotonic) -> None:
        self.pace(rate)
        self._clock = clock
        self._free_at = 0.0
        self._turnstile = asyncio.Lock()

    def pace(self, rate: float) -> None:
        """From now on so many places a second."""
        self._gap = 1 / rate

    async def front(self) -> None:
        """Take a place for an urgent send; it goes at once."""
        self._take()

    async def routine(self) -> None:
        """Wait until a place is free beside the urgent ones, and take it."""
        async with self._turnstile:
            while (wait := self._free_at - self._clock()) > 0:  # noqa: ASYNC110  (for time, no event)
                await asyncio.sleep(wait)
            self._take()

    def _take(self) -> None:
        """A long rush is not held against the push for more than a second."""
        now = self._clock()
        self._free_at = min(max(self._free_at, now - LATE) + self._gap, now + SECOND)


class ChatPace:
    """About one message a second in each chat, with a small burst where a person is waiting."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._free_at: dict[int, float] = {}

    def reserve(self, chat: int, burst: int) -> float:
        """Take the chat's next place; returns how many seconds to wait for it."""
        now = self._clock()
        free_at = max(now, self._free_at.get(chat, now))
        if len(self._free_at) >= CHATS_REMEMBERED:
            self._free_at = {c: t for c, t in self._free_at.items() if t > now}
        self._free_at[chat] = free_at + SECOND
        return _late(free_at - now, burst)

    def wait(self, chat: int, burst: int) -> float:
        """Seconds for which `reserve` would now have one wait."""
        now = self._clock()
        return _late(self._free_at.get(chat, now) - now, burst)

    def in_burst(self, chat: int) -> bool:
        """Whether more than a message a second is going there: a refusal may be for this alone."""
        return self._free_at.get(chat, 0.0) > self._clock() + SECOND


def _late(seconds: float, burst: int) -> float:
    if burst > 1:
        return max(0.0, seconds - (burst - 1) * SECOND)
    return seconds + JITTER if seconds > 0 else 0.0


class Halts:
    """The pauses that the platform asked for.

    A refused lane halts itself and the lanes behind it, never one before it: the push that is told
    to slow down must not keep a help request waiting. An emergency always asks for itself.
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._until = dict.fromkeys(Lane, 0.0)

    def halt(self, lane: Lane, seconds: float) -> None:
        """The platform told this lane to wait."""
        until = self._clock() + seconds
        for behind in Lane:
            if behind >= max(lane, Lane.CONVERSATION):
                self._until[behind] = max(self._until[behind], until)

    def left(self, lane: Lane) -> float:
        """Seconds for which the lane must still wait."""
        return max(0.0, self._until[lane] - self._clock())


class Backoff:
    """Pauses that double from `first` to `longest` seconds while something is away."""

    def __init__(self, first: float, longest: float) -> None:
        self._first = first
        self._longest = longest
        self._next = first

    def next(self) -> float:
        """The pause to make now."""
        pause, self._next = self._next, min(self._next * 2, self._longest)
        return pause

    def reset(self) -> None:
        """It worked."""
        self._next = self._first


URGENCY: ContextVar[int] = ContextVar("urgency", default=0)
"""How long what is being sent can wait beside others of its bot; 0 goes before all."""


GOING: ContextVar[Callable[[], Awaitable[None]] | None] = ContextVar("going", default=None)
"""What is told that the message leaves now, after all its waiting."""


class _Row:
    """Who waits: the most urgent first, among equals whoever came first. At the platform's limit a cry for
    help must not stand behind thirty replies."""

    def __init__(self) -> None:
        self._numbers = count()
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []

    def join(self, urgency: int) -> asyncio.Future[None]:
        """Stand in the row; done when it is one's turn."""
        turn = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (urgency, next(self._numbers), turn))
        return turn

    def call(self) -> bool:
        """It is the turn of the first who still waits; whether there was one."""
        while self._waiting:
            _, _, turn = heappop(self._waiting)
            if not turn.done():
                turn.set_result(None)
                return True
        return False

    def __len__(self) -> int:
        return len(self._waiting)


class Places:
    """Evenly spaced places, `rate` a second, given to whoever is most urgent."""

    def __init__(self, rate: float, clock: Clock = time.monotonic) -> None:
        self.pace(rate)
        self._clock = clock
        self._free_at = 0.0
        self._row = _Row()

    def pace(self, rate: float) -> None:
        """From now on so many places a second."""
        self._gap = 1 / rate

    async def take(self, urgency: int) -> None:
        """Wait for a place, and take it."""
        if not self._row and self._free_at <= self._clock():
            self._taken()
            return
        turn = self._row.join(urgency)
        if len(self._row) == 1:
            self._look_again()
        await turn

    def _taken(self) -> None:
        self._free_at = max(self._free_at, self._clock() - LATE) + self._gap

    def _look_again(self) -> None:
        wait = max(self._free_at - self._clock(), 0.0)
        asyncio.get_running_loop().call_later(wait, self._give)

    def _give(self) -> None:
        """The place goes to the first who still waits."""
        if self._row.call():
            self._taken()
        if self._row:
            self._look_again()


class Window:
    """At most so many messages in any second, as the platform counts them.

    It counts a message when it arrives, and that we do not know: some time between its leaving and its
    answer. Spacing what leaves is therefore not enough: whatever is held up on the way (a busy processor,
    the network, the platform) arrives together with what left after it, and the refusal costs three seconds.
    Here a message keeps its place until a second after its answer, so that the next one in it can only arrive
    a second later, whatever came between. Where answers take a while it goes a little slower by itself.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._used = 0
        self._row = _Row()

    def pace(self, most: int) -> None:
        """From now on so many in a second."""
        self._most = most
        self._admit()

    @asynccontextmanager
    async def place(self, urgency: int) -> AsyncIterator[None]:
        """Wait for a place, and keep it until a second after what is done in it; most urgent first."""
        await self._enter(urgency)
        loop = asyncio.get_running_loop()
        back = loop.call_later(HUNG + COUNTED, self._back)
        try:
            yield
        finally:
            if back.when() > loop.time() + COUNTED:
                back.cancel()
                loop.call_later(COUNTED, self._back)

    async def _enter(self, urgency: int) -> None:
        if not self._row and self._used < self._most:
            self._used += 1
            return
        turn = self._row.join(urgency)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it had been given the place already
                self._back()
            raise

    def _back(self) -> None:
        self._used -= 1
        self._admit()

    def _admit(self) -> None:
        while self._used < self._most and self._row.call():
            self._used += 1


Gate = Callable[[], AbstractAsyncContextManager[None]]
"""What a message passes after its spacing, and stands in until it has been answered."""


class PacedLimiter(AIORateLimiter):
    """Even spacing by urgency (the documented limiter bursts to 60 a second, and knows no urgency), and a
    gate after it.

    Requests without a chat (answers to taps, command menus) are not messages and pass freely.
    """

    __slots__ = ("_gate", "_places")

    def __init__(self, rate: float, gate: Gate, clock: Clock = time.monotonic) -> None:
        super().__init__(overall_max_rate=0, group_max_rate=0, max_retries=0)
        self._places = Places(rate, clock)
        self._gate = gate

    def pace(self, rate: float) -> None:
        """From now on so many messages a second."""
        self._places.pace(rate)

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: int | None,
    ) -> Answer:
        """Send when the spacing and the gate allow it."""

        async def gated(*a: Any, **k: Any) -> Answer:
            if data.get("chat_id") is None:
                return await callback(*a, **k)
            await self._places.take(URGENCY.get())
            async with self._gate():
                if going := GOING.get():
                    await going()
                return await callback(*a, **k)

        return await super().process_request(gated, args, kwargs, endpoint, data, rate_limit_args)
