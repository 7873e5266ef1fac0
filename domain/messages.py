"""What people say to the desk and what the desk says back, in no platform's terms.

Text is a small, safe subset of HTML (`b`, `i`, `u`, `code`, `a href`) carried as `markupsafe.Markup`:
whatever a person typed is escaped where it enters a sentence, once and for every channel.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from markupsafe import Markup, escape

MAX_ACTION_BYTES = 64
"""Telegram's limit for what a button may carry back (Bot API, InlineKeyboardButton.callback_data)."""


class Lane(IntEnum):
    """Who goes first when messages wait: a push to a whole city never delays a help request."""

    EMERGENCY = 0
    CONVERSATION = 1
    ROUTINE = 2


@dataclass(frozen=True, slots=True)
class Button:
    """A choice under a message: it either comes back to us as an action or opens an address."""

    label: str
    action: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        if bool(self.action) == bool(self.url):
            raise ValueError(f"a button has either an action or a url: {self.label!r}")
        if len(self.action.encode()) > MAX_ACTION_BYTES:
            raise ValueError(f"an action is at most {MAX_ACTION_BYTES} bytes: {self.action!r}")


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Keyboard:
    """The buttons that stay under the chat. A press arrives as the action it stands for."""

    rows: Rows = ()


@dataclass(frozen=True, slots=True)
class Location:
    """A point in WGS84 degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact card that somebody shared."""

    phone: str
    name: str = ""


