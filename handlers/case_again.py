"""It was not solved: opened again once in the same hands, and the supervisor knows."""

from collections.abc import Sequence

from markupsafe import Markup

from domain.case import Case
from domain.ladder import Who
from domain.messages import Message, Owed
from handlers.base import Services, Turn
from handlers.case_open import Matter, open_matter, resident_owner
from handlers.case_told import card_of
from handlers.places import phone_of, ring
from storage import case_end, help_hands, leave, people
from storage.cases import Raised
from wording import Say
from wording.case import values


async def to_heads(
    turn: Turn, services: Services, case: Case, head: str, note: Markup | None = None
) -> tuple[Owed, ...]:
    """The card for the supervisors, or where none of them can be told, the street; the log says who."""
    asked = await help_hands.call_out(services.work, case.duty, (Who.SUPERVISOR,))
    if not asked:
        asked = await help_hands.call_out(services.work, case.duty, (Who.STREET,))
    return await _cards(turn, services, case, asked, head, note)


async def _cards(
    turn: Turn,
    services: Services,
    case: Case,
    ids: Sequence[int],
    head: str,
    note: Markup | None,
) -> tuple[Owed, ...]:
    persons = await people.persons(services.work, ids)
    return tuple(
        Owed(
            person.id,
            card_of(services, turn, case, person, head, note),
            duty_id=case.duty.id,
        )
        for person in persons.values()
    )


async def not_solved(
    turn: Turn, services: Services, case: Case, say: Say
) -> tuple[Message, tuple[Owed, ...]]:
    """What the resident reads, and what others are owed. What was opened again before is not once more:
    now somebody who leads must speak with them."""
    community = await people.community(services.work, case.duty.community_id)
    if case.previous_id is not None:
        owed = await to_heads(turn, services, case, "unsolved_again")
        text = say("case.again_head", ring=ring(say, community))
        return Message(text + say("case.again_city") if phone_of(community) else text), owed
    matter = Matter(
        Raised(
            case.kind, case.via, case.text, address_id=case.address_id, previous_id=case.duty.id
        ),
        key=f"unsolved:{case.duty.id}",
        household_id=case.duty.household_id,
        subject_id=case.duty.subject_id,
        owner_id=await _same_hands(services, case),
    )
    opened = await open_matter(turn, services, community.id, matter)
    if opened is None:
        return Message(say("case.opened_before")), ()
    now = opened.case
    heads = await to_heads(turn, services, now, "unsolved")
    told = {one.person_id for one in heads}
    known = values(say, now, turn.now)
    text = say("case.again", worker=known["worker"], when=known["when"])
    first = tuple(one for one in opened.owed if one.person_id not in told)
    return Message(text), (*first, *heads)


async def _same_hands(services: Services, case: Case) -> int | None:
    """Whoever closed it, while they are there; else whoever looks after the home."""
    closer = await leave.deputy(services.work, case.duty.closed_by)
    if await case_end.still_here(services.work, closer, case.duty.community_id):
        return closer
    return await resident_owner(services, case.duty.household_id)
