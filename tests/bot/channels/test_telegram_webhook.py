"""The webhook: known by its secret, answered only when the update is stored."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BytesIO

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer, unused_port

from bot.channels.telegram import ChannelError, TelegramChannel
from bot.channels.telegram.config import WEBHOOK_PATH
from bot.channels.telegram.webhook import MAX_BODY_BYTES, SECRET_HEADER, Webhook
from tests.bot.channels.telegram_desk import Desk, Inbox, a_config
from tests.botapi import BotApi

SECRET = "s3cret_-of-this-bot"
KNOWN = {SECRET_HEADER: SECRET}
UPDATE = json.dumps({"update_id": 5, "message": {"chat": {"id": 7}}}).encode()

Client = TestClient[web.Request, web.Application]


@asynccontextmanager
async def a_hook(inbox: Inbox) -> AsyncIterator[tuple[Webhook, Client]]:
    """The handler alone behind a real server, in an application that takes large uploads."""
    hook, app = Webhook(SECRET), web.Application(client_max_size=64 * MAX_BODY_BYTES)
    app.add_routes([web.post(WEBHOOK_PATH, hook.handle)])
    hook.open(inbox.store)
    async with TestClient(TestServer(app)) as client:
        yield hook, client


@asynccontextmanager
async def a_hooked_desk(api: BotApi) -> AsyncIterator[Desk]:
    """A whole channel, its routes mounted as the program mounts them, called by the platform."""
    port = unused_port()
    address = f"http://127.0.0.1:{port}/"
    config = a_config(api, mode="webhook", webhook_url=address, webhook_secret=SECRET)
    desk = Desk(TelegramChannel(config), Inbox())
    app = web.Application()
    app.add_routes(desk.channel.routes())
    async with TestServer(app, port=port):
        await desk.channel.start(desk.inbox.store)
        yield desk
        await desk.channel.stop_receiving()
        await desk.channel.stop()


async def test_an_update_is_stored_as_it_came() -> None:
    inbox = Inbox()
    async with a_hook(inbox) as (_, client):
        answer = await client.post(WEBHOOK_PATH, data=UPDATE, headers=KNOWN)
        assert answer.status == 200
        (row,) = inbox.rows
        assert (row.update_key, row.address, row.payload) == ("5", "7", UPDATE.decode())
        again = await client.post(WEBHOOK_PATH, data=UPDATE, headers=KNOWN)
        assert again.status == 200
        assert len(inbox.rows) == 1


@pytest.mark.parametrize("secret", ["", "guess", SECRET + "x", "s3cret_-öf-this-bot"])
async def test_whoever_does_not_know_the_secret_is_turned_away(secret: str) -> None:
    inbox = Inbox()
    async with a_hook(inbox) as (_, client):
        answer = await client.post(WEBHOOK_PATH, data=UPDATE, headers={SECRET_HEADER: secret})
        assert answer.status == 401
        assert inbox.asked == []


async def test_without_a_secret_nobody_is_let_in() -> None:
    app, hook = web.Application(), Webhook("")
    app.add_routes([web.post(WEBHOOK_PATH, hook.handle)])
    hook.open(Inbox().store)
    async with TestClient(TestServer(app)) as client:
        assert (await client.post(WEBHOOK_PATH, data=UPDATE)).status == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[1]", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"update_id": 6, "teleport": 1}', 200),
        (b'{"a": "' + b"x" * MAX_BODY_BYTES + b'"}', 413),
    ],
)
async def test_what_is_no_update_is_refused_and_an_odd_update_is_kept(
    body: bytes, status: int
) -> None:
    inbox = Inbox()
    async with a_hook(inbox) as (_, client):
        answer = await client.post(WEBHOOK_PATH, data=BytesIO(body), headers=KNOWN)
        assert answer.status == status
        assert len(inbox.rows) == (status == 200)


async def test_before_the_start_and_after_the_stop_the_platform_shall_try_again() -> None:
    async with a_hook(Inbox()) as (hook, client):
        hook.close()
        assert (await client.post(WEBHOOK_PATH, data=UPDATE, headers=KNOWN)).status == 503


async def test_the_answer_waits_for_the_storing() -> None:
    inbox = Inbox()
    inbox.slow.clear()
    async with a_hook(inbox) as (_, client):
        posting = asyncio.create_task(client.post(WEBHOOK_PATH, data=UPDATE, headers=KNOWN))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(posting), 0.1)
        inbox.slow.set()
        assert (await posting).status == 200


async def test_the_platform_delivers_here_and_keeps_what_was_not_stored() -> None:
    async with BotApi(webhook_pause=0.02) as api, a_hooked_desk(api) as desk:
        desk.inbox.broken = {"*"}
        update = api.user(7, "王阿姨").starts("A7k")
        key = str(update.update_id)
        await api.until(lambda: desk.inbox.asked.count(key) >= 3)
        assert update.update_id not in api.confirmed
        desk.inbox.broken.clear()
        await api.until_confirmed(update)
        assert [i.action for i in desk.heard] == ["start:A7k"]
        await desk.says(7, "您好")
        assert api.user(7).heard[-1].text == "您好"


async def test_from_polling_to_webhook_and_back_nothing_that_waits_is_dropped() -> None:
    async with BotApi(webhook_pause=0.02) as api:
        waiting = api.user(7).says("还没有人在")
        async with a_hooked_desk(api) as desk:
            await api.until_confirmed(waiting)
            assert len(desk.inbox.rows) == 1
        late = api.user(7).says("又没有人了")
        channel, inbox = TelegramChannel(a_config(api)), Inbox()
        await channel.start(inbox.store)
        await api.until_confirmed(late)
        assert channel.routes() == []
        await channel.stop()


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"webhook_url": ""}, "LINLI_WEBHOOK_URL"),
        ({"webhook_secret": ""}, "LINLI_WEBHOOK_SECRET"),
        ({"webhook_secret": "no spaces please"}, "refuses the webhook"),
        ({"webhook_url": "ftp://example.org"}, "refuses the webhook"),
    ],
)
async def test_settings_that_cannot_work_are_said_plainly(
    settings: dict[str, str], sentence: str
) -> None:
    given = {"mode": "webhook", "webhook_url": "http://a.example", "webhook_secret": SECRET}
    async with BotApi() as api:
        channel = TelegramChannel(a_config(api, **(given | settings)))
        with pytest.raises(ChannelError, match=sentence):
            await channel.start(Inbox().store)


@pytest.mark.parametrize(
    "url", ["https://desk.example", "https://desk.example/", f"https://desk.example{WEBHOOK_PATH}"]
)
def test_the_path_is_added_to_the_public_address_where_it_is_missing(url: str) -> None:
    config = a_config("https://api.example", webhook_url=url)
    assert config.webhook_address == f"https://desk.example{WEBHOOK_PATH}"
