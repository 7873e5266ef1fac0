"""The links that carry an enrolment code, for each channel that is set up."""

from urllib.parse import quote

from bot.settings import Settings


async def links(settings: Settings, code: str) -> dict[str, str]:
    """By channel; Telegram's needs the bot's name, which is asked of Telegram."""
    web = settings.web_url or f"http://{settings.web_host}:{settings.web_port}"
    ways = {"web": f"{web.rstrip('/')}/?code={quote(code, safe='')}"}
    name = await telegram_name(settings)
    if name:
        ways["telegram"] = f"https://t.me/{name}?start={quote(code, safe='')}"
    return ways


async def telegram_name(settings: Settings) -> str:
    """The name of the bot, or "" where there is no token or nobody answers for it."""
    if settings.telegram_token is None:
        return ""
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.exceptions import TelegramAPIError
    from aiogram.utils.token import TokenValidationError

    session = AiohttpSession(api=TelegramAPIServer.from_base(settings.telegram_api), timeout=10)
    try:
        async with Bot(settings.telegram_token.get_secret_value(), session=session) as bot:
            return (await bot.me()).username or ""
    except (TelegramAPIError, TokenValidationError, ValueError):
        return ""
