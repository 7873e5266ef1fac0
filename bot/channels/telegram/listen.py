"""Hearing put together: the webhook set or unset, then polls or posts, through every outage."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import AiogramError, TelegramBadRequest
from aiogram.utils.token import TokenValidationError
from telegram.error import TelegramError

from bot.channels.base import Store
from bot.channels.telegram.config import ALLOWED_UPDATES, ChannelError, TelegramConfig
from bot.channels.telegram.pace import Backoff
from bot.channels.telegram.receive import Polling
from bot.channels.telegram.webhook import Webhook

log = structlog.get_logger()

AWAY = (AiogramError, TelegramError, OSError)


class Listener:
    """aiogram's ear. `identify` asks who we are, which also proves the token."""

    def __init__(self, config: TelegramConfig, identify: Callable[[], Awaitable[None]]) -> None:
        self.webhook = Webhook(config.webhook_secret)
        self._config = config
        self._identify = identify
        self._bot: Bot | None = None
        self._polling: Polling | None = None
        self._task: asyncio.Task[None] | None = None
        self._stopping = asyncio.Event()

    async def start(self, store: Store) -> None:
        """Try once now, so that wrong settings are told at once (ChannelError); then on and on."""
        self._bot = bot = _bot(self._config)
        self._stopping.clear()
        connected = await self._connect(bot)
        if self._config.mode == "polling":
            self._polling = Polling(bot, store, self._config)
        else:
            self.webhook.open(store)
        self._task = asyncio.create_task(self._listen(bot, connected), name="telegram-listener")

    async def stop(self) -> None:
        """Take nothing new; returns when what was taken is stored. A second call does nothing."""
        self.webhook.close()
        self._stopping.set()
        if self._polling is not None:
            self._polling.stop()
        if self._task is not None:
            await self._task
            self._task = None
        if self._bot is not None:
            await self._bot.session.close()
            self._bot = None

    async def _listen(self, bot: Bot, connected: bool) -> None:
        pauses = Backoff(*self._config.backoff)
        while not connected and not self._stopping.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pauses.next())
            connected = self._stopping.is_set() or await self._connect_later(bot)
        if self._polling is not None:
            await self._polling.run()

    async def _connect_later(self, bot: Bot) -> bool:
        """The same after an outage, when nobody waits for the error any more."""
        try:
            return await self._connect(bot)
        except ChannelError as fault:
            log.error("telegram_settings_refused", why=str(fault))
            return False

    async def _connect(self, bot: Bot) -> bool:
        """False while Telegram is away. Raises ChannelError where an operator has to act."""
        try:
            await self._identify()
            await self._tell_where(bot)
        except TelegramBadRequest as fault:
            raise ChannelError(f"Telegram refuses the webhook: {fault.message}") from None
        except AWAY as fault:
            log.warning("telegram_away", fault=type(fault).__name__)
            return False
        return True

    async def _tell_where(self, bot: Bot) -> None:
        """Updates come to our address, or wait to be fetched; none that waits is dropped."""
        if self._config.mode == "polling":
            await bot.delete_webhook(drop_pending_updates=False)
            return
        await bot.set_webhook(
            self._config.webhook_address,
            secret_token=self._config.webhook_secret,
            allowed_updates=ALLOWED_UPDATES,
            drop_pending_updates=False,
        )


def _bot(config: TelegramConfig) -> Bot:
    """aiogram's bot. Raises ChannelError where the settings cannot work."""
    if config.mode == "webhook" and not (config.webhook_url and config.webhook_secret):
        raise ChannelError(
            "A webhook needs its public address and a secret: set LINLI_WEBHOOK_URL and"
            " LINLI_WEBHOOK_SECRET, or LINLI_TELEGRAM_MODE=polling."
        )
    try:
        api = TelegramAPIServer.from_base(config.base)
        return Bot(config.token, AiohttpSession(api=api, timeout=config.read_timeout))
    except TokenValidationError:
        raise ChannelError(
            "The Telegram token is malformed. It looks like 123456789:AA…; @BotFather shows it."
        ) from None
