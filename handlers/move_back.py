"""登记错了: somebody is where they were before, and whoever heard otherwise hears so."""

from domain.messages import Button, Message, Owed
from domain.moves import Move
from domain.people import Person
from handlers.base import Answer, Services, Turn
from handlers.care import heads, in_place, told
from handlers.greeting import greet, keyboard
from storage import cases, leaving, people
from storage.moves import Entry


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
    assert now is not None, "nobody is deleted"
    owed = await _staff_hears(turn, services, entry, now)
    if entry.event is not Move.IN and await people.bound(work, person.id):
        owed += (Owed(person.id, await greet(turn, services, now)),)
    if entry.event is Move.OUT:
        owed += await _kin_hears(services, now)
    rows = ((Button(turn.say.plain("moves.see"), f"people.of:{person.id}"),),)
    text = turn.say(f"moves.undone_{entry.event}", name=person.name)
    return Answer.of(in_place(Message(text, buttons=rows), turn), owed=owed)


async def _staff_hears(
    turn: Turn, services: Services, entry: Entry, person: Person
) -> tuple[Owed, ...]:
    """The workers of both homes, whoever has a case of theirs, and of a death the supervisors."""
    homes = [await people.home(services.work, one) for one in (entry.from_home, entry.to_home)]
    ids = {home.worker_id for home in homes if home is not None}
    ids |= {case.duty.owner_id for case in await cases.about(services.work, person.id)}
    if entry.event is Move.DIED:
        ids |= set(await heads(services, person.community_id))
    before = homes[0].place if homes[0] is not None else ""
    values = {"by": turn.who.name, "name": person.name, "home": before}
    return await told(turn, services, ids, f"moves.back_{entry.event}", **values)


async def _kin_hears(services: Services, elder: Person) -> tuple[Owed, ...]:
    """Family were told that nobody is called here any more: somebody is."""
    kin = await people.family_of(services.work, elder.id)
    owed = []
    for one in (await people.persons(services.work, kin)).values():
        say = services.phrases[one.language]
        text = say("moves.kin_back", name=elder.name)
        owed.append(Owed(one.id, Message(text, keyboard=keyboard(say, one), menu=True)))
    return tuple(owed)
