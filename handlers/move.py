"""搬家、搬走、去世: what is known of it is asked for in a tap or two, shown once more, and then done."""

from datetime import date, timedelta

from markupsafe import Markup

from domain.address import parse_visit_sentence
from domain.calendar import local_day
from domain.days_said import counted, nearest, read_day
from domain.messages import Button, Message, Rows
from domain.moves import UNDO, Move, MoveState
from domain.people import Home, Person
from handlers import move_done, move_plan
from handlers.away import places
from handlers.base import Answer, Services, Step, Topic, Turn
from handlers.care import MAY, in_care, in_place, movable, own_home, yes_or_not
from handlers.lasting import holds, lasting
from handlers.move_back import undone
from handlers.move_plan import DAY
from handlers.moves import WAITS, not_yours
from handlers.visit_card import label
from handlers.visit_homes import by_address
from storage import cases, leaving, moves, people, service, visit_homes
from storage.moves import Entry
from wording.visit import dated

topic = Topic("move")

TO = "move.to"
NONE = "0"


@topic.action("move", roles=MAY)
async def begin(turn: Turn, services: Services) -> Answer:
    """One of the four was tapped."""
    person, kind = await movable(turn, services, 1), turn.args[0] if turn.args else ""
    if person is None or kind not in (Move.WITHIN, Move.AWAY, Move.OUT, Move.DIED):
        return not_yours(turn)
    if kind != Move.DIED and await leaving.urgent(services.work, person.id):
        return Answer.of(Message(turn.say("moves.urgent", name=person.name)), step=turn.step)
    if kind == Move.WITHIN:
        step = lasting(turn, TO, WAITS, person=person.id)
        return Answer.of(Message(turn.say("moves.where_to", name=person.name)), step=step)
    if kind == Move.AWAY:
        return await places(turn, services, person)
    return Answer.of(
        await _days(turn, services, kind, person, NONE), step=_typed(turn, kind, person)
    )


def _typed(turn: Turn, kind: str, person: Person, to: str = NONE) -> Step:
    return lasting(turn, DAY, WAITS, kind=kind, person=person.id, to=to)


@topic.text(order=31, claim=lambda turn, _: holds(turn, TO), roles=MAY)
async def to_home(turn: Turn, services: Services) -> Answer:
    """An address was typed: any home of the community, a colleague's too."""
    assert turn.step is not None
    person = await in_care(turn, services, int(turn.step.data["person"]))
    said = parse_visit_sentence(turn.incoming.text)
    every = await visit_homes.doors_of_community(services.work, turn.who.community_id)
    found = by_address(every, said).doors if said is not None else ()
    if person is None or not found:
        text = turn.say("moves.no_such_home")
        return Answer.of(Message(text), step=turn.step if person else None)
    if len(found) > 1:
        rows = tuple((Button(label(d), f"move.here:{person.id}:{d.home.id}"),) for d in found)
        return Answer.of(Message(turn.say("moves.which"), buttons=rows), step=turn.step)
    return await _to(turn, services, person, found[0].home)


@topic.action("move.here", roles=MAY)
async def here(turn: Turn, services: Services) -> Answer:
    """One of several homes of that address."""
    person = await movable(turn, services, 0)
    home = await people.home(services.work, turn.number(1))
    if person is None or home is None or home.community_id != turn.who.community_id:
        return not_yours(turn)
    return await _to(turn, services, person, home)


async def _to(turn: Turn, services: Services, person: Person, home: Home) -> Answer:
    if home.id == person.household_id:
        text = turn.say("moves.lives_there", name=person.name, home=home.place)
        return Answer.of(Message(text), step=turn.step)
    to = str(home.id)
    message = await _days(turn, services, Move.WITHIN, person, to)
    return Answer.of(message, step=_typed(turn, Move.WITHIN, person, to))


async def _days(turn: Turn, services: Services, kind: str, person: Person, to: str) -> Message:
    """Since when: the last days by a tap, any other is typed."""
    today = await _today(turn, services)
    names = ("moves.today", "moves.yesterday", "moves.before")
    rows: Rows = (
        tuple(
            Button(turn.say.plain(name), _sure(kind, person, to, today - timedelta(days=back)))
            for back, name in enumerate(names)
        ),
    )
    return Message(turn.say(f"moves.since_{kind}", name=person.name), buttons=rows)


def _sure(kind: str, person: Person, to: str, day: date, what: str = "move.sure") -> str:
    return f"{what}:{kind}:{person.id}:{to}:{day:%Y%m%d}"


@topic.text(order=31, claim=lambda turn, _: holds(turn, DAY), roles=MAY)
async def typed_day(turn: Turn, services: Services) -> Answer:
    """Another day was typed; a move may be still to come."""
    assert turn.step is not None
    data = turn.step.data
    kind, died = data["kind"], data["kind"] == Move.DIED
    today = await _today(turn, services)
    day = (read_day if died else nearest)(turn.incoming.text, today)
    if day is None:
        text = turn.say("moves.no_day" if died else "moves.no_day_at_all")
        return Answer.of(Message(text), step=turn.step)
    person = await in_care(turn, services, int(data["person"]))
    if person is None:
        return not_yours(turn)
    asks = _asked if day <= today else move_plan.asked
    return await asks(turn, services, kind, person, data["to"], day)


