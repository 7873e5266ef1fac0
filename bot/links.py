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
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.exceptions import TelegramAPIError

    if settings.telegram_token is None:
        return ""
    server = TelegramAPIServer.from_base(settings.telegram_api)
    session = AiohttpSession(api=server)
    try:
        async with Bot(settings.telegram_token.get_secret_value(), session=session) as bot:
            return (await bot.me()).username or ""
    except (TelegramAPIError, ValueError):
        return ""
