"""What there is to know about a help request, gathered for the people who are told of it."""

import sqlalchemy as sa

from domain.duty import Duty, DutyEvent, DutyKind, DutyState
from domain.help import Call, HelpKind, may_serve
from domain.people import Card, Person
from storage import duties as all_duties
from storage import people
from storage.database import Work
from storage.tables.duties import duties, duty_log

KIND = "kind:"
"""Marks a log line that says by one tap what the request is about."""

_STAMP = {
    DutyState.TAKEN: duties.c.taken_at,
    DutyState.ON_THE_WAY: duties.c.on_the_way_at,
    DutyState.ARRIVED: duties.c.arrived_at,
    DutyState.CLOSED: duties.c.closed_at,
}


async def get(work: Work, duty_id: int) -> Duty | None:
    """One help request, or None."""
    return await all_duties.get(work, duty_id, DutyKind.HELP)


async def call(work: Work, duty: Duty) -> Call:
    """The request as it stands now."""
    community = await people.community(work, duty.community_id)
    hands = duty.closed_by or duty.owner_id
    names = await people.persons(work, [i for i in (hands, duty.raised_by) if i])
    worker, raiser = names.get(hands or -1), names.get(duty.raised_by or -1)
    stamp = _STAMP.get(duty.state)
    moved = None
    if stamp is not None:
        moved = await work.conn.scalar(sa.select(stamp).where(duties.c.id == duty.id))
    added = await _added(work, duty.id)
    kinds = [detail.removeprefix(KIND) for detail in added if detail.startswith(KIND)]
    return Call(
        duty=duty,
        person=await _card(work, duty),
        zone=community.zone,
        community_phone=str(community.details.get("phone", "")),
        worker=worker.name if worker else "",
        raised_by=raiser.name if raiser and raiser.id != duty.subject_id else "",
        moved_at=moved,
        kind=HelpKind(kinds[-1]) if kinds else None,
        words=tuple(detail for detail in added if not detail.startswith(KIND)),
        looks_after=await _looks_after(work, duty),
    )


async def at_home(work: Work, call: Call) -> list[Person]:
    """Whom every change of a request concerns at home: who it is for, who pressed, the family."""
    ids = [call.duty.subject_id, call.duty.raised_by, *(r.person_id for r in call.person.family)]
    return list((await people.persons(work, {i for i in ids if i is not None})).values())


async def helpers(work: Work, duty: Duty) -> list[Person]:
    """The staff who have been told of a request and may still see it."""
    told = await people.persons(work, await all_duties.told(work, duty.id))
    return [person for person in told.values() if may_serve(person, duty)]


async def _card(work: Work, duty: Duty) -> Card:
    assert duty.subject_id is not None, "a help request is about somebody"
    return await people.card(work, duty.subject_id)


async def _looks_after(work: Work, duty: Duty) -> tuple[tuple[str, str], ...]:
    elders = await people.persons(work, await people.elders_of(work, duty.subject_id or -1))
    found = []
    for elder in elders.values():
        home = await people.home(work, elder.household_id)
        found.append((elder.name, home.place if home else ""))
    return tuple(found)


async def _added(work: Work, duty_id: int) -> list[str]:
    found = await work.conn.scalars(
        sa.select(duty_log.c.detail)
        .where(duty_log.c.duty_id == duty_id, duty_log.c.event == DutyEvent.ADDED)
        .order_by(duty_log.c.id)
    )
    return [detail for detail in found if detail]
