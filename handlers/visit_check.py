"""A resident's one tap about yesterday's visit; nobody has to."""

from domain.messages import Message
from domain.people import ANYONE
from handlers.base import Answer, Services, Topic, Turn
from storage import visit_check

topic = Topic("came")


@topic.action("came.yes", roles=ANYONE)
async def yes(turn: Turn, services: Services) -> Answer:
    """Somebody was there."""
    return await _said(turn, services, was_there=True)


@topic.action("came.no", roles=ANYONE)
async def no(turn: Turn, services: Services) -> Answer:
    """They know of nobody; perhaps somebody else opened the door."""
    return await _said(turn, services, was_there=False)


async def _said(turn: Turn, services: Services, *, was_there: bool) -> Answer:
    visit_id = turn.number()
    if not await visit_check.answer(services.work, visit_id, turn.who.id, was_there):
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    return Answer.of(Message(turn.say("visit.came_thanks"), in_place=True), step=turn.step)
