"""A month of a community's visits as patterns are looked for in them."""

import sqlalchemy as sa

from domain.calendar import Month
from domain.visit import COUNTING_MODES
from domain.visit_odd import Made
from storage.database import Work
from storage.tables.visit import visits


async def made(work: Work, community_id: int, month: Month) -> dict[int, list[Made]]:
    """The visits that count, by worker."""
    rows = await work.conn.execute(
        sa.select(
            visits.c.worker_id,
            visits.c.made_at,
            visits.c.day,
            visits.c.household_id,
            visits.c.note,
        )
        .where(
            visits.c.community_id == community_id,
            visits.c.day.between(month.first_day, month.last_day),
            visits.c.removed_at.is_(None),
            visits.c.mode.in_(sorted(COUNTING_MODES)),
        )
        .order_by(visits.c.worker_id, visits.c.made_at)
    )
    found: dict[int, list[Made]] = {}
    for row in rows:
        one = Made(row.made_at, row.day, row.household_id, row.note)
        found.setdefault(row.worker_id, []).append(one)
    return found
