"""The load: people act, and the time until the reply stands in their chat is taken.

It runs in the process of the local Telegram, whose clock stamps both ends, so reading the clock and
noticing the reply costs the bot nothing. Times are seconds.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from statistics import quantiles

from benchmarks.crowd import Crowd, Mix
from tests.botapi import BotApi, Sent, Update

PATIENCE = 10.0
"""After a round, how long the last replies are waited for before they count as missing."""


@dataclass(slots=True)
class Measured:
    """One round: what was answered in its window, and how long each reply took."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    missing: int = 0

    @property
    def rate(self) -> float:
        """Turns a second."""
        return len(self.latencies) / self.seconds

    def percentile(self, percent: int) -> float:
        """Milliseconds."""
        return quantiles(self.latencies, n=100)[percent - 1] * 1000


class Watched(list[Sent]):
    """The ledger's list, telling of each message as it takes effect."""

    def __init__(self, tell: Callable[[Sent], None]) -> None:
        super().__init__()
        self._tell = tell

    def append(self, sent: Sent) -> None:
        super().append(sent)
        self._tell(sent)


class Load:
    """People acting on one local Telegram."""

    def __init__(self, api: BotApi, crowd: Crowd, mix: Mix) -> None:
        self._api = api
        self._crowd = crowd
        self._mix = mix
        self._acted: dict[int, float] = {}
        self._measured = Measured(0)
        self._window = (0.0, 0.0)
        self._again = False
        self._random = Random(11)
        api.ledger.sent = Watched(self._heard)

    async def closed(self, seconds: float, in_flight: int, mix: Mix | None = None) -> Measured:
        """So many people act at once; as soon as one has a reply the next one acts."""
        self._open_window(seconds)
        self._again = True
        for _ in range(in_flight):
            self._act(mix)
        await asyncio.sleep(seconds)
        return await self._finish()

    async def paced(self, seconds: float, rate: float) -> Measured:
        """People act at a rate of their own, at random moments, however long the bot takes."""
        self._open_window(seconds)
        loop = asyncio.get_running_loop()
        due, end = loop.time(), loop.time() + seconds
        while due < end:
            due += self._random.expovariate(rate)
            await asyncio.sleep(max(due - loop.time(), 0))
            self._act()
        return await self._finish()

    def _open_window(self, seconds: float) -> None:
        now = self._api.engine.clock()
        self._window = (now, now + seconds)
        self._measured = Measured(seconds)

    def _act(self, mix: Mix | None = None) -> Update | None:
        update = self._crowd.act(mix or self._mix)
        if update is not None:
            self._acted[update.lane[0]] = update.at
        return update

    def _heard(self, sent: Sent) -> None:
        if not self._crowd.heard(sent.chat_id, sent.message_id):
            return
        acted = self._acted.pop(sent.chat_id)
        if self._window[0] <= acted and sent.at <= self._window[1]:
            self._measured.latencies.append(sent.at - acted)
        if self._again:
            asyncio.get_running_loop().call_soon(self._act)

    async def _finish(self) -> Measured:
        self._again = False
        loop = asyncio.get_running_loop()
        late = loop.time() + PATIENCE
        while self._crowd.waiting and loop.time() < late:  # noqa: ASYNC110  (a rare end)
            await asyncio.sleep(0.01)
        self._measured.missing = self._crowd.waiting
        return self._measured
