"""Duties in the database: opened once, moved only forward, climbed by the clock, logged at each step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.duty import Duty, DutyEvent, DutyKind, DutyState, Outcome
from domain.ladder import Ladder, Who
from domain.people import Role
from storage import people
from storage.database import Work
from storage.inbox import insert_new
from storage.tables.duties import duties, duty_log
from storage.tables.people import households

_STAMPS = {
    DutyState.TAKEN: "taken_at",
    DutyState.ON_THE_WAY: "on_the_way_at",
    DutyState.ARRIVED: "arrived_at",
    DutyState.CLOSED: "closed_at",
}


@dataclass(frozen=True, slots=True)
class Opening:
    """What a new duty is about. `source_key` names the turn: the same turn opens it once."""

    kind: DutyKind
    community_id: int
    ladder: Ladder
    source_key: str
    household_id: int | None = None
    subject_id: int | None = None
    raised_by: int | None = None
    owner_id: int | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a duty's log."""

    at: datetime
    event: DutyEvent
    actor_id: int | None
    detail: str


def read_duty(row: sa.Row[Any]) -> Duty:
    """The duty in a row of the table."""
    return Duty(
        id=row.id,
        kind=DutyKind(row.kind),
        community_id=row.community_id,
        household_id=row.household_id,
        subject_id=row.subject_id,
        raised_by=row.raised_by,
        owner_id=row.owner_id,
        state=DutyState(row.state),
        presses=row.presses,
        opened_at=row.opened_at,
        ladder=Ladder.from_data(row.ladder),
        rung=row.rung,
        next_at=row.next_at,
        taken_at=row.taken_at,
        closed_at=row.closed_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
    )


async def open_duty(work: Work, opening: Opening) -> Duty | None:
    """Store a new duty, its first rung due now; None where the same is open or was opened already."""
    row = (
        await work.conn.execute(
            insert_new(work, duties)
            .values(
                kind=opening.kind,
                community_id=opening.community_id,
                household_id=opening.household_id,
                subject_id=opening.subject_id,
                raised_by=opening.raised_by,
                owner_id=opening.owner_id,
                state=int(DutyState.OPEN),
                presses=1,
                opened_at=work.now,
                ladder=opening.ladder.to_json(),
                rung=0,
                next_at=opening.ladder.next_at(0, work.now, work.now),
                source_key=opening.source_key,
            )
            .returning(duties)
        )
    ).one_or_none()
    if row is None:
        return None
    await log(work, row.id, DutyEvent.OPENED, actor_id=opening.raised_by)
    return read_duty(row)


async def log(
    work: Work, duty_id: int, event: DutyEvent, *, actor_id: int | None = None, detail: str = ""
) -> None:
    """Write a line into the duty's log."""
    await work.conn.execute(
        sa.insert(duty_log).values(
            duty_id=duty_id, at=work.now, actor_id=actor_id, event=event, detail=detail
        )
    )


async def get(work: Work, duty_id: int) -> Duty | None:
    """One duty, or None."""
    row = (await work.conn.execute(sa.select(duties).where(duties.c.id == duty_id))).one_or_none()
    return read_duty(row) if row else None


async def open_help(work: Work, elder_id: int) -> Duty | None:
    """The elder's help request that is not closed, if there is one."""
    row = (
        await work.conn.execute(
            sa.select(duties).where(
                duties.c.kind == DutyKind.HELP,
                duties.c.subject_id == elder_id,
                duties.c.state < int(DutyState.CLOSED),
            )
        )
    ).one_or_none()
    return read_duty(row) if row else None


async def press_again(work: Work, duty: Duty, actor_id: int) -> int:
    """Record one more press on an open request; returns how many there are now."""
    presses = await work.conn.scalar(
        sa.update(duties)
        .where(duties.c.id == duty.id)
        .values(presses=duties.c.presses + 1)
        .returning(duties.c.presses)
    )
    await log(work, duty.id, DutyEvent.PRESSED_AGAIN, actor_id=actor_id)
    return int(presses or 0)


async def move(work: Work, duty_id: int, to: DutyState, actor_id: int) -> Duty | None:
    """Move a duty forward in this person's hands; None where it is that far already.

    Only its owner moves a taken duty on, except that anyone entitled may close or arrive first:
    what happened at the door outranks who said 我来.
    """
    values: dict[str, Any] = {"state": int(to), "owner_id": actor_id, _STAMPS[to]: work.now}
    if to is not DutyState.CLOSED:
        values["next_at"] = None
    row = (
        await work.conn.execute(
            sa.update(duties)
            .where(duties.c.id == duty_id, duties.c.state < int(to))
            .values(**values)
            .returning(duties)
        )
    ).one_or_none()
    if row is None:
        return None
    await log(work, duty_id, DutyEvent.MOVED, actor_id=actor_id, detail=to.name)
    return read_duty(row)


