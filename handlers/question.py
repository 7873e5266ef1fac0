"""问社工: what the desk cannot answer becomes a duty of a person, and the answer comes back."""

from domain.duty import DutyKind
from domain.messages import Message, OwedTo
from domain.people import ANYONE, STAFF, Language
from domain.question import Asked, may_answer
from handlers.base import Answer, Services, Step, Topic, Turn
from handlers.guides import guide_message
from handlers.router import at_step
from storage import duties, people, questions
from storage.duties import Opening
from storage.people import Community
from wording.ask import question_card

topic = Topic("question")


@topic.action("question.ask", roles=ANYONE, strangers=True)
async def ask(turn: Turn, services: Services) -> Answer:
    """Hand over what was asked last; where that is gone, ask for it."""
    if turn.step is None or turn.step.action != "ask.last":
        step = Step("question.typing")
        return Answer.of(Message(turn.say("ask.type_question")), step=step)
    return await _hand_over(turn, services, turn.step.data["question"])


@topic.text(order=50, claim=at_step("question.typing"), roles=ANYONE, strangers=True)
async def typed(turn: Turn, services: Services) -> Answer:
    """The question, typed for the worker."""
    if not turn.incoming.text:
        return Answer.of(Message(turn.say("ask.type_question")), step=turn.step)
    return await _hand_over(turn, services, turn.incoming.text[:2000])


async def _hand_over(turn: Turn, services: Services, question: str) -> Answer:
    community = await _community(turn, services)
    if community is None:
        return Answer.of(Message(turn.say("ask.handoff_stranger", phone="12345")))
    phone = community.details.get("phone", "12345")
    duty = await duties.open_duty(services.work, await _opening(turn, services, community))
    if duty is None:
        return Answer.of(Message(turn.say("ask.asked_before")))
    near = _candidates(turn, services, question)
    await questions.ask(services.work, duty, turn.address_id, question, near)
    owed = await services.climb(services.work, duty)
    worker = await people.person(services.work, duty.owner_id) if duty.owner_id else None
    key = "ask.asked" if worker else "ask.asked_nobody"
    name = worker.name if worker else ""
    text = turn.say(key, worker=name, question=question, phone=phone)
    return Answer(messages=(Message(text),), owed=owed)


async def _community(turn: Turn, services: Services) -> Community | None:
    """The asker's community; a stranger's, where the desk serves only one."""
    if turn.person is not None:
        return await people.community(services.work, turn.person.community_id)
    communities = await people.all_communities(services.work)
    return communities[0] if len(communities) == 1 else None


async def _opening(turn: Turn, services: Services, community: Community) -> Opening:
    person = turn.person
    home = await people.home(services.work, person.household_id) if person else None
    return Opening(
        kind=DutyKind.QUESTION,
        community_id=community.id,
        ladder=services.policies.ladders["question"],
        source_key=f"turn:{turn.inbox_id}",
        household_id=home.id if home else None,
        raised_by=person.id if person else None,
        owner_id=home.worker_id if home else None,
    )


def _candidates(turn: Turn, services: Services, question: str) -> list[tuple[str, str]]:
    reply = services.knowledge.answer(question, turn.language)
    guides = [services.knowledge.guide(candidate.id) for candidate in reply.candidates]
    return [(guide.id, guide.short_name) for guide in guides if guide]


@topic.action("questions", roles=STAFF, command="ask.waiting_key")
async def waiting(turn: Turn, services: Services) -> Answer:
    """The questions of the community that wait for an answer."""
    found = await questions.waiting(services.work, turn.who.community_id)
    if not found:
        return Answer.of(Message(turn.say("ask.waiting_none")), step=turn.step)
    head = Message(turn.say("ask.waiting_head", count=len(found)))
    cards = [question_card(turn.say, asked) for asked in found[:5]]
    return Answer.of(head, *cards, step=turn.step)


@topic.action("question.reply", roles=STAFF)
async def reply(turn: Turn, services: Services) -> Answer:
    """回答: the next thing typed is the answer."""
    asked = await questions.question(services.work, turn.number())
    if (refusal := _refusal(turn, asked)) is not None or asked is None:
        return refusal or Answer()
    text = turn.say("ask.reply_now", question=asked.text)
    return Answer.of(Message(text), step=Step("question.answer", {"duty": asked.duty.id}))


def _refusal(turn: Turn, asked: Asked | None) -> Answer | None:
    if asked is None or not may_answer(turn.who, asked.duty):
        return Answer.of(Message(turn.say("ask.reply_not_yours")))
    if asked.answer is not None:
        return Answer.of(Message(turn.say("ask.reply_too_late")))
    return None


@topic.text(order=50, claim=at_step("question.answer"), roles=STAFF)
async def answer(turn: Turn, services: Services) -> Answer:
    """The worker's words go back to the chat in which the question was asked."""
    assert turn.step is not None
    asked = await questions.question(services.work, int(turn.step.data["duty"]))
    if (refusal := _refusal(turn, asked)) is not None or asked is None:
        return refusal or Answer()
    words = turn.incoming.text
    if not words:
        return Answer.of(Message(turn.say("menu.not_understood")), step=turn.step)
    return await _send_back(turn, services, asked, words, [])


@topic.action("question.with", roles=STAFF)
async def answer_with_guide(turn: Turn, services: Services) -> Answer:
    """The worker answers with a guide in one tap."""
    asked = await questions.question(services.work, turn.number())
    guide = services.knowledge.guide(turn.args[1] if len(turn.args) > 1 else "")
    if (refusal := _refusal(turn, asked)) is not None or asked is None:
        return refusal or Answer()
    if guide is None:
        return Answer.of(Message(turn.say("menu.old_button")))
    language = await _language(services, asked)
    today = turn.now.astimezone(services.policies.zone).date()
    shown = guide_message(services.phrases[language], guide, today)
    more = [Message(shown.text, buttons=shown.buttons)]
    return await _send_back(turn, services, asked, guide.in_language(language).name, more)


async def _language(services: Services, asked: Asked) -> Language:
    person = await people.at_address(services.work, asked.address_id)
    return person.language if person else Language.ZH


async def _send_back(
    turn: Turn, services: Services, asked: Asked, words: str, more: list[Message]
) -> Answer:
    if not await questions.answer(services.work, asked.duty.id, words, turn.who.id):
        return Answer.of(Message(turn.say("ask.reply_too_late")))
    say = services.phrases[await _language(services, asked)]
    text = say("ask.answered", worker=turn.who.name, question=asked.text, answer=words)
    back = [OwedTo(asked.address_id, message) for message in (Message(text), *more)]
    return Answer(messages=(Message(turn.say("ask.reply_sent")),), owed=tuple(back))


@topic.action("cancel", roles=ANYONE, strangers=True, command="ask.cancel_command")
async def cancel(turn: Turn, services: Services) -> Answer:
    """Drop the dialogue that is running."""
    return Answer.of(Message(turn.say("ask.reply_dropped")))
