"""The open pages of this process, and how they hear that there is something new."""

import asyncio
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(eq=False, slots=True)
class Stream:
    """One open page. `others` are the session's other personas, by address id."""

    session: str
    address_id: int
    others: Mapping[int, str] = field(default_factory=dict)
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    notices: deque[bytes] = field(default_factory=lambda: deque(maxlen=20))
    closed: bool = False
    displaced: bool = False

    @property
    def address_ids(self) -> tuple[int, ...]:
        return (self.address_id, *self.others)

    def close(self, displaced: bool = False) -> None:
        """End it; `displaced` when a newer page of the same session takes its place."""
        self.closed, self.displaced = True, displaced
        self.wake.set()


class Hub:
    """Knows the last number of every watched address, and wakes the pages that are behind it."""

    def __init__(self, most_per_session: int) -> None:
        self._most = most_per_session
        self._by_address: dict[int, set[Stream]] = {}
        self._by_session: dict[str, list[Stream]] = {}
        self.heads: dict[int, int] = {}
        self._closed = False

    def open(self, stream: Stream) -> None:
        """Watch; the oldest page of a session that has too many is ended."""
        if self._closed:
            stream.close()
        theirs = self._by_session.setdefault(stream.session, [])
        theirs.append(stream)
        for address_id in stream.address_ids:
            self._by_address.setdefault(address_id, set()).add(stream)
        for oldest in [one for one in theirs if not one.closed][: -self._most]:
            oldest.close(displaced=True)

    def leave(self, stream: Stream) -> None:
        """The page is gone."""
        theirs = self._by_session.get(stream.session, [])
        theirs.remove(stream)
        if not theirs:
            del self._by_session[stream.session]
        for address_id in stream.address_ids:
            watching = self._by_address[address_id]
            watching.discard(stream)
            if not watching:
                del self._by_address[address_id]
                self.heads.pop(address_id, None)

    def watched(self) -> list[int]:
        """The addresses that somebody looks at."""
        return list(self._by_address)

    def tell(self, heads: Mapping[int, int]) -> None:
        """These addresses have lines up to these numbers now."""
        for address_id, seq in heads.items():
            if address_id in self._by_address and seq > self.heads.get(address_id, 0):
                self.heads[address_id] = seq
                self._wake(self._by_address[address_id])

    def notice(self, address_id: int, event: bytes) -> None:
        """Something passing for the pages that show this address."""
        for stream in self._by_address.get(address_id, ()):
            if stream.address_id == address_id:
                stream.notices.append(event)
                stream.wake.set()

    def close(self) -> None:
        """End every page."""
        self._closed = True
        for streams in self._by_session.values():
            for stream in streams:
                stream.close()

    @staticmethod
    def _wake(streams: Iterable[Stream]) -> None:
        for stream in streams:
            stream.wake.set()
