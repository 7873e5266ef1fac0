"""In surge mode: who finds a call in a list instead of on a card of its own, and that list."""

from collections.abc import Collection

from domain.duty import Duty, DutyKind
from domain.messages import Owed
from domain.surge import Waiting
from storage import help, people, surge, told
from storage.database import Work
from wording import Phrases
from wording.surge import lists


async def listed(work: Work, duty: Duty) -> frozenset[int]:
    """The staff who have had the request's own card, and find it in a list from then on."""
    if duty.kind is not DutyKind.HELP or not await surge.in_surge(work, duty.community_id):
        return frozenset()
    return frozenset(person.id for person in await told.staff(work, duty))


async def owed_lists(
    work: Work, phrases: Phrases, duty: Duty, whom: Collection[int]
) -> tuple[Owed, ...]:
    """All that waits in one message, for each of them once in a short while."""
    if not whom:
        return ()
    call = await help.call(work, duty)
    found = await surge.waiting(work, duty.community_id)
    persons = (await people.persons(work, whom)).values()
    return lists(phrases, call, found, persons, work.now)


async def near(work: Work, duty: Duty) -> list[Waiting]:
    """What else nobody has taken in the same building, to go there once."""
    if not await surge.in_surge(work, duty.community_id):
        return []
    found = await surge.waiting(work, duty.community_id)
    here = next((each.building for each in found if each.duty_id == duty.id), "")
    return [each for each in found if each.building == here and each.duty_id != duty.id and here]
