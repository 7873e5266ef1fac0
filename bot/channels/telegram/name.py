"""Under which name people find the bot, for the links that tools print."""

from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError
from aiogram.utils.token import TokenValidationError

WAIT = 10
"""Seconds for the server to answer: somebody sits before the screen."""


async def username(token: str, api: str) -> str:
    """As Telegram has it, or "" where the token is none, is not known, or nobody answers for it."""
    session = AiohttpSession(api=TelegramAPIServer.from_base(api), timeout=WAIT)
    try:
        async with Bot(token, session=session) as bot:
            return (await bot.me()).username or ""
    except (TelegramAPIError, TokenValidationError, ValueError):
        return ""
