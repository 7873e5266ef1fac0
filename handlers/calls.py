"""Calls for help as the staff see them: what is open, taking one, and how far it is."""

from dataclasses import replace
from datetime import timedelta

from markupsafe import Markup

from domain.duty import Duty, DutyKind, DutyState
from domain.help import Call, Saw
from domain.messages import Button, Message
from domain.people import STAFF, Role
from handlers import help_close, help_log
from handlers.base import Answer, Services, Topic, Turn
from handlers.help_card import changed, news, served, too_late
from handlers.help_news import line
from handlers.pages import Page
from storage import duties, help, help_after, looks
from wording.help import STATE_KEYS, worker_card
from wording.help_after import after_card

topic = Topic("calls")

_STAFF = frozenset(STAFF)
_LATELY = timedelta(days=7)


@topic.action("helplist", roles=STAFF, command="help.list_command")
async def open_calls(turn: Turn, services: Services) -> Answer:
    """All calls of the community that are not closed, oldest first, and then what those that are closed
    left to be seen to; each with its buttons."""
    here = turn.who.community_id
    calls = await duties.unclosed(services.work, here, DutyKind.HELP)
    after = await duties.unclosed(services.work, here, DutyKind.AFTER)
    page = Page.of([*calls, *after], turn.number())
    shown = [duty for _, duty in page.numbered()]
    await looks.note(services.work, [turn.who.id], shown, Saw.LIST)
    messages = [] if page.start else await _head(turn, services, len(calls), len(after))
    messages += [await _listed(turn, services, duty) for duty in shown]
    if turns := page.turns(turn.say, "helplist"):
        messages[-1] = replace(messages[-1], buttons=(*messages[-1].buttons, *turns))
    return Answer.of(*messages, step=turn.step)


async def _head(turn: Turn, services: Services, calls: int, after: int) -> list[Message]:
    """How many there are; for who leads, also what was heard a day after."""
    lines = [turn.say("help.list_head", count=calls) if calls else turn.say("help.list_none")]
    if after:
        lines.append(turn.say("after.list_head", count=after))
    if turn.who.is_any(Role.SUPERVISOR, Role.STREET):
        since = turn.now - _LATELY
        heard = await help_after.heard(services.work, [turn.who.community_id], since)
        if heard.asked:
            counts = {
                "asked": heard.asked,
                "solved": heard.solved,
                "unsolved": heard.unsolved,
                "silent": heard.silent,
            }
            lines.append(turn.say("help.list_heard", **counts))
    return [Message(Markup("\n").join(lines))]


async def _listed(turn: Turn, services: Services, duty: Duty) -> Message:
    call = await help.call(services.work, duty)
    make = after_card if duty.kind is DutyKind.AFTER else worker_card
    card = make(turn.say, call, turn.who.id)
    log = (Button(turn.say.plain("help.log_button"), f"calls.log:{duty.id}"),)
    return Message(card.text, buttons=(*card.buttons, log), card=card.card)


@topic.action("calls.take", roles=_STAFF)
async def take(turn: Turn, services: Services) -> Answer:
    """我来: the first to take a request has it; everyone else sees who."""
    return await _move(turn, services, DutyState.TAKEN)


@topic.action("calls.over", roles=_STAFF)
async def take_over(turn: Turn, services: Services) -> Answer:
    """换我来: takes a request that another has taken and not set out for."""
    duty = await served(turn, services)
    if isinstance(duty, Answer):
        return duty
    moved = await duties.take_over(services.work, duty, turn.who.id)
    if moved is None:
        return await too_late(turn, services, duty)
    call = await help.call(services.work, moved)
    answer = await _moved(turn, services, call)
    freed = await line(turn, services, call, duty.owner_id, "help.line_taken_over")
    return replace(answer, owed=(*answer.owed, *freed))


@topic.action("calls.go", roles=_STAFF)
async def go(turn: Turn, services: Services) -> Answer:
    """在路上."""
    return await _move(turn, services, DutyState.ON_THE_WAY)


@topic.action("calls.arrive", roles=_STAFF)
async def arrive(turn: Turn, services: Services) -> Answer:
    """到了."""
    return await _move(turn, services, DutyState.ARRIVED)


@topic.action("calls.done", roles=_STAFF)
async def done(turn: Turn, services: Services) -> Answer:
    """已处理: asks how it ended; with an outcome, a named person closes it."""
    duty = await served(turn, services)
    return duty if isinstance(duty, Answer) else await help_close.end(turn, services, duty)


async def _move(turn: Turn, services: Services, to: DutyState) -> Answer:
    duty = await served(turn, services)
    if isinstance(duty, Answer):
        return duty
    moved = await duties.move(services.work, duty, to, turn.who.id)
    if moved is None:
        return await too_late(turn, services, duty)
    return await _moved(turn, services, await help.call(services.work, moved))


async def _moved(turn: Turn, services: Services, call: Call) -> Answer:
    state = call.duty.state
    notice = "help.took" if state is DutyState.TAKEN else "help.moved"
    answer = await changed(turn, services, call, turn.say.plain(notice))
    told = await news(turn, services, call, STATE_KEYS[state])
    return replace(answer, owed=(*told, *answer.owed))


@topic.action("calls.log", roles=_STAFF)
async def log(turn: Turn, services: Services) -> Answer:
    """📜 记录."""
    return await help_log.show(turn, services)


@topic.action("calls.looks", roles=help_log.HEADS)
async def who_looked(turn: Turn, services: Services) -> Answer:
    """👁 谁看过."""
    return await help_log.who_looked(turn, services)
