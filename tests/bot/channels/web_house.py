"""A web chat in a house of its own: real HTTP, a real database, and a small scripted desk."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import sqlalchemy as sa
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.base import Parcel, Received
from bot.channels.web import Persona, WebChannel, WebConfig
from domain.messages import Attachment, Button, Incoming, Keyboard, Lane, Message
from domain.people import Language
from storage.database import Database
from storage.tables import metadata
from storage.tables.people import addresses, communities, people
from storage.vault import Vault

SECRET = "a secret for tests only"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
"""The smallest PNG: one transparent pixel."""

Script = Callable[["House", Incoming], Awaitable[None]]


class House:
    """The channel, its database, the updates it stored, and a desk that answers by script."""

    def __init__(self, database: Database, channel: WebChannel, script: Script | None) -> None:
        self.database = database
        self.channel = channel
        self.script = script
        self.stored: dict[str, Received] = {}
        self.received = 0
        self.drawn: list[Attachment] = []
        self.refuses: Exception | None = None
        self.base = ""
        self._parcels = 0
        self._answers: set[asyncio.Task[None]] = set()

    async def store(self, received: Received) -> bool:
        """The inbox: the same update twice is one."""
        self.received += 1
        new = self.stored.setdefault(received.update_key, received) is received
        if new and self.script is not None:
            incoming = self.channel.read(received.payload)
            task = asyncio.create_task(self._answer(self.script, incoming))
            self._answers.add(task)
            task.add_done_callback(self._answers.discard)
        return new

    async def _answer(self, script: Script, incoming: Incoming) -> None:
        await script(self, incoming)

    async def address_id(self, address: str) -> int:
        async with self.database.reading() as work:
            found = await work.conn.scalar(
                sa.select(addresses.c.id).where(
                    addresses.c.channel == "web", addresses.c.address == address
                )
            )
        assert found is not None
        return int(found)

    async def say(self, address: str, message: Message | str, edits: str = "", nr: int = 0) -> str:
        """The desk says something at an address; `nr` repeats an earlier parcel."""
        self._parcels += 1
        number = nr or self._parcels
        said = Message(message) if isinstance(message, str) else message
        address_id = await self.address_id(address)
        return await self.channel.send(
            Parcel(number, Lane.CONVERSATION, address_id, address, said, edits)
        )

    def restart_at(self, number: int) -> None:
        """Number the parcels on from here, as an outbox does that outlives its process."""
        self._parcels = number

    async def settled(self) -> None:
        """Every scripted answer has been given."""
        while self._answers:
            await asyncio.gather(*self._answers)


async def _draw(house: House, attachment: Attachment, _: int) -> bytes:
    house.drawn.append(attachment)
    if house.refuses is not None:
        raise house.refuses
    return PICTURE


def a_config(**changes: Any) -> WebConfig:
    """A configuration that tests can hurry through."""
    return WebConfig(**{"secret": SECRET, "poll": 0.1, "messages_per_10s": 1000, **changes})


async def make_database(folder: Path, url: str = "") -> Database:
    """An empty database with every table."""
    address = url or f"sqlite:///{folder / 'linli.db'}"
    database = Database(address, Vault(SECRET), lambda: datetime.now(UTC))
    async with database.writing() as work:
        await work.conn.run_sync(metadata.create_all)
    return database


async def people_of_the_demo(database: Database) -> tuple[Persona, ...]:
    """An elder with large text and a worker of a small community."""
    async with database.writing() as work:
        await work.conn.execute(
            sa.insert(communities).values(
                id=1, code="ht", name="海棠", timezone="Asia/Shanghai", sample=True, details={}
            )
        )
        for number, (code, large) in enumerate((("elder", True), ("worker", False)), start=1):
            await work.conn.execute(
                sa.insert(people).values(
                    id=number,
                    code=code,
                    name=code,
                    community_id=1,
                    language="zh",
                    large_text=large,
                )
            )
    return (
        Persona("elder", {Language.ZH: "老人", Language.EN: "Elder"}, 1),
        Persona("worker", {Language.ZH: "社工", Language.EN: "Worker"}, 2),
    )


@asynccontextmanager
async def a_house(
    database: Database, config: WebConfig | None = None, script: Script | None = None, port: int = 0
) -> AsyncIterator[House]:
    """Open the house, and close it as the process would."""
    house: House

    async def draw(attachment: Attachment, address_id: int) -> bytes:
        return await _draw(house, attachment, address_id)

    channel = WebChannel(config or a_config(), database, draw)
    house = House(database, channel, script)
    application = web.Application()
    channel.mount(application)
    server = TestServer(application, port=port or None)
    await server.start_server()
    house.base = str(server.make_url("/")).rstrip("/")
    await channel.start(house.store)
    try:
        yield house
    finally:
        await channel.stop_receiving()
        await house.settled()
        await channel.stop()
        await server.close()


@dataclass(frozen=True)
class Answer:
    """An HTTP answer, read to its end."""

    status: int
    headers: Mapping[str, str]
    cookies: SimpleCookie
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    def json(self) -> Any:
        return json.loads(self.body)

    @classmethod
    async def of(cls, response: aiohttp.ClientResponse) -> "Answer":
        body = await response.read()
        return cls(response.status, response.headers, response.cookies, body)


class Visitor:
    """A person's browser, as far as HTTP goes."""

    def __init__(self, house: House, http: aiohttp.ClientSession) -> None:
        self.house = house
        self.http = http

    async def hello(self, **headers: str) -> Answer:
        return await self.post("/chat/hello", None, **headers)

    async def send(self, path: str = "/chat/send", **body: Any) -> Answer:
        return await self.post(path, {"id": str(uuid4()), **body})

    async def post(self, path: str, body: Any, **headers: str) -> Answer:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        async with self.http.post(
            self.house.base + path,
            data=data,
            headers={"Origin": self.house.base, **headers},
        ) as response:
            return await Answer.of(response)

    async def get(self, path: str, **headers: str) -> Answer:
        async with self.http.get(self.house.base + path, headers=headers) as response:
            return await Answer.of(response)

    @property
    def session(self) -> str:
        """The session's name, which the cookie carries before its signature."""
        cookie = next(iter(self.http.cookie_jar))
        return cookie.value.split(".")[0]

    @asynccontextmanager
    async def events(self, query: str = "", **headers: str) -> AsyncIterator["Events"]:
        """Listen until the block ends."""
        url = f"{self.house.base}/chat/events{query}"
        async with self.http.get(url, headers=headers) as response:
            assert response.status == 200, await response.text()
            yield Events(response)


