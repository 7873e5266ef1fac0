"""The platform's flood limits, as far as they are known: so many messages a second, or 429."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from tests.botapi.calls import Call
from tests.botapi.errors import too_many_requests

_SENDING = ("send", "copymessage", "forwardmessage")
_EDITING = ("edit",)


@dataclass(slots=True)
class Limits:
    """Messages allowed in any `window` seconds, overall and to one chat; None switches one off.

    The figures are from the platform's FAQ ("My bot is hitting limits"): about 30 a second over
    all, one a second in one chat. Whoever goes over is refused for `retry_after` seconds, and so is
    everything else meanwhile, as in a real flood wait.
    """

    overall_per_second: int | None = 30
    per_chat_per_second: int | None = 1
    retry_after: int = 3  # seconds
    window: float = 1.0  # seconds; a little less forgives the network's jitter
    count_edits: bool = False
    refusals: list[tuple[float, str]] = field(default_factory=list)
    """When, and why: what is over the "overall" or the "chat" limit, or came "meanwhile"."""
    _overall: deque[float] = field(default_factory=deque)
    _chats: dict[int, deque[float]] = field(default_factory=dict)
    _closed: dict[int | None, float] = field(default_factory=dict)  # None stands for every chat

    @property
    def refused(self) -> int:
        """How many calls were."""
        return len(self.refusals)

    def check(self, call: Call, now: float) -> None:
        """Counts a sending call, or refuses it."""
        chat = call.chat_id
        if chat is None or not self._counts(call.key):
            return
        for whom in (None, chat):
            if self._closed.get(whom, 0.0) > now:
                raise self._refuse(math.ceil(self._closed[whom] - now), now, "meanwhile")
        mine = self._chats.setdefault(chat, deque())
        self._spend(self._overall, self.overall_per_second, None, now)
        self._spend(mine, self.per_chat_per_second, chat, now)
        self._overall.append(now)
        mine.append(now)

    def _counts(self, key: str) -> bool:
        if key == "sendchataction":
            return False
        return key.startswith(_SENDING) or (self.count_edits and key.startswith(_EDITING))

    def _spend(self, times: deque[float], limit: int | None, whom: int | None, now: float) -> None:
        while times and times[0] <= now - self.window:
            times.popleft()
        if limit is not None and len(times) >= limit:
            self._closed[whom] = now + self.retry_after
            raise self._refuse(self.retry_after, now, "overall" if whom is None else "chat")

    def _refuse(self, seconds: int, now: float, why: str) -> Exception:
        self.refusals.append((now, why))
        return too_many_requests(seconds)
