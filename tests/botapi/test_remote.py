"""The server in a process of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramRetryAfter, TelegramServerError

from tests.botapi import TOKEN, RemoteBotApi


@pytest.fixture
async def remote() -> AsyncIterator[RemoteBotApi]:
    async with RemoteBotApi(TOKEN) as running:
        yield running


@pytest.fixture
async def bot(remote: RemoteBotApi) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(remote.url))
    yield Bot(TOKEN, session)
    await session.close()


async def test_a_whole_exchange_through_the_control_addresses(
    remote: RemoteBotApi, bot: Bot
) -> None:
    ids = await remote.act(*({"user": n, "says": f"第{n}户"} for n in range(1, 151)))
    assert len(set(ids)) == 150
    got = await bot.get_updates() + await bot.get_updates(offset=ids[100])
    assert {update.update_id for update in got} == set(ids)
    await bot.send_message(7, "收到")
    (sent,) = await remote.sent()
    assert (sent["chat_id"], sent["text"], sent["method"]) == (7, "收到", "sendMessage")
    counters = await remote.counters()
    assert (counters["confirmed"], counters["pending"], counters["messages"]) == (100, 50, 1)
    updates = await remote.updates(since=ids[99])
    assert [update["id"] for update in updates] == ids[100:]
    assert all(update["confirmed"] is None for update in updates)
    chat = await remote.ask("GET", "chat/7")
    assert [message["text"] for message in chat] == ["第7户", "收到"]


async def test_faults_limits_and_holding_from_outside(remote: RemoteBotApi, bot: Bot) -> None:
    await remote.ask("POST", "hold")
    (first,) = await remote.act({"user": 7, "starts": ""})
    assert await bot.get_updates() == []
    await remote.ask("POST", "release")
    await remote.ask("POST", "redeliver", [first])
    assert [update.update_id for update in await bot.get_updates()] == [first, first]
    await remote.fault(method="sendMessage", status=500)
    with pytest.raises(TelegramServerError):
        await bot.send_message(7, "一")
    await remote.limit(per_chat_per_second=1)
    await bot.send_message(7, "二")
    with pytest.raises(TelegramRetryAfter):
        await bot.send_message(7, "三")
    assert (await remote.counters())["refused"] == 1
    await remote.ask("DELETE", "limits")
    await remote.ask("DELETE", "faults")
    await bot.send_message(7, "四")


async def test_mistakes_are_told(remote: RemoteBotApi) -> None:
    with pytest.raises(RuntimeError, match="an act is one of"):
        await remote.act({"user": 7, "sings": "la"})
    with pytest.raises(RuntimeError, match="no button"):
        await remote.act({"user": 7, "taps": "一键求助"})


async def test_it_stops_when_asked(unused_tcp_port: int) -> None:
    async with RemoteBotApi(TOKEN, port=unused_tcp_port) as remote:
        assert remote.url == f"http://127.0.0.1:{unused_tcp_port}"
    with pytest.raises(OSError, match="Connect"):
        await asyncio.open_connection("127.0.0.1", unused_tcp_port)
