"""How often somebody may do something."""

import time
from collections import deque
from collections.abc import Callable

from aiohttp import web

_MOST_NAMES = 50_000


def client(request: web.Request, behind_proxy: bool) -> str:
    """The client's address; behind a proxy of ours, the one that the proxy saw last."""
    seen = request.headers.get("X-Forwarded-For", "") if behind_proxy else ""
    return seen.rpartition(",")[2].strip() or request.remote or "?"


class Rate:
    """At most `most` times in `seconds` for each name, counted in this process."""

    def __init__(
        self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._times: dict[str, deque[float]] = {}

    def take(self, name: str) -> float:
        """Count one, and return 0; or the seconds to wait if it is one too many."""
        now = self._clock()
        times = self._times.setdefault(name, deque())
        while times and times[0] <= now - self._seconds:
            times.popleft()
        if len(times) >= self._most:
            return times[0] + self._seconds - now
        times.append(now)
        if len(self._times) > _MOST_NAMES:
            self._forget(now)
        return 0.0

    def _forget(self, now: float) -> None:
        """Drop the quiet names, so that memory does not grow with visitors."""
        quiet = [
            name
            for name, times in self._times.items()
            if not times or times[-1] <= now - self._seconds
        ]
        for name in quiet:
            del self._times[name]
