"""Climbing a ladder: whom a rung reaches at this moment, and that each rung is taken once."""

from collections.abc import Sequence

import sqlalchemy as sa

from domain.duty import Duty, DutyEvent, DutyState
from domain.ladder import Who
from domain.people import Role
from storage import duties, people
from storage.database import Work
from storage.tables.duties import duties as rows
from storage.tables.people import households


async def climb(work: Work, duty: Duty) -> list[int] | None:
    """Take the next rung of the duty's ladder: returns whom it reaches, None where another did it.

    Who could not be told, and that nobody is on a rung, is written down as well as who was.
    """
    whom = await people_on(work, duty, duty.ladder.at(duty.rung).who)
    reachable = await people.reach(work, [person_id for person_id, _ in whom])
    following = duty.ladder.next_at(duty.rung + 1, duty.opened_at, work.now)
    claimed = await work.conn.execute(
        sa.update(rows)
        .where(
            rows.c.id == duty.id,
            rows.c.rung == duty.rung,
            rows.c.state == int(DutyState.OPEN),
        )
        .values(rung=duty.rung + 1, next_at=following)
    )
    if claimed.rowcount == 0:
        return None
    lines = [_told(person_id, who, person_id in reachable) for person_id, who in whom]
    nobody = (DutyEvent.NOBODY, None, ",".join(duty.ladder.at(duty.rung).who))
    await duties.log_all(work, duty.id, lines or [nobody])
    return [person_id for person_id, _ in whom if person_id in reachable]


def _told(person_id: int, who: Who, reachable: bool) -> tuple[DutyEvent, int | None, str]:
    if reachable:
        return DutyEvent.TOLD, person_id, who
    return DutyEvent.NOT_TOLD, person_id, f"{who}: no channel"


async def people_on(work: Work, duty: Duty, who: Sequence[Who]) -> list[tuple[int, Who]]:
    """The persons a rung reaches now, each once, with the first reason that names them."""
    found: dict[int, Who] = {}
    for group in who:
        for person_id in await _group(work, duty, group):
            found.setdefault(person_id, group)
    return list(found.items())


async def _group(work: Work, duty: Duty, who: Who) -> list[int]:
    match who:
        case Who.HOUSEHOLD_WORKER:
            worker = await work.conn.scalar(
                sa.select(households.c.worker_id).where(households.c.id == duty.household_id)
            )
            return [worker] if worker else []
        case Who.DUTY_WORKER:
            return await people.on_duty(work, duty.community_id, work.now)
        case Who.FAMILY:
            relatives = await people.relatives(work, duty.subject_id or -1)
            return [relative.person_id for relative in relatives]
        case Who.ALL_WORKERS:
            return await people.with_role(work, duty.community_id, Role.WORKER)
        case Who.SUPERVISOR:
            return await people.with_role(work, duty.community_id, Role.SUPERVISOR)
        case Who.STREET:
            return await people.with_role(work, duty.community_id, Role.STREET)
