"""A stored update -> what the person said. Each is parsed by itself: a bad one stops no other."""

import json
import re
from typing import Any, TypeVar

from aiogram.types import (
    CallbackQuery,
    ChatMemberUpdated,
    Poll,
    TelegramObject,
)
from aiogram.types import Message as Heard
from pydantic import ValidationError

from bot.channels.base import Ignore, Unreadable
from bot.channels.telegram.config import NAME
from bot.channels.telegram.raw import GROUPS
from domain.messages import Contact, GroupNews, Incoming, Location, Media, MediaKind, PollNews

T = TypeVar("T", bound=TelegramObject)

for _used in (Heard, CallbackQuery, ChatMemberUpdated, Poll):
    _used.model_rebuild()  # now, not while the first tap waits

COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
"""`/start CODE`, also `/start@botname CODE`."""

SPOKEN = frozenset(
    [
        "text",
        "photo",
        "voice",
        "document",
        "location",
        "venue",
        "contact",
        "sticker",
        "video",
        "video_note",
        "audio",
        "animation",
        "poll",
        "dice",
        "story",
        "game",
    ]
)
"""What a person sends; other kinds of message are Telegram's own notices (pinned, timer set …).
What is not understood, such as a sticker, arrives empty, and is answered all the same."""

WHICH = ("message_id", "date", "chat")
"""What says which message it is."""


def read(payload: str) -> Incoming:
    """What the update says. Raises Unreadable, or Ignore where nothing is to be done."""
    update = _parse(payload)
    if (message := update.get("message")) is not None:
        return _message(_typed(Heard, "message", message))
    if (poll := update.get("poll")) is not None:
        return _figures(_typed(Poll, "poll", poll))
    if (tap := update.get("callback_query")) is not None:
        return _tap(_typed(CallbackQuery, "callback_query", _without_echo(tap)))
    if (change := update.get("my_chat_member")) is not None:
        return _membership(
            _typed(ChatMemberUpdated, "my_chat_member", _without_rights(change)), _standing(change)
        )
    if update.get("edited_message") is not None:
        raise Ignore("an edit")
    raise Unreadable("an update of no kind that was asked for")


def _parse(payload: str) -> dict[str, Any]:
    try:
        update = json.loads(payload)
    except (ValueError, RecursionError) as fault:
        raise Unreadable(f"no JSON: {type(fault).__name__}") from None
    if not isinstance(update, dict):
        raise Unreadable("no update")
    return update


def _typed(kind: type[T], name: str, value: Any) -> T:
    """What happened, as the library types it: of an `Update` around it nothing else is of use, and
    making one took a fifth of the time. What a person wrote must not get into the fault's text."""
    try:
        return kind.model_validate(value)
    except ValidationError as fault:
        where = {
            ".".join(map(str, (name, *e["loc"]))) + f": {e['type']}" for e in fault.errors()[:5]
        }
        raise Unreadable("; ".join(sorted(where))) from None


def _without_echo(tap: Any) -> Any:
    """A tap brings along the whole message with the button. It is ours: which one it is suffices, and
    objects for its text and its buttons need not be made."""
    if isinstance(tap, dict) and isinstance(message := tap.get("message"), dict):
        return tap | {"message": {name: message[name] for name in WHICH if name in message}}
    return tap


def _without_rights(change: Any) -> Any:
    """Of an administrator, and of somebody restricted, the platform lists every right, more with each of
    its versions, and the library refuses a list that lacks one. None of them is news."""
    if not isinstance(change, dict):
        return change
    ours = {
        name: {"status": "member", "user": member.get("user")}
        for name in ("old_chat_member", "new_chat_member")
        if isinstance(member := change.get(name), dict)
    }
    return change | ours


def _standing(change: Any) -> str:
    """What the bot is from now on; "" for one that may not be there, or may ask nothing there."""
    member = change.get("new_chat_member") if isinstance(change, dict) else None
    if not isinstance(member, dict):
        return ""
    status = str(member.get("status"))
    if status == "restricted":
        may = member.get("is_member") is True and member.get("can_send_polls") is True
        return "member" if may else ""
    return status if status in ("member", "administrator") else ""


