"""The roster in the database: shifts are laid out ahead from the community's pattern, and stand as
people have agreed since.

Whoever changes the roster holds the community's row: a job that lays out by the pattern of a moment ago
would bring a shift back that a newer register has just withdrawn, and two exchanges at once could leave
nobody on duty.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from domain.calendar import WorkCalendar
from domain.people import STAFF, Role
from domain.roster import AHEAD, Post, WeeklyShift, expand
from storage.among import among
from storage.database import AnyRow, Work
from storage.inbox import insert_new
from storage.leave import stand_in
from storage.load import Changes, Row
from storage.people import Community, read_community
from storage.tables.people import communities, people, roles, shifts
from storage.tables.roster import roster_log

OFFICIAL = WorkCalendar()
"""The calendar as it was published, for a tool that has no policies."""


def weekly(community: Community) -> list[WeeklyShift]:
    """The pattern as it was loaded with the community."""
    return [
        WeeklyShift(
            frozenset(entry["days"]),
            time.fromisoformat(entry["from"]),
            time.fromisoformat(entry["to"]),
            tuple(entry.get("turns") or (entry["person"],)),
            entry.get("backup") or "",
        )
        for entry in community.details.get("roster", ())
    ]


async def hold(work: Work, community_id: int) -> Community:
    """The community as it stands now; nobody else changes its roster until this transaction ends."""
    wanted = sa.select(communities).where(communities.c.id == community_id)
    if work.on_postgresql:
        wanted = wanted.with_for_update(key_share=True)  # what only refers to it goes on
    return read_community((await work.conn.execute(wanted)).one())


async def lay_out(work: Work, community_id: int, calendar: WorkCalendar = OFFICIAL) -> Changes:
    """Lay the shifts out by the pattern as it is now: coming ones that it lacks are removed, or that
    end otherwise or have another deputy; one that has begun, and what was added by hand, stays."""
    community = await hold(work, community_id)
    rows = await _laid_out(work, community, calendar)
    wanted = {_key(row) for row in rows}
    coming = await work.conn.execute(
        sa.select(shifts).where(
            shifts.c.community_id == community.id,
            shifts.c.starts_at > work.now,
            shifts.c.planned_id.is_not(None),
        )
    )
    gone = [row for row in coming if _key(dict(row._mapping)) not in wanted]
    ids = [row.id for row in gone]
    await work.conn.execute(sa.delete(shifts).where(among(shifts.c.id)), {"ids": ids})
    if rows:
        await work.conn.execute(insert_new(work, shifts), rows)
    lost = tuple(
        f"the shift of {row.starts_at.astimezone(community.zone):%Y-%m-%d %H:%M} that was exchanged"
        " is no longer in the roster"
        for row in gone
        if row.person_id != row.planned_id
    )
    return Changes(removed=len(gone), withdrawn=lost)


def _key(row: Row) -> tuple[Any, ...]:
    return row["planned_id"], row["backup_id"], row["starts_at"], row["ends_at"]


async def _laid_out(
    work: Work, community: Community, calendar: WorkCalendar
) -> list[dict[str, Any]]:
    """The rows of the shifts from yesterday on, by the pattern."""
    pattern = weekly(community)
    codes = {code for shift in pattern for code in (*shift.persons, shift.backup)} - {""}
    ids = {
        row.code: row.id
        for row in await work.conn.execute(
            sa.select(people.c.code, people.c.id).where(people.c.code.in_(codes))
        )
    }
    first = work.now.astimezone(community.zone).date() - timedelta(days=1)
    return [
        {
            "community_id": community.id,
            "person_id": ids[shift.person],
            "planned_id": ids[shift.person],
            "backup_id": ids.get(shift.backup),
            "starts_at": shift.starts_at,
            "ends_at": shift.ends_at,
        }
        for shift in expand(pattern, first, AHEAD.days, community.zone, calendar)
    ]


@dataclass(frozen=True, slots=True)
class Stand:
    """A shift as people see it: the post, whose it is in the roster, and whether it was added by hand."""

    post: Post
    community_id: int
    person_id: int
    added: bool


WHO = stand_in(shifts.c.person_id, shifts.c.starts_at).label("who")
"""Who stands a shift: whoever begins it stands it to its end."""

BEHIND = stand_in(shifts.c.backup_id, shifts.c.starts_at).label("behind")

_STANDS = sa.select(
    shifts.c.id,
    shifts.c.community_id,
    shifts.c.person_id,
    shifts.c.planned_id,
    shifts.c.starts_at,
    shifts.c.ends_at,
    WHO,
    BEHIND,
).order_by(shifts.c.starts_at, shifts.c.id)


def _stand(row: AnyRow) -> Stand:
    post = Post(row.id, row.who, row.starts_at, row.ends_at, row.behind)
    return Stand(post, row.community_id, row.person_id, row.planned_id is None)


async def stands(work: Work, community_id: int, since: datetime, until: datetime) -> list[Stand]:
    """Every shift of a community that touches that time, in order."""
    rows = await work.conn.execute(
        _STANDS.where(
            shifts.c.community_id == community_id,
            shifts.c.ends_at > since,
            shifts.c.starts_at < until,
        )
    )
    return [_stand(row) for row in rows]


async def stand(work: Work, shift_id: int) -> Stand | None:
    """One shift, or None."""
    row = (await work.conn.execute(_STANDS.where(shifts.c.id == shift_id))).one_or_none()
    return None if row is None else _stand(row)


async def able(work: Work, community_id: int) -> set[int]:
    """Who may be called in a community at all: its staff."""
    found = await work.conn.scalars(
        sa.select(roles.c.person_id).where(
            roles.c.community_id == community_id, roles.c.role.in_(STAFF)
        )
    )
    return set(found)


_ON_ROTA = (Role.WORKER, Role.SUPERVISOR)


async def may_stand(work: Work, community_id: int) -> list[int]:
    """Who can be put on a shift: workers first, then their heads."""
    found = await work.conn.scalars(
        sa.select(roles.c.person_id)
        .where(roles.c.community_id == community_id, roles.c.role.in_(_ON_ROTA))
        .order_by(roles.c.role == Role.SUPERVISOR, roles.c.person_id)
    )
    return list(dict.fromkeys(found))


async def hand_over(work: Work, shift_id: int, giver_id: int, taker_id: int) -> bool:
    """Somebody else stands a shift from now on; False where it was not the giver's any more."""
    done = await work.conn.execute(
        sa.update(shifts)
        .where(shifts.c.id == shift_id, shifts.c.person_id == giver_id, shifts.c.ends_at > work.now)
        .values(person_id=taker_id)
    )
    return done.rowcount == 1


