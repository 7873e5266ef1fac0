"""手机丢了: a chat of somebody is unbound by who looks after them, and a new code is there at once."""

from datetime import timedelta

from markupsafe import Markup

from domain.calendar import local_day
from domain.messages import Message
from domain.moves import Move
from domain.people import Person
from handlers.base import Answer, Services, Topic, Turn
from handlers.care import MAY, heads, in_care, told, yes_or_not
from handlers.moves import channel, not_yours, told_apart
from handlers.parting import cut_off
from storage import enroll, family, moves, outbox, people, questions, unbound
from storage.enroll import LIFETIME
from storage.people import Bound

topic = Topic("unbind")


async def _meant(turn: Turn, services: Services) -> tuple[Person, Bound] | None:
    """Whose chat was tapped, and which, if it still speaks for them and they may act for them."""
    there = await people.at_address(services.work, turn.number())
    person = await in_care(turn, services, there.id) if there else None
    if person is None:
        return None
    chats = await people.bound(services.work, person.id)
    return next(((person, one) for one in chats if one.address_id == turn.number()), None)


@topic.action("unbind", roles=MAY)
async def ask(turn: Turn, services: Services) -> Answer:
    """Asked once: whoever still has the phone would have to come by for a new code."""
    meant = await _meant(turn, services)
    if meant is None:
        return not_yours(turn)
    person, chat = meant
    chats = await people.bound(services.work, person.id)
    zone = (await people.community(services.work, person.community_id)).zone
    which = told_apart(turn.say, chat, chats, zone)
    text = turn.say("unbind.sure", name=person.name, channel=which)
    yes, back = f"unbind.yes:{chat.address_id}", f"people.of:{person.id}"
    rows = yes_or_not(turn, "unbind.sure_yes", yes, back, "unbind.sure_no")
    return Answer.of(Message(text, buttons=rows, in_place=True), step=turn.step)


@topic.action("unbind.yes", roles=MAY)
async def unbind(turn: Turn, services: Services) -> Answer:
    """From now on the lost phone is a stranger's; a code for the next one is shown."""
    meant = await _meant(turn, services)
    if meant is None:
        return not_yours(turn)
    person, chat = meant
    await _withdraw(turn, services, person, chat)
    left = len(await people.bound(services.work, person.id))
    name = channel(turn.say, chat)
    done = turn.say("unbind.done", name=person.name, channel=name, left=left)
    code = await shown_code(turn, services, person)
    owed = await told(
        turn,
        services,
        [person.id, *await heads(services, person.community_id)],
        "unbind.news",
        name=person.name,
        by=turn.who.name,
        channel=name,
    )
    return Answer.of(
        Message(Markup("\n\n").join([done, code]), in_place=True), owed=owed, step=turn.step
    )


async def _withdraw(turn: Turn, services: Services, person: Person, chat: Bound) -> None:
    """Codes and consoles end first, so that none binds or shows anything in between. What waits for the
    lost chat goes to another of theirs; where there is none, it counts as undelivered."""
    work, old = services.work, chat.address_id
    await enroll.end_codes(work, person.id)
    await family.end_codes(work, person.id)
    gone = await people.unbind(work, person.id, old)
    others = await people.bound(work, person.id)
    if others:
        await unbound.pass_on(work, old, others[0].address_id)
        await questions.follow(work, old, others[0].address_id)
    await outbox.withdraw(work, gone, "the chat was unbound")
    await unbound.forget_private(work, old)
    await cut_off(work, services.phrases[person.language], gone)
    zone = (await people.community(work, person.community_id)).zone
    await moves.note(
        work,
        Move.UNBOUND,
        person.id,
        person.community_id,
        turn.who.id,
        local_day(turn.now, zone),
        record={"channel": chat.channel},
    )


@topic.action("unbind.code", roles=MAY)
async def code(turn: Turn, services: Services) -> Answer:
    """A new code, and those that nobody has used end."""
    person = await in_care(turn, services, turn.number())
    if person is None:
        return not_yours(turn)
    await enroll.end_codes(services.work, person.id)
    owed = await told(
        turn, services, [person.id], "unbind.code_news", name=person.name, by=turn.who.name
    )
    return Answer.of(Message(await shown_code(turn, services, person)), owed=owed, step=turn.step)


async def shown_code(turn: Turn, services: Services, person: Person) -> Markup:
    """A new code in letters and as links, for whoever stands beside them."""
    made = await enroll.invite(services.work, person.id)
    days = LIFETIME // timedelta(days=1)
    text = turn.say("unbind.code", name=person.name, code=made, days=days)
    links = services.links(made).values()
    return text + Markup("").join(turn.say("unbind.link", link=link) for link in links)
