"""Climbing a ladder: whom a rung reaches at this moment, and that each rung is taken once."""

from collections.abc import Awaitable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol

import sqlalchemy as sa

from domain.duty import Duty, DutyEvent
from domain.help import Call
from domain.ladder import Who
from domain.messages import Owed
from domain.people import STAFF, Role
from storage import duties
from storage.among import one_of
from storage.database import Work
from storage.leave import stand_in
from storage.often import Often, Values
from storage.people import reached
from storage.roster import BEHIND, WHO
from storage.tables.base import Instant
from storage.tables.duties import duties as rows
from storage.tables.people import families, households, people, roles, shifts
from storage.together import together


class Climb(Protocol):
    """Takes a duty's next step and returns what people are owed because of it. `call`: what there is to
    know of a help request, where that was gathered in this transaction, of the duty as it stands."""

    def __call__(
        self, work: Work, duty: Duty, call: Call | None = None, /
    ) -> Awaitable[tuple[Owed, ...]]: ...


async def no_climb(*_: object) -> tuple[Owed, ...]:
    """Where nothing may climb: jobs and talks that have no ladder."""
    raise AssertionError("nothing climbs a ladder here")


@dataclass(frozen=True, slots=True)
class OnRung:
    """Somebody whom a rung reaches, why, and whether any address of theirs does."""

    person_id: int
    who: Who
    reachable: bool


async def climb(work: Work, duty: Duty, listed: Collection[int] = frozenset()) -> list[int] | None:
    """Take the next rung of the duty's ladder: returns whom it reaches, None where another did it.

    Who could not be told, and that nobody is on a rung, is written down as well as who was; and of
    those in `listed`, that they find it in a list.
    """
    rung = duty.ladder.at(duty.rung)
    claim = {
        "duty": duty.id,
        "from_rung": duty.rung,
        "in_state": int(duty.state),
        "to_rung": duty.rung + 1,
        "then": duty.ladder.next_at(duty.rung + 1, duty.opened_at, work.now),
    }
    if work.driver is not None:
        reached = _reached(tuple(rung.who)), _about(work, duty)
        (claimed,), found = await together(work, [(_CLAIM, claim)], reached)
        whom = _each_once(found, rung.who)
    else:
        claimed = await _CLAIM.count(work, claim)
        whom = await people_on(work, duty, rung.who) if claimed else []
    if not claimed:
        return None
    nobody = (DutyEvent.NOBODY, None, ",".join(rung.who))
    await duties.log_all(work, duty.id, [told_line(one, listed) for one in whom] or [nobody])
    return [one.person_id for one in whom if one.reachable]


def told_line(
    one: OnRung, listed: Collection[int] = frozenset()
) -> tuple[DutyEvent, int | None, str]:
    """What the log says of telling them."""
    if one.reachable:
        detail = f"{one.who}: listed" if one.person_id in listed else one.who
        return DutyEvent.TOLD, one.person_id, detail
    return DutyEvent.NOT_TOLD, one.person_id, f"{one.who}: no channel"


_CLAIM = Often(
    sa.update(rows)
    .where(
        rows.c.id == sa.bindparam("duty"),
        rows.c.rung == sa.bindparam("from_rung"),
        rows.c.state == sa.bindparam("in_state"),
    )
    .values(rung=sa.bindparam("to_rung"), next_at=sa.bindparam("then", type_=Instant))
)


async def wait_until(work: Work, duty: Duty, at: datetime) -> None:
    """The next step is due then, whatever the ladder says: a day is waited for, or a quiet night."""
    await work.conn.execute(
        sa.update(rows)
        .where(rows.c.id == duty.id, rows.c.state == int(duty.state))
        .values(next_at=at)
    )


async def people_on(work: Work, duty: Duty, who: Sequence[Who]) -> list[OnRung]:
    """The persons a rung reaches now, each once, with the first reason that names them."""
    return _each_once(await _reached(tuple(who)).rows(work, _about(work, duty)), who)


def _about(work: Work, duty: Duty) -> Values:
    return {
        "household": duty.household_id,
        "community": duty.community_id,
        "subject": duty.subject_id,
        "owner": duty.owner_id,
        "now": work.now,
    }


def _each_once(found: Sequence[Any], who: Sequence[Who]) -> list[OnRung]:
    """In the order of the reasons."""
    first: dict[int, OnRung] = {}
    for row in sorted(found, key=lambda row: (row.place, row.person_id)):
        one = OnRung(row.person_id, who[row.place], bool(row.reachable))
        first.setdefault(row.person_id, one)
    return list(first.values())


@cache
def _reached(who: tuple[Who, ...]) -> Often:
    """Built once for each kind of rung: building it costs more than running it."""
    groups = [
        sa.select(found.c[0].label("person_id"), sa.literal(place).label("place"))
        for place, group in enumerate(who)
        for found in [_GROUPS[group].subquery()]
    ]
    named = sa.union_all(*groups).subquery()
    reachable = reached(named.c.person_id)
    return Often(
        sa.select(named.c.person_id, named.c.place, reachable.label("reachable")).where(
            named.c.person_id.is_not(None)
        )
    )


_STAFF = sa.select(roles.c.person_id).where(
    roles.c.community_id == sa.bindparam("community"), one_of(roles.c.role, STAFF)
)
"""A shift that has begun stands to its end, and a home may wait for its next worker; but nobody is
called whose role was withdrawn."""


_NOW = sa.bindparam("now", type_=Instant)


def _staff_of(found: sa.Select[Any]) -> sa.Select[Any]:
    """Those of them who are of the staff."""
    who = found.subquery().c[0]
    return sa.select(who).where(who.in_(_STAFF))


def _shift(who: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Whoever stands a shift of this moment."""
    return _staff_of(
        sa.select(who).where(
            shifts.c.community_id == sa.bindparam("community"),
            shifts.c.starts_at <= _NOW,
            shifts.c.ends_at > _NOW,
        )
    )


def _workers_here() -> sa.Select[Any]:
    """All workers of the community but those on leave, for whom a deputy answers; who has no deputy that
    is still of the staff is called all the same."""
    who = _everyone_with(Role.WORKER).subquery().c[0]
    return sa.select(who).where(stand_in(who, _NOW) == who)


def _everyone_with(role: Role) -> sa.Select[Any]:
    return sa.select(roles.c.person_id).where(
        roles.c.community_id == sa.bindparam("community"), roles.c.role == role
    )


_GROUPS: Mapping[Who, sa.SelectBase] = {
    Who.SUBJECT: sa.select(people.c.id).where(people.c.id == sa.bindparam("subject")),
    Who.OWNER: sa.select(stand_in(people.c.id, _NOW)).where(people.c.id == sa.bindparam("owner")),
    Who.HOUSEHOLD_WORKER: _staff_of(
        sa.select(stand_in(households.c.worker_id, _NOW)).where(
            households.c.id == sa.bindparam("household")
        )
    ),
    Who.DUTY_WORKER: sa.union(_shift(WHO), _shift(BEHIND)),
    Who.FAMILY: sa.select(families.c.relative_id).where(
        families.c.elder_id == sa.bindparam("subject")
    ),
    Who.ALL_WORKERS: _workers_here(),
    Who.SUPERVISOR: _everyone_with(Role.SUPERVISOR),
    Who.STREET: _everyone_with(Role.STREET),
}
