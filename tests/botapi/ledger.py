"""What the bot did, for proofs: every call, every message sent, and how many in a second."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True, frozen=True)
class Called:
    """One request, whatever came of it. `status` 0: no answer was given."""

    at: float  # Unix seconds, when it arrived
    method: str
    chat_id: int | None
    status: int


@dataclass(slots=True, frozen=True)
class Sent:
    """One new message or edit that took effect, even if the bot was told otherwise."""

    at: float  # Unix seconds
    method: str
    chat_id: int
    message_id: int
    text: str
    edit: bool = False


@dataclass(slots=True)
class Ledger:
    calls: list[Called] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)

    def messages(self, chat_id: int | None = None) -> list[Sent]:
        """New messages, without edits, to everyone or to one chat."""
        return [s for s in self.sent if not s.edit and chat_id in (None, s.chat_id)]

    def busiest_second(self, chat_id: int | None = None) -> int:
        """The most new messages in any span of one second."""
        return busiest(sent.at for sent in self.messages(chat_id))

    def busiest_chat(self) -> int:
        """The most new messages any one chat got in any span of one second."""
        chats: dict[int, list[float]] = {}
        for sent in self.messages():
            chats.setdefault(sent.chat_id, []).append(sent.at)
        return max(map(busiest, chats.values()), default=0)

    def statuses(self, method: str) -> Counter[int]:
        return Counter(c.status for c in self.calls if c.method.lower() == method.lower())


def busiest(times: Iterable[float], span: float = 1.0) -> int:
    """The most instants inside any half-open span of so many seconds."""
    window: deque[float] = deque()
    most = 0
    for at in sorted(times):
        window.append(at)
        while window[0] <= at - span:
            window.popleft()
        most = max(most, len(window))
    return most
