"""居民提问: every question that waits for an answer, five a page, the urgent ones first."""

from markupsafe import Markup

from domain.messages import Button, Message
from domain.people import STAFF
from domain.question import Asked, by_urgency, may_answer
from handlers.base import Answer, Services, Topic, Turn
from handlers.pages import Page
from storage import questions
from wording.ask import LINE, asker, moment, question_card

topic = Topic("questions", keys={"question.waiting_key": "questions"})

SHORT = 40
"""Characters of a question that stand in the list."""


@topic.action("questions", roles=STAFF, command="question.waiting_command")
async def waiting(turn: Turn, services: Services) -> Answer:
    """A page of the list; each question opens by its number."""
    found = await questions.waiting(services.work, turn.who.community_id)
    asked = by_urgency([await questions.asked(services.work, duty) for duty in found], turn.now)
    if not asked:
        message = Message(turn.say("question.waiting_none"), in_place=bool(turn.args))
        return Answer.of(message, step=turn.step)
    page = Page.of(asked, turn.number())
    late = sum(one.is_late(turn.now) for one in asked)
    lines = [turn.say("question.waiting_head", count=len(asked), late=late)]
    lines += [_line(turn, number, one) for number, one in page.numbered()]
    rows = (_openers(page), *page.turns(turn.say, "questions"))
    message = Message(LINE.join(lines), buttons=rows, in_place=bool(turn.args))
    return Answer.of(message, step=turn.step)


def _line(turn: Turn, number: int, asked: Asked) -> Markup:
    text = asked.text if len(asked.text) <= SHORT else asked.text[: SHORT - 1] + "…"
    key = "question.waiting_late" if asked.is_late(turn.now) else "question.waiting_line"
    time = moment(turn.say, asked.duty.opened_at, turn.now, asked.zone)
    return turn.say(key, number=number, asker=asker(turn.say, asked), time=time, question=text)


def _openers(page: Page[Asked]) -> tuple[Button, ...]:
    return tuple(
        Button(str(number), f"questions.open:{one.duty.id}") for number, one in page.numbered()
    )


@topic.action("questions.open", roles=STAFF)
async def open_one(turn: Turn, services: Services) -> Answer:
    """One question's card, to be answered."""
    asked = await questions.question(services.work, turn.number())
    if asked is None or not may_answer(turn.who, asked.duty):
        return Answer.of(Message(turn.say("question.not_yours")), step=turn.step)
    return Answer.of(question_card(turn.say, asked, turn.now), step=turn.step)
