"""Emergencies before everything: a cry for help in plain words gets a number, never a procedure."""

from markupsafe import Markup

from domain.messages import Button, Lane, Message
from domain.people import ANYONE
from handlers.base import Answer, Services, Topic, Turn
from knowledge.emergencies import Emergency
from wording import Say

topic = Topic("emergency")


def _claims(turn: Turn, services: Services) -> bool:
    text = turn.incoming.text
    return bool(text) and services.knowledge.emergencies.recognise(text) is not None


@topic.text(order=5, claim=_claims, roles=ANYONE, strangers=True)
async def cry(turn: Turn, services: Services) -> Answer:
    """What to do now, whom to call, and one press to have a worker come."""
    found = services.knowledge.emergencies.recognise(turn.incoming.text)
    assert found is not None, "the claim saw it"
    message = emergency_message(turn.say, found, may_press=turn.person is not None)
    return Answer.of(message, step=turn.step, lane=Lane.EMERGENCY)


def emergency_message(say: Say, found: Emergency, *, may_press: bool) -> Message:
    """Advice and numbers; the button that calls a worker where the desk knows who asks."""
    advice = Markup("\n").join(found.advice_in(say.language))
    numbers = Markup("  ").join(Markup("<b>{}</b>").format(number) for number in found.numbers)
    text = say("help.emergency", advice=advice, numbers=numbers)
    if not may_press:
        return Message(text)
    button = Button(say.plain("help.press_button"), "help.press")
    return Message(text + "\n\n" + say("help.emergency_press"), buttons=((button,),))
