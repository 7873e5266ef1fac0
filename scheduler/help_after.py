"""The morning after: those who were helped are asked whether it has been solved, once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from domain.calendar import day_bounds, local_day
from domain.duty import Duty
from domain.help import Call
from domain.messages import Lane, Owed
from domain.people import Person
from scheduler.base import Surroundings, some_at_a_time
from storage import help, help_after, outbox, people
from storage.database import Work
from storage.people import Community
from wording.help_after import question

JOB = "help-after"
_CHUNK = 100
"""Requests a transaction: on SQLite nobody else can write while one is open."""

BACK = timedelta(days=3)
"""How far back is looked: a desk that was down for some days still asks, later nobody remembers."""


async def ask(around: Surroundings, due: datetime) -> None:
    """Ask about what was closed before today, each request in the transaction that notes it; the
    routine lane keeps the quiet hours."""
    await some_at_a_time(around, _some, due)


async def _some(around: Surroundings, community: Community, due: datetime) -> int:
    """Ask about some; returns how many were found."""
    today, _ = day_bounds(local_day(due, community.zone), community.zone)
    async with around.database.writing() as work:
        found = await help_after.to_ask(work, community.id, today - BACK, today, _CHUNK)
        owed = [one for duty in found for one in await _owed(around, work, duty)]
        await outbox.owe_in_bulk(work, await outbox.address(work, owed))
    return len(found)


async def _owed(around: Surroundings, work: Work, duty: Duty) -> Sequence[Owed]:
    call = await help.call(work, duty)
    asked = await _whom(work, call)
    if not await help_after.note_asked(work, duty.id, len(asked)):
        return ()
    return [
        Owed(
            person.id,
            question(around.phrases[person.language], call, person.id, work.now),
            Lane.ROUTINE,
            f"after:{duty.id}:{person.id}",
        )
        for person in asked
    ]


async def _whom(work: Work, call: Call) -> list[Person]:
    """Whoever was helped, or where they have no chat, their family."""
    subject, family = call.person.person_id, [one.person_id for one in call.person.family]
    reach = await people.reach(work, [subject, *family])
    whom = [subject] if subject in reach else [one for one in family if one in reach]
    return list((await people.persons(work, whom)).values())