class MediaKind(StrEnum):
    """What can be attached to a message by a person."""

    PHOTO = "photo"
    VOICE = "voice"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Media:
    """A file that stays with the platform; `ref` is the platform's own name for it."""

    kind: MediaKind
    channel: str
    ref: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture or paper that is drawn when it is sent, from `recipe` (a renderer's name) and `params`.

    Only the recipe is stored with the message: nothing large waits in the queue, and a restart
    between the turn and the sending loses nothing.
    """

    recipe: str
    filename: str
    params: Mapping[str, Any] = field(default_factory=dict)
    picture: bool = False


@dataclass(frozen=True, slots=True)
class GroupPoll:
    """A question that the platform itself puts to a group, anonymously; where `closes` is set, the one
    that the message's card shows takes no more votes. `note` stands under the question."""

    question: str = ""
    options: tuple[str, ...] = ()
    multiple: bool = False
    note: str = ""
    closes: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One thing the desk says.

    `in_place` replaces the message that was tapped, or the newest one of the same `card`, where the
    channel can; elsewhere it is sent anew. `keyboard` sets the lasting keyboard; an empty one removes it.
    `menu` says that whoever reads it may do other things from now on: the platform's menu is set anew.
    `private` is what is forgotten when it has been said: a ballot in somebody's chat.
    `quiet` comes without a sound, where the channel can.
    `poll` is asked as the platform's own poll; where there is none, the text says the same.
    """

    text: str
    buttons: Rows = ()
    keyboard: Keyboard | None = None
    attachment: Attachment | None = None
    media: Media | None = None
    location: Location | None = None
    card: str = ""
    in_place: bool = False
    menu: bool = False
    private: bool = False
    quiet: bool = False
    poll: GroupPoll | None = None

    @property
    def html(self) -> Markup:
        """The text as safe HTML, whether it was written as markup or as plain words."""
        return escape(self.text)

    @property
    def plain(self) -> str:
        """The text without markup."""
        return str(self.html.striptags()) if "\n" not in self.html else _strip_lines(self.html)


def _strip_lines(html: Markup) -> str:
    """`striptags` folds white space, so keep the lines apart ourselves."""
    lines = html.split("\n")
    return "\n".join(str(line.striptags()) for line in lines)


@dataclass(frozen=True, slots=True)
class Received:
    """What a platform sent, as it came. The same `update_key` twice is one update.

    `address` names the conversation (a chat, a web session) and is "" where none can be told.
    """

    channel: str
    update_key: str
    address: str
    payload: str


@dataclass(frozen=True, slots=True)
class GroupNews:
    """What became of the desk in a group of people: taken in (`inside`), made an administrator of it,
    put out. `by` is the private chat of whoever did it, "" where the platform does not say;
    `moved_to` is the group's new address where the platform gave it one."""

    title: str = ""
    by: str = ""
    inside: bool = False
    admin: bool = False
    moved_to: str = ""


@dataclass(frozen=True, slots=True)
class PollNews:
    """How a poll of ours stands: `ref` is the platform's name for it, `votes` by option."""

    ref: str
    votes: tuple[int, ...]
    voters: int
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing a person said or did, from any channel.

    `action` is a tapped button or a command (`"start:CODE"`); `message_ref` is the platform's name for
    the message that was tapped; `sent_at` is the platform's own time where it gives one.
    """

    channel: str
    address: str
    text: str = ""
    action: str = ""
    location: Location | None = None
    contact: Contact | None = None
    media: Media | None = None
    message_ref: str = ""
    tap_id: str = ""
    sent_at: datetime | None = None
    language_hint: str = ""
    reachable: bool | None = None
    """Set by notices that are no message: the person blocked us (False) or came back (True)."""
    news: GroupNews | PollNews | None = None
    """What the platform says of a group or a poll; nobody said it, and nobody is answered there."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A message that somebody else is owed because of this turn.

    It goes to every address of the person. `key` makes it unique: owed twice, it is sent once.
    """

    person_id: int
    message: Message
    lane: Lane = Lane.CONVERSATION
    key: str = ""
    duty_id: int | None = None


@dataclass(frozen=True, slots=True)
class OwedTo:
    """A message owed to one address: the chat in which something was asked."""

    address_id: int
    message: Message
    lane: Lane = Lane.CONVERSATION
    key: str = ""
    duty_id: int | None = None


def message_to_json(message: Message) -> dict[str, Any]:
    """A message as plain JSON values, leaving out what is empty."""
    out: dict[str, Any] = {"html": str(message.html)}
    if message.buttons:
        out["buttons"] = _rows_to_json(message.buttons)
    if message.keyboard is not None:
        out["keyboard"] = _rows_to_json(message.keyboard.rows)
    if (a := message.attachment) is not None:
        out["attachment"] = [a.recipe, a.filename, dict(a.params), a.picture]
    if (m := message.media) is not None:
        out["media"] = [m.kind, m.channel, m.ref]
    if (p := message.location) is not None:
        out["location"] = [p.latitude, p.longitude]
    if message.card:
        out["card"] = message.card
    if message.in_place:
        out["in_place"] = True
    if message.menu:
        out["menu"] = True
    if message.private:
        out["private"] = True
    if message.quiet:
        out["quiet"] = True
    if (q := message.poll) is not None:
        out["poll"] = [q.question, list(q.options), q.multiple, q.note, q.closes]
    return out


def message_from_json(data: Mapping[str, Any]) -> Message:
    """The message that `message_to_json` wrote."""
    attachment, media, location = data.get("attachment"), data.get("media"), data.get("location")
    return Message(
        text=Markup(data["html"]),  # noqa: S704  (written by message_to_json, which escaped it)
        buttons=_rows_from_json(data.get("buttons", ())),
        keyboard=Keyboard(_rows_from_json(data["keyboard"])) if "keyboard" in data else None,
        attachment=Attachment(*attachment) if attachment else None,
        media=Media(MediaKind(media[0]), media[1], media[2]) if media else None,
        location=Location(*location) if location else None,
        card=data.get("card", ""),
        in_place=data.get("in_place", False),
        menu=data.get("menu", False),
        private=data.get("private", False),
        quiet=data.get("quiet", False),
        poll=_poll_from_json(*data["poll"]) if "poll" in data else None,
    )


def _poll_from_json(
    question: str, options: Sequence[str], multiple: bool, note: str, closes: bool
) -> GroupPoll:
    return GroupPoll(question, tuple(options), multiple, note, closes)


def _rows_to_json(rows: Rows) -> list[list[list[str]]]:
    return [[[b.label, b.action, b.url] for b in row] for row in rows]


def _rows_from_json(rows: Any) -> Rows:
    return tuple(tuple(Button(*b) for b in row) for row in rows)
