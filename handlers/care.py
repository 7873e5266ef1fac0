"""Whom a worker or supervisor may act for in matters of who lives where, and how they are told of it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from domain.messages import Button, Lane, Message, Owed, Rows
from domain.people import OVERSEERS, STAFF, Home, Person, Role
from handlers.base import Services, Turn
from storage import leave, people, visit_homes
from storage.visit_homes import Door

MAY = frozenset({Role.WORKER, Role.SUPERVISOR})
HEAD = frozenset({Role.SUPERVISOR})
AT_WORK = frozenset({*STAFF, *OVERSEERS})


def leads(turn: Turn) -> bool:
    """Whether they may act for everybody of their community."""
    return turn.who.is_any(Role.SUPERVISOR)


async def doors(turn: Turn, services: Services) -> list[Door]:
    """Their own homes; a supervisor's are all of the community."""
    if leads(turn):
        return await visit_homes.doors_of_community(services.work, turn.who.community_id)
    return await visit_homes.doors(services.work, turn.who.id)


async def own_home(turn: Turn, services: Services, home_id: int | None) -> Home | None:
    """The home, if it is one of theirs."""
    home = await people.home(services.work, home_id) if home_id is not None else None
    if home is None or leads(turn):
        return home if home and home.community_id == turn.who.community_id else None
    deputy = await leave.deputy(services.work, home.worker_id)
    mine = turn.who.id in (home.worker_id, deputy) and turn.who.is_any(Role.WORKER)
    return home if mine else None


async def in_care(turn: Turn, services: Services, person_id: int) -> Person | None:
    """The person, where whoever is talking may act for them: who leads the community for all of it, its
    staff too; a worker for who lives in their homes, or is family there from elsewhere, and does not
    work here."""
    person = await people.person(services.work, person_id)
    if person is None or person.community_id != turn.who.community_id:
        return None
    if leads(turn):
        return person
    if person.is_any(*AT_WORK):
        return None
    homes = [person.household_id]
    if person.household_id is None:  # a son from elsewhere, who came in by an elder's code
        ids = await people.elders_of(services.work, person.id)
        elders = await people.persons(services.work, ids)
        homes = [elder.household_id for elder in elders.values()]
    theirs = [await own_home(turn, services, one) for one in homes]
    return person if any(theirs) else None


async def movable(turn: Turn, services: Services, index: int) -> Person | None:
    """Who is to be moved, by the number a tap carries: theirs, living somewhere, and not of the staff,
    whose work is given on first."""
    person = await in_care(turn, services, turn.number(index))
    fit = person is not None and person.household_id is not None and not person.is_any(*STAFF)
    return person if fit else None


async def heads(services: Services, community_id: int) -> list[int]:
    """The supervisors of a community."""
    return await people.with_role(services.work, community_id, Role.SUPERVISOR)


async def told(
    turn: Turn,
    services: Services,
    ids: Iterable[int | None],
    key: str,
    **values: Any,
) -> tuple[Owed, ...]:
    """A sentence for each of these, but for who is talking; for who is on leave their deputy hears it."""
    hearing = {await leave.deputy(services.work, one) for one in ids if one is not None}
    hearing -= {None, turn.who.id}
    found = await people.persons(services.work, sorted(one for one in hearing if one is not None))
    return tuple(
        Owed(
            person.id,
            Message(services.phrases[person.language](key, **values)),
            Lane.CONVERSATION,
        )
        for person in found.values()
    )


def yes_or_not(turn: Turn, key: str, yes: str, back: str, no: str = "moves.leave_it") -> Rows:
    """Under what is asked once more: the button that does it, and the one that leads back."""
    return ((Button(turn.say.plain(key), yes),), (Button(turn.say.plain(no), back),))


def in_place(message: Message, turn: Turn) -> Message:
    """Instead of the message that was tapped; what was typed is answered below."""
    return replace(message, in_place=bool(turn.incoming.action))