async def add(
    work: Work, community_id: int, person_id: int, since: datetime, until: datetime
) -> None:
    """One more on duty, by hand: no pattern takes this back."""
    row = {"community_id": community_id, "person_id": person_id}
    await work.conn.execute(
        sa.insert(shifts).values(**row, starts_at=since, ends_at=until, planned_id=None)
    )


async def take_off(work: Work, shift_id: int) -> bool:
    """Withdraw a shift that was added by hand; what the pattern says is handed over, not removed."""
    done = await work.conn.execute(
        sa.delete(shifts).where(
            shifts.c.id == shift_id, shifts.c.planned_id.is_(None), shifts.c.ends_at > work.now
        )
    )
    return done.rowcount == 1


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the roster's log: who went, who came, on which day."""

    day: date
    event: str
    actor_id: int | None
    person_id: int | None
    other_id: int | None
    detail: str = ""
    at: datetime | None = None


async def log(work: Work, community_id: int, changes: Sequence[Change]) -> None:
    """Write down what has changed."""
    await log_all(work, [(community_id, change) for change in changes])


async def log_all(work: Work, changes: Sequence[tuple[int, Change]]) -> None:
    """The same, each in its community."""
    rows = [
        {
            "community_id": community_id,
            "at": work.now,
            "day": change.day,
            "event": change.event,
            "actor_id": change.actor_id,
            "person_id": change.person_id,
            "other_id": change.other_id,
            "detail": change.detail,
        }
        for community_id, change in changes
    ]
    await work.conn.execute(sa.insert(roster_log), rows)


async def latest(work: Work, community_id: int, limit: int) -> list[Change]:
    """What changed last, the newest first."""
    rows = await work.conn.execute(
        sa.select(roster_log)
        .where(roster_log.c.community_id == community_id)
        .order_by(roster_log.c.id.desc())
        .limit(limit)
    )
    return [
        Change(r.day, r.event, r.actor_id, r.person_id, r.other_id, r.detail, r.at) for r in rows
    ]


@dataclass(frozen=True, slots=True)
class Beginning:
    """A shift about which somebody is to be told."""

    shift_id: int
    person_id: int
    zone: ZoneInfo
    community: str
    starts_at: datetime
    ends_at: datetime


async def beginning(work: Work, since: datetime, until: datetime) -> list[Beginning]:
    """The shifts of all communities that begin after one moment and not after another."""
    rows = await work.conn.execute(
        sa.select(
            shifts.c.id,
            WHO,
            communities.c.timezone,
            communities.c.name,
            shifts.c.starts_at,
            shifts.c.ends_at,
        )
        .join(communities, communities.c.id == shifts.c.community_id)
        .where(shifts.c.starts_at > since, shifts.c.starts_at <= until)
        .order_by(shifts.c.id)
    )
    return [Beginning(r[0], r[1], ZoneInfo(r[2]), r[3], r[4], r[5]) for r in rows]


async def first_on_duty(work: Work, community_id: int, at: datetime) -> int | None:
    """Whom the roster names first at that moment."""
    found: int | None = await work.conn.scalar(
        sa.select(WHO)
        .where(
            shifts.c.community_id == community_id, shifts.c.starts_at <= at, shifts.c.ends_at > at
        )
        .order_by(shifts.c.id)
        .limit(1)
    )
    return found
