"""The roster in the database: shifts are laid out ahead from the community's weekly pattern."""

from datetime import datetime, time, timedelta

import sqlalchemy as sa

from domain.roster import WeeklyShift, expand
from storage.database import Work
from storage.inbox import insert_new
from storage.people import Community
from storage.tables.people import people, shifts

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
    pattern = weekly(community)
    codes = {shift.person for shift in pattern} | {shift.backup for shift in pattern} - {""}
    ids = {
        row.code: row.id
        for row in await work.conn.execute(
            sa.select(people.c.code, people.c.id).where(people.c.code.in_(codes))
        )
    }
    first = work.now.astimezone(community.zone).date() - timedelta(days=1)
    rows = [
        {
            "community_id": community.id,
            "person_id": ids[shift.person],
            "backup_id": ids.get(shift.backup),
            "starts_at": shift.starts_at,
            "ends_at": shift.ends_at,
        }
        for shift in expand(pattern, first, AHEAD.days, community.zone)
    ]
    if rows:
        await work.conn.execute(insert_new(work, shifts), rows)
    return len(rows)


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
    """Hours in that time at which nobody is on duty, each by its beginning."""
    rows = (
        await work.conn.execute(
            sa.select(shifts.c.starts_at, shifts.c.ends_at).where(
                shifts.c.community_id == community_id,
                shifts.c.ends_at > since,
                shifts.c.starts_at < until,
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
