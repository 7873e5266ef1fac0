"""One suite for every channel: the same people, the same words, the same buttons, wherever they are."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

import aiohttp
import pytest

from bot.app import App
from bot.channels.base import Channel
from bot.channels.memory import MemoryChannel
from bot.channels.telegram import TelegramChannel, TelegramConfig
from bot.channels.web import WebChannel, WebConfig
from bot.drawing import Drawing
from bot.parts import Parts
from bot.settings import read_settings
from domain.messages import Button, Incoming, message_from_json
from knowledge import Knowledge
from storage import enroll, people
from tests.botapi import TOKEN, BotApi, User
from tests.support.clock import HandClock
from tests.support.prepared import SECRET, Prepared, settled

WITHIN = 10.0
"""Seconds for an answer, generous on a busy machine."""


class Person(Protocol):
    """Somebody at a channel: says and taps things, sees messages as they stand now."""

    async def says(self, text: str) -> None: ...

    async def taps(self, label: str) -> None: ...

    async def seen(self) -> list[str]:
        """The texts they see, oldest first."""


Come = Callable[[str], Any]


class Crowd:
    """People at one channel."""

    def __init__(self, app: App, come: Come) -> None:
        self._app, self._come = app, come

    async def person(self, code: str) -> Person:
        """Somebody who has come in by an enrolment code."""
        async with self._app.parts.database.writing() as work:
            known = await people.person_by_code(work, code)
            assert known is not None
            made = await enroll.invite(work, known.id)
        someone: Person = await self._come(code)
        await someone.says(f"/start {made}")
        await sees(someone, known.name)
        return someone

    async def stranger(self) -> Person:
        someone: Person = await self._come("stranger")
        return someone


async def sees(someone: Person, words: str) -> str:
    """The newest message with these words, as soon as there is one."""
    seen: list[str] = []
    try:
        async with asyncio.timeout(WITHIN):
            while True:
                seen = await someone.seen()
                for text in reversed(seen):
                    if words in text:
                        return text
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"{words!r} was not seen in:\n" + "\n---\n".join(seen)) from None


class MemoryPerson:
    def __init__(self, channel: MemoryChannel, address: str) -> None:
        self._channel, self._address = channel, address

    async def says(self, text: str) -> None:
        name, _, rest = text.partition(" ")
        action = ":".join(filter(None, (name[1:], rest))) if name.startswith("/") else ""
        said = Incoming(
            "memory", self._address, text="" if action else text, action=action, language_hint="zh"
        )
        await self._channel.receive(said)

    async def taps(self, label: str) -> None:
        for ref, message in reversed(self._channel.chat(self._address).shown.items()):
            for button in (b for row in message.buttons for b in row if label in b.label):
                tap = Incoming(
                    "memory", self._address, action=button.action, message_ref=ref, tap_id="t"
                )
                await self._channel.receive(tap)
                return
        raise AssertionError(f"no button {label!r}")

    async def seen(self) -> list[str]:
        return [message.plain for message in self._channel.chat(self._address).messages]


class TelegramPerson:
    def __init__(self, user: User) -> None:
        self._user = user

    async def says(self, text: str) -> None:
        self._user.says(text)

    async def taps(self, label: str) -> None:
        self._user.taps(label)

    async def seen(self) -> list[str]:
        return [message.text for message in self._user.heard]


class WebPerson:
    """A browser without a screen: posts as the page does, reads the same stream of events."""

    def __init__(self, base: str, http: aiohttp.ClientSession) -> None:
        self._base, self._http = base, http
        self._lines: dict[int, dict[str, Any]] = {}
        self._reader: asyncio.Task[None] | None = None

    async def opens(self) -> None:
        async with self._http.post(f"{self._base}/chat/hello", headers=self._origin) as answer:
            assert answer.ok, await answer.text()
        self._reader = asyncio.create_task(self._read())

    @property
    def _origin(self) -> dict[str, str]:
        return {"Origin": self._base, "Accept-Language": "zh-CN"}

    async def _read(self) -> None:
        async with self._http.get(f"{self._base}/chat/events", headers=self._origin) as stream:
            event = ""
            async for raw in stream.content:
                name, _, value = raw.decode().rstrip("\n").partition(": ")
                if name == "event":
                    event = value
                elif name == "data" and event in ("line", "history"):
                    data = json.loads(value)
                    for line in [data] if event == "line" else data["entries"]:
                        self._lines[line["ref"]] = line

    async def _post(self, **said: str) -> None:
        body = json.dumps({"id": str(uuid4()), **said}).encode()
        async with self._http.post(
            f"{self._base}/chat/send", data=body, headers=self._origin
        ) as answer:
            assert answer.ok, await answer.text()

    async def says(self, text: str) -> None:
        await self._post(text=text)

    async def taps(self, label: str) -> None:
        for ref, line in sorted(self._lines.items(), reverse=True):
            message = message_from_json(line)
            found = [b for row in message.buttons for b in row if label in b.label]
            if found and not line.get("mine"):
                await self._post(action=_action(found[0]), ref=str(ref))
                return
        raise AssertionError(f"no button {label!r} in {self._lines}")

    async def seen(self) -> list[str]:
        theirs = [line for _, line in sorted(self._lines.items()) if not line.get("mine")]
        return [message_from_json(line).plain for line in theirs]

    async def closes(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)


def _action(button: Button) -> str:
    return button.action


@asynccontextmanager
async def _running(parts: Parts, channel: Channel, door: socket.socket) -> AsyncIterator[App]:
    app = App(parts, [channel], door)
    await app.start()
    try:
        yield app
    finally:
        await app.stop()


@asynccontextmanager
async def over_memory(parts: Parts, door: socket.socket) -> AsyncIterator[Crowd]:
    channel = MemoryChannel()

    async def come(name: str) -> Person:
        return MemoryPerson(channel, name)

    async with _running(parts, channel, door) as app:
        yield Crowd(app, come)


@asynccontextmanager
async def over_telegram(parts: Parts, door: socket.socket) -> AsyncIterator[Crowd]:
    async with BotApi() as api:
        config = TelegramConfig(token=TOKEN, api=api.url, front_rate=1000, chat_burst=100)

        async def come(name: str) -> Person:
            return TelegramPerson(api.user(1 + len(api.engine.state.chats), name))

        async with _running(parts, TelegramChannel(config), door) as app:
            yield Crowd(app, come)


@asynccontextmanager
async def over_web(parts: Parts, door: socket.socket) -> AsyncIterator[Crowd]:
    base = f"http://127.0.0.1:{door.getsockname()[1]}"
    config = WebConfig(secret=SECRET, base_url=base, messages_per_10s=1000)
    draw = Drawing(parts.database, parts.phrases, parts.policies)
    channel = WebChannel(config, parts.database, draw, parts.phrases)
    async with AsyncExitStack() as stack:
        app = await stack.enter_async_context(_running(parts, channel, door))

        async def come(_name: str) -> Person:
            jar = aiohttp.CookieJar(unsafe=True)  # bare addresses keep no cookies otherwise
            http = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=jar))
            browser = WebPerson(base, http)
            await browser.opens()
            stack.push_async_callback(browser.closes)
            return browser

        yield Crowd(app, come)


OVER = {"memory": over_memory, "telegram": over_telegram, "web": over_web}


@pytest.fixture(params=sorted(OVER))
async def crowd(
    request: pytest.FixtureRequest, prepared: Prepared, tmp_path: Path, knowledge: Knowledge
) -> AsyncIterator[Crowd]:
    over = OVER[request.param]
    request.param = "sqlite"
    async with prepared.copy(request, tmp_path, settled) as url:
        settings = read_settings(
            probe_minutes=0,
            _env_file=None,
            database_url=url,
            secret_key=SECRET,
            sweep_seconds=0.2,
            stop_seconds=4,
        )
        parts = Parts.make(settings, clock=HandClock(), knowledge=knowledge)
        door = socket.create_server(("127.0.0.1", 0))
        async with over(parts, door) as made:
            yield made


async def test_the_first_words(crowd: Crowd) -> None:
    stranger = await crowd.stranger()
    await stranger.says("/start")
    await sees(stranger, "绑定码")


async def test_a_guide_its_parts_and_back(crowd: Crowd) -> None:
    resident = await crowd.person("resident")
    await resident.says("我爸满八十了，高龄津贴怎么领？")
    await sees(resident, "按 2023-04-01 的规定")
    shown = len(await resident.seen())

    await resident.taps("带什么")
    await sees(resident, "（原件）")
    await resident.taps("返回")
    await sees(resident, "按 2023-04-01 的规定")

    assert len(await resident.seen()) == shown, "all of it in the place of the answer"


async def test_the_language_switch(crowd: Crowd) -> None:
    resident = await crowd.person("resident")
    await resident.says("/language")
    await sees(resident, "English from now on")
    await resident.says("/start")
    await sees(resident, "Hello 王先生")


async def test_a_call_for_help_and_who_takes_it(crowd: Crowd) -> None:
    granny, mine = await crowd.person("granny"), await crowd.person("w1")

    await granny.says("🆘 一键求助")
    await sees(granny, "收到了（10:00）")
    card = await sees(mine, "陈奶奶 求助")
    assert "3幢502" in card
    shown = len(await mine.seen())

    await mine.taps("我来")
    await sees(mine, "社工甲 已接")
    await sees(granny, "社工甲接到了您的求助")
    assert len(await mine.seen()) == shown, "the card changes where it stands"


async def test_nobody_takes_what_is_not_theirs(crowd: Crowd) -> None:
    granny, resident = await crowd.person("granny"), await crowd.person("resident")
    await granny.says("🆘 一键求助")
    await sees(granny, "收到了")
    await resident.says("/helplist")
    await sees(resident, "用不了")
