"""Emergencies before everything: a cry for help in plain words gets a number, never a procedure."""

from dataclasses import replace

from markupsafe import Markup

from domain.messages import Button, Lane, Message
from domain.people import ANYONE, Language, Role
from handlers.ask_found import not_urgent_message
from handlers.base import Answer, Services, Topic, Turn
from handlers.heard import noted
from handlers.places import community_of
from handlers.reader import Reader, reader_of
from handlers.spoken import as_written, kept, offering
from knowledge.answers import Reply, ReplyKind
from knowledge.emergencies import Emergency
from storage import enquiries
from wording import Say

topic = Topic("emergency")


def _beyond_doubt(turn: Turn, services: Services) -> bool:
    """A worker types notes about the people they visit; elsewhere every sign counts."""
    writes_notes = turn.person is not None and turn.person.is_any(Role.WORKER)
    return _sounds_like_one(turn, services, noted=writes_notes)


def _sounds_like_one(turn: Turn, services: Services, *, noted: bool = False) -> bool:
    text = turn.incoming.text
    return bool(text) and services.knowledge.emergencies.recognise(text, noted=noted) is not None


@topic.text(order=75, claim=_sounds_like_one, roles=ANYONE, strangers=True)
@topic.text(order=5, claim=_beyond_doubt, roles=ANYONE, strangers=True)
async def cry(turn: Turn, services: Services) -> Answer:
    """What to do now, whom to call, and one press to have a worker come.

    Before everything where there is no doubt; a worker's words that may be a note, once they are none.
    """
    reply = await services.knowledge.reply(turn.incoming.text, turn.language)
    found = reply.emergency
    assert found is not None, "the claim saw it"
    lone = len(turn.incoming.text.split()) < 2
    turn = as_written(turn, services)
    message = advice(turn, services, found, may_press=turn.person is not None)
    if reply.candidates:
        community = await community_of(turn, services)
        enquiry = await noted(turn, services, community, reply, ReplyKind.EMERGENCY)
        calm = Button(turn.say.plain("ask.calm"), f"emergency.calm:{enquiry}")
        message = replace(message, buttons=(*message.buttons, (calm,)))
    step = kept(turn, services.policies.context_for)
    answer = Answer.of(message, step=step, lane=Lane.EMERGENCY)
    # SOS and help are everybody's words, and choose nothing.
    return replace(answer, step=turn.step) if lone else offering(turn, answer)


@topic.action("emergency.calm", roles=ANYONE, strangers=True)
async def calm(turn: Turn, services: Services) -> Answer:
    """不是急事: what it may have meant; not before this tap, for no guide may stand under 我不想活了."""
    enquiry = await enquiries.own(services.work, turn.number(0), turn.address_id)
    if enquiry is None:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    await enquiries.was_a_question(services.work, enquiry.id)
    reader = await reader_of(turn, services, enquiry.id)
    return Answer.of(not_urgent_message(reader, enquiry.candidates), step=turn.step)


def urgent(
    turn: Turn, services: Services, reader: Reader, reply: Reply, found: Emergency
) -> Answer:
    """What may be a cry and no guide plainly answers: the numbers first, under them what else it may mean."""
    first = advice(turn, services, found, may_press=turn.person is not None)
    step = kept(turn, services.policies.context_for)
    messages = (first, not_urgent_message(reader, reply.offered))
    return Answer(messages=messages, step=step, lane=Lane.EMERGENCY)


def advice(turn: Turn, services: Services, found: Emergency, *, may_press: bool) -> Message:
    """The same in the language of the turn; where that is not what the chat is set to, in that one, too,
    for who wrote may not be alone: whoever is with them reads the other."""
    message = emergency_message(turn.say, found, may_press=may_press)
    if not turn.lent:
        return message
    usual = services.phrases[turn.person.language if turn.person else Language.ZH]
    theirs = emergency_message(usual, found, may_press=False)
    return replace(message, text=message.html + "\n\n" + theirs.html)


def emergency_message(say: Say, found: Emergency, *, may_press: bool) -> Message:
    """Advice and numbers; the button that calls a worker where the desk knows who asks."""
    advice = Markup("\n").join(found.advice_in(say.language))
    numbers = Markup("  ").join(Markup("<b>{}</b>").format(number) for number in found.numbers)
    text = say("help.emergency", advice=advice, numbers=numbers)
    if not may_press:
        return Message(text)
    button = Button(say.plain("help.press_button"), "help.press")
    return Message(text + "\n\n" + say("help.emergency_press"), buttons=((button,),))
