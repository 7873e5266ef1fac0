"""回答: a worker's words, or a guide, go back to the chat in which the question was asked."""

from dataclasses import replace

from domain.messages import Button, Message, Owed, OwedTo
from domain.people import STAFF, Language, Role
from domain.question import Asked, may_answer, may_take_back
from handlers import visit_said
from handlers.base import PASS, Answer, Services, Step, Topic, Turn
from handlers.guides import guide_message
from handlers.lasting import holds, lasting
from handlers.misses import answered_in_words, answered_with
from handlers.question_open import open_again
from handlers.reader import Reader
from handlers.router import at_step
from handlers.visit_homes import by_name
from storage import people, questions, told, visit_homes
from wording.ask import answer_card, answered, asker, question_card

topic = Topic("reply")

_SPOKEN_TO = ("您", "你")


def refused(turn: Turn, asked: Asked | None) -> Answer | None:
    """Why whoever taps cannot answer; None where they can."""
    if asked is None or not may_answer(turn.who, asked.duty):
        return Answer.of(Message(turn.say("question.not_yours")), step=turn.step)
    if asked.answer is not None:
        return Answer.of(Message(turn.say("question.too_late")), step=turn.step)
    return None


@topic.action("reply.write", roles=STAFF)
async def write(turn: Turn, services: Services) -> Answer:
    """回答: the next thing typed is the answer, for some minutes."""
    asked = await questions.question(services.work, turn.number())
    if (refusal := refused(turn, asked)) is not None or asked is None:
        return refusal or Answer()
    return Answer.of(_prompt(turn, services, asked), step=_writing(turn, services, asked))


def _prompt(turn: Turn, services: Services, asked: Asked) -> Message:
    minutes = round(services.policies.reply_within.total_seconds() / 60)
    text = turn.say(
        "question.write", asker=asker(turn.say, asked), question=asked.text, minutes=minutes
    )
    return Message(text, buttons=((Button(turn.say.plain("question.drop"), "cancel"),),))


def _writing(turn: Turn, services: Services, asked: Asked) -> Step:
    return lasting(turn, "reply.words", services.policies.reply_within, duty=asked.duty.id)


@topic.text(order=50, claim=at_step("reply.words"), roles=STAFF)
async def words(turn: Turn, services: Services) -> Answer:
    """The answer, unless it was typed too late for one, or reads like a visit."""
    if turn.step is None or not holds(turn, "reply.words"):
        return PASS
    asked = await questions.question(services.work, int(turn.step.data["duty"]))
    if (refusal := refused(turn, asked)) is not None or asked is None:
        return replace(refusal or Answer(), step=None)
    if not turn.incoming.text:
        return Answer.of(Message(turn.say("menu.not_understood")), step=turn.step)
    if await _reads_like_a_visit(turn, services):
        return _doubt(turn, services, asked)
    return await _in_words(turn, services, asked, turn.incoming.text)


async def _reads_like_a_visit(turn: Turn, services: Services) -> bool:
    """A note about a home must not go to a resident by mistake; one who is spoken to is no note."""
    text = turn.incoming.text
    if not turn.who.is_any(Role.WORKER):  # only workers log visits
        return False
    if visit_said.says_address(turn, services):
        return True
    if any(word in text for word in _SPOKEN_TO):
        return False
    return by_name(await visit_homes.doors(services.work, turn.who.id), text) is not None


def _doubt(turn: Turn, services: Services, asked: Asked) -> Answer:
    text, duty = turn.incoming.text, asked.duty.id
    named = asker(turn.say, asked)
    rows = (
        (Button(turn.say.plain("question.doubt_send", asker=named), f"reply.send:{duty}"),),
        (Button(turn.say.plain("question.doubt_visit"), "reply.visit"),),
        (Button(turn.say.plain("question.drop"), "cancel"),),
    )
    within = services.policies.reply_within
    step = lasting(turn, "reply.doubt", within, duty=duty, text=text)
    return Answer.of(Message(turn.say("question.doubt", text=text), buttons=rows), step=step)


@topic.action("reply.send", roles=STAFF)
async def send(turn: Turn, services: Services) -> Answer:
    """It was an answer after all."""
    if turn.step is None or not holds(turn, "reply.doubt"):
        return Answer.of(Message(turn.say("question.write_anew")), step=turn.step)
    if turn.number() != turn.step.data["duty"]:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    asked = await questions.question(services.work, turn.number())
    if (refusal := refused(turn, asked)) is not None or asked is None:
        return refusal or Answer()
    return await _in_words(turn, services, asked, turn.step.data["text"])


async def _in_words(turn: Turn, services: Services, asked: Asked, text: str) -> Answer:
    """The answer goes back, and a guide may be made of it."""
    await answered_in_words(services, asked)
    return await send_back(turn, services, asked, text)


