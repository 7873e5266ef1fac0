"""Everyday services on the clock: who is asked next, and what follows when nobody says how it went."""

from domain.duty import Duty
from domain.help import Saw
from domain.ladder import Who
from domain.messages import Owed
from domain.people import Person, Role
from domain.service import Order
from storage import duties, leave, looks, people, service
from storage.database import Work
from wording import Phrases
from wording.service import home_news, late_card, reminder, staff_card


async def tell(work: Work, phrases: Phrases, duty: Duty, told: list[int]) -> tuple[Owed, ...]:
    """The card for those on a rung. When the supervisor hears that nobody has accepted it, the elder and
    their family hear so too, once."""
    order = await service.get(work, duty.id)
    assert order is not None, "a service's duty has its service"
    make = late_card if duty.rung and work.now > duty.opened_at else staff_card
    cards = tuple(
        Owed(
            person.id,
            make(phrases[person.language], order, work.now),
            key=f"duty:{duty.id}:{duty.rung}:{person.id}",
            duty_id=duty.id,
        )
        for person in (await people.persons(work, told)).values()
    )
    if Who.SUPERVISOR not in duty.ladder.at(duty.rung).who:
        return cards
    home = await service.at_home(work, order, family=True)
    once = f"service-waits:{duty.id}"
    return (*cards, *home_news(phrases, order, home, "waiting", work.now, once))


async def silent(work: Work, phrases: Phrases, duty: Duty) -> tuple[Owed, ...]:
    """Its time is over: whoever accepted it is asked how it went; asked before, the supervisors too."""
    order = await service.get(work, duty.id)
    if order is None or not await duties.remind(work, duty):
        return ()
    hands = await leave.deputy(work, duty.owner_id)
    asked = await _answerable(work, order, hands)
    await looks.note(work, [person.id for person in asked], [duty], Saw.SENT)
    return tuple(
        Owed(
            person.id,
            reminder(
                phrases[person.language],
                order,
                duty.owner_id if duty.owner_id and person.id == hands else person.id,
                work.now,
            ),
            key=f"remind:{duty.id}:{duty.reminders}:{person.id}",
            duty_id=duty.id,
        )
        for person in asked
    )


async def _answerable(work: Work, order: Order, hands: int | None) -> list[Person]:
    """In whose hands it is (its owner's, or while they are on leave their deputy's); later the
    supervisors', too."""
    ids = {hands}
    if order.duty.reminders:
        ids.update(await people.with_role(work, order.duty.community_id, Role.SUPERVISOR))
    return list((await people.persons(work, {i for i in ids if i is not None})).values())
