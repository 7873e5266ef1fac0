"""What Telegram sent, as it came, ready for the inbox. Nothing here trusts its shape."""

import hashlib
import json
from typing import Any

from bot.channels.base import Received
from bot.channels.telegram.config import NAME

GROUPS = frozenset({"group", "supergroup"})
MOVED = "migrate_to_chat_id"


def received(update: Any, payload: str = "") -> Received:
    """The update for the inbox; what is not for the desk has no payload, and need not be stored.
    `payload` is its JSON text where that is at hand.

    Ours is ASCII: JSON may escape half an emoji or a NUL, which no database takes unescaped.
    """
    payload = payload or json.dumps(update)
    kept = "" if is_talk(update) else payload
    return Received(NAME, _key(update, payload), _address(update), kept)


def is_talk(update: Any) -> bool:
    """Whether people talk among themselves: in a group the desk reads nothing and keeps nothing, but the
    notice that the group has got another number."""
    event = (
        update.get("message", update.get("edited_message")) if isinstance(update, dict) else None
    )
    chat = event.get("chat") if isinstance(event, dict) else None
    if not isinstance(event, dict) or not isinstance(chat, dict):
        return False
    return chat.get("type") in GROUPS | {"channel"} and MOVED not in event


def _key(update: Any, payload: str) -> str:
    number = update.get("update_id") if isinstance(update, dict) else None
    if isinstance(number, int):
        return str(number)
    return "odd-" + hashlib.sha256(payload.encode()).hexdigest()[:32]


def _address(update: Any) -> str:
    """The chat that the update belongs to, or ""."""
    events = update.values() if isinstance(update, dict) else ()
    if isinstance(update, dict) and isinstance(poll := update.get("poll"), dict):
        return f"poll:{poll.get('id')}"  # of no chat: one poll's figures are read in their order
    for event in events:
        if isinstance(event, dict) and (chat := _chat_id(event)) is not None:
            return str(chat)
    return ""


def _chat_id(event: dict[str, Any]) -> int | None:
    """`message.chat.id`, or `callback_query.message.chat.id`."""
    message = event.get("message")
    for holder in (event, message if isinstance(message, dict) else {}):
        chat = holder.get("chat")
        number = chat.get("id") if isinstance(chat, dict) else None
        if isinstance(number, int):
            return number
    return None
