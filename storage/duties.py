"""Duties in the database: opened once, moved only forward by people, by the clock up the ladder and out
of silent hands, logged at each step."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.duty import Asking, Duty, DutyEvent, DutyKind, DutyState, Outcome
from domain.ladder import Ladder
from storage.among import among
from storage.database import Work
from storage.inbox import insert_or_leave
from storage.logged import LOG, Logged
from storage.often import Often, Values
from storage.tables.base import Instant
from storage.tables.duties import duties, duty_log

_STAMPS = {
    DutyState.TAKEN: "taken_at",
    DutyState.ON_THE_WAY: "on_the_way_at",
    DutyState.ARRIVED: "arrived_at",
    DutyState.CLOSED: "closed_at",
}
_NEW: dict[str, Any] = {"state": int(DutyState.OPEN), "presses": 1, "rung": 0}
_UNASKED = {"asking": None, "asked_id": None, "reminders": 0}


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
    state = DutyState(row.state)
    return Duty(
        id=row.id,
        kind=DutyKind(row.kind),
        community_id=row.community_id,
        household_id=row.household_id,
        subject_id=row.subject_id,
        raised_by=row.raised_by,
        owner_id=row.owner_id,
        state=state,
        presses=row.presses,
        opened_at=row.opened_at,
        ladder=Ladder.from_data(row.ladder),
        rung=row.rung,
        next_at=row.next_at,
        reminders=row.reminders,
        moved_at=getattr(row, _STAMPS[state]) if state in _STAMPS else None,
        closed_by=row.closed_by,
        outcome=Outcome(row.outcome) if row.outcome else None,
        asking=Asking(row.asking) if row.asking else None,
        asked_id=row.asked_id,
        handed_at=row.handed_at,
    )


def _new(on_postgresql: bool) -> Any:
    names = (*_NEW, *Opening.__dataclass_fields__, "opened_at", "next_at")
    given = {name: sa.bindparam(f"new_{name}", type_=duties.c[name].type) for name in names}
    return insert_or_leave(duties, on_postgresql).values(given)


_OPEN = Logged(_new(True), DutyEvent.OPENED, on_sqlite=_new(False))


async def open_duty(work: Work, opening: Opening) -> Duty | None:
    """Store a new duty, its first rung due now; None where the same is open or was opened already."""
    values = {f"new_{name}": value for name, value in values_of(work, opening).items()}
    row = await _OPEN.row(work, values, opening.raised_by)
    return read_duty(row) if row else None


def values_of(work: Work, opening: Opening) -> dict[str, Any]:
    """The row of a new duty."""
    return _NEW | {
        "kind": opening.kind,
        "community_id": opening.community_id,
        "household_id": opening.household_id,
        "subject_id": opening.subject_id,
        "raised_by": opening.raised_by,
        "owner_id": opening.owner_id,
        "opened_at": work.now,
        "ladder": opening.ladder.to_json(),
        "next_at": opening.ladder.next_at(0, work.now, work.now),
        "source_key": opening.source_key,
    }


async def log(
    work: Work, duty_id: int, event: DutyEvent, *, actor_id: int | None = None, detail: str = ""
) -> None:
    """Write a line into the duty's log."""
    await log_all(work, duty_id, [(event, actor_id, detail)])


async def log_all(
    work: Work, duty_id: int, lines: Sequence[tuple[DutyEvent, int | None, str]]
) -> None:
    """Write several: what happened, to or by whom, and more about it."""
    rows = [
        {"duty_id": duty_id, "at": work.now, "actor_id": actor_id, "event": event, "detail": detail}
        for event, actor_id, detail in lines
    ]
    await LOG.run(work, rows)


_GET = Often(
    sa.select(duties).where(
        duties.c.id == sa.bindparam("duty"), duties.c.kind == sa.bindparam("of_kind")
    )
)


async def get(work: Work, duty_id: int, kind: DutyKind) -> Duty | None:
    """One duty, if it is of that kind, or None."""
    row = await _GET.row(work, {"duty": duty_id, "of_kind": kind})
    return read_duty(row) if row else None


_OPEN_HELP = Often(
    sa.select(duties).where(
        duties.c.kind == DutyKind.HELP,
        duties.c.subject_id == sa.bindparam("elder"),
        duties.c.state < int(DutyState.CLOSED),
    )
)


