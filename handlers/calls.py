"""Calls for help as the staff see them: what is open, and each one's log from first to last."""

from domain.duty import Duty, DutyEvent, DutyKind
from domain.help import may_serve
from domain.messages import Button, Message
from domain.people import STAFF
from handlers.base import Answer, Services, Topic, Turn
from storage import duties, help, people
from storage.duties import LogLine
from wording import Say
from wording.help import clock_time, worker_card

topic = Topic("calls")


@topic.action("helplist", roles=STAFF, command="help.list_command")
async def open_calls(turn: Turn, services: Services) -> Answer:
    """All calls of the community that are not closed, each with its buttons."""
    found = await duties.unclosed(services.work, turn.who.community_id, DutyKind.HELP)
    if not found:
        return Answer.of(Message(turn.say("help.list_none")), step=turn.step)
    messages = [Message(turn.say("help.list_head", count=len(found)))]
    for duty in found[:5]:
        card = worker_card(turn.say, await help.call(services.work, duty))
        log = (Button(turn.say.plain("help.log_button"), f"calls.log:{duty.id}"),)
        messages.append(Message(card.text, buttons=(*card.buttons, log), card=card.card))
    return Answer.of(*messages, step=turn.step)


@topic.action("calls.log", roles=STAFF)
async def log(turn: Turn, services: Services) -> Answer:
    """Every step, and every reason for not acting, in order."""
    duty = await duties.get(services.work, turn.number())
    if duty is None or not may_serve(turn.who, duty):
        return Answer.of(Message(turn.say("help.not_yours")), step=turn.step)
    return Answer.of(Message(await _history(turn, services, duty)), step=turn.step)


async def _history(turn: Turn, services: Services, duty: Duty) -> str:
    lines = await duties.history(services.work, duty.id)
    ids = {line.actor_id for line in lines if line.actor_id} | {duty.subject_id or -1}
    names = {p.id: p.name for p in (await people.persons(services.work, ids)).values()}
    zone = services.policies.zone
    head = turn.say(
        "help.log_head",
        name=names.get(duty.subject_id or -1, ""),
        time=clock_time(duty.opened_at, zone),
    )
    shown = [
        turn.say(
            "help.log_line", time=clock_time(line.at, zone), event=_event(turn.say, line, names)
        )
        for line in lines
    ]
    return type(head)("\n").join([head, *shown])


def _event(say: Say, line: LogLine, names: dict[int, str]) -> str:
    detail = line.detail
    if line.event is DutyEvent.MOVED:
        detail = say.plain(f"help.state_{detail.lower()}")
    if line.event is DutyEvent.ADDED and detail.startswith(help.KIND):
        detail = say.plain(f"help.kind_{detail.removeprefix(help.KIND)}")
    who = names.get(line.actor_id or -1, "")
    return say(f"help.event_{line.event}", who=who, detail=detail)
