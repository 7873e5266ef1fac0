"""What the Telegram channel's tests share: an inbox to watch, and a channel on a local Bot API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

from bot.channels.base import Parcel, Received
from bot.channels.telegram import TelegramChannel, TelegramConfig
from domain.messages import Incoming, Lane, Message
from tests.botapi import TOKEN, BotApi

parcel_ids = count(1)


class Inbox:
    """A durable inbox that can be away."""

    def __init__(self) -> None:
        self.rows: list[Received] = []
        self.asked: list[str] = []
        self.broken: set[str] = set()
        """Keys whose storing fails; "*" for all."""
        self.slow = asyncio.Event()
        self.slow.set()

    async def store(self, update: Received) -> bool:
        self.asked.append(update.update_key)
        await self.slow.wait()
        if self.broken & {"*", update.update_key}:
            raise ConnectionError("the database is away")
        if update.update_key in self.keys:
            return False
        self.rows.append(update)
        return True

    @property
    def keys(self) -> list[str]:
        return [row.update_key for row in self.rows]


class Desk:
    """A started channel and what it stored."""

    def __init__(self, channel: TelegramChannel, inbox: Inbox) -> None:
        self.channel = channel
        self.inbox = inbox

    @property
    def heard(self) -> list[Incoming]:
        return [self.channel.read(row.payload) for row in self.inbox.rows]

    async def says(self, chat: int, message: Message | str, **parcel: Any) -> str:
        """Send to a chat; returns the message's ref."""
        message = Message(message) if isinstance(message, str) else message
        return await self.channel.send(a_parcel(chat, message, **parcel))


def a_parcel(chat: int, message: Message, **given: Any) -> Parcel:
    fields = {"id": next(parcel_ids), "lane": Lane.CONVERSATION, "address_id": 1} | given
    return Parcel(address=str(chat), message=message, **fields)


def a_config(server: BotApi | str, **given: Any) -> TelegramConfig:
    """Settings that do not make a test wait."""
    url = server if isinstance(server, str) else server.url
    fast: dict[str, Any] = {"backoff": (0.02, 0.1), "connect_timeout": 0.5, "read_timeout": 0.5}
    return TelegramConfig(**{"token": TOKEN, "api": url} | fast | given)


@asynccontextmanager
async def a_desk(server: BotApi, **settings: Any) -> AsyncIterator[Desk]:
    """A channel that polls this server; closed at the end, warnings and all."""
    desk = Desk(TelegramChannel(a_config(server, **settings)), Inbox())
    await desk.channel.start(desk.inbox.store)
    try:
        yield desk
    finally:
        await desk.channel.stop_receiving()
        await desk.channel.stop()
