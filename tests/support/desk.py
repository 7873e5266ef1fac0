"""Whole conversations through the real engine, over the memory channel, read as dialogue."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import sqlalchemy as sa

from bot.app import App
from bot.channels.base import Channel
from bot.channels.memory import Chat, MemoryChannel
from bot.parts import Parts
from bot.settings import read_settings
from domain.messages import Button, Contact, Incoming, Location, Media, Message
from domain.people import Role
from knowledge import Knowledge
from storage import inbox, people
from storage.tables.people import families, roles
from tests.support.clock import HandClock


class Someone:
    """A person in a chat: says and taps things, and sees what the desk answers."""

    def __init__(self, desk: "Desk", address: str) -> None:
        self._desk = desk
        self.address = address

    @property
    def chat(self) -> Chat:
        return self._desk.channel.chat(self.address)

    @property
    def messages(self) -> list[Message]:
        """What they see now, oldest first."""
        return self.chat.messages

    @property
    def transcript(self) -> str:
        """All that they see, as plain text."""
        return "\n---\n".join(message.plain for message in self.messages)

    async def says(self, text: str, *, key: str = "", hint: str = "zh") -> str:
        """Type something; returns what was said back."""
        return await self._send(
            Incoming("memory", self.address, text=text, language_hint=hint), key
        )

    async def does(self, action: str, *, key: str = "", ref: str = "") -> str:
        """Send an action as a button or a command would."""
        incoming = Incoming(
            "memory", self.address, action=action, message_ref=ref, tap_id="t", language_hint="zh"
        )
        return await self._send(incoming, key)

    async def taps(self, label: str, *, key: str = "") -> str:
        """Tap the newest button whose label holds these words."""
        ref, button = self.button(label)
        return await self.does(button.action, key=key, ref=ref)

    async def shares(
        self,
        *,
        location: Location | None = None,
        contact: Contact | None = None,
        media: Media | None = None,
    ) -> str:
        """Share a place, a contact card, a picture or what was spoken."""
        shared = Incoming("memory", self.address, location=location, contact=contact, media=media)
        return await self._send(shared, "")

    async def blocks(self) -> None:
        """Leave the chat: nothing reaches them any more."""
        self.chat.blocked = True

    def button(self, label: str) -> tuple[str, Button]:
        """The newest button whose label holds these words, with its message's name."""
        for ref, message in reversed(self.chat.shown.items()):
            for row in message.buttons:
                for button in row:
                    if label in button.label:
                        return ref, button
        raise AssertionError(f"no button {label!r} in:\n{self.transcript}")

    def buttons(self) -> list[str]:
        """The labels under the newest message."""
        return [button.label for row in self.messages[-1].buttons for button in row]

    def hears(self, words: str) -> Message:
        """The newest message that holds these words."""
        for message in reversed(self.messages):
            if words in message.plain:
                return message
        raise AssertionError(f"{words!r} was not said in:\n{self.transcript}")

    async def _send(self, incoming: Incoming, key: str) -> str:
        before = len(self._desk.channel.parcels)
        await self._desk.channel.receive(incoming, key)
        await self._desk.settles()
        said = self._desk.channel.parcels[before:]
        return "\n".join(p.message.plain for p in said if p.address == self.address)


class Desk:
    """A running desk with the test community loaded, on a clock that stands still."""

    def __init__(self, app: App, channel: MemoryChannel, clock: HandClock) -> None:
        self.app = app
        self.channel = channel
        self.clock = clock
        self.database = app.parts.database

    def stranger(self, name: str = "stranger") -> Someone:
        """Somebody whom the desk does not know."""
        return Someone(self, name)

    async def person(self, code: str) -> Someone:
        """Somebody of the test community, with a chat of their own that is bound to them."""
        async with self.database.writing() as work:
            person = await people.person_by_code(work, code)
            assert person is not None, f"nobody has the code {code!r}"
            pair = ("memory", code)
            address_id = (await inbox.address_ids(work, [pair]))[pair]
            await people.bind(work, address_id, person.id)
        return Someone(self, code)

    async def appoint(self, code: str, community_id: int, role: Role) -> None:
        """Whoever has that code has that role there, too."""
        async with self.database.writing() as work:
            person = await people.person_by_code(work, code)
            assert person is not None, f"nobody has the code {code!r}"
            row = {"person_id": person.id, "community_id": community_id, "role": role}
            await work.conn.execute(sa.insert(roles), row)

    async def also(self, code: str, address: str) -> Someone:
        """A second chat of the same person, as on another platform."""
        async with self.database.writing() as work:
            person = await people.person_by_code(work, code)
            assert person is not None, f"nobody has the code {code!r}"
            pair = ("memory", address)
            await people.bind(work, (await inbox.address_ids(work, [pair]))[pair], person.id)
        return Someone(self, address)

    async def people(self, *codes: str) -> list[Someone]:
        """Several of them."""
        return [await self.person(code) for code in codes]

    async def also_family_of(self, relative: str, elder: str) -> None:
        """From now on the one looks after the other too."""
        async with self.database.writing() as work:
            pair = [await people.person_by_code(work, code) for code in (relative, elder)]
            assert all(pair)
            ids = [person.id for person in pair if person]
            row = {"relative_id": ids[0], "elder_id": ids[1], "relation": "外甥女"}
            await work.conn.execute(sa.insert(families), row)

    async def settles(self) -> None:
        """Wait until every turn has been handled and every message sent."""
        for _ in range(2):
            await self.app.reception.idle()
            await self.app.delivery.drain(10)

    async def later(self, **time: float) -> None:
        """Let time pass, and the clock's jobs run as they then must."""
        self.clock.forward(**time)
        await self.tick()

    async def tick(self) -> None:
        """Run every sweep and every job that is due now."""
        await self.app.clockwork.tick()
        await self.app.delivery.sweep()
        await self.app.reception.sweep()
        await self.settles()


@dataclass(frozen=True)
class Outfit:
    """What a desk has besides: channels made from its parts, beside the memory one, and settings."""

    channels: Callable[[Parts], Sequence[Channel]] = lambda parts: ()
    settings: Mapping[str, object] = field(default_factory=dict)


@asynccontextmanager
async def running_desk(
    url: str,
    knowledge: Knowledge,
    clock: HandClock,
    outfit: Outfit = Outfit(),
) -> AsyncIterator[Desk]:
    """A desk on that database, which has the test community; stopped at the end. No synthetic request
    comes in between, unless the outfit has it."""
    usual = {"secret_key": "test" * 8, "sweep_seconds": 60, "stop_seconds": 4, "probe_minutes": 0}
    settings = read_settings(_env_file=None, database_url=url, **{**usual, **outfit.settings})
    parts = Parts.make(settings, clock=clock, knowledge=knowledge)
    channel = MemoryChannel()
    app = App(parts, [channel, *outfit.channels(parts)])
    await app.start()
    try:
        yield Desk(app, channel, clock)
    finally:
        await app.stop()
        await asyncio.sleep(0)
