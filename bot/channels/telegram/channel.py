"""The channel as the rest of the program sees it: hearing, reading and speaking put together."""

from collections.abc import Sequence
from typing import Any

import structlog
from aiohttp import web
from markupsafe import escape
from telegram.error import TelegramError

from bot.channels.base import CommandMenu, Parcel, Store
from bot.channels.telegram.calls import stop_spinner
from bot.channels.telegram.config import ABILITIES, NAME, WEBHOOK_PATH, ChannelError, TelegramConfig
from bot.channels.telegram.listen import Listener
from bot.channels.telegram.menus import Menus
from bot.channels.telegram.raw import received
from bot.channels.telegram.read import read
from bot.channels.telegram.send import Speaker
from domain.messages import Incoming, Lane

log = structlog.get_logger()

NOTICE_CHARACTERS = 200
"""Bot API, answerCallbackQuery.text."""


class TelegramChannel:
    """Private chats on Telegram, and polls in groups, where it is silent otherwise.

    The flood limits are kept in each process's memory, so several that send with one token must be
    told how many they are; behind a webhook any number may listen.
    """

    name = NAME
    abilities = ABILITIES

    def __init__(self, config: TelegramConfig) -> None:
        self._config = config
        self._speaker = Speaker(config)
        self._menus = Menus(self._speaker.front)
        self._listener = Listener(config, self._identify)
        self._username = ""

    def routes(self) -> list[web.RouteDef]:
        """What to mount in the shared web application; nothing when polling."""
        if self._config.mode == "polling":
            return []
        return [web.post(WEBHOOK_PATH, self._listener.webhook.handle)]

    def mount(self, application: web.Application) -> None:
        """Add the webhook to the shared web server."""
        application.add_routes(self.routes())

    async def start(self, store: Store) -> None:
        """Begin to receive, through outages too. Raises ChannelError for wrong settings."""
        await self._speaker.open()

        async def heard(update: Any) -> None:
            await store(received(update))

        self._speaker.heard = heard
        try:
            await self._listener.start(store)
        except ChannelError:
            await self.stop()
            raise

    async def stop_receiving(self) -> None:
        """Take nothing new; what has been taken is stored."""
        await self._listener.stop()

    async def stop(self) -> None:
        """Close connections; sending is over."""
        await self._listener.stop()
        await self._speaker.close()

    def read(self, payload: str) -> Incoming:
        """What the stored update says. Raises Unreadable, or Ignore."""
        return read(payload)

    async def send(self, parcel: Parcel) -> str:
        """Send all parts; the last one's id. Raises Unreachable, TryAgain, Unknown or Refused."""
        return await self._speaker.send(parcel)

    def pause(self, lane: Lane, address: str, edit: bool) -> float:
        """Seconds until that chat may hear such a message (or see one edited); 0: now."""
        return self._speaker.pause(lane, address, edit)

    def share(self, processes: int) -> None:
        """So many processes, this one among them, use what the platform allows all of them together."""
        self._speaker.share(processes)

    async def acknowledge(self, incoming: Incoming, notice: str) -> None:
        """Stop the tapped button's spinner. A tap's id expires within minutes; that is no fault."""
        if not incoming.tap_id:
            return
        text = escape(notice).striptags()[:NOTICE_CHARACTERS]
        try:
            await stop_spinner(self._speaker.front, incoming.tap_id, text)
        except TelegramError as fault:
            log.debug("telegram_tap_not_answered", fault=type(fault).__name__)

    async def announce(self, menus: Sequence[CommandMenu]) -> None:
        """Show the commands of people the desk does not know, in every language."""
        await self._menus.announce(menus)

    async def greet(self, address: str, menu: CommandMenu) -> None:
        """Show one person the commands of their role; best effort."""
        await self._menus.greet(address, menu)

    def link(self, code: str) -> str:
        """The address that opens the chat with a code; "" until the bot's name is known."""
        return f"https://t.me/{self._username}?start={code}" if self._username else ""

    async def _identify(self) -> None:
        self._username = await self._speaker.identify()
