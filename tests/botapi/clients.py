"""The two real libraries behind one set of calls, so that one test can run with each."""

from __future__ import annotations

from typing import Any, Protocol

from aiogram import Bot
from aiogram.exceptions import TelegramAPIError
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup, ReplyKeyboardMarkup
from telegram import InlineKeyboardMarkup as PtbInlineKeyboardMarkup
from telegram import ReplyKeyboardMarkup as PtbReplyKeyboardMarkup
from telegram.error import TelegramError
from telegram.ext import ExtBot

Rows = list[list[dict[str, Any]]]


class Client(Protocol):
    """What both libraries can do, said once."""

    refused: type[Exception]

    async def say(self, chat: int, text: str, rows: Rows | None = None, html: bool = True) -> int:
        """Sends a text; answers the message's id."""

    async def keyboard(self, chat: int, text: str, rows: Rows) -> int: ...

    async def edit(self, chat: int, message: int, text: str, rows: Rows | None = None) -> None: ...

    async def picture(self, chat: int, data: bytes, caption: str = "") -> int: ...

    async def paper(self, chat: int, name: str, data: bytes, caption: str = "") -> int: ...

    async def delete(self, chat: int, message: int) -> None: ...

    async def answer(self, query_id: str, text: str) -> None: ...

    async def download(self, file_id: str) -> bytes: ...


class AiogramClient:
    refused: type[Exception] = TelegramAPIError

    def __init__(self, bot: Bot) -> None:
        self.bot = bot

    async def say(self, chat: int, text: str, rows: Rows | None = None, html: bool = True) -> int:
        markup = InlineKeyboardMarkup.model_validate({"inline_keyboard": rows}) if rows else None
        mode = "HTML" if html else None
        return (
            await self.bot.send_message(chat, text, parse_mode=mode, reply_markup=markup)
        ).message_id

    async def keyboard(self, chat: int, text: str, rows: Rows) -> int:
        markup = ReplyKeyboardMarkup.model_validate({"keyboard": rows})
        return (await self.bot.send_message(chat, text, reply_markup=markup)).message_id

    async def edit(self, chat: int, message: int, text: str, rows: Rows | None = None) -> None:
        markup = InlineKeyboardMarkup.model_validate({"inline_keyboard": rows}) if rows else None
        await self.bot.edit_message_text(
            text, chat_id=chat, message_id=message, parse_mode="HTML", reply_markup=markup
        )

    async def picture(self, chat: int, data: bytes, caption: str = "") -> int:
        photo = BufferedInputFile(data, "图.png")
        sent = await self.bot.send_photo(chat, photo, caption=caption, parse_mode="HTML")
        return sent.message_id

    async def paper(self, chat: int, name: str, data: bytes, caption: str = "") -> int:
        document = BufferedInputFile(data, name)
        return (await self.bot.send_document(chat, document, caption=caption)).message_id

    async def delete(self, chat: int, message: int) -> None:
        await self.bot.delete_message(chat, message)

    async def answer(self, query_id: str, text: str) -> None:
        await self.bot.answer_callback_query(query_id, text)

    async def download(self, file_id: str) -> bytes:
        stream = await self.bot.download(file_id)
        assert stream is not None
        return stream.read()


class PtbClient:
    refused: type[Exception] = TelegramError

    def __init__(self, bot: ExtBot[None]) -> None:
        self.bot = bot

    async def say(self, chat: int, text: str, rows: Rows | None = None, html: bool = True) -> int:
        markup = PtbInlineKeyboardMarkup.de_json({"inline_keyboard": rows}) if rows else None
        mode = "HTML" if html else None
        return (
            await self.bot.send_message(chat, text, parse_mode=mode, reply_markup=markup)
        ).message_id

    async def keyboard(self, chat: int, text: str, rows: Rows) -> int:
        markup = PtbReplyKeyboardMarkup([[key["text"] for key in row] for row in rows])
        return (await self.bot.send_message(chat, text, reply_markup=markup)).message_id

    async def edit(self, chat: int, message: int, text: str, rows: Rows | None = None) -> None:
        markup = PtbInlineKeyboardMarkup.de_json({"inline_keyboard": rows}) if rows else None
        await self.bot.edit_message_text(
            text, chat, message, parse_mode="HTML", reply_markup=markup
        )

    async def picture(self, chat: int, data: bytes, caption: str = "") -> int:
        return (await self.bot.send_photo(chat, data, caption, parse_mode="HTML")).message_id

    async def paper(self, chat: int, name: str, data: bytes, caption: str = "") -> int:
        sent = await self.bot.send_document(chat, data, caption=caption, filename=name)
        return sent.message_id

    async def delete(self, chat: int, message: int) -> None:
        await self.bot.delete_message(chat, message)

    async def answer(self, query_id: str, text: str) -> None:
        await self.bot.answer_callback_query(query_id, text)

    async def download(self, file_id: str) -> bytes:
        return bytes(await (await self.bot.get_file(file_id)).download_as_bytearray())
