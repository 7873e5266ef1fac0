"""What waits to leave, sorted by lane and address: a sender takes only what may leave now.

Whoever waited for a chat's pace, or for the message before it in the chat, would hold one of the
lane's places on the wire; and a worker whom a hundred presses reach would hold them all. Here such a
message waits by itself, and the sender takes somebody else's.
"""

import asyncio
from collections import Counter, deque
from itertools import count

from domain.messages import Lane
from storage.outbox import Due


class Sorting:
    """One message of an address at a time is in a sender's hands, across all lanes; within a lane they
    leave in the order in which they came, but for the first words of a request: an address that waits
    for such is served before the others."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[Lane, int], deque[Due]] = {}
        self._ready: dict[Lane, asyncio.PriorityQueue[tuple[bool, int, int]]] = {
            lane: asyncio.PriorityQueue() for lane in Lane
        }
        self._numbers = count()
        self._first: set[int] = set()
        self._in_hand: set[int] = set()
        self._resting: set[tuple[Lane, int]] = set()
        self._held: Counter[Lane] = Counter()
        self._all_done = asyncio.Event()
        self._all_done.set()

    def put(self, due: Due, first: bool = False) -> None:
        """One more to send; a `first` one leaves before what others of its lane are owed."""
        if first:
            self._first.add(due.id)
        self._held[due.lane] += 1
        self._all_done.clear()
        queue = self._waiting.setdefault((due.lane, due.address_id), deque())
        queue.append(due)
        if len(queue) == 1 or first:
            self._offer(due.lane, due.address_id)

    def _offer(self, lane: Lane, address_id: int) -> None:
        """Whoever is free may take the address's next one, unless it has to wait."""
        if address_id not in self._in_hand and (lane, address_id) not in self._resting:
            later = self._first.isdisjoint(
                due.id for due in self._waiting.get((lane, address_id), ())
            )
            self._ready[lane].put_nowait((later, next(self._numbers), address_id))

    async def take(self, lane: Lane) -> Due:
        """The next that may leave; its address is the caller's until `done` or `rest`."""
        while True:
            *_, address_id = await self._ready[lane].get()
            # Another lane may have been faster; it offers the address again when it is done.
            if self._may_leave(lane, address_id):
                self._in_hand.add(address_id)
                return self._waiting[lane, address_id][0]

    def _may_leave(self, lane: Lane, address_id: int) -> bool:
        place = (lane, address_id)
        waits = place in self._waiting and place not in self._resting
        return waits and address_id not in self._in_hand

    def is_first(self, due: Due) -> bool:
        """Whether it was put here as a `first` one."""
        return due.id in self._first

    def done(self, due: Due) -> None:
        """It has left, or waits in the outbox: the address's next one may go."""
        self._first.discard(due.id)
        place = (due.lane, due.address_id)
        self._waiting[place].popleft()
        if not self._waiting[place]:
            del self._waiting[place]
        self._held[due.lane] -= 1
        if not len(self):
            self._all_done.set()
        self._free(due.address_id)

    def rest(self, due: Due, seconds: float) -> None:
        """It has to wait, and with it what follows it in its lane; more urgent ones need not."""
        place = (due.lane, due.address_id)
        self._resting.add(place)
        asyncio.get_running_loop().call_later(seconds, self._rested, place)
        self._free(due.address_id)

    def _rested(self, place: tuple[Lane, int]) -> None:
        self._resting.discard(place)
        self._offer(*place)

    def _free(self, address_id: int) -> None:
        """The most urgent of what waits for the address comes first."""
        self._in_hand.discard(address_id)
        for lane in Lane:
            if self._may_leave(lane, address_id):
                self._offer(lane, address_id)
                return

    def ready(self, lane: Lane) -> int:
        """How many addresses a sender could serve at once: what only waits for its pace is not counted."""
        return self._ready[lane].qsize()

    def held(self, lane: Lane) -> int:
        """How many messages of the lane are here, ready or not."""
        return self._held[lane]

    def __len__(self) -> int:
        return self._held.total()

    async def empty(self) -> None:
        """Wait until everything has been sent, or is back in the outbox."""
        await self._all_done.wait()
