"""A request as the staff are shown it: only those who may serve it, and each showing is written down."""

from collections.abc import Collection

from domain.duty import Duty, DutyState
from domain.help import Call, Saw, may_serve
from domain.messages import Lane, Message, Owed, Rows
from handlers.base import Answer, Services, Turn
from storage import help, looks, told
from wording.help import asking_card, card_in_place, cards_now, home_news, state_key


async def served(turn: Turn, services: Services) -> Duty | Answer:
    """The request that a tap names, or what to say to whom it is none of their business."""
    duty = await help.get(services.work, turn.number())
    if duty is None or not may_serve(turn.who, duty):
        return not_yours(turn)
    return duty


def not_yours(turn: Turn) -> Answer:
    """It belongs to another community, or is none."""
    return Answer.of(Message(turn.say("help.not_yours")), step=turn.step)


async def card(turn: Turn, services: Services, call: Call) -> Message:
    """The card as it stands, in the place of the one that was tapped."""
    await looks.note(services.work, [turn.who.id], [call.duty], Saw.CARD)
    return card_in_place(services.phrases, call, turn.who)


async def asks(turn: Turn, services: Services, duty: Duty, question: str, rows: Rows) -> Answer:
    """The card with a question under it; nothing has changed yet."""
    call = await help.call(services.work, duty)
    await looks.note(services.work, [turn.who.id], [duty], Saw.CARD)
    message = asking_card(turn.say, call, turn.who.id, question, rows)
    return Answer.of(message, step=turn.step, lane=Lane.EMERGENCY)


async def too_late(turn: Turn, services: Services, duty: Duty) -> Answer:
    """Somebody was first, or it is a double tap: the card as it stands, and who has it."""
    now = await help.get(services.work, duty.id) or duty
    call = await help.call(services.work, now)
    state = turn.say.plain(f"help.state_{state_key(now)}")
    mine = turn.who.id == (now.closed_by or now.owner_id)
    key = "help.your_own" if mine else "help.too_late"
    notice = turn.say.plain(key, worker=call.worker, state=state) if call.worker else state
    return Answer(messages=(await card(turn, services, call),), notice=notice, step=turn.step)


async def changed(
    turn: Turn, services: Services, call: Call, notice: str, but: Collection[int] = ()
) -> Answer:
    """The new card here, and in place for all others of the staff who know of it, `but` for those who
    are sent it anew."""
    staff = await told.staff(services.work, call.duty)
    others = [one for one in staff if one.id != turn.who.id and one.id not in but]
    return Answer(
        messages=(await card(turn, services, call),),
        owed=cards_now(services.phrases, call, others, Lane.CONVERSATION),
        notice=notice,
        step=turn.step,
        lane=Lane.EMERGENCY,
    )


async def news(turn: Turn, services: Services, call: Call, what: str) -> tuple[Owed, ...]:
    """What has happened, in plain words for whom it is, who pressed and the family."""
    home = await help.at_home(services.work, call)
    return home_news(services.phrases, call, home, what, turn.now)


def ended_as(duty: Duty) -> str:
    """Which news the end is: there is a sentence for each."""
    assert duty.state is DutyState.CLOSED, "only what is closed has ended"
    return f"closed_{duty.outcome}"