def _message(heard: Heard) -> Incoming:
    if heard.chat.type in GROUPS and heard.migrate_to_chat_id is not None:
        moved = GroupNews(moved_to=str(heard.migrate_to_chat_id))
        return Incoming(NAME, str(heard.chat.id), sent_at=heard.date, news=moved)
    _private(heard.chat.type)
    if heard.content_type not in SPOKEN:
        raise Ignore(f"a notice: {heard.content_type}")
    text = _clean(heard.text or heard.caption)
    command = COMMAND.fullmatch(text) if heard.text else None
    return Incoming(
        channel=NAME,
        address=str(heard.chat.id),
        text="" if command else text,
        action=_action(command) if command else "",
        location=_location(heard),
        contact=_contact(heard),
        media=_media(heard),
        sent_at=heard.date,
        language_hint=_language(heard),
    )


def _tap(tap: CallbackQuery) -> Incoming:
    if tap.message is None or not tap.data:
        raise Ignore("a tap on a message that is not ours")
    _private(tap.message.chat.type)
    return Incoming(
        channel=NAME,
        address=str(tap.message.chat.id),
        action=_clean(tap.data),
        message_ref=str(tap.message.message_id),
        tap_id=tap.id,
        language_hint=tap.from_user.language_code or "",
    )


def _membership(change: ChatMemberUpdated, standing: str) -> Incoming:
    common: dict[str, Any] = {
        "channel": NAME,
        "address": str(change.chat.id),
        "sent_at": change.date,
    }
    if change.chat.type in GROUPS:
        return Incoming(**common, news=_group(change, standing))
    _private(change.chat.type)
    hint = change.from_user.language_code or ""
    return Incoming(**common, language_hint=hint, reachable=standing == "member")


def _group(change: ChatMemberUpdated, standing: str) -> GroupNews:
    """On the platform a person and their private chat have one number, so `by` is where to ask them."""
    return GroupNews(
        title=_clean(change.chat.title),
        by=str(change.from_user.id),
        inside=bool(standing),
        admin=standing == "administrator",
    )


def _figures(poll: Poll) -> Incoming:
    """How a poll stands, as the platform tells it. A person's vote has no part in it."""
    votes = tuple(option.voter_count for option in poll.options)
    news = PollNews(poll.id, votes, poll.total_voter_count, poll.is_closed)
    return Incoming(NAME, f"poll:{poll.id}", news=news)


def _private(chat_type: str) -> None:
    if chat_type != "private":
        raise Ignore(f"a chat of type {chat_type}")


def _clean(text: str | None) -> str:
    """Without NUL, which PostgreSQL cannot keep, and half an emoji, which nothing can."""
    return (text or "").replace("\x00", "").encode(errors="replace").decode()


def _action(command: re.Match[str]) -> str:
    name, rest = command[1].lower(), (command[2] or "").strip()
    return f"{name}:{rest}" if rest else name


def _location(heard: Heard) -> Location | None:
    point = heard.venue.location if heard.venue else heard.location
    return Location(point.latitude, point.longitude) if point else None


def _contact(heard: Heard) -> Contact | None:
    if (card := heard.contact) is None:
        return None
    name = f"{card.first_name} {card.last_name or ''}".strip()
    return Contact(phone=card.phone_number, name=_clean(name))


def _media(heard: Heard) -> Media | None:
    if heard.photo:
        largest = max(heard.photo, key=lambda size: size.width * size.height)
        return Media(MediaKind.PHOTO, NAME, largest.file_id)
    if heard.voice:
        return Media(MediaKind.VOICE, NAME, heard.voice.file_id)
    if heard.document:
        return Media(MediaKind.DOCUMENT, NAME, heard.document.file_id)
    return None


def _language(heard: Heard) -> str:
    return (heard.from_user.language_code or "") if heard.from_user else ""
