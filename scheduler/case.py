"""Cases on the clock: who hears that one waits or falls due; and a day after its end, was it solved?"""

from datetime import datetime, timedelta

from domain.calendar import day_bounds, local_day
from domain.case import Case, is_head_of
from domain.duty import Duty
from domain.messages import Button, Lane, Message, Owed, OwedTo
from domain.people import Language
from knowledge.cases import kind_name
from scheduler.base import Surroundings, some_at_a_time
from storage import case_end, cases, help_hands, outbox, people
from storage.database import Work
from storage.people import Community
from wording import Phrases
from wording.case import asking, short
from wording.cases import card_name, late_or_near, staff_card

JOB = "case-asked"
_CHUNK = 100
"""Cases a transaction: on SQLite nobody else can write while one is open."""

BACK = timedelta(days=3)
"""How far back is looked: a desk that was down for some days still asks, later nobody remembers."""


async def tell(work: Work, phrases: Phrases, duty: Duty, told: list[int]) -> tuple[Owed, ...]:
    """The card for those on a rung; who stands in for the owner, or leads, may take it."""
    case = await cases.get(work, duty.id)
    assert case is not None, "a case's duty has its case"
    head, owed = late_or_near(case, work.now), []
    for person in (await people.persons(work, told)).values():
        say = phrases[person.language]
        kind = kind_name(case.kind, say.language)
        steps_in = is_head_of(person, duty) or await cases.stands_in(work, person.id, duty.owner_id)
        card = staff_card(say, case, person.id, kind, work.now, head, may_take=steps_in)
        key = f"duty:{duty.id}:{case.promised_at.timestamp():.0f}:{duty.rung}:{person.id}"
        owed.append(Owed(person.id, card, Lane.CONVERSATION, key, duty.id))
    return tuple(owed)


async def lapse(work: Work, phrases: Phrases, duty: Duty) -> tuple[Owed, ...]:
    """The colleague who was asked to take it over says nothing: it is still with who has it."""
    was = await cases.get(work, duty.id)
    kept = await help_hands.refuse(work, duty)
    owner = await people.person(work, duty.owner_id or -1)
    if was is None or kept is None or owner is None:
        return ()
    say = phrases[owner.language]
    kind = kind_name(was.kind, say.language)
    line = say("cases.line_lapsed", who=was.asked, kind=kind, words=short(was.text))
    return (Owed(owner.id, Message(line), duty_id=duty.id),)


async def ask(around: Surroundings, due: datetime) -> None:
    """Ask about what was closed before today, each case in the transaction that notes it."""
    await some_at_a_time(around, _some, due)


async def _some(around: Surroundings, community: Community, due: datetime) -> int:
    """Ask about some; returns how many were found."""
    today, _ = day_bounds(local_day(due, community.zone), community.zone)
    async with around.database.writing() as work:
        found = await case_end.to_ask(work, community.id, today - BACK, today, _CHUNK)
        owed = [one for case in found for one in await _asked(around.phrases, work, case)]
        await outbox.owe_in_bulk(work, await outbox.address(work, owed))
    return len(found)


async def _asked(phrases: Phrases, work: Work, case: Case) -> tuple[Owed | OwedTo, ...]:
    """Whoever raised it; where no message reaches them, whoever closed it is to ring."""
    if not await case_end.note_asked(work, case.duty.id):
        return ()
    if case.silent:
        return await _ring(phrases, work, case)
    key = f"{JOB}:{case.duty.id}"
    person = await people.person(work, case.duty.subject_id or -1)
    if person is not None:
        message = asking(phrases[person.language], case, work.now)
        return (Owed(person.id, message, Lane.ROUTINE, key),)
    assert case.address_id is not None, "whoever is reached is known by name or by their chat"
    message = asking(phrases[Language.ZH], case, work.now)
    return (OwedTo(case.address_id, message, Lane.ROUTINE, key),)


async def _ring(phrases: Phrases, work: Work, case: Case) -> tuple[Owed, ...]:
    closer = await people.person(work, case.duty.closed_by or -1)
    if closer is None:
        return ()
    say, duty_id = phrases[closer.language], case.duty.id
    kind = kind_name(case.kind, say.language)
    card = staff_card(say, case, closer.id, kind, work.now, note=say("cases.ring"))
    row = (
        Button(say.plain("case.solved"), f"cases.said:{duty_id}:1"),
        Button(say.plain("case.unsolved"), f"cases.said:{duty_id}:0"),
    )
    message = Message(card.text, buttons=(row, *card.buttons), card=card_name(duty_id))
    return (Owed(closer.id, message, Lane.ROUTINE, f"{JOB}:{duty_id}", duty_id),)
