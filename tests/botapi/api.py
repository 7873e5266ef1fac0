"""`BotApi`: a whole Telegram for one test, in the test's own process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Self, TypeVar

from tests.botapi.account import Commands
from tests.botapi.catalogue import METHODS
from tests.botapi.control import add_control
from tests.botapi.engine import Engine
from tests.botapi.faults import Faults
from tests.botapi.groups import Group
from tests.botapi.ledger import Called, Ledger, Sent
from tests.botapi.limits import Limits
from tests.botapi.server import Server
from tests.botapi.state import Chat, Clock, GroupChat, Wire
from tests.botapi.updates import Update
from tests.botapi.users import User

T = TypeVar("T")

TOKEN = "1234567890:local-double-of-the-bot-api-00000000"


class BotApi:
    """A Bot API server on a free loopback port, and the people on its other side.

    Args:
        token: the only token it knows.
        port: 0 picks a free one.
        clock: Unix seconds; every time that is recorded comes from it.
        webhook_pause: seconds; unit of the growing pauses (2, 4, 8 … units) before an update is
            posted to a failing webhook again. 1 is the platform's own.
    """

    def __init__(
        self,
        token: str = TOKEN,
        *,
        port: int = 0,
        clock: Clock = time.time,
        webhook_pause: float = 1.0,
    ) -> None:
        self.token = token
        self.url = ""
        self.engine = Engine(token, METHODS, clock, pause=webhook_pause)
        self._port = port
        self._server: Server | None = None
        self._users: dict[int, User] = {}

    async def __aenter__(self) -> Self:
        self._server = Server(self.engine)
        add_control(self._server.app, self)
        self.url = f"http://127.0.0.1:{await self._server.start(self._port)}"
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            await self._server.stop()

    def user(
        self,
        user_id: int,
        first_name: str = "",
        *,
        last_name: str = "",
        username: str = "",
        language_code: str = "zh-hans",
    ) -> User:
        """A person, made when first named; the chat opens when they speak first."""
        if user_id not in self._users:
            person: Wire = {"id": user_id, "is_bot": False}
            person["first_name"] = first_name or f"居民{user_id}"
            more = {"last_name": last_name, "username": username, "language_code": language_code}
            person |= {name: value for name, value in more.items() if value}
            chat = self.engine.state.chats.setdefault(user_id, Chat(person))
            self._users[user_id] = User(self.engine, chat)
        return self._users[user_id]

    def group(self, chat_id: int, title: str, *, kind: str = "supergroup") -> Group:
        """A group of people, in which the bot is not yet."""
        chat = GroupChat({"id": chat_id, "first_name": title}, title=title, kind=kind)
        self.engine.state.chats[chat_id] = chat
        return Group(self.engine, chat)

    # Trouble

    @property
    def faults(self) -> Faults:
        return self.engine.faults

    @property
    def limits(self) -> Limits | None:
        return self.engine.limits

    @limits.setter
    def limits(self, limits: Limits | None) -> None:
        self.engine.limits = limits

    def redeliver(self, update: Update | int) -> None:
        """Hands an update to the bot once more, under the same id."""
        self.engine.queue.redeliver(update if isinstance(update, int) else update.update_id)

    @property
    def held(self) -> bool:
        """Whether updates are kept back."""
        return self.engine.queue.held

    def hold(self) -> None:
        """Keeps updates back, to `release` them together or in another order."""
        self.engine.queue.hold()

    def release(self, order: Callable[[list[Update]], Iterable[Update]] = list) -> None:
        self.engine.queue.release(order)

    # Proofs

    @property
    def ledger(self) -> Ledger:
        return self.engine.ledger

    @property
    def sent(self) -> list[Sent]:
        """Every message and edit that took effect, in order."""
        return self.ledger.sent

    @property
    def calls(self) -> list[Called]:
        """Every request, in the order in which they were answered."""
        return self.ledger.calls

    @property
    def confirmed(self) -> dict[int, float]:
        """Update id to the Unix time at which the bot confirmed it: offset moved, or 2xx."""
        return self.engine.queue.confirmed

    @property
    def pending(self) -> list[Update]:
        """Updates the bot has not confirmed."""
        return list(self.engine.queue.pending.values())

    @property
    def updates(self) -> dict[int, Update]:
        """Every update ever made, by id."""
        return self.engine.queue.known

    @property
    def commands(self) -> dict[tuple[str, str], Commands]:
        """What setMyCommands said, by scope (`default`, `chat:5`, …) and language."""
        return self.engine.state.commands

    @property
    def polling(self) -> bool:
        """The bot is waiting in a long poll at this moment."""
        return self.engine.poll.waiting

    async def until(
        self,
        found: Callable[[], T],
        timeout: float = 5,  # noqa: ASYNC109 - its end is an assertion with a reason
    ) -> T:
        """Waits until `found` returns something true; looks again at every change.

        Raises:
            AssertionError: when the time is up.
        """
        value = await self.engine.until(found, timeout)
        assert value, f"still waiting after {timeout} s"
        return value

    async def until_confirmed(
        self,
        *updates: Update | int,
        timeout: float = 5,  # noqa: ASYNC109 - as `until`
    ) -> None:
        """Waits until the bot has confirmed all these updates, or all there are."""
        wanted = _ids(updates) or list(self.engine.queue.pending)
        await self.until(lambda: all(update in self.confirmed for update in wanted), timeout)


def _ids(updates: Sequence[Update | int]) -> list[int]:
    return [update if isinstance(update, int) else update.update_id for update in updates]
