"""Asking: a question in anyone's words gets a guide, a few choices, or a person."""

from domain.enquiry import Enquiry
from domain.messages import Button, Location, Message, Rows
from domain.people import ANYONE
from handlers.ask_found import (
    is_no_question,
    leaning,
    leaning_message,
    reply_messages,
    unanswered,
)
from handlers.base import Answer, Services, Step, Topic, Turn
from handlers.emergency import urgent
from handlers.guide_parts import PARTS
from handlers.guides import all_parts_message, guide_message, part_message
from handlers.heard import noted, noted_piece
from handlers.lasting import holds, lasting
from handlers.places import community_of
from handlers.reader import reader_in, reader_of
from handlers.spoken import as_asked, kept, offering
from knowledge.answers import Reply
from knowledge.guides import Guide
from storage import enquiries

topic = Topic("ask", keys={"ask.menu_key": "menu"})


@topic.text(order=100, claim=lambda turn, _: bool(turn.incoming.text), roles=ANYONE, strangers=True)
async def said(turn: Turn, services: Services) -> Answer:
    """Whatever is typed that nothing else claims is a question."""
    question = turn.incoming.text
    context = turn.step.data.get("guide") if turn.step and holds(turn, "ask.last") else None
    reply = await services.knowledge.reply(question, turn.language, context)
    turn = as_asked(turn, services, question, reply)
    return offering(turn, await _answered(turn, services, reply, context))


async def _answered(turn: Turn, services: Services, reply: Reply, context: str | None) -> Answer:
    """What is said to it, in the language of the turn."""
    question = turn.incoming.text
    community = await community_of(turn, services)
    reader = reader_in(turn, services, community, await noted(turn, services, community, reply))
    if reply.emergency is not None:
        return urgent(turn, services, reader, reply, reply.emergency)
    if is_no_question(reply):
        step = kept(turn, services.policies.context_for)
        return Answer(messages=reply_messages(reader, reply, question), step=step)
    if part := leaning(reply, question, context):
        messages: tuple[Message, ...] = (leaning_message(reader, reply, part, question),)
    else:
        left = {
            one.asked: await noted_piece(turn, services, community, one)
            for one in unanswered(reply)
        }
        messages = reply_messages(reader, reply, question, left)
    return Answer(messages=messages, step=_shown(turn, services, _last_guide(services, reply)))


def _last_guide(services: Services, reply: Reply) -> Guide | None:
    """The guide that was shown last: of several answers, the one that stands lowest."""
    shown = [one.guide for one in (*reply.replies, reply) if one.guide]
    return shown[-1] if shown else None


def _shown(turn: Turn, services: Services, guide: Guide | None) -> Step:
    """What a question that says nothing but "要带什么？" is about, for some minutes."""
    time = services.policies.context_for
    return lasting(turn, "ask.last", time, guide=guide.id if guide else None)


def _then(turn: Turn, services: Services, guide: Guide) -> Step | None:
    """A tapped guide is what is talked about now, unless another dialogue is running."""
    free = turn.step is None or turn.step.action == "ask.last"
    return _shown(turn, services, guide) if free else turn.step


def _old(turn: Turn) -> Answer:
    return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)


async def _own_enquiry(turn: Turn, services: Services, index: int) -> Enquiry | None:
    """The question whose answer the button stands under; none for a guide of the menu."""
    return await enquiries.own(services.work, turn.number(index), turn.address_id)


@topic.action("ask.guide", roles=ANYONE, strangers=True)
async def guide(turn: Turn, services: Services) -> Answer:
    """A guide that was chosen by a button."""
    found = services.knowledge.guide(turn.args[0] if turn.args else "")
    if found is None:
        return _old(turn)
    enquiry = await _own_enquiry(turn, services, 1)
    if enquiry is not None and enquiry.guide is None:
        await enquiries.chose(services.work, enquiry.id, found.id)
    reader = await reader_of(turn, services, enquiry.id if enquiry else 0)
    return Answer.of(guide_message(reader, found), step=_then(turn, services, found))


@topic.action("ask.part", roles=ANYONE, strangers=True)
async def part(turn: Turn, services: Services) -> Answer:
    """One part of a guide."""
    guide_id, wanted = (*turn.args, "", "")[:2]
    found = services.knowledge.guide(guide_id)
    if found is None or wanted not in PARTS:
        return _old(turn)
    enquiry = await _own_enquiry(turn, services, 2)
    reader = await reader_of(turn, services, enquiry.id if enquiry else 0)
    return Answer.of(part_message(reader, found, wanted), step=_then(turn, services, found))


@topic.action("ask.all", roles=ANYONE, strangers=True)
async def everything(turn: Turn, services: Services) -> Answer:
    """更多: the buttons that large text leaves out at first."""
    found = services.knowledge.guide(turn.args[0] if turn.args else "")
    if found is None:
        return _old(turn)
    enquiry = await _own_enquiry(turn, services, 1)
    reader = await reader_of(turn, services, enquiry.id if enquiry else 0)
    return Answer.of(all_parts_message(reader, found), step=_then(turn, services, found))


@topic.action("ask.map", roles=ANYONE, strangers=True)
async def to_the_window(turn: Turn, services: Services) -> Answer:
    """Where the community's service centre is, as a place to walk to."""
    reader = await reader_of(turn, services)
    centre = reader.centre
    try:
        place = Location(float(centre["lat"]), float(centre["lon"]))
    except (KeyError, TypeError, ValueError):
        return _old(turn)
    text = turn.say(
        "ask.centre",
        name=centre.get("name", ""),
        address=centre.get("address", ""),
        phone=centre.get("phone") or reader.phone,
    )
    return Answer.of(Message(text, location=place), step=turn.step)


@topic.action("menu", roles=ANYONE, strangers=True, command="ask.menu_command")
async def menu(turn: Turn, services: Services) -> Answer:
    """All categories."""
    knowledge = services.knowledge
    buttons = [
        Button(knowledge.category_name(category, turn.language), f"ask.category:{number}")
        for number, category in enumerate(knowledge.categories())
    ]
    rows = tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))
    return Answer.of(
        Message(turn.say("ask.menu_head"), buttons=rows, in_place=True), step=turn.step
    )


@topic.action("ask.category", roles=ANYONE, strangers=True)
async def category(turn: Turn, services: Services) -> Answer:
    """The guides of a category."""
    knowledge = services.knowledge
    names = knowledge.categories()
    if not 0 <= turn.number() < len(names):
        return _old(turn)
    chosen = names[turn.number()]
    rows: Rows = tuple(
        (Button(guide.in_language(turn.language).name, f"ask.guide:{guide.id}"),)
        for guide in knowledge.guides_in(chosen)
    )
    head = turn.say("ask.category_head", category=knowledge.category_name(chosen, turn.language))
    back = ((Button(turn.say.plain("menu.back"), "menu"),),)
    return Answer.of(Message(head, buttons=rows + back, in_place=True), step=turn.step)
