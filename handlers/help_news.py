"""Who hears of what happens to a running request, and what may be said about that."""

from collections.abc import Collection

from domain.duty import Duty
from domain.help import Call
from domain.messages import Lane, Message, Owed
from domain.people import Person
from handlers.base import Services, Step, Turn
from handlers.lasting import lasting
from storage import help, people, surge, told
from wording.help import call_of
from wording.surge import lists

LISTENS = "help.more"
"""The step at which what is said joins the request."""


def listening(turn: Turn, services: Services, duty: Duty) -> Step:
    """What is said next joins the request, for as long as it can be meant for it."""
    return lasting(turn, LISTENS, services.policies.help_listens, duty=duty.id)


async def reached(services: Services, person_ids: Collection[int]) -> set[int]:
    """Those of the persons to whom a message can be sent at all. Only of them it may be said that
    they are being told."""
    return set(await people.reach(services.work, person_ids)) if person_ids else set()


async def alone_in(turn: Turn, services: Services, duty: Duty) -> bool:
    """Whether nobody but who is talking pressed for it: then they may call it off."""
    return await help.pressers(services.work, duty) == {turn.who.id}


async def in_charge(services: Services, duty: Duty) -> list[Person]:
    """Whoever has the request; while nobody has, all who were told."""
    staff = await told.staff(services.work, duty)
    owner = [person for person in staff if person.id == duty.owner_id]
    return owner or staff


def lines(
    turn: Turn, services: Services, call: Call, staff: list[Person], key: str, **values: object
) -> tuple[Owed, ...]:
    """A line about a running request, with whom and where, for some of the staff. A card that
    changes in place rings no telephone; this does."""
    about = {
        "name": call.person.name,
        "place": call.person.place,
        "worker": call.worker,
        "presses": call.duty.presses,
        "who": turn.who.name,
    }
    return tuple(
        Owed(
            person.id,
            Message(services.phrases[person.language](key, **about, **values)),
            Lane.EMERGENCY,
            duty_id=call.duty.id,
        )
        for person in staff
        if person.id != turn.who.id
    )


async def line(
    turn: Turn, services: Services, call: Call, person_id: int | None, key: str
) -> tuple[Owed, ...]:
    """The same for one person, who may be nobody."""
    person = await people.person(services.work, person_id) if person_id else None
    return lines(turn, services, call, [person] if person else [], key)


async def rung_again(
    turn: Turn, services: Services, call: Call, staff: list[Person], key: str
) -> tuple[Owed, ...]:
    """One more press rings whoever has it, or all who were told. In surge mode, where everybody was,
    only who has it hears each press; the others find it in their next list of what waits."""
    if not await surge.in_surge(services.work, call.duty.community_id):
        return lines(turn, services, call, staff, key)
    owner = [person for person in staff if person.id == call.duty.owner_id]
    if owner:
        return lines(turn, services, call, owner, key)
    found = await surge.waiting(services.work, call.duty.community_id)
    others = [person for person in staff if person.id != turn.who.id]
    return lists(services.phrases, call, found, others, turn.now)


async def tell_home(turn: Turn, services: Services, call: Call, key: str) -> tuple[Owed, ...]:
    """A sentence for whom it is, who pressed and the family, but for who is talking."""
    owed = []
    for person in await help.at_home(services.work, call):
        say = services.phrases[person.language]
        text = say(key, call=call_of(say, call, person.id), who=turn.who.name)
        if person.id != turn.who.id:
            owed.append(Owed(person.id, Message(text), Lane.EMERGENCY, duty_id=call.duty.id))
    return tuple(owed)
