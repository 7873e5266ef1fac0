"""Delivery: what the outbox owes is sent, lane by lane, and what became of it is written down."""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from types import MappingProxyType

import structlog

from bot.batch import Batcher
from bot.channels.base import (
    Channel,
    Draw,
    Paced,
    Parcel,
    Refused,
    TryAgain,
    Unknown,
    Unreachable,
)
from bot.logs import place_of
from bot.metrics import Metrics
from bot.sorting import Sorting
from domain.messages import Lane, message_from_json
from storage import outbox
from storage.database import Database, Work
from storage.outbox import Due, Settled

log = structlog.get_logger()

SENDERS = {Lane.EMERGENCY: 32, Lane.CONVERSATION: 32, Lane.ROUTINE: 16}
"""Messages on the wire at once in each lane: rate times latency, with head-room for a slow platform. Of
pushes 28 a second with half a second each; as many may be unknown when the process dies."""

CLAIM_AHEAD = 40
"""Routine rows claimed at a time: little enough that a help request never waits behind them."""

MOST_HELD = 1000
"""Rows of a lane in this process's memory, from which on it claims no more: nearly all of them wait
for the pace of a few chats."""

LONGEST_PAUSE = {Lane.EMERGENCY: 15.0, Lane.CONVERSATION: 120.0, Lane.ROUTINE: 900.0}
GIVE_UP_AFTER = timedelta(hours=24)
GIVE_UP_TRIES = 8
"""At least so many, a minute of pauses: a clock that jumps ahead by days gives nothing up."""

OVERTAKEN = "the card has changed since"
"""What an edit is marked with that was left out, for its message says something newer already."""

PLACES_REMEMBERED = 100_000

Places = Mapping[int, tuple[str, str]]
"""Channel and address by the address's id."""

ORDERED_TRIES = 6
"""While a message fails so often, those behind it wait for it (1 + 2 + … + 32 s: about a minute).
Longer, and one message that the platform chokes on would silence a whole chat."""

REPEATS = {Lane.EMERGENCY: 5, Lane.CONVERSATION: 2, Lane.ROUTINE: 0}
"""How often a message that may have arrived is sent again."""

HoldRoutine = Callable[[datetime], bool]
"""Whether routine messages wait now: quiet hours."""

OnLost = Callable[[Work, Due, str], Awaitable[Sequence[Due]]]
"""What follows, in the transaction that settles it, when a message ends as unreachable, failed or unknown;
returns what somebody is owed because of it."""

OnMenu = Callable[[Channel, int, str], Awaitable[None]]
"""Sets the platform's menu of commands for an address (its id, its name there) by who it speaks for now."""

LOST = frozenset({"unreachable", "failed", "unknown"})


class _Overtaken(Exception):
    """The card has changed since: sent again or late, this edit would put back what it said before. Its
    text is the platform's name for the message."""


