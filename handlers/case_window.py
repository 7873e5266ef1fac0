"""窗口来访: somebody comes to the window; in one sentence whose matter it is, and what."""

from dataclasses import dataclass
from typing import Any

from domain.address import parse_visit_sentence
from domain.case import Via, guess
from domain.messages import Button, Message, Rows
from domain.people import STAFF
from handlers.base import PASS, Answer, Services, Step, Topic, Turn
from handlers.case_door import whose
from handlers.case_open import LONGEST, Matter, open_matter
from handlers.case_told import card_for
from handlers.case_told import home as home_hears
from handlers.router import at_step
from handlers.visit_card import label
from handlers.visit_homes import Meant, by_address, by_name
from knowledge.cases import shipped_cases
from storage import visit_homes
from storage.cases import Raised
from storage.visit_homes import Door

topic = Topic("walkin", keys={"cases.window_key": "walkin"})

_STAFF = frozenset(STAFF)


@dataclass(frozen=True, slots=True)
class _Said:
    """What was typed, and of it what is wanted; `key` makes it one case."""

    text: str
    note: str
    key: str

    @property
    def data(self) -> dict[str, Any]:
        return {"text": self.text, "note": self.note, "key": self.key}


@topic.action("walkin", roles=STAFF, command="cases.window_command")
async def ask(turn: Turn, services: Services) -> Answer:
    """Who and what, in one sentence."""
    drop = ((Button(turn.say.plain("cases.drop"), "cancel"),),)
    message = Message(turn.say("cases.window_now"), buttons=drop)
    return Answer.of(message, step=Step("walkin.words"))


@topic.text(order=50, claim=at_step("walkin.words"), roles=_STAFF)
async def words(turn: Turn, services: Services) -> Answer:
    """Written down where the home is clear; else asked, and what was said is kept."""
    text = turn.incoming.text.strip()[:LONGEST]
    if not text:
        return Answer.of(Message(turn.say("menu.not_understood")), step=turn.step)
    doors = await visit_homes.doors_of_community(services.work, turn.who.community_id)
    address = parse_visit_sentence(text)
    meant = by_address(doors, address) if address else by_name(doors, text)
    said = _Said(text, meant.note if meant else "", f"walkin:{turn.inbox_id}")
    if meant is not None and meant.sure:
        return await _at(turn, services, meant.doors[0], said)
    return _which(turn, meant, said)


def _which(turn: Turn, meant: Meant | None, said: _Said) -> Answer:
    rows: Rows = tuple(
        (Button(label(door), f"walkin.at:{door.home.id}"),)
        for door in (meant.doors if meant else ())
    )
    nobody = (Button(turn.say.plain("cases.window_nobody"), "walkin.nobody"),)
    key = "cases.window_which" if meant and meant.found else "cases.window_unknown"
    message = Message(turn.say(key, words=said.text), buttons=(*rows, nobody))
    return Answer.of(message, step=Step("walkin.words", said.data))


async def _at(turn: Turn, services: Services, door: Door, said: _Said) -> Answer:
    """Of that home; where nothing was said but who it is, what they want is asked for."""
    if not said.note:
        text = turn.say("cases.window_note", home=label(door))
        data = {**said.data, "home": door.home.id}
        return Answer.of(Message(text), step=Step("walkin.note", data))
    subject = await whose(services, door.home.id, said.text)
    return await _open(turn, services, said, said.note, door.home.id, subject)


@topic.text(order=50, claim=at_step("walkin.note"), roles=_STAFF)
async def note(turn: Turn, services: Services) -> Answer:
    """What whoever lives there wants."""
    assert turn.step is not None, "the claim saw it"
    text, data = turn.incoming.text.strip()[:LONGEST], turn.step.data
    door = await _door(turn, services, int(data["home"]))
    if not text or door is None:
        return PASS
    subject = await whose(services, door.home.id, data["text"])
    said = _Said(data["text"], text, data["key"])
    return await _open(turn, services, said, text, door.home.id, subject)


async def _door(turn: Turn, services: Services, home_id: int) -> Door | None:
    return await visit_homes.door_of_community(services.work, home_id, turn.who.community_id)


def _kept(turn: Turn) -> _Said | None:
    if turn.step is None or "text" not in turn.step.data:
        return None
    data = turn.step.data
    return _Said(data["text"], data["note"], data["key"])


@topic.action("walkin.at", roles=_STAFF)
async def at(turn: Turn, services: Services) -> Answer:
    """One of the homes that were offered."""
    said, door = _kept(turn), await _door(turn, services, turn.number())
    if door is None:
        return Answer(notice=turn.say.plain("visit.not_your_home"), step=turn.step)
    if said is None or turn.step is None or turn.step.action != "walkin.words":
        return Answer.of(Message(turn.say("cases.window_old")), step=Step("walkin.words"))
    return await _at(turn, services, door, said)


@topic.action("walkin.nobody", roles=_STAFF)
async def nobody(turn: Turn, services: Services) -> Answer:
    """没有登记的人: all that was typed is kept, with the name and the number in it."""
    said = _kept(turn)
    if said is None or turn.step is None or turn.step.action != "walkin.words":
        return Answer.of(Message(turn.say("cases.window_old")), step=Step("walkin.words"))
    return await _open(turn, services, said, said.text, None, None)


async def _open(
    turn: Turn, services: Services, said: _Said, text: str, home: int | None, who: int | None
) -> Answer:
    matter = Matter(
        Raised(guess(shipped_cases(), text).id, Via.WINDOW, text),
        key=said.key,
        household_id=home,
        subject_id=who,
        owner_id=turn.who.id,
        in_hand=True,
    )
    opened = await open_matter(turn, services, turn.who.community_id, matter)
    if opened is None:
        return Answer.of(Message(turn.say("menu.old_button")))
    card = await card_for(turn, services, opened.case)
    told = await home_hears(turn, services, opened.case, "taken")
    return Answer(messages=(Message(turn.say("cases.window_opened")), card), owed=told)