async def open_help(work: Work, elder_id: int) -> Duty | None:
    """The elder's help request that is not closed, if there is one."""
    row = await _OPEN_HELP.row(work, {"elder": elder_id})
    return read_duty(row) if row else None


async def move(work: Work, duty: Duty, to: DutyState, actor_id: int) -> Duty | None:
    """Bring a duty forward into this person's hands; None where it is that far already.

    Whoever brings it furthest has it: what happened at the door outranks who said 我来. From now on
    the clock waits for their next sign. What was asked of colleagues is over, but for support that
    is still needed.
    """
    row = (
        await work.conn.execute(
            sa.update(duties)
            .where(duties.c.id == duty.id, duties.c.state < int(to))
            .values(_in_hand(work, duty, to, actor_id))
            .returning(duties)
        )
    ).one_or_none()
    if row is None:
        return None
    await log(work, duty.id, DutyEvent.MOVED, actor_id=actor_id, detail=to.name)
    return read_duty(row)


async def take_over(work: Work, duty: Duty, actor_id: int) -> Duty | None:
    """Take a duty that another has taken but not set out for; None where that is no longer so."""
    row = (
        await work.conn.execute(
            sa.update(duties)
            .where(
                duties.c.id == duty.id,
                duties.c.state == int(DutyState.TAKEN),
                duties.c.owner_id != actor_id,
            )
            .values(_in_hand(work, duty, DutyState.TAKEN, actor_id))
            .returning(duties)
        )
    ).one_or_none()
    if row is None:
        return None
    await log(work, duty.id, DutyEvent.MOVED, actor_id=actor_id, detail=DutyState.TAKEN.name)
    return read_duty(row)


def _in_hand(work: Work, duty: Duty, state: DutyState, owner_id: int) -> dict[str, Any]:
    unheard = sa.and_(duties.c.asking == Asking.SUPPORT, duties.c.owner_id == owner_id)
    stay = sa.literal(duty.stay_until(state, work.now), Instant)
    return {
        "state": int(state),
        "owner_id": owner_id,
        "next_at": sa.case((unheard, duties.c.next_at), else_=stay),
        "reminders": 0,
        "asking": sa.case((unheard, duties.c.asking), else_=sa.null()),
        "asked_id": None,
        "held_at": sa.func.coalesce(duties.c.held_at, work.now),
        _STAMPS[state]: work.now,
    }


async def remind(work: Work, duty: Duty) -> bool:
    """Note that its owner is reminded now; False where another did it or they gave a sign."""
    reminded = await work.conn.execute(
        sa.update(duties)
        .where(*_as_read(duty))
        .values(reminders=duty.reminders + 1, next_at=duty.again_at(work.now))
    )
    if reminded.rowcount:
        await log(work, duty.id, DutyEvent.REMINDED, actor_id=duty.owner_id)
    return bool(reminded.rowcount)


async def give_back(work: Work, duty: Duty) -> Duty | None:
    """Take a duty out of silent hands, back to where the ladder stood; None as for `remind`."""
    row = (
        await work.conn.execute(
            sa.update(duties)
            .where(*_as_read(duty))
            .values(
                state=int(DutyState.OPEN),
                owner_id=None,
                next_at=work.now,
                held_at=None,
                given_back=duties.c.given_back + 1,
                **_UNASKED,
            )
            .returning(duties)
        )
    ).one_or_none()
    if row is None:
        return None
    await log(work, duty.id, DutyEvent.GIVEN_BACK, actor_id=duty.owner_id)
    return read_duty(row)


def _as_read(duty: Duty) -> tuple[sa.ColumnElement[bool], ...]:
    """Nothing has happened since the duty was read."""
    return (
        duties.c.id == duty.id,
        duties.c.state == int(duty.state),
        duties.c.owner_id == duty.owner_id,
        duties.c.reminders == duty.reminders,
        duties.c.next_at <= duty.next_at,
    )


async def close(
    work: Work, duty_id: int, outcome: Outcome, actor_id: int | None, note: str = ""
) -> Duty | None:
    """Close a duty with a named person and an outcome; None where it was closed before."""
    values = {"before": int(DutyState.CLOSED)}
    return await _close(work, _CLOSE, values, duty_id, outcome, actor_id, note)