async def _today(turn: Turn, services: Services) -> date:
    zone = (await people.community(services.work, turn.who.community_id)).zone
    return local_day(turn.now, zone)


@topic.action("move.sure", roles=MAY)
async def sure(turn: Turn, services: Services) -> Answer:
    """All that will follow from it, before anything does."""
    read = await _read(turn, services)
    return not_yours(turn) if read is None else await _asked(turn, services, *read)


async def _read(turn: Turn, services: Services) -> tuple[str, Person, str, date] | None:
    """What the button says, if it may be done now."""
    person = await movable(turn, services, 1)
    kind, to = turn.args[0] if turn.args else "", turn.args[2] if len(turn.args) > 2 else ""
    try:
        said = date.fromisoformat(turn.args[3])
    except (IndexError, ValueError):
        return None
    day = counted(said, await _today(turn, services))
    if person is None or day is None or kind not in (Move.WITHIN, Move.OUT, Move.DIED):
        return None
    return kind, person, to, day


async def _asked(
    turn: Turn, services: Services, kind: str, person: Person, to: str, day: date
) -> Answer:
    home = await people.home(services.work, int(to)) if to != NONE else None
    values = {
        "name": person.name,
        "home": home.place if home else "",
        "day": dated(turn.say, day, turn.now.date()),
    }
    lines = [turn.say(f"moves.sure_{kind}", **values)]
    lines += await _consequences(turn, services, kind, person)
    yes = _sure(kind, person, to, day, "move.yes")
    rows = yes_or_not(turn, f"moves.yes_{kind}", yes, f"people.of:{person.id}")
    message = Message(Markup("\n").join(lines), buttons=rows)
    return Answer.of(in_place(message, turn))


async def _consequences(turn: Turn, services: Services, kind: str, person: Person) -> list[Markup]:
    """What ends with it, counted; nothing is said of what there is none of."""
    work = services.work
    taken = await leaving.snapshot(work, person)
    counts = {
        "open": len(await leaving.open_about(work, person.id)) if kind == Move.DIED else 0,
        "orders": len(await service.waiting(work, [person.id])),
        "plans": len(taken["meal_plans"]),
        "devices": len(taken["devices"]),
        "checkin": len(taken["checkin"]),
        "family": len(await people.family_of(work, person.id)),
    }
    if kind == Move.WITHIN:
        return [turn.say("moves.stays")]
    lines = [turn.say(f"moves.ends_{name}", count=n) for name, n in counts.items() if n]
    if theirs := len(await cases.about(work, person.id)):
        lines.append(turn.say("moves.keeps_cases", count=theirs))
    return lines


@topic.action("move.yes", roles=MAY)
async def done(turn: Turn, services: Services) -> Answer:
    """It is done, once."""
    read = await _read(turn, services)
    if read is None:
        return not_yours(turn)
    kind, person, to, day = read
    if kind == Move.WITHIN:
        home = await people.home(services.work, int(to) if to.isdecimal() else -1)
        if home is None or home.community_id != person.community_id:
            return not_yours(turn)
        if home.id == person.household_id:
            return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
        if await leaving.urgent(services.work, person.id):
            return Answer.of(Message(turn.say("moves.urgent", name=person.name)), step=turn.step)
        return await move_done.within(turn, services, person, home, day)
    if kind == Move.DIED:
        return await move_done.died(turn, services, person, day)
    if await leaving.urgent(services.work, person.id):
        return Answer.of(Message(turn.say("moves.urgent", name=person.name)), step=turn.step)
    return await move_done.out(turn, services, person, day)


def _where(entry: Entry) -> int | None:
    """The home of whoever may take it back."""
    return entry.to_home if entry.event is Move.IN else entry.from_home


@topic.action("move.undo", roles=MAY)
async def undo(turn: Turn, services: Services) -> Answer:
    """A slip: put back, while nothing has happened since and not for ever."""
    work = services.work
    entry = await moves.get(work, turn.number())
    if entry is None or await own_home(turn, services, _where(entry)) is None:
        return not_yours(turn)
    last = await moves.last_of(work, entry.person_id)
    fresh = last is not None and last.id == entry.id and turn.now - entry.at <= UNDO
    if fresh and await leaving.urgent(work, entry.person_id):
        person = await people.person(work, entry.person_id)
        text = turn.say("moves.urgent", name=person.name if person else "")
        return Answer.of(Message(text), step=turn.step)
    if not fresh or not await moves.settle_state(work, entry.id, MoveState.DONE, MoveState.UNDONE):
        return Answer.of(Message(turn.say("moves.too_late")), step=turn.step)
    return await undone(turn, services, entry)
