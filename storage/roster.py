"""The roster in the database: shifts are laid out ahead from the community's weekly pattern."""

from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from domain.people import STAFF
from domain.roster import WeeklyShift, expand
from storage.among import among
from storage.database import Work
from storage.inbox import insert_new
from storage.load import Changes, Row
from storage.people import Community
from storage.tables.people import people, roles, shifts

AHEAD = timedelta(days=28)
"""How far shifts are laid out, so that gaps are seen before they come."""

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def weekly(community: Community) -> list[WeeklyShift]:
    """The weekly pattern as it was loaded with the community."""
    return [
        WeeklyShift(
            frozenset(_DAYS.index(day) for day in entry["days"]),
            time.fromisoformat(entry["from"]),
            time.fromisoformat(entry["to"]),
            entry["person"],
            entry.get("backup") or "",
        )
        for entry in community.details.get("roster", ())
    ]


async def extend(work: Work, community: Community) -> int:
    """Lay out the shifts from yesterday on; those that stand already are left alone."""
    rows = await _laid_out(work, community)
    if rows:
        await work.conn.execute(insert_new(work, shifts), rows)
    return len(rows)


async def relay(work: Work, community: Community) -> Changes:
    """Lay the shifts out by a pattern that may be new: coming ones that it lacks are removed, or that
    end otherwise or have another deputy; one that has begun stays as it is."""
    wanted = {_key(row) for row in await _laid_out(work, community)}
    coming = await work.conn.execute(
        sa.select(shifts).where(
            shifts.c.community_id == community.id, shifts.c.starts_at > work.now
        )
    )
    gone = [row.id for row in coming if _key(dict(row._mapping)) not in wanted]
    await work.conn.execute(sa.delete(shifts).where(among(shifts.c.id)), {"ids": gone})
    await extend(work, community)
    return Changes(removed=len(gone))


def _key(row: Row) -> tuple[Any, ...]:
    return row["person_id"], row["backup_id"], row["starts_at"], row["ends_at"]


async def _laid_out(work: Work, community: Community) -> list[dict[str, Any]]:
    """The rows of the shifts from yesterday on, by the weekly pattern."""
    pattern = weekly(community)
    codes = {shift.person for shift in pattern} | {shift.backup for shift in pattern} - {""}
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
            "backup_id": ids.get(shift.backup),
            "starts_at": shift.starts_at,
            "ends_at": shift.ends_at,
        }
        for shift in expand(pattern, first, AHEAD.days, community.zone)
    ]


async def first_on_duty(work: Work, community_id: int, at: datetime) -> int | None:
    """Whom the roster names first at that moment."""
    found: int | None = await work.conn.scalar(
        sa.select(shifts.c.person_id)
        .where(
            shifts.c.community_id == community_id, shifts.c.starts_at <= at, shifts.c.ends_at > at
        )
        .order_by(shifts.c.id)
        .limit(1)
    )
    return found


async def gaps(work: Work, community_id: int, since: datetime, until: datetime) -> list[datetime]:
    """Hours in that time at which nobody is on duty who still works there, each by its beginning."""
    staff = sa.select(roles.c.person_id).where(
        roles.c.community_id == community_id, roles.c.role.in_(STAFF)
    )
    rows = (
        await work.conn.execute(
            sa.select(shifts.c.starts_at, shifts.c.ends_at).where(
                shifts.c.community_id == community_id,
                shifts.c.ends_at > since,
                shifts.c.starts_at < until,
                sa.or_(shifts.c.person_id.in_(staff), shifts.c.backup_id.in_(staff)),
            )
        )
    ).all()
    found = []
    moment = since
    while moment < until:
        if not any(row.starts_at <= moment < row.ends_at for row in rows):
            found.append(moment)
        moment += timedelta(hours=1)
    return found
