"""The methods that change or remove a message that is already there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.botapi.calls import Call
from tests.botapi.errors import bad_request, not_modified
from tests.botapi.keyboards import Markup, read_markup
from tests.botapi.media import attached, described, photo_sizes
from tests.botapi.messages import Message
from tests.botapi.texts import Text, message_caption, message_text

if TYPE_CHECKING:
    from tests.botapi.engine import Engine

Wire = dict[str, Any]


async def edit_message_text(engine: Engine, call: Call) -> Wire:
    """Without a `reply_markup` the buttons go, as on the platform."""
    new = message_text(call, editing=True)
    markup = read_markup(call, inline_only=True)
    message = _editable(engine, call)
    if message.kind != "text":
        raise bad_request("There is no text in the message to edit")
    return _change(engine, call, message, new, markup)


async def edit_message_caption(engine: Engine, call: Call) -> Wire:
    new = message_caption(call, editing=True)
    markup = read_markup(call, inline_only=True)
    message = _editable(engine, call)
    if message.kind not in ("photo", "document", "voice"):
        raise bad_request("There is no caption in the message to edit")
    return _change(engine, call, message, new, markup)


async def edit_message_reply_markup(engine: Engine, call: Call) -> Wire:
    markup = read_markup(call, inline_only=True)
    message = _editable(engine, call)
    return _change(engine, call, message, (message.text, message.entities), markup)


async def edit_message_media(engine: Engine, call: Call) -> Wire:
    """Puts another photo or document in the place of the old one."""
    media = call.json("media", "input media")
    kind = media.get("type") if isinstance(media, dict) else None
    if kind not in ("photo", "document"):
        raise bad_request("Can't parse InputMedia: type is unsupported")
    inner = Call(call.method, media, call.files)
    new = message_caption(inner, editing=True)
    markup = read_markup(call, inline_only=True)
    message = _editable(engine, call)
    stored = attached(engine.state, inner, kind, inner.text("media"))
    content = photo_sizes(stored) if kind == "photo" else described(stored)
    message.kind, message.content, message.data = kind, {kind: content}, stored.data
    return _apply(engine, call, message, new, markup)


async def delete_message(engine: Engine, call: Call) -> bool:
    if not call.has("message_id"):
        raise bad_request("Message identifier is not specified")
    message = engine.state.message(call.chat_id, call.integer("message_id"), "message to delete")
    message.deleted = True
    engine.state.change(message)
    return True


def _editable(engine: Engine, call: Call) -> Message:
    message = engine.state.message(call.chat_id, call.integer("message_id"), "message to edit")
    if not message.editable:
        raise bad_request("Message can't be edited")
    return message


def _change(engine: Engine, call: Call, message: Message, new: Text, markup: Markup | None) -> Wire:
    if (message.text, message.entities) == new and message.markup == markup:
        raise not_modified()
    return _apply(engine, call, message, new, markup)


def _apply(engine: Engine, call: Call, message: Message, new: Text, markup: Markup | None) -> Wire:
    message.text, message.entities = new
    message.markup = markup
    message.edited_at = engine.clock()
    engine.state.change(message)
    engine.record(call, message, edit=True)
    return message.wire()