async def close(
    work: Work, duty_id: int, outcome: Outcome, actor_id: int, note: str = ""
) -> Duty | None:
    """Close a duty with a named person and an outcome; None where it was closed before."""
    row = (
        await work.conn.execute(
            sa.update(duties)
            .where(duties.c.id == duty_id, duties.c.state < int(DutyState.CLOSED))
            .values(
                state=int(DutyState.CLOSED),
                closed_at=work.now,
                closed_by=actor_id,
                outcome=outcome,
                next_at=None,
            )
            .returning(duties)
        )
    ).one_or_none()
    if row is None:
        return None
    detail = f"{outcome}: {note}" if note else str(outcome)
    await log(work, duty_id, DutyEvent.CLOSED, actor_id=actor_id, detail=detail)
    return read_duty(row)


async def due(work: Work, limit: int = 200) -> list[Duty]:
    """Duties whose next step is due."""
    rows = await work.conn.execute(
        sa.select(duties)
        .where(duties.c.state < int(DutyState.CLOSED), duties.c.next_at <= work.now)
        .order_by(duties.c.next_at)
        .limit(limit)
    )
    return [read_duty(row) for row in rows]


async def climb(work: Work, duty: Duty) -> list[int] | None:
    """Take the next rung of the duty's ladder: returns whom it reaches, None where another did it.

    Who could not be told, and that nobody is on a rung, is written down as well as who was.
    """
    following = duty.ladder.next_at(duty.rung + 1, duty.opened_at, work.now)
    claimed = await work.conn.execute(
        sa.update(duties)
        .where(
            duties.c.id == duty.id,
            duties.c.rung == duty.rung,
            duties.c.state == int(DutyState.OPEN),
        )
        .values(rung=duty.rung + 1, next_at=following)
    )
    if claimed.rowcount == 0:
        return None
    whom = await people_on(work, duty, duty.ladder.at(duty.rung).who)
    reachable = await people.reach(work, [person_id for person_id, _ in whom])
    lines = [_told(work, duty, person_id, who, person_id in reachable) for person_id, who in whom]
    if not lines:
        lines = [_line(work, duty, DutyEvent.NOBODY, None, ",".join(duty.ladder.at(duty.rung).who))]
    await work.conn.execute(sa.insert(duty_log), lines)
    return [person_id for person_id, _ in whom]


def _told(work: Work, duty: Duty, person_id: int, who: Who, reachable: bool) -> dict[str, Any]:
    if reachable:
        return _line(work, duty, DutyEvent.TOLD, person_id, who)
    return _line(work, duty, DutyEvent.NOT_TOLD, person_id, f"{who}: no channel")


def _line(
    work: Work, duty: Duty, event: DutyEvent, actor_id: int | None, detail: str
) -> dict[str, Any]:
    return {
        "duty_id": duty.id,
        "at": work.now,
        "actor_id": actor_id,
        "event": event,
        "detail": detail,
    }


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


async def told(work: Work, duty_id: int) -> list[int]:
    """Everyone who has been told of the duty so far."""
    found = await work.conn.scalars(
        sa.select(duty_log.c.actor_id)
        .where(duty_log.c.duty_id == duty_id, duty_log.c.event == DutyEvent.TOLD)
        .distinct()
    )
    return [person_id for person_id in found if person_id is not None]


async def history(work: Work, duty_id: int) -> list[LogLine]:
    """The duty's log, in order."""
    rows = await work.conn.execute(
        sa.select(duty_log).where(duty_log.c.duty_id == duty_id).order_by(duty_log.c.id)
    )
    return [LogLine(r.at, DutyEvent(r.event), r.actor_id, r.detail or "") for r in rows]


async def unclosed(work: Work, community_id: int, kind: DutyKind) -> list[Duty]:
    """All duties of a kind that are not closed, oldest first."""
    rows = await work.conn.execute(
        sa.select(duties)
        .where(
            duties.c.community_id == community_id,
            duties.c.kind == kind,
            duties.c.state < int(DutyState.CLOSED),
        )
        .order_by(duties.c.opened_at)
    )
    return [read_duty(row) for row in rows]


async def stuck(work: Work, late: datetime) -> list[Duty]:
    """Open duties whose next step is missing or was due before `late`: what a watchdog barks at."""
    rows = await work.conn.execute(
        sa.select(duties)
        .where(
            duties.c.state == int(DutyState.OPEN),
            sa.or_(duties.c.next_at.is_(None), duties.c.next_at < late),
        )
        .order_by(duties.c.id)
    )
    return [read_duty(row) for row in rows]
