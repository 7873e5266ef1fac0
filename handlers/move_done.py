"""What happens when somebody has moved, left or died, and who hears of it."""

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from domain.duty import Outcome
from domain.messages import Button, Message, Owed, OwedTo
from domain.moves import Move
from domain.people import Home, Person
from handlers.base import Answer, Services, Turn
from handlers.care import heads, in_place, told
from handlers.greeting import keyboard
from handlers.move_cases import Kept, kept
from handlers.parting import empty_pages
from handlers.service_order import off_lines
from storage import duties, leaving, moves, outbox, people, service, visit_homes
from storage import told as knowing

Told = tuple[Owed | OwedTo, ...]


async def within(turn: Turn, services: Services, person: Person, home: Home, day: date) -> Answer:
    """To another home: requests, family, mornings, devices and ballots go with them."""
    work, old = services.work, await people.home(services.work, person.household_id)
    assert old is not None, "who moves lives somewhere"
    record = await leaving.snapshot(work, person)
    record["home"] += await leaving.home_as_it_is(work, home.id)
    promised = await visit_homes.promised(work, old.id)
    await leaving.place(work, person.id, person.community_id, home.id)
    emptied = await leaving.vacate(work, old.id, home.id)
    await leaving.readdress(work, person.id, home.id)
    handed = await leaving.hand_over(work, person.id, old.worker_id, home.worker_id)
    move_id = await moves.note(
        work,
        Move.WITHIN,
        person.id,
        person.community_id,
        turn.who.id,
        day,
        from_home=old.id,
        to_home=home.id,
        record=record,
    )
    values = {"name": person.name, "before": old.place, "home": home.place, "by": turn.who.name}
    lines = [turn.say("moves.done_within", **values)]
    lines += _to_see_to(turn, record, emptied and promised)
    theirs = await kept(turn, services, person, Move.WITHIN, home.place)
    both = {old.worker_id, home.worker_id}
    owed: Told = await told(turn, services, both, "moves.news_within", **values)
    if handed or (emptied and promised):
        owed += await told(turn, services, {home.worker_id}, "moves.news_more", name=person.name)
    owed += await _to_themselves(services, person, home)
    return _answer(turn, lines, move_id, theirs, owed)


def _answer(turn: Turn, lines: list[Markup], move_id: int, theirs: Kept, owed: Told) -> Answer:
    text = Markup("\n").join([*lines, *theirs.lines])
    undo = (Button(turn.say.plain("moves.undo"), f"move.undo:{move_id}"),)
    message = Message(text, buttons=(*theirs.rows, undo))
    return Answer.of(in_place(message, turn), owed=(*owed, *theirs.owed))


def _to_see_to(turn: Turn, record: leaving.Record, promised: object) -> list[Markup]:
    """What nobody but the worker knows: who has the new key, and what was promised at the old door."""
    lines = []
    if record["key_holder"]:
        lines.append(turn.say("moves.key_gone", key=record["key_holder"]))
    if promised:
        lines.append(turn.say("moves.promised"))
    return lines


async def _to_themselves(services: Services, person: Person, home: Home) -> Told:
    worker = await people.person(services.work, home.worker_id) if home.worker_id else None
    say = services.phrases[person.language]
    key = "moves.you_moved" if worker else "moves.you_moved_alone"
    text = say(key, home=home.place, worker=worker.name if worker else "")
    return (Owed(person.id, Message(text)),)


@dataclass(frozen=True, slots=True)
class _Leaving:
    """What is known of somebody who goes for good, before it is taken off: where they lived, their family,
    what could be put back, and who hears that nobody comes or cooks any more."""

    home: Home | None
    kin: list[int]
    record: leaving.Record
    owed: Told
    theirs: Kept

    @property
    def worker_id(self) -> int | None:
        return self.home.worker_id if self.home else None


async def _leaving(turn: Turn, services: Services, person: Person, event: Move) -> _Leaving:
    return _Leaving(
        await people.home(services.work, person.household_id),
        await people.family_of(services.work, person.id),
        await leaving.snapshot(services.work, person),
        await called_off(turn, services, person),
        await kept(turn, services, person, event),
    )


