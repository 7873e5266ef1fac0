"""The methods that put a new message into a chat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.botapi.calls import Call
from tests.botapi.errors import ApiError, bad_request
from tests.botapi.keyboards import read_markup
from tests.botapi.media import attached, described, photo_sizes
from tests.botapi.messages import Message
from tests.botapi.state import Chat
from tests.botapi.tags import Entity
from tests.botapi.texts import message_caption, message_text

if TYPE_CHECKING:
    from tests.botapi.engine import Engine

Wire = dict[str, Any]

ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)


async def send_message(engine: Engine, call: Call) -> Wire:
    text, entities = message_text(call)
    return deliver(engine, call, text=text, entities=entities)


async def send_photo(engine: Engine, call: Call) -> Wire:
    text, entities = message_caption(call)
    photo = attached(engine.state, call, "photo")
    content = {"photo": photo_sizes(photo)}
    return _media(engine, call, "photo", content, photo.data, text, entities)


async def send_document(engine: Engine, call: Call) -> Wire:
    text, entities = message_caption(call)
    document = attached(engine.state, call, "document")
    content = {"document": described(document)}
    return _media(engine, call, "document", content, document.data, text, entities)


async def send_voice(engine: Engine, call: Call) -> Wire:
    text, entities = message_caption(call)
    voice = attached(engine.state, call, "voice")
    content = {
        "voice": voice.wire | {"duration": call.integer("duration"), "mime_type": "audio/ogg"}
    }
    return _media(engine, call, "voice", content, voice.data, text, entities)


def _media(
    engine: Engine,
    call: Call,
    kind: str,
    content: Wire,
    data: bytes,
    text: str,
    entities: list[Entity],
) -> Wire:
    return deliver(
        engine, call, kind=kind, content=content, data=data, text=text, entities=entities
    )


async def send_location(engine: Engine, call: Call) -> Wire:
    place: Wire = {}
    for name in ("latitude", "longitude"):
        if not call.text(name).strip():
            raise bad_request(f"{name} is empty")
        place[name] = _degrees(call.text(name))
    return deliver(engine, call, kind="location", content={"location": place})


def _degrees(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0  # the server reads what is no number as nought


async def send_contact(engine: Engine, call: Call) -> Wire:
    contact = {name: call.required(name) for name in ("phone_number", "first_name")}
    if call.has("last_name"):
        contact["last_name"] = call.text("last_name")
    return deliver(engine, call, kind="contact", content={"contact": contact})


async def send_chat_action(engine: Engine, call: Call) -> bool:
    if call.text("action") not in ACTIONS:
        raise bad_request("Wrong parameter action in request")
    engine.state.reachable(call.chat_id)
    engine.state.actions.append((call.chat_id or 0, call.text("action")))
    return True


async def copy_message(engine: Engine, call: Call) -> Wire:
    source = _source(engine, call, "message to copy")
    text, entities = source.text, source.entities
    if "caption" in call.params and source.kind != "text":
        text, entities = message_caption(call)
    wire = _media(engine, call, source.kind, source.content, source.data or b"", text, entities)
    return {"message_id": wire["message_id"]}


async def forward_message(engine: Engine, call: Call) -> Wire:
    source = _source(engine, call, "message to forward")
    origin = {"type": "user", "sender_user": source.sender, "date": int(source.sent_at)}
    return deliver(
        engine,
        call,
        kind=source.kind,
        content=source.content,
        data=source.data,
        text=source.text,
        entities=source.entities,
        forwarded=origin,
    )


def _source(engine: Engine, call: Call, purpose: str) -> Message:
    try:
        from_chat = int(call.required("from_chat_id"))
    except ValueError:
        from_chat = None
    return engine.state.message(from_chat, call.integer("message_id"), purpose)


def deliver(engine: Engine, call: Call, **parts: Any) -> Wire:
    """Checks what all sending methods have in common, then writes the message."""
    markup = read_markup(call)
    chat = engine.state.reachable(call.chat_id)
    reply_to = _replied(chat, call)
    message = engine.state.write(chat, from_bot=True, markup=markup, reply_to=reply_to, **parts)
    engine.record(call, message)
    return message.wire()


def _replied(chat: Chat, call: Call) -> Message | None:
    wanted = call.json("reply_parameters", "reply parameters") or {}
    message_id = wanted.get("message_id") or call.integer("reply_to_message_id")
    if not message_id:
        return None
    message = chat.messages.get(int(message_id))
    if message and not message.deleted:
        return message
    if wanted.get("allow_sending_without_reply"):
        return None
    raise _not_replied()


def _not_replied() -> ApiError:
    return bad_request("message to be replied not found")
