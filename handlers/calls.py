"""Calls for help as the staff see them: what is open, taking one, and each one's log."""

from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from markupsafe import Markup

from domain.duty import Duty, DutyEvent, DutyKind, DutyState, Outcome
from domain.help import may_serve
from domain.ladder import Who
from domain.messages import Button, Lane, Message
from domain.people import STAFF
from handlers.base import Answer, Services, Topic, Turn
from handlers.help_news import lines
from storage import duties, help, people, told
from storage.duties import LogLine
from wording import Say
from wording.help import (
    STATE_KEYS,
    card_in_place,
    cards_now,
    home_news,
    worker_card,
)

topic = Topic("calls")

_STAFF = frozenset(STAFF)
_PAGE = 5
"""Cards shown at once: more would push the first ones off a telephone's screen."""


@topic.action("helplist", roles=STAFF, command="help.list_command")
async def open_calls(turn: Turn, services: Services) -> Answer:
    """All calls of the community that are not closed, oldest first, each with its buttons."""
    found = await duties.unclosed(services.work, turn.who.community_id, DutyKind.HELP)
    if not found:
        return Answer.of(Message(turn.say("help.list_none")), step=turn.step)
    first = min(max(turn.number(), 0), len(found) - 1)
    shown = found[first : first + _PAGE]
    messages = [Message(turn.say("help.list_head", count=len(found)))] if first == 0 else []
    messages += [await _listed(turn, services, duty) for duty in shown]
    if left := len(found) - first - len(shown):
        more = Button(turn.say.plain("help.list_more"), f"helplist:{first + _PAGE}")
        messages.append(Message(turn.say("help.list_left", count=left), buttons=((more,),)))
    return Answer.of(*messages, step=turn.step)


async def _listed(turn: Turn, services: Services, duty: Duty) -> Message:
    card = worker_card(turn.say, await help.call(services.work, duty), turn.who.id)
    log = (Button(turn.say.plain("help.log_button"), f"calls.log:{duty.id}"),)
    return Message(card.text, buttons=(*card.buttons, log), card=card.card)


@topic.action("calls.take", roles=_STAFF)
async def take(turn: Turn, services: Services) -> Answer:
    """我来: the first to take a request has it; everyone else sees who."""
    return await _move(turn, services, DutyState.TAKEN)


@topic.action("calls.over", roles=_STAFF)
async def take_over(turn: Turn, services: Services) -> Answer:
    """换我来: takes a request that another has taken and not set out for."""
    duty = await help.get(services.work, turn.number())
    if duty is None or not may_serve(turn.who, duty):
        return _not_yours(turn)
    moved = await duties.take_over(services.work, duty, turn.who.id)
    if moved is None:
        return await _too_late(turn, services, duty)
    answer = await _moved(turn, services, moved)
    call = await help.call(services.work, moved)
    before = [one for one in await told.staff(services.work, duty) if one.id == duty.owner_id]
    freed = lines(turn, services, call, before, "help.line_taken_over")
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
    """已处理: a named person closes it."""
    return await _move(turn, services, DutyState.CLOSED)


def _not_yours(turn: Turn) -> Answer:
    return Answer.of(Message(turn.say("help.not_yours")), step=turn.step)


async def _move(turn: Turn, services: Services, to: DutyState) -> Answer:
    duty = await help.get(services.work, turn.number())
    if duty is None or not may_serve(turn.who, duty):
        return _not_yours(turn)
    if to is DutyState.CLOSED:
        moved = await duties.close(services.work, duty.id, Outcome.DONE, turn.who.id)
    else:
        moved = await duties.move(services.work, duty, to, turn.who.id)
    return await (_moved(turn, services, moved) if moved else _too_late(turn, services, duty))


