"""What Telegram sent, as it came, ready for the inbox. Nothing here trusts its shape."""

import hashlib
import json
from typing import Any

from bot.channels.base import Received
from bot.channels.telegram.config import NAME


def received(update: Any, payload: str = "") -> Received:
    """The update for the inbox. `payload` is its JSON text where that is at hand.

    Ours is ASCII: JSON may escape half an emoji or a NUL, which no database takes unescaped.
    """
    payload = payload or json.dumps(update)
    return Received(NAME, _key(update, payload), _address(update), payload)


def _key(update: Any, payload: str) -> str:
    number = update.get("update_id") if isinstance(update, dict) else None
    if isinstance(number, int):
        return str(number)
    return "odd-" + hashlib.sha256(payload.encode()).hexdigest()[:32]


def _address(update: Any) -> str:
    """The chat that the update belongs to, or ""."""
    events = update.values() if isinstance(update, dict) else ()
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
