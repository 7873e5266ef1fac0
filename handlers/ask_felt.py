"""有用, 没解决, 说错了: what the asker thinks of an answer, by one tap; why, by a second."""

from domain.draft import Why
from domain.enquiry import REASONS, Enquiry, Reason, Verdict
from domain.messages import Button, Message
from domain.people import ANYONE
from handlers.base import Answer, Services, Topic, Turn
from handlers.misses import draft
from storage import enquiries

topic = Topic("felt")


@topic.action("felt", roles=ANYONE, strangers=True)
async def felt(turn: Turn, services: Services) -> Answer:
    """The verdict; whoever was not helped is asked why, and offered a person."""
    enquiry = await _own(turn, services)
    verdict = next((v for v in Verdict if v == _argument(turn, 1)), None)
    if enquiry is None or verdict is None:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    if enquiry.verdict is not verdict:
        await enquiries.judge(services.work, enquiry.id, verdict)
        if verdict is Verdict.UNSOLVED:  # 说错了 is the guide's fault, not the search's
            await draft(services, enquiry, Why.UNSOLVED)
    if verdict is Verdict.USEFUL:
        return Answer.of(Message(turn.say("felt.thanks")), step=turn.step)
    return Answer.of(_why(turn, enquiry, verdict), step=turn.step)


def _why(turn: Turn, enquiry: Enquiry, verdict: Verdict) -> Message:
    buttons = [
        Button(turn.say.plain(f"felt.why_{reason}"), f"felt.why:{enquiry.id}:{reason}")
        for reason in REASONS[verdict]
    ]
    rows = tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))
    worker = Button(turn.say.plain("ask.ask_worker"), f"question.ask:{enquiry.id}")
    return Message(turn.say(f"felt.ask_{verdict}"), buttons=(*rows, (worker,)))


@topic.action("felt.why", roles=ANYONE, strangers=True)
async def why(turn: Turn, services: Services) -> Answer:
    """The reason, in the place of the question for it; a person is still one tap away."""
    enquiry = await _own(turn, services)
    reason = next((r for r in Reason if r == _argument(turn, 1)), None)
    if enquiry is None or enquiry.verdict is None or reason is None:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    await enquiries.explain(services.work, enquiry.id, reason)
    worker = Button(turn.say.plain("ask.ask_worker"), f"question.ask:{enquiry.id}")
    key = "felt.noted_wrong" if enquiry.verdict is Verdict.WRONG else "felt.noted"
    message = Message(turn.say(key), buttons=((worker,),), in_place=True)
    return Answer.of(message, step=turn.step)


async def _own(turn: Turn, services: Services) -> Enquiry | None:
    return await enquiries.own(services.work, turn.number(), turn.address_id)


def _argument(turn: Turn, index: int) -> str:
    return turn.args[index] if len(turn.args) > index else ""
