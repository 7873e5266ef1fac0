"""The reception: stores what comes in before the platform is told, and has it handled in order."""

import asyncio
import json
from collections import deque
from collections.abc import Coroutine, Mapping, Sequence
from time import monotonic
from typing import Any

import sqlalchemy.exc
import structlog

from bot.batch import Batcher
from bot.channels.base import Channel, Received
from bot.delivery import Delivery
from bot.menus import menus
from bot.metrics import Metrics
from bot.turns import Outcome, TurnFailed, TurnRunner
from storage import inbox
from storage.database import Database
from wording import Phrases

log = structlog.get_logger()

GROUP = 32
"""Turns that may share one commit: more gains little and makes the first wait for the last."""
RACES = 3
"""How often a group that lost a race in the database runs again at once."""


class Reception:
    """The durable inbox and the workers behind it.

    The addresses with something to handle wait in one queue, those that press for help in another that
    goes first; `workers` groups run side by side on PostgreSQL, one on SQLite. Within an address the
    database's lock keeps the order, so several processes may serve the same people.
    """

    def __init__(
        self,
        database: Database,
        runner: TurnRunner,
        delivery: Delivery,
        channels: Mapping[str, Channel],
        metrics: Metrics,
        phrases: Phrases,
        workers: int,
    ) -> None:
        self._database = database
        self._runner = runner
        self._delivery = delivery
        self._channels = channels
        self._metrics = metrics
        self._phrases = phrases
        labels = phrases.every("help.key")
        self._urgent_marks = (
            "help.press",
            "adds.",
            "device.help",
            *labels,
            *(json.dumps(words)[1:-1] for words in labels),
        )
        self._store = Batcher(self._store_batch)
        self._ids: dict[tuple[str, str], int] = {}
        self._urgent: deque[int] = deque()
        self._ready: deque[int] = deque()
        self._busy: dict[int, int] = {}
        self._wake = asyncio.Event()
        self._workers = workers
        self._tasks: list[asyncio.Task[None]] = []
        self._feedback: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def store(self, received: Received) -> bool:
        """Store an update for good and have it handled; False where it was stored before."""
        return await self._store(received)

    async def _store_batch(self, batch: Sequence[Received]) -> list[bool]:
        async with self._database.each_alone() as work:
            pairs = {(u.channel, u.address) for u in batch if u.address}
            new_pairs = [pair for pair in pairs if pair not in self._ids]
            found = await inbox.address_ids(work, new_pairs)
            ids = {**self._ids, **found} if found else self._ids
            rows = [(u, ids[u.channel, u.address] if u.address else None) for u in batch]
            new = await inbox.store(work, rows)
        self._remember(found)
        for i, (update, address_id) in enumerate(rows):
            self._metrics.stored.labels(update.channel, str(i in new).lower()).inc()
            if i in new and address_id is not None:
                self.hint(address_id, urgent=self._is_urgent(update.payload))
        return [i in new for i in range(len(batch))]

    def _remember(self, found: dict[tuple[str, str], int]) -> None:
        if len(self._ids) > 200_000:
            self._ids.clear()
        self._ids.update(found)

    def hint(self, address_id: int, more: int = 0, urgent: bool = False) -> None:
        """There is something to handle at this address (and `more` behind it); harmless if not."""
        if address_id in self._busy:
            self._busy[address_id] += 1
            return
        self._busy[address_id] = more
        (self._urgent if urgent else self._ready).append(address_id)
        self._wake.set()

    def _is_urgent(self, payload: str) -> bool:
        """Whether it looks like a press for help or what follows one at once, which need not wait behind
        everyone's questions."""
        return any(mark in payload for mark in self._urgent_marks)

    async def start(self) -> None:
        """Begin to handle, first of all what an earlier process left."""
        await self.sweep()
        self._tasks = [asyncio.create_task(self._work()) for _ in range(self._workers)]

    async def sweep(self) -> None:
        """Find addresses with something to handle that no hint told of."""
        async with self._database.reading() as work:
            for address_id, waiting in await inbox.waiting_addresses(work):
                if address_id not in self._busy:
                    self.hint(address_id, more=waiting - 1)

    async def _work(self) -> None:
        while True:
            while not (self._urgent or self._ready):
                if self._stopping:
                    return
                self._wake.clear()
                await self._wake.wait()
            await self._serve(self.next_group())

    def next_group(self) -> list[int]:
        """Who shares the next commit. A press for help asks more of the database than a question does: it
        goes first, and no question waits for it in one transaction."""
        waiting = self._urgent or self._ready
        return [waiting.popleft() for _ in range(min(GROUP, len(waiting)))]

    async def _serve(self, group: list[int]) -> None:
        started = monotonic()
        try:
            outcome = await self._run(group)
        except TurnFailed as failed:
            await self._one_by_one(group, failed.error, failed.turns)
            return
        except Exception as error:  # noqa: BLE001  (each turn is tried alone and keeps its own error)
            await self._one_by_one(group, error, ())
            return
        self._metrics.turn_seconds.observe(monotonic() - started)
        self._after(outcome)
        self._release(group)

    async def _run(self, group: list[int]) -> Outcome:
        """Run them; what another transaction pushed aside may do well the next moment."""
        for race in range(1, RACES + 1):
            try:
                return await self._runner.run(group)
            except Exception as error:  # all but a lost race goes on
                if not _lost_a_race(error):
                    raise
                log.info("turn.lost_race", turns=len(group), race=race)
        return await self._runner.run(group)

    async def _one_by_one(self, group: list[int], error: Exception, turns: Sequence[int]) -> None:
        if len(group) == 1:
            await self._failed(group[0], error, turns)
            self._release(group)
            return
        for address_id in group:
            await self._serve([address_id])

    async def _failed(self, address_id: int, error: Exception, turns: Sequence[int]) -> None:
        if isinstance(error, inbox.Overtaken):
            return  # another process has served them
        if _lost_a_race(error):
            log.warning("turn.lost_every_race", address=address_id)
            return  # the turn is not to blame: the sweep finds it again
        if _database_is_away(error):
            log.error("database.away", why=type(error).__name__)
            await asyncio.sleep(1)  # the sweep finds the turn again
            return
        self._metrics.turns.labels("failed").inc()
        try:
            self._delivery.send(await self._runner.give_up(address_id, error, turns))
        except (sqlalchemy.exc.SQLAlchemyError, OSError) as again:
            log.error("database.away", why=type(again).__name__)
            await asyncio.sleep(1)

    def _after(self, outcome: Outcome) -> None:
        self._metrics.turns.labels("done").inc(len(outcome.handled))
        self._delivery.send(outcome.dues, outcome.places)
        for felt in outcome.felt:
            channel, incoming = self._channels[felt.incoming.channel], felt.incoming
            if incoming.tap_id or felt.notice:
                self._aside(channel.acknowledge(incoming, felt.notice))
            if felt.menu_for is not None:
                for menu in menus(self._phrases, felt.menu_for):
                    self._aside(channel.greet(incoming.address, menu))

    def _aside(self, courtesy: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(courtesy)
        self._feedback.add(task)
        task.add_done_callback(self._feedback.discard)

    def _release(self, group: Sequence[int]) -> None:
        """Free the addresses; those that got more in the meantime queue again."""
        for address_id in group:
            if more := self._busy.pop(address_id, 0):
                self.hint(address_id, more - 1)

    async def idle(self, pause: float = 0.001) -> None:
        """Wait until everything that is stored here has been handled, looking every `pause` seconds."""
        while self._busy:  # noqa: ASYNC110  (an event for this alone would cost every turn)
            await asyncio.sleep(pause)

    async def stop(self, seconds: float) -> None:
        """Finish what is in hand; what is left is in the inbox for the next start."""
        self._stopping = True
        self._wake.set()
        await self._store.drain()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._feedback:  # courtesies to a platform that may not answer
            _, late_too = await asyncio.wait(self._feedback, timeout=1)
            for courtesy in late_too:
                courtesy.cancel()
            await asyncio.gather(*late_too, return_exceptions=True)


_RACES_LOST = {"40001", "40P01"}
"""SQLSTATE of a serialization failure and of a deadlock: the same turn may do well next time."""


def _lost_a_race(error: Exception) -> bool:
    """Whether the database let another transaction go first."""
    cause = error.error if isinstance(error, TurnFailed) else error
    return (
        isinstance(cause, sqlalchemy.exc.DBAPIError)
        and getattr(cause.orig, "sqlstate", "") in _RACES_LOST
    )


def _database_is_away(error: Exception) -> bool:
    """Whether the fault is the database's and not the turn's, so that the turn is not to blame."""
    if isinstance(error, sqlalchemy.exc.TimeoutError | OSError):
        return True
    return isinstance(error, sqlalchemy.exc.DBAPIError) and (
        error.connection_invalidated
        or isinstance(error, sqlalchemy.exc.OperationalError | sqlalchemy.exc.InterfaceError)
    )