class Delivery:
    """Sends claimed rows; keeps the order within an address; never gives a row up silently."""

    def __init__(
        self,
        database: Database,
        channels: Mapping[str, Channel],
        metrics: Metrics,
        draw: Draw,
        hold_routine: HoldRoutine,
        on_lost: OnLost,
        on_menu: OnMenu | None = None,
    ) -> None:
        self._database = database
        self._channels = channels
        self._paced = {name: one for name, one in channels.items() if isinstance(one, Paced)}
        self._metrics = metrics
        self._draw = draw
        self._hold_routine = hold_routine
        self._on_lost = on_lost
        self._on_menu = on_menu
        self._sorting = Sorting()
        self._settle = Batcher(self._settle_batch)
        self._attempt = Batcher(self._attempt_batch)
        self._where: OrderedDict[int, tuple[str, str]] = OrderedDict()
        self._held: dict[tuple[int, Lane], datetime] = {}
        self._repeated: Counter[int] = Counter()
        self._refilling = False
        self._paused: dict[Lane, datetime] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._mine: set[int] = set()
        self._stopping = False

    def send(self, dues: Sequence[Due], places: Places = MappingProxyType({})) -> None:
        """Send rows that were claimed by the transaction that wrote them, to places it knows of.

        The answer to who spoke, and the first word of each duty to somebody else, go before the rest of
        their lane: with many presses at the platform's limit, everybody is answered and somebody told
        of each before a second worker is told of any.
        """
        self._remember(places)
        begun: set[int | None] = {None}
        for due in dues:
            self._mine.add(due.id)
            answer = due.address_id in places
            self._sorting.put(due, first=answer or due.duty_id not in begun)
            begun |= set() if answer else {due.duty_id}

    async def start(self, alone: bool) -> None:
        """Begin to send, first of all what an earlier process left. `alone`: no other may run."""
        async with self._database.writing() as work:
            found = await outbox.recover(work, everything=alone)
        if any(found.values()):
            log.info("outbox.recovered", **found)
        for lane, count in SENDERS.items():
            self._tasks += [asyncio.create_task(self._work(lane)) for _ in range(count)]
        await self.sweep()

    async def sweep(self) -> None:
        """Claim what is due: retries, pushes, and what a dead process left behind."""
        now = self._database.clock()
        for lane in Lane:
            full = self._sorting.ready(lane) >= CLAIM_AHEAD or self._sorting.held(lane) >= MOST_HELD
            if self._stopping or full or self._paused.get(lane, now) > now:
                continue
            if lane is Lane.ROUTINE and self._hold_routine(now):
                continue
            async with self._database.writing() as work:
                claimed = await outbox.claim(work, lane, CLAIM_AHEAD)
            self.send(claimed)  # after the commit: what becomes of a row is noted on a claimed one

    async def recover(self, dead: Collection[int] = ()) -> None:
        """Keep what is in hand, and take back what dead processes had: those whose claims ran out, and
        those of these numbers."""
        async with self._database.writing() as work:
            if self._mine:
                await outbox.renew(work, self._mine)
            found = await outbox.recover(work, dead=dead)
        if any(found.values()):
            log.info("outbox.recovered", **found)

    def forget_pauses(self) -> None:
        """The clock was set back: what was to wait until a moment of it waits no longer."""
        self._held.clear()
        self._paused.clear()

    async def _work(self, lane: Lane) -> None:
        while True:
            due = await self._sorting.take(lane)
            try:
                if (seconds := await self._pace(due)) > 0:
                    self._sorting.rest(due, seconds)
                    continue
                await self._deliver(due)
            except Exception:
                # Its claim runs out, and then it is sent again.
                log.exception("delivery.failed", row=due.id, lane=lane.name)
            self._mine.discard(due.id)
            if lane is Lane.ROUTINE and not self._sorting.ready(lane):
                await self._refill()
            self._sorting.done(due)  # only now: whoever waits for all means what follows, too

    async def _pace(self, due: Due) -> float:
        """Seconds until the chat may hear it: they are waited for without a place on the wire."""
        name, address = await self._address(due.address_id)
        channel = self._paced.get(name)
        edit = bool(due.edits or due.body.get("in_place"))
        return channel.pause(due.lane, address, edit) if channel else 0.0

    async def _refill(self) -> None:
        """The next pushes at once, not at the next sweep; one sender fetches for all."""
        if self._refilling:
            return
        self._refilling = True
        try:
            await self.sweep()
        except Exception:  # the database is away; the sweep comes round again
            log.exception("delivery.refill_failed")
        finally:
            self._refilling = False

    async def _deliver(self, due: Due) -> None:
        now = self._database.clock()
        if (until := self._wait_until(due, now)) is not None:
            await self._settle(_again(due, until, "waits its turn", due.tries))
            return
        try:
            ref = await self._hand_over(due)
        except _Overtaken as newer:
            await self._result(due, _done(due, "sent", now, ref=str(newer), error=OVERTAKEN))
        except Unreachable as why:
            await self._result(due, _done(due, "unreachable", now, error=str(why)))
        except TryAgain as why:
            await self._retry(due, why, now)
        except Unknown as why:
            await self._unknown(due, why, now)
        except (Refused, PermissionError) as why:
            log.error("delivery.refused", row=due.id, why=str(why)[:200])
            await self._result(due, _done(due, "failed", now, error=str(why)))
        except Exception as fault:
            log.exception("delivery.fault", row=due.id)
            await self._retry(due, TryAgain(place_of(fault)), now)
        else:
            await self._result(due, _done(due, "sent", now, ref=ref))

    def _wait_until(self, due: Due, now: datetime) -> datetime | None:
        """Until when the row must wait: behind an earlier message of its chat, or a flood-wait.

        Nothing waits behind a less urgent lane.
        """
        before = [self._held.get((due.address_id, lane), now) for lane in Lane if lane <= due.lane]
        until = max(self._paused.get(due.lane, now), *before)
        return until if until > now else None

    def _hold(self, due: Due, until: datetime) -> None:
        """What is owed to the chat after this row waits for it."""
        if due.tries >= ORDERED_TRIES:
            return
        if len(self._held) > 10_000:
            now = self._database.clock()
            self._held = {key: held for key, held in self._held.items() if held > now}
        self._held[due.address_id, due.lane] = until

    async def _hand_over(self, due: Due) -> str:
        name, address = await self._address(due.address_id)
        channel = self._channels.get(name)
        if channel is None:
            raise TryAgain(f"the channel {name!r} is not running", after=60)
        message = message_from_json(due.body)
        edits = due.edits or ""
        if message.in_place and due.card and (not edits or due.tries):
            async with self._database.reading() as work:
                shown, newest = await outbox.shown_as(work, due.address_id, due.card)
            if shown and newest > due.id:
                raise _Overtaken(shown)
            edits = edits or shown
        file = None
        if message.attachment is not None and channel.abilities.draws_files:
            file = await self._draw(message.attachment, due.address_id)
        going = None
        if due.lane is Lane.ROUTINE and name in self._paced:
            going = partial(self._attempt, due.id)  # what waits for its pace has not gone
        elif due.lane is Lane.ROUTINE:
            await self._attempt(due.id)
        first = self._sorting.is_first(due)
        parcel = Parcel(
            due.id, due.lane, due.address_id, address, message, edits, file, first, going
        )
        if message.menu and self._on_menu:  # before, for it may be done twice, and the message not
            await self._on_menu(channel, due.address_id, address)
        return await channel.send(parcel)

    async def _address(self, address_id: int) -> tuple[str, str]:
        if address_id not in self._where:
            async with self._database.reading() as work:
                self._remember(await outbox.where(work, [address_id]))
        return self._where[address_id]

    def _remember(self, places: Places) -> None:
        self._where.update(places)
        while len(self._where) > PLACES_REMEMBERED:
            self._where.popitem(last=False)

    async def _retry(self, due: Due, why: TryAgain, now: datetime) -> None:
        if now - due.created_at > GIVE_UP_AFTER and due.tries >= GIVE_UP_TRIES:
            log.error("delivery.gave_up", row=due.id, lane=due.lane.name, why=str(why)[:200])
            await self._result(due, _done(due, "failed", now, error=f"for a day: {why}"))
            return
        longest = LONGEST_PAUSE[due.lane]
        pause = why.after if why.after is not None else min(2.0**due.tries, longest)
        until = self._database.clock() + timedelta(seconds=pause)  # `now` was before the wire
        if why.everyone:
            self._pause(due.lane, until)
        self._hold(due, until)
        await self._result(due, _again(due, until, str(why), due.tries + 1))

    def _pause(self, lane: Lane, until: datetime) -> None:
        """A flood-wait: pushes stop, talk waits its turn; emergencies keep trying, one by one."""
        self._paused[Lane.ROUTINE] = max(until, self._paused.get(Lane.ROUTINE, until))
        if lane is not Lane.ROUTINE:
            self._paused[Lane.CONVERSATION] = max(until, self._paused.get(Lane.CONVERSATION, until))

    async def _unknown(self, due: Due, why: Unknown, now: datetime) -> None:
        """It may have arrived. A push is not repeated; a reply that may come twice beats none."""
        self._repeated[due.id] += 1
        if self._repeated[due.id] > REPEATS[due.lane]:
            await self._result(due, _done(due, "unknown", now, error=str(why)))
        else:
            until = self._database.clock() + timedelta(seconds=min(2.0**due.tries, 10))
            self._hold(due, until)
            await self._result(due, _again(due, until, f"unknown: {why}", due.tries + 1))

    async def _result(self, due: Due, settled: Settled) -> None:
        if settled.state != "queued":
            self._repeated.pop(due.id, None)
        self._metrics.sent.labels(due.lane.name.lower(), settled.state).inc()
        if settled.state == "sent":
            seconds = (self._database.clock() - due.created_at).total_seconds()
            self._metrics.send_seconds.labels(due.lane.name.lower()).observe(max(seconds, 0))
        if settled.state in LOST:
            await self._lose(due, settled)
        else:
            await self._settle(settled)

    async def _lose(self, due: Due, settled: Settled) -> None:
        """It did not arrive, or perhaps not: settled together with what follows, so once."""
        async with self._database.writing() as work:
            still_ours = await outbox.settle(work, [settled])
            owed = await self._on_lost(work, due, settled.state) if still_ours else ()
        self.send(owed)

    async def _settle_batch(self, batch: Sequence[Settled]) -> list[None]:
        async with self._database.each_alone() as work:
            await outbox.settle(work, batch)
        return [None] * len(batch)

    async def _attempt_batch(self, batch: Sequence[int]) -> list[None]:
        async with self._database.each_alone() as work:
            await outbox.attempt(work, batch)
        return [None] * len(batch)

    async def drain(self, seconds: float) -> None:
        """Wait until everything claimed has been sent or has failed."""
        try:
            await asyncio.wait_for(self._sorting.empty(), seconds)
        except TimeoutError:
            log.warning("delivery.unfinished", rows=len(self._sorting))

    async def stop(self, seconds: float) -> None:
        """Send what is claimed, as far as time allows; the rest is in the outbox for the next start."""
        self._stopping = True
        await self.drain(seconds)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._settle.drain()


def _done(due: Due, state: str, now: datetime, ref: str = "", error: str = "") -> Settled:
    sent = now if state == "sent" else None
    return Settled(
        due.id,
        state,
        due.tries,
        due_at=now,
        sent_at=sent,
        message_ref=ref or None,
        error=error or None,
    )


def _again(due: Due, until: datetime, why: str, tries: int) -> Settled:
    return replace(_done(due, "queued", until, error=why), tries=tries)
