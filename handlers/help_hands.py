"""转给… and 要支援: what whoever has a request asks of colleagues, and what these say."""

from dataclasses import replace

from domain.duty import Asking, Duty, DutyEvent
from domain.help import SUPPORT, Need
from domain.messages import Button, Message, Rows
from domain.people import STAFF
from handlers.base import Answer, Services, Topic, Turn
from handlers.colleagues import chosen, colleague_rows
from handlers.help_card import asks, card, changed, news, served, too_late
from handlers.help_news import line, lines
from storage import help, help_hands, people, told
from wording.help_buttons import call_button
from wording.help_hands import anyone_cards, offered_card, support_cards

topic = Topic("hands")

_STAFF = frozenset(STAFF)


async def _held(turn: Turn, services: Services) -> Duty | Answer:
    """The request that whoever taps has in hand, or what to say."""
    duty = await served(turn, services)
    if isinstance(duty, Answer):
        return duty
    if duty.owner_id != turn.who.id or not duty.in_hand:
        return await too_late(turn, services, duty)
    return duty


@topic.action("hands.give", roles=_STAFF)
async def give(turn: Turn, services: Services) -> Answer:
    """转给…: the colleagues who can be reached, who is on duty first."""
    duty = await _held(turn, services)
    if isinstance(duty, Answer):
        return duty
    found = await help_hands.colleagues(services.work, duty.community_id, turn.who.id)
    question = turn.say("help.give_whom" if found else "help.give_nobody")
    return await asks(
        turn,
        services,
        duty,
        question,
        colleague_rows(turn, duty.id, found, "hands", call_button(turn.say, "back", duty)),
    )


@topic.action("hands.offer", roles=_STAFF)
async def offer(turn: Turn, services: Services) -> Answer:
    """One colleague is asked; until they take it over, it stays with who has it."""
    duty = await _held(turn, services)
    if isinstance(duty, Answer):
        return duty
    asked = await chosen(turn, services, duty.community_id)
    if asked is None:
        return await give(turn, services)
    offered = await help_hands.offer(services.work, duty, turn.who.id, asked)
    if offered is None:
        return await too_late(turn, services, duty)
    call = await help.call(services.work, offered)
    notice = turn.say.plain("help.offered", name=asked.name)
    answer = await changed(turn, services, call, notice, but=(asked.id,))
    person = await people.person(services.work, asked.id)
    assert person is not None, "the list is of persons"
    ask = offered_card(services.phrases, call, person)
    return replace(answer, owed=(ask, *answer.owed))


@topic.action("hands.accept", roles=_STAFF)
async def accept(turn: Turn, services: Services) -> Answer:
    """我接手: from now on it is theirs; who had it hears so."""
    duty = await served(turn, services)
    if isinstance(duty, Answer):
        return duty
    taken = await help_hands.accept(services.work, duty, turn.who.id)
    if taken is None:
        return await too_late(turn, services, duty)
    call = await help.call(services.work, taken)
    answer = await changed(turn, services, call, turn.say.plain("help.took"))
    home = await news(turn, services, call, "handed")
    freed = await line(turn, services, call, duty.owner_id, "help.line_accepted")
    return replace(answer, owed=(*home, *freed, *answer.owed))


@topic.action("hands.decline", roles=_STAFF)
async def decline(turn: Turn, services: Services) -> Answer:
    """我接不了: it is still with who has it, and everybody else is asked."""
    duty = await served(turn, services)
    if isinstance(duty, Answer):
        return duty
    declined = await help_hands.decline(services.work, duty, turn.who.id)
    if declined is None:
        return await too_late(turn, services, duty)
    who, me = declined.ladder.widest, turn.who.id
    others = await help_hands.call_out(services.work, declined, who, but=me)
    call = await help.call(services.work, declined)
    answer = await changed(turn, services, call, turn.say.plain("help.gave_up"), but=others)
    asked = anyone_cards(services.phrases, call, await people.persons(services.work, others))
    key = "help.line_declined" if others else "help.line_alone"
    owner = await line(turn, services, call, declined.owner_id, key)
    return replace(answer, owed=(*owner, *asked, *answer.owed))


