"""下个月5号搬走: a move that is to come is noted, and on its day the worker does it with a tap."""

from datetime import date

from domain.calendar import local_day
from domain.days_said import planned
from domain.messages import Button, Message
from domain.moves import Move, MoveState
from domain.people import Person
from handlers.base import Answer, Services, Topic, Turn
from handlers.care import MAY, in_place, movable, own_home, told, yes_or_not
from handlers.lasting import lasting
from handlers.moves import WAITS, not_yours
from storage import moves, people
from storage.moves import Entry
from wording.visit import dated

topic = Topic("moveplan")

DAY = "move.day"
"""The step in which the day of a move is typed."""
_KINDS = (Move.WITHIN, Move.OUT)


async def asked(
    turn: Turn, services: Services, kind: str, person: Person, to: str, day: date
) -> Answer:
    """What will be noted: nothing changes before that day."""
    home = await people.home(services.work, int(to))
    values = {
        "name": person.name,
        "day": dated(turn.say, day, turn.now.date()),
        "home": home.place if home else "",
    }
    note = f"moveplan.note:{kind}:{person.id}:{to}:{day:%Y%m%d}"
    rows = yes_or_not(turn, "moves.plan_yes", note, f"people.of:{person.id}")
    return Answer.of(Message(turn.say(f"moves.plan_{kind}", **values), buttons=rows))


@topic.action("moveplan.note", roles=MAY)
async def note(turn: Turn, services: Services) -> Answer:
    """Noted; what was noted for them before is not so any more."""
    work, person = services.work, await movable(turn, services, 1)
    read = await _read(turn, services)
    if person is None or read is None:
        return not_yours(turn)
    kind, to, day = read
    home = await people.home(work, to)
    if kind is Move.WITHIN and (home is None or home.community_id != person.community_id):
        return not_yours(turn)
    await moves.end_plans(work, person.id, MoveState.UNDONE)
    plan_id = await moves.note(
        work,
        kind,
        person.id,
        person.community_id,
        turn.who.id,
        day,
        MoveState.PLANNED,
        from_home=person.household_id,
        to_home=home.id if home and kind is Move.WITHIN else None,
    )
    return await _noted(turn, services, person, kind, home.place if home else "", day, plan_id)


async def _read(turn: Turn, services: Services) -> tuple[Move, int, date] | None:
    """What the button says, if it may be noted today."""
    try:
        kind, to, day = Move(turn.args[0]), int(turn.args[2]), date.fromisoformat(turn.args[3])
    except (IndexError, ValueError):
        return None
    zone = (await people.community(services.work, turn.who.community_id)).zone
    ahead = planned(day, local_day(turn.now, zone))
    return (kind, to, day) if ahead and kind in _KINDS else None


async def _noted(
    turn: Turn,
    services: Services,
    person: Person,
    kind: Move,
    home: str,
    day: date,
    plan_id: int,
) -> Answer:
    before = await people.home(services.work, person.household_id)
    worker_id = (before.worker_id if before else None) or turn.who.id
    worker = await people.person(services.work, worker_id)
    when = dated(turn.say, day, turn.now.date())
    values = {"name": person.name, "home": home, "day": when, "by": turn.who.name}
    name = worker.name if worker else ""
    whom = turn.say.plain("moves.plan_you") if worker_id == turn.who.id else name
    text = turn.say(f"moves.planned_{kind}", whom=whom, **values)
    owed = await told(turn, services, {worker_id}, f"moves.plan_news_{kind}", **values)
    rows = ((Button(turn.say.plain("moves.plan_off"), f"moveplan.off:{plan_id}"),),)
    return Answer.of(in_place(Message(text, buttons=rows), turn), owed=owed)


async def _plan(turn: Turn, services: Services) -> tuple[Entry, Person] | None:
    """What is noted and still to come, for whoever may act for them."""
    entry = await moves.get(services.work, turn.number())
    if entry is None or entry.state is not MoveState.PLANNED:
        return None
    person = await people.person(services.work, entry.person_id)
    may = person is not None and await own_home(turn, services, person.household_id) is not None
    return (entry, person) if person is not None and may else None


@topic.action("moveplan.off", roles=MAY)
async def off(turn: Turn, services: Services) -> Answer:
    """They stay."""
    plan = await _plan(turn, services)
    if plan is None:
        return not_yours(turn)
    entry, person = plan
    await moves.settle_state(services.work, entry.id, MoveState.PLANNED, MoveState.UNDONE)
    text = turn.say("moves.plan_is_off", name=person.name)
    return Answer.of(in_place(Message(text), turn), step=turn.step)


@topic.action("moveplan.day", roles=MAY)
async def other_day(turn: Turn, services: Services) -> Answer:
    """Another day is typed."""
    plan = await _plan(turn, services)
    if plan is None:
        return not_yours(turn)
    entry, person = plan
    to = str(entry.to_home or 0)
    step = lasting(turn, DAY, WAITS, kind=entry.event, person=person.id, to=to)
    return Answer.of(Message(turn.say("moves.plan_which", name=person.name)), step=step)