async def call_off(work: Work, duty: Duty, outcome: Outcome, actor_id: int) -> Duty | None:
    """Close a duty that nobody needs; None where meanwhile somebody has set out or pressed again."""
    values = {"before": int(DutyState.ON_THE_WAY), "presses_read": duty.presses}
    return await _close(work, _CALL_OFF, values, duty.id, outcome, actor_id, "")


def _closing(*conditions: sa.ColumnElement[bool]) -> Logged:
    closed = (
        sa.update(duties)
        .where(duties.c.id == sa.bindparam("duty"), duties.c.state < sa.bindparam("before"))
        .where(*conditions)
        .values(
            state=int(DutyState.CLOSED),
            closed_at=sa.bindparam("now", type_=Instant),
            closed_by=sa.bindparam("closer", type_=sa.BigInteger),
            outcome=sa.bindparam("ends_as", type_=sa.String),
            next_at=None,
            **_UNASKED,
        )
    )
    return Logged(closed, DutyEvent.CLOSED)


_CLOSE = _closing()
_CALL_OFF = _closing(duties.c.presses == sa.bindparam("presses_read"))


async def _close(
    work: Work,
    closing: Logged,
    values: Values,
    duty_id: int,
    outcome: Outcome,
    actor_id: int | None,
    note: str,
) -> Duty | None:
    ended = {"duty": duty_id, "now": work.now, "closer": actor_id, "ends_as": outcome}
    detail = f"{outcome}: {note}" if note else str(outcome)
    row = await closing.row(work, {**values, **ended}, actor_id, detail)
    return read_duty(row) if row else None


async def stop_waiting(work: Work, duty_id: int, person_id: int) -> None:
    """Whoever has it, or is asked to take it over, cannot be reached: it need not be waited for their
    sign, at the door excepted."""
    on_the_way = duties.c.state.in_([int(DutyState.TAKEN), int(DutyState.ON_THE_WAY)])
    await work.conn.execute(
        sa.update(duties)
        .where(
            duties.c.id == duty_id,
            sa.or_(
                sa.and_(duties.c.owner_id == person_id, on_the_way),
                sa.and_(duties.c.asked_id == person_id, duties.c.state < int(DutyState.CLOSED)),
            ),
        )
        .values(next_at=work.now, reminders=1)
    )


async def due(work: Work, kinds: Iterable[DutyKind] = DutyKind, limit: int = 200) -> list[Duty]:
    """Duties of these kinds whose next step is due: calls for help first, then who waits longest."""
    rows = await work.conn.execute(
        sa.select(duties)
        .where(
            duties.c.state < int(DutyState.CLOSED),
            duties.c.next_at <= work.now,
            duties.c.kind.in_(list(kinds)),
        )
        .order_by(duties.c.kind != DutyKind.HELP, duties.c.next_at)
        .limit(limit)
    )
    return [read_duty(row) for row in rows]


TOLD = sa.select(duty_log.c.actor_id).where(
    duty_log.c.duty_id == sa.bindparam("duty"), duty_log.c.event == DutyEvent.TOLD
)
"""The ids of everyone who has been told of the duty so far."""


async def history(work: Work, duty_id: int) -> list[LogLine]:
    """The duty's log, in order."""
    rows = await work.conn.execute(
        sa.select(duty_log).where(duty_log.c.duty_id == duty_id).order_by(duty_log.c.id)
    )
    return [LogLine(r.at, DutyEvent(r.event), r.actor_id, r.detail or "") for r in rows]


async def words(work: Work, duty_ids: Collection[int]) -> Mapping[int, Sequence[str]]:
    """What was added to each, in order."""
    if not duty_ids:
        return {}
    rows = await work.conn.execute(
        sa.select(duty_log.c.duty_id, duty_log.c.detail)
        .where(among(duty_log.c.duty_id), duty_log.c.event == DutyEvent.ADDED)
        .order_by(duty_log.c.id),
        {"ids": duty_ids},
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.duty_id, []).append(row.detail or "")
    return found


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
    """Duties not closed whose next step is missing or was due before `late`: what a watchdog barks at."""
    rows = await work.conn.execute(
        sa.select(duties)
        .where(
            duties.c.state < int(DutyState.CLOSED),
            sa.or_(duties.c.next_at.is_(None), duties.c.next_at < late),
        )
        .order_by(duties.c.id)
    )
    return [read_duty(row) for row in rows]
