"""The queue of updates: what waits for the bot, what was confirmed and when."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

Wire = dict[str, Any]
Lane = tuple[int, str]

# Asked for by name only, `DEFAULT_ALLOWED_UPDATE_TYPES` of the server.
UNASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass(slots=True, eq=False)
class Update:
    """One update; `lane` is the server's webhook queue: in order inside, side by side across."""

    update_id: int
    kind: str
    body: Wire
    lane: Lane
    at: float  # Unix seconds
    mark: int = 0  # the api's revision when it was made, for `user.hears(after=…)`
    dropped: bool = False  # of a kind that the bot did not ask for
    delivered: list[float] = field(default_factory=list)  # Unix seconds, once per handing over
    encoded: bytes = b""


@dataclass(slots=True)
class UpdateQueue:
    """Updates in the order of delivery; confirmed ones leave it."""

    clock: Callable[[], float]
    pending: OrderedDict[int, Update] = field(default_factory=OrderedDict)
    known: dict[int, Update] = field(default_factory=dict)
    again: list[Update] = field(default_factory=list)  # to be handed over though confirmed
    confirmed: dict[int, float] = field(default_factory=dict)  # id to Unix seconds
    allowed: frozenset[str] = frozenset()  # empty: the default
    last_id: int = 100_000_000
    held: bool = False
    shuffled: bool = False
    on_update: Callable[[Update], None] = lambda update: None
    on_confirmed: Callable[[], None] = lambda: None

    def add(self, kind: str, content: object, lane: Lane, mark: int = 0) -> Update:
        """A new update of a known kind, dropped at once if the bot does not want the kind."""
        self.last_id += 1
        body = {"update_id": self.last_id, kind: content}
        update = Update(self.last_id, kind, body, lane, self.clock(), mark)
        update.dropped = not self.wanted(kind)
        return self._queue(update)

    def add_raw(self, body: Wire, mark: int = 0) -> Update:
        """An update exactly as given, however malformed; an id is added where none is given."""
        self.last_id += 1
        body = body if "update_id" in body else {"update_id": self.last_id} | body
        kind = next((key for key in body if key != "update_id"), "")
        return self._queue(Update(self.last_id, kind, body, (0, "raw"), self.clock(), mark))

    def _queue(self, update: Update) -> Update:
        update.encoded = json.dumps(update.body).encode()
        self.known[update.update_id] = update
        if not update.dropped:
            self.pending[update.update_id] = update
            self._announce(update)
        return update

    def _announce(self, update: Update) -> None:
        if not self.held:
            self.on_update(update)

    def wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in UNASKED

    def allow(self, kinds: Any) -> None:
        """`allowed_updates` as the server reads it: kept until named anew, odd input ignored."""
        if isinstance(kinds, list):
            self.allowed = frozenset(str(kind).lower() for kind in kinds)

    def redeliver(self, update_id: int) -> None:
        """Hands an update over once more, confirmed or not."""
        update = self.known[update_id]
        self.again.append(update)
        self._announce(update)

    def read(self, offset: int, limit: int) -> list[Update]:
        """What one getUpdates answers: everything below `offset` is confirmed by asking."""
        if offset < 0:
            self._forget(list(self.pending)[:offset])
        elif offset <= self.last_id + 1:
            self._confirm_below(offset)
        if self.held:
            return []
        repeated, self.again = self.again[:limit], self.again[limit:]
        found = repeated + list(islice(self.pending.values(), limit - len(repeated)))
        return handed_over(found, self.clock())

    def _confirm_below(self, offset: int) -> None:
        if self.shuffled:
            self._forget([update_id for update_id in self.pending if update_id < offset])
            return
        while self.pending and (first := next(iter(self.pending))) < offset:
            self.confirm(first)

    def _forget(self, update_ids: Iterable[int]) -> None:
        for update_id in update_ids:
            self.confirm(update_id)

    def confirm(self, update_id: int) -> None:
        if self.pending.pop(update_id, None) is not None:
            self.confirmed.setdefault(update_id, self.clock())
            self.on_confirmed()

    def drop_pending(self) -> None:
        self.pending.clear()
        self.again.clear()

    def hold(self) -> None:
        """Keeps new updates back until `release`."""
        self.held = True

    def release(self, order: Callable[[list[Update]], Iterable[Update]] = list) -> None:
        """Lets what was held go, in another order if one is given (`reversed`, a shuffle)."""
        waiting = list(self.pending.values())
        ordered = list(order(waiting))
        self.shuffled = self.shuffled or ordered != waiting
        self.pending = OrderedDict((update.update_id, update) for update in ordered)
        self.held = False
        for update in ordered + self.again:
            self.on_update(update)


def handed_over(updates: list[Update], now: float) -> list[Update]:
    for update in updates:
        update.delivered.append(now)
    return updates
