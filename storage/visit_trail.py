"""What became of a visit after it was written down: who changed it when, how it stood before and after."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from domain.calendar import Month
from domain.ledger_facts import Spot
from domain.visit import Traced
from storage.database import Work
from storage.tables.people import buildings, households, people
from storage.tables.visit import visit_trail, visits

if TYPE_CHECKING:  # whose rows it keeps
    from storage.visit import Recorded


@dataclass(frozen=True, slots=True)
class Trace:
    """One change; `before` and `after` hold what differs, as it is stored."""

    at: datetime
    actor: str
    spot: Spot
    event: Traced
    before: dict[str, Any]
    after: dict[str, Any]


async def note(
    work: Work, event: Traced, before: "Recorded", after: "Recorded", actor_id: int
) -> None:
    """Write a change down, in the transaction that makes it."""
    old, new = _plain(before), _plain(after)
    differ = [name for name in old if old[name] != new[name]]
    await work.conn.execute(
        sa.insert(visit_trail).values(
            visit_id=before.id,
            actor_id=actor_id,
            at=work.now,
            event=event,
            before={name: old[name] for name in differ},
            after={name: new[name] for name in differ},
        )
    )


def _plain(visit: "Recorded") -> dict[str, Any]:
    day = visit.follow_up_on
    return {
        "mode": visit.mode.value,
        "topics": [topic.value for topic in visit.topics],
        "note": visit.note,
        "follow_up_on": day.isoformat() if day else None,
    }


async def of_community(work: Work, community_id: int, month: Month, limit: int) -> list[Trace]:
    """The newest changes of a community's visits of a month."""
    rows = await work.conn.execute(
        sa.select(
            visit_trail,
            people.c.name.label("actor"),
            buildings.c.name.label("building"),
            households.c.room,
        )
        .join(visits, visits.c.id == visit_trail.c.visit_id)
        .join(people, people.c.id == visit_trail.c.actor_id)
        .join(households, households.c.id == visits.c.household_id)
        .join(buildings, buildings.c.id == households.c.building_id)
        .where(
            visits.c.community_id == community_id,
            visits.c.day.between(month.first_day, month.last_day),
        )
        .order_by(visit_trail.c.id.desc())
        .limit(limit)
    )
    return [
        Trace(
            row.at,
            row.actor,
            Spot(row.building, row.room),
            Traced(row.event),
            row.before,
            row.after,
        )
        for row in rows
    ]
