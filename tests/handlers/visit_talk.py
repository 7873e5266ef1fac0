"""A worker's conversation with the visit topics alone, over a real database, read as dialogue."""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count

from domain.ladder import Ladder
from domain.messages import Button, Incoming, Media, MediaKind, Message
from domain.people import Person
from domain.policies import Policies
from handlers import (
    ask,
    emergency,
    visit,
    visit_board,
    visit_check,
    visit_digest,
    visit_hints,
    visit_line,
    visit_media,
    visit_said,
    visit_tier,
)
from handlers.base import Answer, Services, Step, Turn
from handlers.router import Router
from knowledge import Knowledge
from storage import inbox, people
from storage.database import Database, Work
from storage.ladder import no_climb
from storage.tables.visit import visits
from wording import Phrases

PHRASES = Phrases.shipped()
TOPICS = (
    emergency.topic,
    visit.topic,
    visit_said.topic,
    visit_line.topic,
    visit_board.topic,
    visit_check.topic,
    visit_digest.topic,
    visit_hints.topic,
    visit_media.topic,
    visit_tier.topic,
    ask.topic,
)
POLICIES = Policies(ladders={"help": Ladder(()), "question": Ladder(())})


@dataclass
class Talk:
    """One person's chat. `shown` is what they see, by the platform's name of each message."""

    database: Database
    knowledge: Knowledge
    person: Person
    address_id: int
    step: Step | None = None
    shown: dict[str, Message] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    turns: count = field(default_factory=lambda: count(1))  # type: ignore[type-arg]

    async def says(self, text: str, *, sent_at: datetime | None = None, turn: int = 0) -> str:
        """Type something; returns what was said back."""
        return await self._send(Incoming("memory", "a", text=text, sent_at=sent_at), turn)

    async def shows(self, kind: MediaKind, text: str = "") -> str:
        """Send a photo or speak, perhaps with words under it."""
        media = Media(kind, "memory", f"file-{kind}")
        return await self._send(Incoming("memory", "a", text=text, media=media), 0)

    async def does(self, action: str, ref: str = "") -> str:
        """Send an action as a button or a command would."""
        return await self._send(Incoming("memory", "a", action=action, message_ref=ref), 0)

    async def taps(self, label: str) -> str:
        """Tap the newest button whose label holds these words."""
        ref, button = self.button(label)
        return await self.does(button.action, ref)

    def button(self, label: str) -> tuple[str, Button]:
        for ref, message in reversed(self.shown.items()):
            for button in (b for row in message.buttons for b in row):
                if label in button.label:
                    return ref, button
        raise AssertionError(f"no button {label!r}: {self.labels()}")

    @property
    def newest(self) -> Message:
        return list(self.shown.values())[-1]

    def labels(self) -> list[str]:
        """The labels under the newest message."""
        return [button.label for row in self.newest.buttons for button in row]

    async def _send(self, incoming: Incoming, inbox_id: int) -> str:
        number = inbox_id or 1000 * self.address_id + next(self.turns)
        async with self.database.writing() as work:
            answer = await self._answer(work, incoming, number)
        self.step = answer.step
        self.notices += [answer.notice] if answer.notice else []
        for message in answer.messages:
            self._show(message, incoming.message_ref, number)
        return "\n".join(message.plain for message in answer.messages)

    async def _answer(self, work: Work, incoming: Incoming, number: int) -> Answer:
        say = PHRASES[self.person.language]
        turn = Turn(
            inbox_id=number,
            address_id=self.address_id,
            incoming=incoming,
            person=self.person,
            language=self.person.language,
            say=say,
            now=work.now,
            step=self.step,
        )
        services = Services(work, self.knowledge, PHRASES, POLICIES, no_climb)
        return await Router(TOPICS, PHRASES).answer(turn, services)

    def _show(self, message: Message, tapped: str, number: int) -> None:
        if message.in_place and tapped in self.shown:
            self.shown[tapped] = message
        else:
            self.shown[f"m{number}-{len(self.shown)}"] = message


@dataclass
class Place:
    """The test community, on a database that holds it, and the chats of its people."""

    database: Database
    knowledge: Knowledge

    async def talk(self, code: str) -> Talk:
        """The chat of somebody, known by the code of the loaded file."""
        async with self.database.writing() as work:
            person = await people.person_by_code(work, code)
            assert person is not None
            pair = ("memory", code)
            address_id = (await inbox.address_ids(work, [pair]))[pair]
            await people.bind(work, address_id, person.id)
        return Talk(self.database, self.knowledge, person, address_id)

    async def rows(self) -> list[dict[str, object]]:
        """The visits table, oldest first, taken-back ones too."""
        async with self.database.reading() as work:
            found = await work.conn.execute(visits.select().order_by(visits.c.id))
            return [dict(row) for row in found.mappings()]
