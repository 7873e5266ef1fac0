"""Who is told when the desk itself is in trouble, and how: at most once an hour for each trouble."""

from collections.abc import Callable
from dataclasses import replace

from domain.messages import Lane, Message, Owed
from domain.people import Person, Role
from storage import outbox, people
from storage.database import Work
from storage.outbox import Due


async def operators(work: Work, code: str) -> list[Person]:
    """The operator whom the settings name; without one, or while a register has nobody of that code,
    every supervisor."""
    if code and (named := await people.person_by_code(work, code)) is not None:
        return [named]
    heads = [person_id for _, person_id in await people.everyone_with(work, Role.SUPERVISOR)]
    return list((await people.persons(work, heads)).values())


async def alert(
    work: Work,
    code: str,
    trouble: str,
    lane: Lane,
    text: Callable[[Person], str],
    *,
    later: bool = False,
) -> list[Due]:
    """Tell the operators of a trouble, once an hour for each name of one; returns what is to be sent.
    `later`: it is left to the next sweep, for whoever has nobody to hand it to."""
    owed = [
        Owed(one.id, Message(text(one)), lane, f"alert:{trouble}:{work.now:%Y%m%d%H}:{one.id}")
        for one in await operators(work, code)
    ]
    letters = await outbox.address(work, owed)
    if later:
        letters = [replace(letter, not_before=work.now) for letter in letters]
    return await outbox.owe(work, letters)