@topic.action("hands.back", roles=_STAFF)
async def back(turn: Turn, services: Services) -> Answer:
    """Back to the card from a list; nothing has changed."""
    duty = await served(turn, services)
    if isinstance(duty, Answer):
        return duty
    call = await help.call(services.work, duty)
    return Answer.of(await card(turn, services, call), step=turn.step)


@topic.action("hands.keep", roles=_STAFF)
async def keep(turn: Turn, services: Services) -> Answer:
    """What was asked of others is asked no more."""
    duty = await served(turn, services)
    if isinstance(duty, Answer):
        return duty
    kept = await help_hands.keep(services.work, duty, turn.who.id)
    if kept is None:
        call = await help.call(services.work, await help.get(services.work, duty.id) or duty)
        return Answer.of(await card(turn, services, call), step=turn.step)
    call = await help.call(services.work, kept)
    answer = await changed(turn, services, call, turn.say.plain("help.kept"))
    if duty.asking is not Asking.SUPPORT:
        return answer
    staff = await told.staff(services.work, kept)
    return replace(
        answer,
        owed=(*lines(turn, services, call, staff, "help.line_uncalled"), *answer.owed),
    )


@topic.action("hands.support", roles=_STAFF)
async def support(turn: Turn, services: Services) -> Answer:
    """要支援: why, by one tap, and then colleagues are called; it stays with who has it."""
    duty = await _held(turn, services)
    if isinstance(duty, Answer):
        return duty
    why = turn.args[1] if len(turn.args) > 1 else ""
    if why not in list(Need):
        return await asks(turn, services, duty, turn.say("help.why_support"), _needs(turn, duty))
    asked = await help_hands.ask_support(services.work, duty, turn.who.id, Need(why))
    if asked is None:
        return await too_late(turn, services, duty)
    called = await help_hands.call_out(services.work, asked, SUPPORT)
    call = await help.call(services.work, asked)
    notice = turn.say.plain("help.called", count=len(called)) if called else ""
    answer = await changed(turn, services, call, notice, but=called)
    cards = support_cards(services.phrases, call, await people.persons(services.work, called))
    alone = () if called else (Message(turn.say("help.called_nobody")),)
    return replace(answer, messages=(*answer.messages, *alone), owed=(*cards, *answer.owed))


def _needs(turn: Turn, duty: Duty) -> Rows:
    needs = [
        (Button(turn.say.plain(f"help.need_{need}"), f"hands.support:{duty.id}:{need}"),)
        for need in Need
    ]
    return (*needs, (call_button(turn.say, "back", duty),))


@topic.action("hands.join", roles=_STAFF)
async def join(turn: Turn, services: Services) -> Answer:
    """我来支援: who asked for it hears so, and so do those at home, for now it is true."""
    duty = await served(turn, services)
    if isinstance(duty, Answer):
        return duty
    work, me = services.work, turn.who.id
    if not duty.in_hand or duty.owner_id == me:
        return await too_late(turn, services, duty)
    if not await help_hands.has(work, duty, DutyEvent.SUPPORT):
        return await too_late(turn, services, duty)
    if await help_hands.has(work, duty, DutyEvent.JOINED, me):
        call = await help.call(work, duty)
        notice = turn.say.plain("help.joined_before")
        return Answer(messages=(await card(turn, services, call),), notice=notice, step=turn.step)
    came = await help_hands.join(work, duty, me)
    if came is None:
        return await too_late(turn, services, duty)
    call = await help.call(work, came)
    answer = await changed(turn, services, call, turn.say.plain("help.joined", worker=call.worker))
    home = await news(turn, services, replace(call, worker=turn.who.name), "joined")
    owner = await line(turn, services, call, came.owner_id, "help.line_joined")
    return replace(answer, owed=(*owner, *home, *answer.owed))
