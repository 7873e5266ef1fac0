"""Everything the platform remembers: chats, messages, files, unanswered taps, commands."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.botapi.errors import ApiError, bad_request, chat_not_found, forbidden
from tests.botapi.messages import Message

Wire = dict[str, Any]
Clock = Callable[[], float]

TAP_SECONDS = (
    150  # after which a tap is too old to answer; `add_update_callback_query` of the server
)


@dataclass(slots=True)
class Chat:
    """One person's private chat with the bot."""

    person: Wire
    started: bool = False  # the person spoke first, so the bot may answer
    blocked: bool = False
    messages: dict[int, Message] = field(default_factory=dict)

    @property
    def wire(self) -> Wire:
        names = ("id", "first_name", "last_name", "username")
        return {n: self.person[n] for n in names if n in self.person} | {"type": "private"}

    def refuse(self) -> None:
        """Says why the bot may not write here, if it may not."""
        if self.blocked:
            raise forbidden("bot was blocked by the user")
        if not self.started:
            raise forbidden("bot can't initiate conversation with a user")


@dataclass(slots=True)
class GroupChat(Chat):
    """A group that the bot may be in; `person` is the group itself, without a name of a person."""

    title: str = ""
    kind: str = "supergroup"
    standing: str = "left"  # the bot's: left, member, administrator, kicked
    moved_to: int | None = None

    @property
    def wire(self) -> Wire:
        return {"id": self.person["id"], "title": self.title, "type": self.kind}

    def refuse(self) -> None:
        if self.moved_to is not None:
            raise ApiError(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                moved_to=self.moved_to,
            )
        if self.standing == "kicked":
            raise forbidden(f"bot was kicked from the {self.kind} chat")
        if self.standing == "left":
            raise forbidden(f"bot is not a member of the {self.kind} chat")


@dataclass(slots=True)
class Toast:
    """What a person sees for a moment after a tap."""

    text: str
    alert: bool
    at: float  # Unix seconds


@dataclass(slots=True)
class Tap:
    """A callback query: the button spins until the bot answers."""

    query_id: str
    person_id: int
    data: str
    at: float  # Unix seconds
    answer: Toast | None = None


@dataclass(slots=True)
class StoredFile:
    """Bytes that were uploaded, under the names by which the platform knows them."""

    file_id: str
    data: bytes
    name: str
    mime: str
    path: str
    kind: str = "document"

    @property
    def wire(self) -> Wire:
        return {
            "file_id": self.file_id,
            "file_unique_id": f"u{self.file_id}",
            "file_size": len(self.data),
        }


@dataclass(slots=True)
class State:
    """The platform's memory of one bot."""

    bot: Wire
    clock: Clock
    chats: dict[int, Chat] = field(default_factory=dict)
    files: dict[str, StoredFile] = field(default_factory=dict)
    taps: dict[str, Tap] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    menu_buttons: dict[int | None, Wire] = field(default_factory=dict)
    actions: list[tuple[int, str]] = field(default_factory=list)
    revision: int = 0
    on_change: Callable[[], None] = lambda: None
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def reachable(self, chat_id: int | None) -> Chat:
        """The chat, if the bot may write to it."""
        chat = self.known(chat_id)
        chat.refuse()
        return chat

    def known(self, chat_id: int | None) -> Chat:
        if chat_id is None or chat_id not in self.chats:
            raise chat_not_found()
        return self.chats[chat_id]

    def message(self, chat_id: int | None, message_id: int, purpose: str) -> Message:
        """A message the bot names; `purpose` fills "message to edit not found"."""
        message = self.known(chat_id).messages.get(message_id)
        if message is None or message.deleted:
            raise bad_request(f"{purpose} not found")
        return message

    def write(
        self, chat: Chat, *, from_bot: bool, sender: Wire | None = None, **parts: Any
    ) -> Message:
        """A new message at the end of a chat; in a group `sender` says whose."""
        sender = self.bot if from_bot else sender or chat.person
        message = Message(
            next(self.numbers), chat.wire, sender, from_bot, sent_at=self.clock(), **parts
        )
        chat.messages[message.message_id] = message
        self.change(message)
        return message

    def change(self, message: Message) -> None:
        """Notes how the message looks now, and wakes whoever waits to see it."""
        self.revision += 1
        message.revision = self.revision
        message.versions.append(message.text)
        message.markups.append(message.markup)
        self.on_change()

    def store(self, kind: str, data: bytes, name: str, mime: str) -> StoredFile:
        number = len(self.files) + 1
        stored = StoredFile(f"F{number:08d}", data, name, mime, f"{kind}s/{number}_{name}", kind)
        self.files[stored.file_id] = stored
        return stored

    def file_at(self, path: str) -> StoredFile | None:
        return next((stored for stored in self.files.values() if stored.path == path), None)

    def tap(self, person_id: int, data: str) -> Tap:
        tap = Tap(str(7_000_000_000 + len(self.taps)), person_id, data, self.clock())
        self.taps[tap.query_id] = tap
        return tap

    def answer(self, query_id: str, text: str, alert: bool) -> None:
        tap = self.taps.get(query_id)
        if tap is None or tap.answer or self.clock() - tap.at > TAP_SECONDS:
            raise _too_old()
        tap.answer = Toast(text, alert, self.clock())
        self.on_change()


def _too_old() -> ApiError:
    return bad_request("query is too old and response timeout expired or query ID is invalid")
