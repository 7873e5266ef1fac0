"""A questionnaire as somebody will see it in the chat, before anybody is asked.

The chat is the real one: a database of its own that is thrown away, the handlers, the wording. Only
the one who answers is made up: a head who tries the questionnaire out.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

from domain.answering import next_item
from domain.ballot import Form, as_asked
from domain.messages import Incoming, Message
from domain.people import Language, Person, Role
from domain.policies import Policies
from domain.survey import TYPED, Item, Kind, Questionnaire
from handlers import ballot, ballot_trial
from handlers.base import Services, Step, Turn
from handlers.router import Router
from knowledge import Knowledge
from storage import migrate, questionnaires
from storage.database import Database
from storage.ladder import no_climb
from storage.vault import Vault
from wording import Phrases

_SECRET = "preview" * 6
"""What is sealed with it is made up."""
_NOTHING_KNOWN = cast("Knowledge", None)
"""A survey looks nothing up, and the guides take seconds to be read."""
MOST_TURNS = 400
"""A walk that has not come to an end by then goes in a circle."""


@dataclass(frozen=True, slots=True)
class Said:
    """What the desk says with its buttons, or what is answered (`mine`): typed, or tapped (`[…]`)."""

    text: str
    buttons: tuple[tuple[str, ...], ...] = ()
    mine: bool = False


@dataclass
class _Chat:
    """One person's chat with the desk, written down."""

    database: Database
    language: Language
    step: Step | None = None
    shown: Message = field(default_factory=lambda: Message(""))
    said: list[Said] = field(default_factory=list)
    turns: int = 0

    async def does(self, action: str = "", text: str = "", told: str = "") -> None:
        """One turn of the real desk; `told` is how it is written down."""
        phrases = Phrases.shipped()
        person = Person(1, "preview", 1, self.language, roles=frozenset({Role.SUPERVISOR}))
        self.turns += 1
        async with self.database.writing() as work:
            turn = Turn(
                inbox_id=self.turns,
                address_id=1,
                incoming=Incoming("preview", "1", text=text, action=action, message_ref="1"),
                person=person,
                language=self.language,
                say=phrases[self.language],
                now=work.now,
                step=self.step,
            )
            services = Services(work, _NOTHING_KNOWN, phrases, Policies(ladders={}), no_climb)
            answer = await Router([ballot.topic, ballot_trial.topic], phrases).answer(
                turn, services
            )
        self.step = answer.step
        self.said += [Said(told, mine=True)] if told else []
        for message in answer.messages:
            self.shown = message
            self.said.append(Said(message.plain, tuple(_labels(message))))

    def action(self, ending: str) -> str:
        """The button whose action ends so, or ""."""
        actions = [button.action for row in self.shown.buttons for button in row]
        return next((each for each in actions if each.endswith(ending)), "")

    def label(self, action: str) -> str:
        """What stands on it."""
        pairs = {button.action: button.label for row in self.shown.buttons for button in row}
        return pairs.get(action, action)

    async def taps(self, action: str) -> None:
        await self.does(action, told=f"[{self.label(action)}]")


def _labels(message: Message) -> Iterator[tuple[str, ...]]:
    for row in message.buttons:
        yield tuple(button.label for button in row)


def as_text(chat: Iterable[Said]) -> str:
    """The chat for a terminal."""
    return "\n\n".join("\n".join(_lines(one)) for one in chat)


def _lines(one: Said) -> Iterator[str]:
    if one.mine:
        yield f"👤 {one.text}"
        return
    first, *rest = one.text.split("\n")
    yield f"🤖 {first}"
    for line in rest:
        yield f"   {line}".rstrip()
    for row in one.buttons:
        yield "   " + "  ".join(f"[{label}]" for label in row)


async def preview(
    questionnaire: Questionnaire,
    language: Language,
    form: Form,
    given: Mapping[str, str],
) -> list[Said]:
    """The whole chat: each question answered as `given` (by item id), else by the first way
    there is. An answer that is refused is shown refused, and the question then answered otherwise."""
    async with _database(questionnaire) as database:
        chat = _Chat(database, language)
        await chat.does(f"trial.begin:{questionnaire.id}:{form}")
        asked, left = as_asked(questionnaire, form), dict(given)
        while chat.step is not None and chat.turns < MOST_TURNS:
            item = next_item(asked, chat.step.data["draft"])
            if item is None:
                await chat.taps(chat.action(f":{chat.step.data['at']}"))
            else:
                await _answer(chat, item, left.pop(item.id, None))
    return chat.said


@asynccontextmanager
async def _database(questionnaire: Questionnaire) -> AsyncIterator[Database]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "preview.sqlite3"
        database = Database(f"sqlite:///{file}", Vault(_SECRET), lambda: datetime.now(UTC))
        try:
            await migrate.upgrade(database)
            async with database.writing() as work:
                await questionnaires.store(work, questionnaire)
            yield database
        finally:
            await database.close()


async def _answer(chat: _Chat, item: Item, said: str | None) -> None:
    if item.kind in TYPED:
        typed = said if said is not None else _something(item)
        if typed:
            await chat.does(text=typed, told=typed)
        else:
            await chat.taps(chat.action(_skips(chat)))
        return
    if said == "":
        await chat.taps(chat.action(_skips(chat)) or f"ballot.skip{_at(chat)}")
        return
    if item.kind is Kind.MULTIPLE:
        await _tick(chat, item, said.split("+") if said else _enough(item))
        return
    code = said if said is not None else str(item.options[0].code)
    await chat.taps(chat.action(f"{_at(chat)}:{code}") or f"ballot.pick{_at(chat)}:{code}")


def _at(chat: _Chat) -> str:
    return f":0:{chat.step.data['at']}" if chat.step else ""


def _skips(chat: _Chat) -> str:
    return f"ballot.skip{_at(chat)}"


async def _tick(chat: _Chat, item: Item, codes: list[str]) -> None:
    for code in codes:
        await chat.taps(chat.action(f":{code}:1") or f"ballot.tick{_at(chat)}:0:{code}:1")
    done = next(
        button.action
        for row in chat.shown.buttons
        for button in row
        if button.action.startswith("ballot.ticked")
    )
    await chat.taps(done)


def _enough(item: Item) -> list[str]:
    least = int(item.minimum if item.minimum is not None else 1)
    return [str(option.code) for option in item.options if not option.alone][: max(1, least)]


def _something(item: Item) -> str:
    if item.kind is Kind.NUMBER:
        return f"{item.minimum:g}" if item.required else ""
    return "……" if item.required else ""
