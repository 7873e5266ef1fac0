"""Hearing by long poll: every update is stored before Telegram may forget it."""

import asyncio
from collections.abc import Coroutine
from itertools import groupby
from typing import Any, TypeVar

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramConflictError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod

from bot.channels.base import Received, Store
from bot.channels.telegram.config import ALLOWED_UPDATES, TelegramConfig
from bot.channels.telegram.pace import Backoff
from bot.channels.telegram.raw import received

T = TypeVar("T")

log = structlog.get_logger()


class GetRawUpdates(TelegramMethod[list[Any]]):
    """getUpdates as it comes. aiogram's own parses the batch: one odd update stops all."""

    __returning__ = list[Any]
    __api_method__ = "getUpdates"

    offset: int | None = None
    timeout: int
    allowed_updates: list[str]


class Polling:
    """Fetch, store, and only then move the offset, which is what confirms."""

    def __init__(self, bot: Bot, store: Store, config: TelegramConfig) -> None:
        self._bot = bot
        self._store = store
        self._config = config
        self._backoff = Backoff(*config.backoff)
        self._offset: int | None = None
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Fetch nothing more. What is being stored is stored to the end."""
        self._stopping.set()

    async def run(self) -> None:
        """Go on for ever: neither the platform's faults nor the database's end it."""
        while not self._stopping.is_set():
            pause = await self._round()
            if pause:
                await self._until_stopped(asyncio.sleep(pause))

    async def _round(self) -> float:
        """One fetch; returns the seconds to wait before the next."""
        try:
            batch = await self._until_stopped(self._fetch())
            if batch and not await self._keep(batch):
                return self._backoff.next()
        except Exception as fault:  # noqa: BLE001  (whatever it is, hearing must not end)
            return self._trouble(fault)
        self._backoff.reset()
        return 0.0

    async def _fetch(self) -> list[Any]:
        seconds = self._config.poll_seconds
        method = GetRawUpdates(
            offset=self._offset, timeout=seconds, allowed_updates=ALLOWED_UPDATES
        )
        return await self._bot(method, request_timeout=seconds + int(self._config.read_timeout))

    def _trouble(self, fault: Exception) -> float:
        """How long to wait. No text of the fault is logged: it may hold the token."""
        match fault:
            case TelegramRetryAfter():
                log.warning("telegram_poll_flood", seconds=fault.retry_after)
                return float(fault.retry_after)
            case TelegramConflictError():
                pause = self._backoff.next()
                log.error("telegram_conflict", hint="another process polls with this token")
            case TelegramUnauthorizedError():
                pause = self._backoff.next()
                log.error("telegram_token_refused", wait=pause)
            case _:
                pause = self._backoff.next()
                log.warning("telegram_poll_failed", fault=type(fault).__name__, wait=pause)
        return pause

    async def _keep(self, batch: list[Any]) -> bool:
        """Store, and move the offset past all that is stored without a gap; False if some is not.

        Chats are stored side by side (the store commits in groups), one chat's updates in order.
        """
        updates = [(raw, received(raw)) for raw in batch]
        chats = groupby(sorted((u for _, u in updates), key=_chat), key=_chat)
        stored = set().union(
            *await asyncio.gather(*(self._keep_chat(list(chat)) for _, chat in chats))
        )
        before = self._offset
        for raw, update in updates:
            if update.update_key not in stored:
                break
            self._offset = _after(raw, self._offset)
        return len(stored) == len({u.update_key for _, u in updates}) and self._offset != before

    async def _keep_chat(self, updates: list[Received]) -> set[str]:
        """The keys that were stored; stops at the first that was not, so that order holds."""
        keys: set[str] = set()
        for update in updates:
            try:
                if update.payload:
                    await self._store(update)
            except Exception as fault:  # noqa: BLE001  (whatever it is, Telegram must keep the update)
                log.error("update_not_stored", key=update.update_key, fault=type(fault).__name__)
                break
            keys.add(update.update_key)
        return keys

    async def _until_stopped(self, work: Coroutine[Any, Any, T]) -> T | None:
        """The work's result, or None if it was broken off by `stop`."""
        task, stop = asyncio.ensure_future(work), asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
            return task.result() if task.done() else None
        finally:
            task.cancel()
            stop.cancel()
            await asyncio.gather(task, stop, return_exceptions=True)


def _chat(update: Received) -> str:
    return update.address


def _after(raw: Any, offset: int | None) -> int | None:
    """The offset that confirms this update. One without an id confirms nothing."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number + 1 if isinstance(number, int) else offset