class Events:
    """Reads server-sent events one by one."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self.response = response

    async def next(self, *names: str, within: float = 5.0) -> tuple[str, Any, str]:
        """The next event with one of these names: its name, its data, its id."""
        async with asyncio.timeout(within):
            while True:
                name, data, number = await self._event()
                if name in names:
                    return name, data, number

    async def lines(self, count: int) -> list[dict[str, Any]]:
        """The data of the next `line` events."""
        return [(await self.next("line"))[1] for _ in range(count)]

    async def _event(self) -> tuple[str, Any, str]:
        fields = {"event": "", "data": "", "id": ""}
        while line := (await self.response.content.readline()).decode():
            if line == "\n" and fields["event"]:
                return fields["event"], json.loads(fields["data"]), fields["id"]
            name, _, value = line.rstrip("\n").partition(": ")
            if name in fields:
                fields[name] = value
        return "end", None, ""


@asynccontextmanager
async def a_visitor(house: House, greeted: bool = True) -> AsyncIterator[Visitor]:
    """A new browser; greeted, it has its session already."""
    jar = aiohttp.CookieJar(unsafe=True)  # aiohttp keeps no cookies of bare addresses otherwise
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        visitor = Visitor(house, http)
        if greeted:
            assert (await visitor.hello()).status == 200
        yield visitor


def an_elders_keyboard() -> Keyboard:
    """One key that cannot be overlooked, and two more."""
    return Keyboard(
        (
            (Button("🆘 一键求助", "help.press"),),
            (Button("问一问", "ask"), Button("联系社工", "worker")),
        )
    )
