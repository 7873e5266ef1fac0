"""The double is driven by the two real libraries; `client` runs a test once with each."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from tests.botapi import BotApi
from tests.botapi.clients import AiogramClient, Client, PtbClient


class QuickSession(AiohttpSession):
    """Closes without the quarter of a second that aiogram grants to TLS, of which there is none."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()


def _plain_request() -> HTTPXRequest:
    """Does not load the certificates of the world, which takes longer than most tests here."""
    return HTTPXRequest(httpx_kwargs={"verify": False})


@pytest.fixture(autouse=True)
def _time_spans(monkeypatch: pytest.MonkeyPatch) -> None:
    """python-telegram-bot warns at every flood wait unless told that time spans are welcome."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi(webhook_pause=0.02) as running:
        yield running


@pytest.fixture
async def aiogram_bot(api: BotApi) -> AsyncIterator[Bot]:
    session = QuickSession(api=TelegramAPIServer.from_base(api.url))
    bot = Bot(api.token, session)
    yield bot
    await session.close()


@pytest.fixture
async def ptb_bot(api: BotApi) -> AsyncIterator[ExtBot[None]]:
    bot: ExtBot[None] = ExtBot(
        api.token,
        base_url=f"{api.url}/bot",
        base_file_url=f"{api.url}/file/bot",
        request=_plain_request(),
        get_updates_request=_plain_request(),
    )
    async with bot:
        yield bot


@pytest.fixture(params=["aiogram", "python-telegram-bot"])
def client(request: pytest.FixtureRequest) -> Client:
    if request.param == "aiogram":
        return AiogramClient(request.getfixturevalue("aiogram_bot"))
    return PtbClient(request.getfixturevalue("ptb_bot"))
