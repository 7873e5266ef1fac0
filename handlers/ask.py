"""Asking: a question in anyone's words gets a guide, a few choices, or a person."""

from datetime import date

from domain.messages import Button, Message, Rows
from domain.people import ANYONE
from handlers.base import Answer, Services, Step, Topic, Turn
from handlers.guides import PARTS, guide_message, part_message
from knowledge import Knowledge
from knowledge.answers import Reply, ReplyKind
from storage import people
from wording import Say

topic = Topic("ask", keys={"ask.menu_key": "menu", "ask.waiting_key": "questions"})


@topic.text(order=100, claim=lambda turn, _: bool(turn.incoming.text), roles=ANYONE, strangers=True)
async def said(turn: Turn, services: Services) -> Answer:
    """Whatever is typed that nothing else claims is a question."""
    question = turn.incoming.text
    reply = await services.knowledge.reply(question, turn.language)
    step = Step(
        "ask.last",
        {"question": question[:2000], "candidates": [c.id for c in reply.candidates]},
    )
    messages = reply_messages(turn.say, services.knowledge, reply, question, _today(turn, services))
    return Answer(messages=messages, step=step)


def reply_messages(
    say: Say, knowledge: Knowledge, reply: Reply, question: str, today: date
) -> tuple[Message, ...]:
    """What a resident reads in reply to a question that is no emergency."""
    refused = knowledge.certificates.refused_in(question)
    first = (
        (Message(say("ask.refused", name=refused.name, instead=refused.where_instead)),)
        if refused
        else ()
    )
    if reply.kind is ReplyKind.ANSWER and reply.guide is not None:
        message = guide_message(say, reply.guide, today)
        row = (Button(say.plain("ask.ask_worker"), "question.ask"),)
        return (*first, Message(message.text, buttons=(*message.buttons, row)))
    if reply.kind is ReplyKind.CHOICES:
        return (*first, Message(say("ask.choices"), buttons=_choices(say, knowledge, reply)))
    row = (Button(say.plain("ask.ask_worker"), "question.ask"),)
    return first or (Message(say("ask.handoff"), buttons=(row,)),)


def _choices(say: Say, knowledge: Knowledge, reply: Reply) -> Rows:
    guides = [knowledge.guide(candidate.id) for candidate in reply.candidates]
    rows = [
        (Button(guide.in_language(say.language).name, f"ask.guide:{guide.id}"),)
        for guide in guides
        if guide
    ]
    return (*rows, (Button(say.plain("ask.none_of_these"), "question.ask"),))


def _today(turn: Turn, services: Services) -> date:
    return turn.now.astimezone(services.policies.zone).date()


@topic.action("ask.guide", roles=ANYONE, strangers=True)
async def guide(turn: Turn, services: Services) -> Answer:
    """A guide that was chosen by a button."""
    found = services.knowledge.guide(turn.args[0] if turn.args else "")
    if found is None:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    message = guide_message(turn.say, found, _today(turn, services))
    return Answer.of(message, step=turn.step)


@topic.action("ask.part", roles=ANYONE, strangers=True)
async def part(turn: Turn, services: Services) -> Answer:
    """One part of a guide."""
    guide_id, wanted = (*turn.args, "", "")[:2]
    found = services.knowledge.guide(guide_id)
    if found is None or wanted not in PARTS:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    phone = await _community_phone(turn, services) if wanted == "phone" else ""
    message = part_message(turn.say, found, wanted, services.knowledge, phone)
    return Answer.of(message, step=turn.step)


async def _community_phone(turn: Turn, services: Services) -> str:
    if turn.person is None:
        return ""
    community = await people.community(services.work, turn.person.community_id)
    return str(community.details.get("phone", ""))


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
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    chosen = names[turn.number()]
    rows: Rows = tuple(
        (Button(guide.in_language(turn.language).name, f"ask.guide:{guide.id}"),)
        for guide in knowledge.guides_in(chosen)
    )
    head = turn.say("ask.category_head", category=knowledge.category_name(chosen, turn.language))
    back = ((Button(turn.say.plain("menu.back"), "menu"),),)
    return Answer.of(Message(head, buttons=rows + back, in_place=True), step=turn.step)
