"""What a channel is: it hands in what the platform sent, reads it, and sends what it is given."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from aiohttp import web

from domain.messages import Attachment, Incoming, Lane, Message, Received
from domain.people import Language, Role

__all__ = [
    "Abilities",
    "Channel",
    "ChannelError",
    "CommandLine",
    "CommandMenu",
    "Draw",
    "Mounted",
    "Paced",
    "Parcel",
    "Received",
    "Refused",
    "Store",
    "TryAgain",
    "Unknown",
    "Unreachable",
    "Unreadable",
]


Store = Callable[[Received], Awaitable[bool]]
"""Stores an update for good; when it returns, the platform may be told. False: it was there already."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a channel can do; `fold` makes a message fit. Lengths count UTF-16 code units."""

    max_text: int
    max_caption: int
    max_label: int = 64
    edits: bool = True
    hears: bool = True
    """Whether people can send their voice."""
    draws_files: bool = True
    """Whether attachments must be drawn before sending (False: the channel links to them)."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message on its way: an outbox row, claimed, with its picture or paper drawn."""

    id: int
    lane: Lane
    address_id: int
    address: str
    message: Message
    edits: str = ""
    """The platform's name for the message to replace, or ""."""
    file: bytes | None = None
    first: bool = False
    """Whether it goes before the others of its lane where the platform's limit makes them wait."""
    going: Callable[[], Awaitable[None]] | None = None
    """What a channel that makes messages wait calls when this one really goes over the wire."""


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A command in the platform's menu."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class CommandMenu:
    """The commands of one role (None: people the desk does not know) in one language."""

    role: Role | None
    language: Language
    lines: Sequence[CommandLine]


class ChannelError(Exception):
    """The channel cannot be used as it is set up; the message says in plain words what to do."""


class Unreadable(Exception):
    """The update cannot be understood; it becomes a dead letter."""


class Ignore(Exception):
    """The update is understood and asks nothing of us (a group's talk, an edit): it is done."""


class Unreachable(Exception):
    """The person cannot be reached at this address: they blocked the bot or never started it."""


class TryAgain(Exception):
    """The platform did not take the message; it certainly was not delivered. Worth another try.

    `after` is the pause in seconds that the platform asked for, or None; `everyone` says that the
    pause is for all that is sent there, not for this chat alone.
    """

    def __init__(self, why: str, after: float | None = None, everyone: bool = False) -> None:
        super().__init__(why)
        self.after = after
        self.everyone = everyone


class Unknown(Exception):
    """The connection broke after the message was handed over: it may have arrived, or not."""


class Refused(Exception):
    """The platform will never take this message as it is; a fault of ours, for the log."""


class Channel(Protocol):
    """A way to talk with people. One module each; only it knows its platform's library."""

    name: str
    abilities: Abilities

    async def start(self, store: Store) -> None:
        """Begin to receive; every update goes to `store` before it is confirmed to the platform."""

    async def stop_receiving(self) -> None:
        """Take nothing new; what has been taken is stored."""

    async def stop(self) -> None:
        """Close connections; sending is over."""

    def read(self, payload: str) -> Incoming:
        """What the stored update says. Raises Unreadable, or Ignore where nothing is to be done."""

    async def send(self, parcel: Parcel) -> str:
        """Send, and return the platform's name for the message.

        Raises Unreachable, TryAgain, Unknown or Refused.
        """

    async def acknowledge(self, incoming: Incoming, notice: str) -> None:
        """Tell the tapping finger that it was felt; best effort, never durable."""

    async def announce(self, menus: Sequence[CommandMenu]) -> None:
        """Show the commands of people the desk does not know, in every language."""

    async def greet(self, address: str, menu: CommandMenu) -> None:
        """Show one person the commands of their role, and whom the desk does not know those of
        everybody; best effort."""

    def link(self, code: str) -> str:
        """The address that opens this channel with an enrolment code, or ""."""


@runtime_checkable
class Mounted(Protocol):
    """A channel that is called over HTTP adds its routes to the process's one web server."""

    def mount(self, application: web.Application) -> None:
        """Add routes and whatever must happen when the server stops."""


@runtime_checkable
class Paced(Protocol):
    """A channel whose platform limits how much one chat hears, and one sender says."""

    def pause(self, lane: Lane, address: str, edit: bool) -> float:
        """Seconds until that chat may hear such a message (or see one edited); 0: now."""

    def share(self, processes: int) -> None:
        """So many processes, this one among them, use what the platform allows all of them together."""


Draw = Callable[[Attachment, int], Awaitable[bytes]]
"""Draws an attachment for the address (by id) that asks, checking that it may have it."""
