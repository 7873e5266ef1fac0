"""A whole desk on Telegram, over real HTTP, and the people with telephones."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from bot.app import App
from bot.channels.telegram import TelegramChannel, TelegramConfig
from bot.parts import Parts
from bot.settings import read_settings
from knowledge import Knowledge
from storage import enroll, people
from tests.botapi import TOKEN, BotApi, User
from tests.support.clock import HandClock


class Street:
    """A desk on Telegram and the people with telephones."""

    def __init__(self, app: App, api: BotApi) -> None:
        self.app, self.api = app, api
        self._ids = 100

    async def code_for(self, who: str) -> str:
        async with self.app.parts.database.writing() as work:
            person = await people.person_by_code(work, who)
            assert person is not None
            return await enroll.invite(work, person.id)

    async def person(self, who: str) -> User:
        """Somebody of the test community who has followed their enrolment link."""
        self._ids += 1
        user = self.api.user(self._ids, who)
        user.starts(await self.code_for(who))
        await user.hears("绑定好了")
        await self.api.until(lambda: user.keyboard)
        return user

    async def people(self, *who: str) -> list[User]:
        return [await self.person(code) for code in who]


@asynccontextmanager
async def a_street(
    url: str, knowledge: Knowledge, mode: Literal["polling", "webhook"] = "polling"
) -> AsyncIterator[Street]:
    """A desk on that database, which has the test community, and a Bot API server of its own."""
    async with BotApi(webhook_pause=0.02) as api:
        door = socket.create_server(("127.0.0.1", 0))
        here = f"http://127.0.0.1:{door.getsockname()[1]}"
        settings = read_settings(
            probe_minutes=0,
            _env_file=None,
            database_url=url,
            secret_key="test" * 8,
            sweep_seconds=0.1,
            stop_seconds=4,
        )
        telegram = TelegramChannel(
            TelegramConfig(
                token=TOKEN,
                api=api.url,
                mode=mode,
                webhook_url=here if mode == "webhook" else "",
                webhook_secret="hush" if mode == "webhook" else "",
                front_rate=1000,
                routine_rate=1000,
                chat_burst=100,
                backoff=(0.02, 0.1),
            )
        )
        parts = Parts.make(settings, clock=HandClock(), knowledge=knowledge)
        app = App(parts, [telegram], door)
        await app.start()
        try:
            yield Street(app, api)
        finally:
            await app.stop()