async def _too_late(turn: Turn, services: Services, duty: Duty) -> Answer:
    """Somebody was first, or it is a double tap: the card as it stands, and who has it."""
    now = await help.get(services.work, duty.id) or duty
    call = await help.call(services.work, now)
    state = turn.say.plain(f"help.state_{STATE_KEYS.get(now.state, 'open')}")
    own = turn.who.id == (now.closed_by or now.owner_id)
    key = "help.your_own" if own else "help.too_late"
    notice = turn.say.plain(key, worker=call.worker, state=state)
    card = card_in_place(services.phrases, call, turn.who)
    return Answer(messages=(card,), notice=notice, step=turn.step)


async def _moved(turn: Turn, services: Services, duty: Duty) -> Answer:
    call = await help.call(services.work, duty)
    staff = await told.staff(services.work, duty)
    others = [person for person in staff if person.id != turn.who.id]
    home = await help.at_home(services.work, call)
    news = home_news(services.phrases, call, home, STATE_KEYS[duty.state], turn.now)
    cards = cards_now(services.phrases, call, others, Lane.CONVERSATION)
    notice = "help.took" if duty.state is DutyState.TAKEN else "help.moved"
    return Answer(
        messages=(card_in_place(services.phrases, call, turn.who),),
        owed=(*news, *cards),
        notice=turn.say.plain(notice),
        step=turn.step,
        lane=Lane.EMERGENCY,
    )


@topic.action("calls.log", roles=STAFF)
async def log(turn: Turn, services: Services) -> Answer:
    """Every step, and every reason for not acting, in order."""
    duty = await help.get(services.work, turn.number())
    if duty is None or not may_serve(turn.who, duty):
        return _not_yours(turn)
    return Answer.of(Message(await _history(turn, services, duty)), step=turn.step)


async def _history(turn: Turn, services: Services, duty: Duty) -> Markup:
    """The log with each day's date once, and each moment to the second."""
    lines = await duties.history(services.work, duty.id)
    ids = {line.actor_id for line in lines if line.actor_id} | {duty.subject_id or -1}
    names = {p.id: p.name for p in (await people.persons(services.work, ids)).values()}
    zone = services.policies.zone
    shown = [turn.say("help.log_head", name=names.get(duty.subject_id or -1, ""))]
    for before, line in pairwise([None, *lines]):
        assert line is not None, "only the first of them stands for nothing"
        at = line.at.astimezone(zone)
        if before is None or before.at.astimezone(zone).date() != at.date():
            shown.append(_day(turn.say, at))
        event = _event(turn.say, line, names)
        shown.append(turn.say("help.log_line", time=at.strftime("%H:%M:%S"), event=event))
    return Markup("\n").join(shown)


def _day(say: Say, at: datetime) -> Markup:
    return say("help.log_day", year=at.year, month=at.month, day=at.day)


def _event(say: Say, line: LogLine, names: dict[int, str]) -> Markup:
    who = names.get(line.actor_id or -1, "")
    return say(f"help.event_{line.event}", who=who, detail=_detail(say, line))


def _detail(say: Say, line: LogLine) -> str:
    """The log's codes in words: states, kinds, rungs, outcomes."""
    detail = line.detail
    match line.event:
        case DutyEvent.MOVED:
            return say.plain(f"help.state_{detail.lower()}")
        case DutyEvent.ADDED if detail.startswith(help.KIND):
            return say.plain(f"help.kind_{detail.removeprefix(help.KIND)}")
        case DutyEvent.TOLD | DutyEvent.NOT_TOLD:
            return say.plain(f"help.who_{Who(detail.partition(':')[0])}")
        case DutyEvent.NOBODY:
            named = [say.plain(f"help.who_{Who(who)}") for who in detail.split(",")]
            return say.plain("help.and").join(named)
        case DutyEvent.CLOSED:
            return say.plain(f"help.outcome_{Outcome(detail.partition(':')[0])}")
        case DutyEvent.UNDELIVERED if ":" in detail:
            return say.plain(f"menu.lost_{detail.partition(':')[0]}")
        case _:
            return detail
