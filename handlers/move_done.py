"""What happens when somebody has moved, left or died, and who hears of it."""

from datetime import date

from markupsafe import Markup

from domain.duty import Outcome
from domain.messages import Button, Message, Owed, OwedTo, Rows
from domain.moves import Move
from domain.people import Home, Person
from handlers.base import Answer, Services, Turn
from handlers.care import heads, in_place, told
from handlers.greeting import greet, keyboard
from handlers.parting import empty_pages
from handlers.service_order import off_lines
from storage import duties, leaving, moves, outbox, people, service, visit_homes
from storage import told as knowing
from storage.moves import Entry

Told = tuple[Owed | OwedTo, ...]


def _undo(turn: Turn, move_id: int) -> Rows:
    return ((Button(turn.say.plain("moves.undo"), f"move.undo:{move_id}"),),)


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
    both = {old.worker_id, home.worker_id}
    owed: Told = await told(turn, services, both, "moves.news_within", **values)
    if handed or (emptied and promised):
        owed += await told(turn, services, {home.worker_id}, "moves.news_more", name=person.name)
    owed += await _to_themselves(services, person, home)
    message = Message(Markup("\n").join(lines), buttons=_undo(turn, move_id))
    return Answer.of(in_place(message, turn), owed=owed)


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


async def out(turn: Turn, services: Services, person: Person, day: date) -> Answer:
    """Out of the community: what was arranged ends, whom it concerns hears so; what was done stays."""
    work = services.work
    old = await people.home(work, person.household_id)
    kin = await people.family_of(work, person.id)
    record = await leaving.snapshot(work, person)
    owed = await called_off(turn, services, person)
    await leaving.take_off(work, person, turn.who.id, for_good=False)
    await leaving.vacate(work, person.household_id)
    move_id = await _note(turn, services, Move.OUT, person, day, record)
    owed += await _farewell(services, person)
    owed += await _to_kin(services, person, kin)
    owed += await told(
        turn,
        services,
        {old.worker_id if old else None},
        "moves.news_out",
        name=person.name,
        by=turn.who.name,
    )
    text = turn.say("moves.done_out", name=person.name)
    return Answer.of(in_place(Message(text, buttons=_undo(turn, move_id)), turn), owed=owed)


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
    work = services.work
    old = await people.home(work, person.household_id)
    kin = await people.family_of(work, person.id)
    record = await leaving.snapshot(work, person)
    owed = await called_off(turn, services, person)
    owed += await _ended(turn, services, person)
    await leaving.withdraw_about(work, person.id, kin)
    unbound = await people.unbind(work, person.id)
    await outbox.withdraw(work, unbound, "the person died")
    await empty_pages(work, services.phrases[person.language], unbound)
    await leaving.take_off(work, person, turn.who.id, for_good=True)
    await leaving.vacate(work, person.household_id)
    move_id = await _note(turn, services, Move.DIED, person, day, record)
    owed += await told(
        turn,
        services,
        {old.worker_id if old else None, *await heads(services, person.community_id)},
        "moves.news_died",
        name=person.name,
        home=old.place if old else "",
        by=turn.who.name,
    )
    text = turn.say("moves.done_died", name=person.name)
    return Answer.of(in_place(Message(text, buttons=_undo(turn, move_id)), turn), owed=owed)


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


async def undone(turn: Turn, services: Services, entry: Entry) -> Answer:
    """As it was before; chats that were unbound need a new code, what was called off stays called off."""
    work = services.work
    person = await people.person(work, entry.person_id)
    assert person is not None, "the log names somebody"
    if entry.event is Move.IN:
        await leaving.take_off(work, person, turn.who.id, for_good=False)
    elif entry.record is not None:
        if entry.event is Move.WITHIN and entry.from_home is not None:
            await leaving.readdress(work, person.id, entry.from_home)
        await leaving.put_back(work, person.id, entry.record)
    now = await people.person(work, person.id)
    owed: Told = ()
    if entry.event is not Move.IN and await people.bound(work, person.id):
        owed = (Owed(person.id, await greet(turn, services, now)),)
    rows = ((Button(turn.say.plain("moves.see"), f"people.of:{person.id}"),),)
    text = turn.say(f"moves.undone_{entry.event}", name=person.name)
    return Answer.of(in_place(Message(text, buttons=rows), turn), owed=owed)
