"""A visit in one sentence: "3幢502 阿姨血压高 要换药", "陈奶奶 今天精神不错"."""

from dataclasses import replace

from domain.address import parse_visit_sentence
from domain.messages import Button, Message
from domain.people import Role
from handlers import ask, base
from handlers.base import PASS, Answer, Services, Turn
from handlers.router import at_step
from handlers.visit_card import label
from handlers.visit_homes import Meant, by_address, by_name, may_name
from handlers.visit_save import Said, save_words
from storage import visit_homes
from wording.visit import LINE

topic = base.Topic("said")

_WORKER = frozenset({Role.WORKER})
LONGEST_SENTENCE = 1000
"""Whoever writes more characters than this is not beginning with a neighbour's name."""


def says_address(turn: Turn, _: Services) -> bool:
    """Whether the text names a home as people write one."""
    return parse_visit_sentence(turn.incoming.text) is not None


@topic.text(order=60, claim=says_address, roles=_WORKER)
async def by_its_address(turn: Turn, services: Services) -> Answer:
    """Saved at once where the home is clear."""
    said = parse_visit_sentence(turn.incoming.text)
    assert said is not None, "the claim saw it"
    meant = by_address(await visit_homes.doors(services.work, turn.who.id), said)
    return await _settle(turn, services, meant, Said.now(turn, meant.note))


@topic.text(
    order=70,
    claim=lambda turn, _: (
        len(turn.incoming.text) <= LONGEST_SENTENCE and may_name(turn.incoming.text)
    ),
    roles=_WORKER,
)
async def by_who_lives_there(turn: Turn, services: Services) -> Answer:
    """Begins with somebody of the worker's own homes, else it is no visit."""
    meant = by_name(await visit_homes.doors(services.work, turn.who.id), turn.incoming.text)
    if meant is None:
        return PASS
    return await _settle(turn, services, meant, Said.now(turn, meant.note), doubted=True)


async def _settle(
    turn: Turn, services: Services, meant: Meant, said: Said, *, doubted: bool = False
) -> Answer:
    """Save where the home is sure; else ask, and keep what was said."""
    if meant.sure:
        return await save_words(turn, services, meant.doors[0], said)
    lines = [turn.say("visit.which" if meant.found else "visit.unknown", asked=meant.asked_for)]
    if said.note:
        lines.append(turn.say("visit.which_kept", note=said.note))
    if not meant.found:
        lines.append(turn.say("visit.unknown_near" if meant.doors else "visit.unknown_type"))
    rows = [(Button(label(door), f"said.take:{door.home.id}"),) for door in meant.doors]
    if doubted:
        rows.append((Button(turn.say.plain("visit.not_a_visit"), "said.question"),))
    return Answer.of(Message(LINE.join(lines), buttons=tuple(rows)), step=said.step())


@topic.text(order=50, claim=at_step("said.home"), roles=_WORKER)
async def corrected(turn: Turn, services: Services) -> Answer:
    """The address again: what was said before joins it, unless all was said anew."""
    assert turn.step is not None
    before = Said.kept(turn.step.data)
    doors = await visit_homes.doors(services.work, turn.who.id)
    address = parse_visit_sentence(turn.incoming.text)
    meant = by_address(doors, address) if address else by_name(doors, turn.incoming.text)
    if meant is None or (meant.note and not address):
        return PASS
    if meant.note:
        before = replace(before, text=turn.incoming.text, note=meant.note)
    alone = meant.found and len(meant.doors) == 1
    return await _settle(turn, services, replace(meant, sure=alone), before)


@topic.action("said.take", roles=_WORKER)
async def take(turn: Turn, services: Services) -> Answer:
    """One of the homes that were offered for a sentence."""
    door = await visit_homes.own_door(services.work, turn.number(), turn.who.id)
    if door is None:
        return Answer(notice=turn.say.plain("visit.not_your_home"), step=turn.step)
    if turn.step is None or turn.step.action != "said.home":
        button = Button(label(door), f"visit.pick:{door.home.id}")
        message = Message(turn.say("visit.say_again"), buttons=((button,),))
        return Answer.of(message, step=turn.step)
    return await save_words(turn, services, door, Said.kept(turn.step.data))


@topic.action("said.question", roles=_WORKER)
async def question(turn: Turn, services: Services) -> Answer:
    """It was no visit: what was typed goes to whoever answers questions."""
    if turn.step is None or turn.step.action != "said.home":
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    incoming = replace(turn.incoming, action="", text=turn.step.data["text"])
    return await ask.said(replace(turn, incoming=incoming, step=None), services)