@topic.action("reply.visit", roles=STAFF)
async def visit(turn: Turn, services: Services) -> Answer:
    """It was a visit: written down as if it had been typed by itself."""
    if turn.step is None or not holds(turn, "reply.doubt"):
        return Answer.of(Message(turn.say("question.write_anew")), step=turn.step)
    incoming = replace(turn.incoming, action="", text=turn.step.data["text"])
    noted = replace(turn, incoming=incoming, step=None)
    if visit_said.says_address(noted, services):
        return await visit_said.by_its_address(noted, services)
    answer = await visit_said.by_who_lives_there(noted, services)
    return Answer.of(Message(turn.say("menu.old_button"))) if answer.passed else answer


@topic.action("reply.with", roles=STAFF)
async def with_guide(turn: Turn, services: Services) -> Answer:
    """The worker answers with a guide in one tap."""
    asked = await questions.question(services.work, turn.number())
    guide = services.knowledge.guide(turn.args[1] if len(turn.args) > 1 else "")
    if (refusal := refused(turn, asked)) is not None or asked is None:
        return refusal or Answer()
    if guide is None:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    if asked.enquiry_id is not None:
        await answered_with(services, asked.enquiry_id, guide.id)
    reader = await _asker(turn, services, asked)
    more = replace(guide_message(reader, guide), in_place=False)
    name = guide.in_language(reader.say.language).name
    return await send_back(turn, services, asked, name, more)


async def _asker(turn: Turn, services: Services, asked: Asked) -> Reader:
    """The guide is written for whoever asked, not for the worker who sends it."""
    person = await people.at_address(services.work, asked.address_id)
    community = await people.community(services.work, asked.duty.community_id)
    return Reader(
        say=services.phrases[person.language if person else Language.ZH],
        today=turn.now.astimezone(asked.zone).date(),
        knowledge=services.knowledge,
        enquiry=asked.enquiry_id or 0,
        large=person is not None and person.large_text,
        community=community.details,
        at_home=person is not None and person.household_id is not None,
        may_judge=False,
    )


async def _language(services: Services, asked: Asked) -> Language:
    person = await people.at_address(services.work, asked.address_id)
    return person.language if person else Language.ZH


async def send_back(
    turn: Turn, services: Services, asked: Asked, text: str, *more: Message
) -> Answer:
    """The answer to the resident, what was sent to the worker, and the cards of others closed."""
    if not await questions.answer(services.work, asked.duty.id, text, turn.who.id):
        return Answer.of(Message(turn.say("question.too_late")))
    now = await questions.question(services.work, asked.duty.id)
    assert now is not None, "it was answered just now"
    say = services.phrases[await _language(services, asked)]
    owed: list[Owed | OwedTo] = [
        await _to_asker(services, asked, message) for message in (answered(say, now), *more)
    ]
    owed += await _closed_cards(services, now)
    return Answer(messages=(_sent(turn, services, now),), owed=tuple(owed))


async def _to_asker(services: Services, asked: Asked, message: Message) -> Owed | OwedTo:
    """To the chat in which it was asked; where that speaks for its person no more (a lost telephone), to
    wherever they are."""
    there = await people.at_address(services.work, asked.address_id)
    if asked.duty.raised_by is None or (there and there.id == asked.duty.raised_by):
        return OwedTo(asked.address_id, message)
    return Owed(asked.duty.raised_by, message)


def _sent(turn: Turn, services: Services, asked: Asked) -> Message:
    """What went to whom, with the way to take it back."""
    minutes = round(services.policies.take_back_within.total_seconds() / 60)
    text = turn.say(
        "question.sent", asker=asker(turn.say, asked), answer=asked.answer, minutes=minutes
    )
    button = Button(turn.say.plain("question.take_back"), f"reply.back:{asked.duty.id}")
    return Message(text, buttons=((button,),))


async def _closed_cards(services: Services, asked: Asked) -> tuple[Owed, ...]:
    """Everybody who was asked sees who answered, in the place of the card."""
    return tuple(
        Owed(
            person.id,
            replace(question_card(services.phrases[person.language], asked), in_place=True),
            duty_id=asked.duty.id,
        )
        for person in await told.staff(services.work, asked.duty)
    )


@topic.action("reply.back", roles=STAFF)
async def take_back(turn: Turn, services: Services) -> Answer:
    """撤回重写: the resident's message says so, the question is open again and the worker writes."""
    asked = await questions.question(services.work, turn.number())
    within = services.policies.take_back_within
    if asked is None or not may_take_back(asked, turn.who, turn.now, within):
        return Answer.of(Message(turn.say("question.take_back_late")), step=turn.step)
    opened = await open_again(services, asked, "taken-back")
    if opened is None:
        return Answer.of(Message(turn.say("question.take_back_late")), step=turn.step)
    await questions.settle(services.work, asked.duty.id, solved=False)
    say = services.phrases[await _language(services, asked)]
    text = say("question.taken_back", worker=turn.who.name, question=asked.text)
    gone = Message(text, card=answer_card(asked.duty.id), in_place=True)
    again = replace(asked, duty=opened.duty, answer=None)
    prompt = _prompt(turn, services, again)
    message = Message(turn.say("question.took_back") + "\n\n" + prompt.html, buttons=prompt.buttons)
    back = await _to_asker(services, asked, gone)
    return Answer(
        messages=(message,), owed=(back, *opened.owed), step=_writing(turn, services, again)
    )
