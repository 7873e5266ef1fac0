"""问社工: what the desk cannot answer becomes a duty of a person, and the answer comes back."""

from dataclasses import replace
from datetime import timedelta

from markupsafe import Markup

from domain.draft import Why
from domain.messages import Message
from domain.people import ANYONE
from domain.question import Asked
from handlers.base import PASS, Answer, Services, Topic, Turn
from handlers.lasting import holds, lasting
from handlers.misses import draft
from handlers.places import community_of, ring
from handlers.question_open import Opened, open_again, open_question
from handlers.router import at_step
from knowledge.words import without_brackets
from storage import enquiries, questions
from storage.enquiries import Heard
from storage.people import Community
from storage.questions import Question
from wording.ask import answered, moment

topic = Topic("question")

LONGEST = 2000
"""Characters of a question that are passed on; a longer one is cut."""


@topic.action("question.ask", roles=ANYONE, strangers=True)
async def ask(turn: Turn, services: Services) -> Answer:
    """Hand over the question under which the button stands; where that is gone, ask for it."""
    enquiry = await enquiries.own(services.work, turn.number(), turn.address_id)
    if enquiry is None:
        step = lasting(turn, "question.typing", services.policies.context_for)
        return Answer.of(Message(turn.say("question.type")), step=step)
    if await questions.still_open(services.work, enquiry.id):
        return Answer.of(Message(turn.say("question.asked_before")), step=turn.step)
    if enquiry.kind == "choices" and enquiry.guide is None:
        await draft(services, enquiry, Why.NONE_OF_THESE)
    return await _hand_over(turn, services, enquiry.text, enquiry.id)


@topic.text(order=50, claim=at_step("question.typing"), roles=ANYONE, strangers=True)
async def typed(turn: Turn, services: Services) -> Answer:
    """The question, typed for the worker."""
    if not holds(turn, "question.typing"):
        return PASS
    text = turn.incoming.text[:LONGEST]
    if not text:
        return Answer.of(Message(turn.say("question.type")), step=turn.step)
    community = await community_of(turn, services)
    near = [guide_id for guide_id, _ in await _candidates(turn, services, text)]
    heard = Heard(turn.address_id, community.id if community else None, text, "handoff", None, near)
    enquiry_id = await enquiries.note(services.work, heard)
    await draft(services, heard, Why.HANDOFF)
    return await _hand_over(turn, services, text, enquiry_id)


async def _hand_over(turn: Turn, services: Services, text: str, enquiry_id: int) -> Answer:
    community = await community_of(turn, services)
    if community is None:
        return Answer.of(Message(turn.say("question.stranger", ring=ring(turn.say, None))))
    whom = ring(turn.say, community)
    if await _too_many(turn, services, community):
        return Answer.of(Message(turn.say("question.too_many", ring=whom)), step=turn.step)
    question = Question(
        turn.address_id, text, await _candidates(turn, services, text), enquiry_id=enquiry_id
    )
    opened = await open_question(turn, services, community, question)
    if opened is None:
        return Answer.of(Message(turn.say("question.asked_before")))
    await enquiries.passed_on(services.work, enquiry_id)
    message = Message(_promise(turn, opened, community, text, whom))
    return Answer(messages=(message,), owed=opened.owed)


def _promise(turn: Turn, opened: Opened, community: Community, text: str, whom: Markup) -> str:
    """Whose it is, and by when they answer: said before anybody has to wonder."""
    key = "question.asked" if opened.in_office else "question.asked_closed"
    when = moment(turn.say, opened.promised_at, turn.now, community.zone)
    worker = opened.owner or turn.say.plain("question.some_worker")
    return turn.say(key, worker=worker, question=text, when=when, ring=whom)


async def _too_many(turn: Turn, services: Services, community: Community) -> bool:
    """Whether this chat, or all strangers together, have asked people enough for now."""
    work, policies = services.work, services.policies
    asked = await questions.count_from(work, turn.address_id, turn.now - timedelta(days=1))
    if turn.person is not None:
        return asked >= policies.questions_a_day
    if asked >= policies.stranger_questions_a_day:
        return True
    lately = turn.now - timedelta(hours=1)
    strangers = await questions.count_of_strangers(work, community.id, lately)
    return strangers >= policies.strangers_an_hour


async def _candidates(turn: Turn, services: Services, text: str) -> list[tuple[str, str]]:
    reply = await services.knowledge.reply(text, turn.language)
    guides = [services.knowledge.guide(candidate.id) for candidate in reply.candidates]
    return [(guide.id, without_brackets(guide.name)) for guide in guides if guide]


@topic.action("question.solved", roles=ANYONE, strangers=True)
async def solved(turn: Turn, services: Services) -> Answer:
    """解决了: the answer stays, its buttons go."""
    asked = await _own(turn, services)
    if asked is None:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    await questions.settle(services.work, asked.duty.id, solved=True)
    return Answer.of(_thanked(turn, replace(asked, solved=True)), step=turn.step)


@topic.action("question.unsolved", roles=ANYONE, strangers=True)
async def unsolved(turn: Turn, services: Services) -> Answer:
    """没有: the same question is open again, in the hands of whoever answered it."""
    asked = await _own(turn, services)
    if asked is None:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    await questions.settle(services.work, asked.duty.id, solved=False)
    opened = await open_again(services, asked, "unsolved")
    if opened is None:
        return Answer.of(Message(turn.say("question.asked_before")), step=turn.step)
    when = moment(turn.say, opened.promised_at, turn.now, asked.zone)
    worker = opened.owner or turn.say.plain("question.some_worker")
    again = Message(turn.say("question.again", worker=worker, when=when))
    kept = _thanked(turn, replace(asked, solved=False))
    return Answer(messages=(kept, again), owed=opened.owed, step=turn.step)


async def _own(turn: Turn, services: Services) -> Asked | None:
    """An answered question, if it was asked in this chat."""
    asked = await questions.question(services.work, turn.number())
    mine = asked is not None and asked.address_id == turn.address_id
    return asked if mine and asked and asked.answer is not None else None


def _thanked(turn: Turn, asked: Asked) -> Message:
    return replace(answered(turn.say, asked), in_place=True)


@topic.action("cancel", roles=ANYONE, strangers=True, command="question.cancel_command")
async def cancel(turn: Turn, services: Services) -> Answer:
    """Drop the dialogue that is running."""
    key = "question.dropped" if turn.step else "question.nothing_to_drop"
    return Answer.of(Message(turn.say(key)))
