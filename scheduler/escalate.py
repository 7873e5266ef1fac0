"""Escalation: every rung of every duty's ladder, taken when the clock says so."""

from collections.abc import Awaitable, Callable

from domain.duty import Duty, DutyKind
from domain.messages import Lane, Owed
from storage import duties, help, people, questions
from storage.database import Work
from wording import Phrases
from wording.ask import question_card
from wording.help import told_card

Climb = Callable[[Work, Duty], Awaitable[tuple[Owed, ...]]]


def climber(phrases: Phrases) -> Climb:
    """The function that takes a duty's next rung and says what the people on it are owed.

    Each rung is taken once, whoever is first; what it owes carries a key, so that even a rung that is
    taken again after a crash tells nobody twice.
    """

    async def climb(work: Work, duty: Duty) -> tuple[Owed, ...]:
        told = await duties.climb(work, duty)
        if not told:
            return ()
        tell = _help if duty.kind is DutyKind.HELP else _question
        return await tell(work, phrases, duty, told)

    return climb


async def _help(work: Work, phrases: Phrases, duty: Duty, told: list[int]) -> tuple[Owed, ...]:
    call = await help.call(work, duty)
    family = {relative.person_id for relative in call.person.family}
    owed = []
    for person in (await people.persons(work, told)).values():
        message = told_card(phrases[person.language], call, person.id in family)
        key = f"duty:{duty.id}:{duty.rung}:{person.id}"
        owed.append(Owed(person.id, message, Lane.EMERGENCY, key, duty.id))
    return tuple(owed)


async def _question(work: Work, phrases: Phrases, duty: Duty, told: list[int]) -> tuple[Owed, ...]:
    asked = await questions.asked(work, duty)
    owed = []
    for person in (await people.persons(work, told)).values():
        message = question_card(phrases[person.language], asked)
        key = f"duty:{duty.id}:{duty.rung}:{person.id}"
        owed.append(Owed(person.id, message, Lane.CONVERSATION, key, duty.id))
    return tuple(owed)


async def climb_all(work: Work, climb: Climb, limit: int = 100) -> list[Owed]:
    """Take the next rung of every duty for which it is due."""
    owed: list[Owed] = []
    for duty in await duties.due(work, limit):
        owed += await climb(work, duty)
    return owed
