"""One message of ours -> what Telegram calls messages: one content each, one keyboard each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import structlog
from markupsafe import Markup, escape
from telegram import (
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.channels.base import Parcel
from bot.channels.fold import fold
from bot.channels.telegram.config import ABILITIES, NAME
from domain.messages import Button, Keyboard, Message, Rows

log = structlog.get_logger()

KEYBOARD_SIGN = "⌨️"
"""What a message says that only brings the lasting keyboard: none comes without a text."""

LINK = re.compile(r"tg://.+|https?://[^/?#]+\.[^/?#]+.*", re.DOTALL)
"""What a Telegram button may open (tdlib, LinkManager::check_link): no `tel:`, no `localhost`."""


@dataclass(frozen=True, slots=True)
class Part:
    """One call to the platform. `plain` and `as_document` are second-best ways to send it."""

    message: Message
    file: bytes | None = None
    edits: str = ""
    plain: bool = False
    as_document: bool = False

    @property
    def text(self) -> str:
        """The text as it is sent."""
        return self.message.plain if self.plain else str(self.message.html)

    @property
    def markup(self) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None:
        """The part's buttons; never both kinds."""
        if self.message.keyboard is not None:
            return _lasting(self.message.keyboard)
        return self.inline

    @property
    def inline(self) -> InlineKeyboardMarkup | None:
        """The buttons under the text, which is all that an edited message may have."""
        rows = self.message.buttons
        return _Written(rows) if rows else None


def plan(parcel: Parcel) -> list[Part]:
    """The parcel as the calls that deliver it, in order; the last one carries the buttons."""
    message = _spell_links(_without_foreign(parcel))
    editing = bool(parcel.edits) and _is_text(message)
    pieces = [one for piece in fold(message, ABILITIES) for one in _unpack(piece, editing)]
    parts = [Part(piece, parcel.file if _needs_file(piece) else None) for piece in pieces]
    if editing:
        first = next(i for i, piece in enumerate(pieces) if piece.keyboard is None)
        parts[first] = replace(parts[first], edits=parcel.edits)
    return parts


def _unpack(message: Message, editing: bool) -> Iterator[Message]:
    """One message for each thing that cannot ride along with the others."""
    if message.keyboard is not None and (message.buttons or editing):
        yield Message(KEYBOARD_SIGN, keyboard=message.keyboard)
        message = replace(message, keyboard=None)
    if message.location and (message.text or not _is_text(replace(message, location=None))):
        yield Message("", location=message.location)
        message = replace(message, location=None)
    if message.attachment and message.media:
        yield Message("", media=message.media)
        message = replace(message, media=None)
    yield message


def _is_text(message: Message) -> bool:
    return not (message.attachment or message.media or message.location)


def _needs_file(message: Message) -> bool:
    """Whether the bytes come from us: a drawing, or a picture that another channel holds."""
    return bool(message.attachment or (message.media and message.media.channel != NAME))


def _without_foreign(parcel: Parcel) -> Message:
    """Without media that only another channel can show, unless its bytes came along."""
    message = parcel.message
    foreign = message.media is not None and message.media.channel != NAME
    if foreign and (parcel.file is None or message.attachment):
        log.warning("media_of_another_channel", parcel=parcel.id)
        return replace(message, media=None)
    return message


def _spell_links(message: Message) -> Message:
    """Buttons that Telegram would refuse, and the whole message with them, written out as text."""
    odd = [b for row in message.buttons for b in row if b.url and not LINK.fullmatch(b.url)]
    if not odd:
        return message
    rows = (tuple(b for b in row if b not in odd) for row in message.buttons)
    lines = [escape(f"{b.label} {b.url.removeprefix('tel:')}") for b in odd]
    text = Markup("\n").join([message.html, *lines] if message.text else lines)
    return replace(message, text=text, buttons=tuple(row for row in rows if row))


class _Written(InlineKeyboardMarkup):
    """A keyboard as the JSON values that are sent. The library's own buttons would be made for
    nothing but to be turned into these, and took a twentieth of all CPU time (measured)."""

    __slots__ = ("_values",)

    def __init__(self, rows: Rows) -> None:
        super().__init__(())
        self._values = {"inline_keyboard": [[_inline(button) for button in row] for row in rows]}

    def to_dict(self, recursive: bool = True) -> dict[str, Any]:
        return self._values


def _inline(button: Button) -> dict[str, str]:
    if button.url:
        return {"text": button.label, "url": button.url}
    return {"text": button.label, "callback_data": button.action}


def _lasting(keyboard: Keyboard) -> ReplyKeyboardMarkup | ReplyKeyboardRemove:
    if not keyboard.rows:
        return ReplyKeyboardRemove()
    rows = [[KeyboardButton(b.label) for b in row] for row in keyboard.rows]
    return ReplyKeyboardMarkup(rows, resize_keyboard=True, is_persistent=True)
