"""Enrolment: a code from the community binds a chat to a person."""

from domain.messages import Message
from domain.people import ANYONE
from handlers.base import Answer, Services, Topic, Turn
from handlers.family_join import opened
from handlers.greeting import greet
from storage import people
from storage.enroll import looks_like_code, redeem

topic = Topic("enroll")


async def enroll(turn: Turn, services: Services, code: str) -> Answer:
    """Bind the chat to the code's person and greet them; a bad code gets a clear sentence. A family's
    code asks first who they are."""
    if (asked := await opened(turn, services, code)) is not None:
        return asked
    person_id = await redeem(services.work, code, turn.address_id)
    person = await people.person(services.work, person_id) if person_id else None
    if person is None:
        return Answer.of(Message(turn.say("enroll.wrong_code")))
    await people.bind(services.work, turn.address_id, person.id)
    say = services.phrases[person.language]
    return Answer.of(
        Message(say("enroll.welcome", name=person.name)),
        await greet(turn, services, person),
        menu_for=person,
    )


@topic.text(
    order=20,
    claim=lambda turn, _: looks_like_code(turn.incoming.text),
    roles=ANYONE,
    strangers=True,
)
async def typed_code(turn: Turn, services: Services) -> Answer:
    """A code that was typed instead of followed as a link."""
    return await enroll(turn, services, turn.incoming.text)
