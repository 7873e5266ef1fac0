"""The start, the help page and the language switch."""

from dataclasses import replace

from domain.messages import Message
from domain.people import ANYONE, STAFF, Language, Person, Role
from handlers.base import Answer, Services, Topic, Turn
from handlers.enroll import enroll
from handlers.greeting import greet, keyboard, tools
from handlers.spoken import chosen
from storage import people

topic = Topic("menu", keys={"menu.tools_key": "menu.tools"})


@topic.action("start", roles=ANYONE, strangers=True, command="menu.start_command")
async def start(turn: Turn, services: Services) -> Answer:
    """The first thing anyone says; with an enrolment code it also binds the chat to a person."""
    if turn.args:
        return await enroll(turn, services, turn.args[0])
    return Answer.of(await greet(turn, services, turn.person), menu_for=turn.person)


@topic.action("help", roles=ANYONE, strangers=True, command="menu.help_command")
async def how(turn: Turn, services: Services) -> Answer:
    """How to use the desk."""
    name = turn.person.name if turn.person else ""
    text = turn.say(f"menu.{page_for(turn.person)}", name=name)
    return Answer.of(Message(text, keyboard=keyboard(turn.say, turn.person)), step=turn.step)


@topic.action("menu.tools", roles=frozenset({Role.SUPERVISOR, Role.STREET}))
async def rarer(turn: Turn, services: Services) -> Answer:
    """更多功能: what who leads needs now and then."""
    return Answer.of(Message(turn.say("menu.tools_head"), buttons=tools(turn.say)), step=turn.step)


def page_for(person: Person | None) -> str:
    """Which page on how to use the desk: each names only keys that whoever reads it has."""
    if person is None:
        return "stranger_how"
    if person.is_any(Role.WORKER):
        return "how_worker"
    if person.is_any(*STAFF):
        return "how_head"
    if person.is_any(Role.BUREAU):
        return "welcome_bureau"
    return "how_home" if person.is_any(Role.ELDER, Role.FAMILY) else "how"


@topic.action("language", roles=ANYONE, strangers=True, command="menu.language_command")
async def language(turn: Turn, services: Services) -> Answer:
    """Switch to the language that is named, else between Chinese and English."""
    other = Language.EN if turn.language is Language.ZH or turn.lent else Language.ZH
    wanted = Language.from_tag(turn.args[0]) if turn.args else other
    person_id = turn.person.id if turn.person else None
    await people.set_language(services.work, turn.address_id, person_id, wanted)
    say = services.phrases[wanted]
    message = Message(say("menu.language_now"), keyboard=keyboard(say, turn.person))
    known = turn.person and replace(turn.person, language=wanted)
    return Answer.of(message, step=chosen(turn.step), menu_for=known)
