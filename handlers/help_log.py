"""A request's log, as the staff may read it: each step, and each reason for not acting; and who looked."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from domain.duty import Asking, Duty, DutyEvent, DutyKind, Outcome
from domain.help import Need, Saw, may_serve
from domain.ladder import Who
from domain.messages import Button, Message, Rows
from domain.people import Role
from handlers.base import Answer, Services, Turn
from handlers.help_card import not_yours
from storage import duties, help, looks, people
from storage.duties import LogLine
from storage.looks import Look
from wording import Say
from wording.help import said

HEADS = frozenset({Role.SUPERVISOR, Role.STREET})


async def show(turn: Turn, services: Services) -> Answer:
    """Every step, and every reason for not acting, in order."""
    duty = await _seen(turn, services)
    if isinstance(duty, Answer):
        return duty
    await looks.note(services.work, [turn.who.id], [duty], Saw.LOG)
    rows: Rows = ()
    if turn.who.is_any(*HEADS):
        rows = ((Button(turn.say.plain("help.looks_button"), f"calls.looks:{duty.id}"),),)
    message = Message(await history(turn, services, duty), buttons=rows)
    return Answer.of(message, step=turn.step)


async def _seen(turn: Turn, services: Services) -> Duty | Answer:
    """The request whose log it is, or the one that was not solved."""
    for kind in (DutyKind.HELP, DutyKind.AFTER):
        duty = await duties.get(services.work, turn.number(), kind)
        if duty is not None and may_serve(turn.who, duty):
            return duty
    return not_yours(turn)


async def who_looked(turn: Turn, services: Services) -> Answer:
    """谁看过: everybody who was shown it, or was sent its card."""
    duty = await _seen(turn, services)
    if isinstance(duty, Answer):
        return duty
    found = await looks.at_duty(services.work, duty.id)
    subject = await people.person(services.work, duty.subject_id or -1)
    name = subject.name if subject else ""
    head = turn.say("help.looks_head", name=name, count=len(found))
    zone = (await people.community(services.work, duty.community_id)).zone
    body = _by_day(turn.say, zone, [(one.at, _look(turn.say, one)) for one in found])
    return Answer.of(Message(Markup("\n").join([head, *body])), step=turn.step)


def _look(say: Say, one: Look) -> Markup:
    return say("help.looks_line", who=one.viewer, what=say(f"help.saw_{one.what}"))


async def history(turn: Turn, services: Services, duty: Duty) -> Markup:
    """Every line of a duty's log, of whatever kind, each moment to the second."""
    lines = await duties.history(services.work, duty.id)
    ids = {line.actor_id for line in lines if line.actor_id} | {duty.subject_id or -1}
    names = {p.id: p.name for p in (await people.persons(services.work, ids)).values()}
    called = duty.kind in (DutyKind.HELP, DutyKind.AFTER)
    key = "help.log_head" if called else "help.log_head_other"
    head = turn.say(key, name=names.get(duty.subject_id or -1, ""))
    told = [(line.at, event_words(turn.say, duty, line, names)) for line in lines]
    zone = (await people.community(services.work, duty.community_id)).zone
    body = _by_day(turn.say, zone, told)
    return Markup("\n").join([head, *body])


def _by_day(
    say: Say, zone: ZoneInfo, entries: Sequence[tuple[datetime, Markup]]
) -> Iterator[Markup]:
    """Lines with their time by the community's clock, and each day's date once above its own."""
    before = None
    for moment, event in entries:
        at = moment.astimezone(zone)
        if at.date() != before:
            yield _day(say, at)
        before = at.date()
        yield say("help.log_line", time=at.strftime("%H:%M:%S"), event=event)


def _day(say: Say, at: datetime) -> Markup:
    return say("help.log_day", year=at.year, month=at.month, day=at.day)


def event_words(say: Say, duty: Duty, line: LogLine, names: dict[int, str]) -> Markup:
    """One line of a duty's log; `names` of everybody in it, by id."""
    who = names.get(line.actor_id or -1, "")
    if line.event is DutyEvent.OPENED and duty.kind is not DutyKind.HELP:
        return say("help.event_begun")
    return say(f"help.event_{line.event}", who=who, detail=_detail(say, line))


def _detail(say: Say, line: LogLine) -> str:
    """The log's codes in words: states, kinds, rungs, outcomes."""
    detail = line.detail
    match line.event:
        case DutyEvent.MOVED:
            return say.plain(f"help.state_{detail.lower()}")
        case DutyEvent.ADDED if detail.startswith(help.KIND):
            return say.plain(f"help.kind_{detail.removeprefix(help.KIND)}")
        case DutyEvent.ADDED:
            return said(say, detail)
        case DutyEvent.TOLD if detail.endswith(": listed"):
            who = say.plain(f"help.who_{detail.partition(':')[0]}")
            return say.plain("surge.in_the_list", who=who)
        case DutyEvent.TOLD | DutyEvent.NOT_TOLD:
            return say.plain(f"help.who_{detail.partition(':')[0]}")
        case DutyEvent.NOBODY:
            named = [say.plain(f"help.who_{Who(who)}") for who in detail.split(",")]
            return say.plain("help.and").join(named)
        case DutyEvent.SUPPORT:
            return say.plain(f"help.need_{Need(detail)}")
        case DutyEvent.KEPT:
            return say.plain(f"help.kept_{Asking(detail)}")
        case DutyEvent.CLOSED:
            return say.plain(f"help.outcome_{Outcome(detail.partition(':')[0])}")
        case DutyEvent.HELD:
            return say.plain(f"help.held_{detail}")
        case DutyEvent.UNDELIVERED if ":" in detail:
            return say.plain(f"menu.lost_{detail.partition(':')[0]}")
        case _:
            return detail