async def out(turn: Turn, services: Services, person: Person, day: date) -> Answer:
    """Out of the community: what was arranged ends, whom it concerns hears so; what was done stays."""
    left = await _leaving(turn, services, person, Move.OUT)
    await leaving.take_off(services.work, person, turn.who.id, for_good=False)
    await leaving.vacate(services.work, person.household_id)
    move_id = await _note(turn, services, Move.OUT, person, day, left.record)
    values = {"name": person.name, "by": turn.who.name}
    owed = left.owed + await _farewell(services, person) + await _to_kin(services, person, left.kin)
    owed += await told(turn, services, {left.worker_id}, "moves.news_out", **values)
    said = turn.say("moves.done_out", name=person.name)
    return _answer(turn, [said], move_id, left.theirs, owed)


async def _note(
    turn: Turn, services: Services, event: Move, person: Person, day: date, record: leaving.Record
) -> int:
    return await moves.note(
        services.work,
        event,
        person.id,
        person.community_id,
        turn.who.id,
        day,
        from_home=person.household_id,
        record=record,
    )


async def called_off(turn: Turn, services: Services, person: Person) -> Told:
    """Nobody cooks or comes for nothing: whoever has it in hand is told."""
    owed: Told = ()
    for order in await service.waiting(services.work, [person.id]):
        staff = await knowing.staff(services.work, order.duty)
        closed = await service.close(services.work, order, Outcome.CALLED_OFF, turn.who.id)
        if closed is not None:
            owed += off_lines(turn, services, closed, staff)
    return owed


async def _farewell(services: Services, person: Person) -> Told:
    """What they still are decides what they may do: perhaps family to somebody who stays."""
    now = await people.person(services.work, person.id)
    say = services.phrases[person.language]
    keys = keyboard(say, now if now and now.roles else None)
    return (Owed(person.id, Message(say("moves.you_left"), keyboard=keys, menu=True)),)


async def _to_kin(services: Services, person: Person, kin: list[int]) -> Told:
    found = (await people.persons(services.work, kin)).values()
    return tuple(
        Owed(
            one.id,
            Message(
                services.phrases[one.language]("moves.kin_out", name=person.name),
                keyboard=keyboard(services.phrases[one.language], one if one.roles else None),
                menu=True,
            ),
        )
        for one in found
    )


async def died(turn: Turn, services: Services, person: Person, day: date) -> Answer:
    """Nothing is sent to them or to their family about it; staff hear what they need, in plain words."""
    work, left = services.work, await _leaving(turn, services, person, Move.DIED)
    owed = left.owed + await _ended(turn, services, person)
    await leaving.withdraw_about(work, person.id, left.kin)
    unbound = await people.unbind(work, person.id)
    await outbox.withdraw(work, unbound, "the person died")
    await empty_pages(work, services.phrases[person.language], unbound)
    await leaving.take_off(work, person, turn.who.id, for_good=True)
    await leaving.vacate(work, person.household_id)
    move_id = await _note(turn, services, Move.DIED, person, day, left.record)
    home = left.home.place if left.home else ""
    values = {"name": person.name, "home": home, "by": turn.who.name}
    whom = {left.worker_id, *await heads(services, person.community_id)}
    owed += await told(turn, services, whom, "moves.news_died", **values)
    said = turn.say("moves.done_died", name=person.name)
    return _answer(turn, [said], move_id, left.theirs, owed)


async def _ended(turn: Turn, services: Services, person: Person) -> Told:
    """What is open about them ends, by whoever entered it; who had it in hand, or knew of it, hears so."""
    owed: Told = ()
    for duty_id, kind in await leaving.open_about(services.work, person.id):
        duty = await duties.get(services.work, duty_id, kind)
        staff = await knowing.staff(services.work, duty) if duty else []
        note = turn.say.plain("moves.ended_note")
        if await duties.close(services.work, duty_id, Outcome.OTHER, turn.who.id, note) is None:
            continue
        ids = {one.id for one in staff}
        owed += await told(turn, services, ids, f"moves.ended_{kind}", name=person.name)
    return owed
