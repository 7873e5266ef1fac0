"""Joining an elder's family: the code is opened, who they are is said by a tap, both sides are told."""

from dataclasses import replace

from domain.family import INTRODUCES, MOST, Relation, introduced
from domain.messages import Button, Message
from domain.people import ANYONE, Language, Person
from handlers.base import PASS, Answer, Services, Step, Topic, Turn
from handlers.family import how_it_stands, news
from handlers.greeting import keyboard
from handlers.lasting import holds, lasting
from storage import duties, family, people
from storage.family import Invited, Tie

topic = Topic("kin")

_INTRODUCING = "kin.name"


async def opened(turn: Turn, services: Services, code: str) -> Answer | None:
    """What whoever opens a family's code is asked; None where the code is none of a family. It is used
    only when they have said who they are: a look at it costs nothing."""
    invited = await family.invited(services.work, code)
    elder = await people.person(services.work, invited.elder_id) if invited else None
    if invited is None or elder is None:
        return None
    if why := await _why_not(turn, services, elder, invited):
        return Answer.of(Message(turn.say(f"family.{why}", name=elder.name, most=MOST)))
    bare = "".join(letter for letter in code if letter.isalnum())
    rows = tuple(
        (Button(turn.say.plain(f"family.relation_{one}"), f"kin.join:{bare}:{one}"),)
        for one in Relation
    )
    return Answer.of(Message(turn.say("family.who_are_you", name=elder.name), buttons=rows))


async def _why_not(turn: Turn, services: Services, elder: Person, invited: Invited) -> str:
    """The sentence for who cannot join, or ""."""
    here = await people.at_address(services.work, turn.address_id)
    ties = await family.of_elder(services.work, elder.id)
    if here is not None and here.id in (elder.id, invited.made_by):
        return "for_others"
    if here is not None and here.id in {tie.person_id for tie in ties}:
        return "already"
    return "full" if len(ties) >= MOST else ""


@topic.action("kin.join", roles=ANYONE, strangers=True)
async def join(turn: Turn, services: Services) -> Answer:
    """They say who they are, and are family from this moment. The code in the button is the right to it."""
    code, relation = (*turn.args, "", "")[:2]
    invited = await family.invited(services.work, code)
    elder = await people.person(services.work, invited.elder_id) if invited else None
    if invited is None or elder is None or relation not in list(Relation):
        return Answer.of(Message(turn.say("enroll.wrong_code")), step=turn.step)
    await family.lock(services.work, elder.id)
    if why := await _why_not(turn, services, elder, invited):
        return Answer.of(Message(turn.say(f"family.{why}", name=elder.name, most=MOST)))
    if not await family.redeem(services.work, code, turn.address_id):
        return Answer.of(Message(turn.say("enroll.wrong_code")))
    return await _joined(
        turn, services, elder, services.phrases[Language.ZH].plain(f"family.relation_{relation}")
    )


async def _joined(turn: Turn, services: Services, elder: Person, relation: str) -> Answer:
    known = await people.at_address(services.work, turn.address_id)
    person_id = known.id if known else await _newcomer(turn, services, elder, relation)
    await family.join(services.work, elder, person_id, relation)
    person = await people.person(services.work, person_id)
    assert person is not None, "they have just been written"
    say = services.phrases[person.language]
    text = say("family.welcome", name=elder.name)
    if await duties.open_help(services.work, elder.id) is not None:
        how = await how_it_stands(turn, services, elder.id)
        text += "\n\n" + say("family.now", name=elder.name, how=how)
    step: Step | None = None
    if known is None:
        text += "\n\n" + say("family.introduce")
        step = lasting(turn, _INTRODUCING, INTRODUCES)
    tie = Tie(person.id, person.name, relation, by_chat=True)
    return Answer(
        messages=(Message(text, keyboard=keyboard(say, person)),),
        owed=await news(replace(turn, person=person), services, elder, "joined", tie),
        step=step,
        menu_for=person,
    )


async def _newcomer(turn: Turn, services: Services, elder: Person, relation: str) -> int:
    """Until they say their name they are called by what they are."""
    name = services.phrases[Language.ZH].plain("family.called", name=elder.name, relation=relation)
    made = await family.newcomer(services.work, name[:60], elder.community_id, turn.language)
    await people.bind(services.work, turn.address_id, made)
    return made


@topic.text(order=30, claim=lambda turn, _: holds(turn, _INTRODUCING), roles=ANYONE)
async def introduce(turn: Turn, services: Services) -> Answer:
    """Name and telephone, so that a worker at the door knows whom to ring. Anything else is no name."""
    contact = turn.incoming.contact
    said = (contact.name[:30], contact.phone) if contact else introduced(turn.incoming.text)
    if said is None:
        return PASS
    name, phone = said
    await family.introduce(services.work, turn.who.id, name or turn.who.name, phone[:30])
    return Answer.of(Message(turn.say("family.introduced", name=name, phone=phone or "—")))
