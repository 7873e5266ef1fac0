"""Which call of the Bot API delivers a part."""

from typing import Any

from telegram import Message as Sent
from telegram import TelegramObject
from telegram.constants import ParseMode
from telegram.ext import ExtBot

from bot.channels.base import Refused
from bot.channels.telegram.config import NAME
from bot.channels.telegram.parts import Part
from bot.channels.telegram.polls import ask
from domain.messages import MediaKind

NO_PREVIEW = {"is_disabled": True}
"""LinkPreviewOptions as it is sent."""
Bot = ExtBot[int]


async def call(bot: Bot, chat: int, part: Part) -> str:
    """Send or edit; returns the message's id. Raises the library's errors, or Refused."""
    message = part.message
    if message.poll is not None:
        return await ask(bot, chat, part)
    if part.edits:
        return await _edit(bot, chat, part)
    if message.attachment or message.media:
        return str((await _file(bot, chat, part)).message_id)
    if message.location:
        where = message.location
        sent = await bot.send_location(
            chat, where.latitude, where.longitude, reply_markup=part.markup
        )
        return str(sent.message_id)
    return await _text(bot, chat, part)


async def _text(bot: Bot, chat: int, part: Part) -> str:
    quiet = {"disable_notification": True} if part.message.quiet else {}
    answer = await _plainly(bot, "SendMessage", chat, part, part.markup, **quiet)
    return str(answer["message_id"])


async def _edit(bot: Bot, chat: int, part: Part) -> str:
    await _plainly(bot, "EditMessageText", chat, part, part.inline, message_id=int(part.edits))
    return part.edits


async def _plainly(
    bot: Bot, method: str, chat: int, part: Part, markup: TelegramObject | None, **more: int
) -> Any:
    """Most of what we send, answered as it comes: the library's own methods would make an object of a
    message of ours, which took a twentieth of all CPU time (measured).

    With a capital, which the platform does not mind: under its usual name the library warns that it
    has a method of its own.
    """
    values = {
        "chat_id": chat,
        "text": part.text,
        "parse_mode": _mode(part),
        "reply_markup": markup,
        "link_preview_options": NO_PREVIEW,
        **more,
    }
    return await bot.do_api_request(method, api_kwargs=values)


async def stop_spinner(bot: Bot, tap_id: str, notice: str) -> None:
    """Answer a tap; raises the library's errors."""
    values = {"callback_query_id": tap_id, "text": notice or None}
    await bot.do_api_request("AnswerCallbackQuery", api_kwargs=values)


async def _file(bot: Bot, chat: int, part: Part) -> Sent:
    """A drawing of ours, or a file that the platform keeps, with the text as its caption."""
    content, filename, kind = _content(part)
    common: dict[str, Any] = {
        "caption": part.text or None,
        "parse_mode": _mode(part),
        "reply_markup": part.markup,
        "filename": filename,
    }
    if kind is MediaKind.PHOTO and not part.as_document:
        return await bot.send_photo(chat, content, **common)
    if kind is MediaKind.VOICE:
        return await bot.send_voice(chat, content, **common)
    return await bot.send_document(chat, content, **common)


def _content(part: Part) -> tuple[bytes | str, str | None, MediaKind]:
    """Bytes or the platform's own reference, a file name, and what it is."""
    message = part.message
    if (drawn := message.attachment) is not None:
        if part.file is None:
            raise Refused(f"{drawn.recipe} was not drawn")
        return part.file, drawn.filename, (MediaKind.PHOTO if drawn.picture else MediaKind.DOCUMENT)
    assert message.media is not None
    if message.media.channel == NAME:
        return message.media.ref, None, message.media.kind
    assert part.file is not None, "media of another channel comes with its bytes (see plan)"
    return part.file, message.media.kind.value, message.media.kind


def _mode(part: Part) -> str | None:
    return None if part.plain else ParseMode.HTML
