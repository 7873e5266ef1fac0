"""How the bot stands with Telegram, for the tools: its name, and whether its webhook is reached."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError
from aiogram.utils.token import TokenValidationError

WAIT = 10
"""Seconds for the server to answer: somebody sits before the screen."""


@dataclass(frozen=True, slots=True)
class Hook:
    """What Telegram calls, how much it has not been able to bring, and what last went wrong, if anything."""

    url: str
    waiting: int
    failed_at: datetime | None
    why: str


async def username(token: str, api: str) -> str:
    """As Telegram has it, or "" where the token is none, is not known, or nobody answers for it."""
    try:
        async with _asking(token, api) as bot:
            return (await bot.me()).username or ""
    except (TelegramAPIError, TokenValidationError, ValueError):
        return ""


async def hook(token: str, api: str) -> Hook | None:
    """As Telegram has it, or None as above."""
    try:
        async with _asking(token, api) as bot:
            told = await bot.get_webhook_info()
    except (TelegramAPIError, TokenValidationError, ValueError):
        return None
    why = told.last_error_message or ""
    return Hook(told.url, told.pending_update_count, told.last_error_date, why)


@asynccontextmanager
async def _asking(token: str, api: str) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(api), timeout=WAIT)
    async with Bot(token, session=session) as bot:
        yield bot
