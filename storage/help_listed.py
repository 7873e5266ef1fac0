"""The calls for help on a board by name: who waits, where, in whose hands, and what ended lately."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from domain.duty import DutyState, Outcome
from storage.database import AnyRow, Work
from storage.help_board import OF_THESE, OPEN, SINCE
from storage.tables.duties import duties
from storage.tables.people import buildings, households, people


@dataclass(frozen=True, slots=True)
class Listed:
    """A call as it stands in a list: who and where, how far, since when, in whose hands."""

    id: int
    community_id: int
    name: str
    place: str
    state: DutyState
    opened_at: datetime
    moved_at: datetime
    presses: int
    worker: str
    outcome: Outcome | None


_HANDS_OF = people.alias("hands")
MOST_OPEN, MOST_CLOSED = 200, 50
"""Calls in a list; of more, the longest waiting and the newest."""


def _names_of(chosen: sa.Select[Any], *order: str) -> sa.Select[Any]:
    """The chosen calls with names and places. They are chosen first: with the names looked up by join
    before, a database reads all people there are to show fifty."""
    call = chosen.subquery("call")
    return (
        sa.select(
            call,
            people.c.name,
            buildings.c.name.label("building"),
            households.c.room,
            _HANDS_OF.c.name.label("worker"),
        )
        .outerjoin(people, people.c.id == call.c.subject_id)
        .outerjoin(households, households.c.id == call.c.household_id)
        .outerjoin(buildings, buildings.c.id == households.c.building_id)
        .outerjoin(_HANDS_OF, _HANDS_OF.c.id == sa.func.coalesce(call.c.closed_by, call.c.owner_id))
        .order_by(*(call.c[name] for name in order))
    )


_CALL = sa.select(
    duties.c.id,
    duties.c.community_id,
    duties.c.household_id,
    duties.c.subject_id,
    duties.c.owner_id,
    duties.c.closed_by,
    duties.c.state,
    duties.c.opened_at,
    duties.c.taken_at,
    duties.c.on_the_way_at,
    duties.c.arrived_at,
    duties.c.closed_at,
    duties.c.presses,
    duties.c.outcome,
).where(OF_THESE)
_WAITING = _names_of(
    _CALL.where(OPEN)
    .order_by(duties.c.opened_at, duties.c.id)
    .limit(sa.literal_column(str(MOST_OPEN))),
    "opened_at",
    "id",
)
_ENDED = _names_of(
    _CALL.where(sa.not_(OPEN), duties.c.opened_at >= SINCE)
    .order_by(duties.c.opened_at.desc(), duties.c.id.desc())
    .limit(sa.literal_column(str(MOST_CLOSED))),
    "opened_at",
    "id",
)


async def listed_open(work: Work, community_ids: Collection[int]) -> list[Listed]:
    """What is not closed, whoever waits longest first."""
    return _listed(await work.conn.execute(_WAITING, {"here": community_ids}))


async def listed_closed(
    work: Work, community_ids: Collection[int], since: datetime
) -> list[Listed]:
    """What was pressed since then and is closed, the newest first."""
    values = {"here": community_ids, "since": since}
    return _listed(await work.conn.execute(_ENDED, values))[::-1]


def _listed(rows: Iterable[AnyRow]) -> list[Listed]:
    return [
        Listed(
            id=row.id,
            community_id=row.community_id,
            name=row.name or "",
            place=f"{row.building}{row.room}" if row.building else "",
            state=DutyState(row.state),
            opened_at=row.opened_at,
            moved_at=_since_when(row),
            presses=row.presses,
            worker=row.worker or "",
            outcome=Outcome(row.outcome) if row.outcome else None,
        )
        for row in rows
    ]


_STAMPS = {
    DutyState.OPEN: "opened_at",
    DutyState.TAKEN: "taken_at",
    DutyState.ON_THE_WAY: "on_the_way_at",
    DutyState.ARRIVED: "arrived_at",
    DutyState.CLOSED: "closed_at",
}


def _since_when(row: AnyRow) -> datetime:
    found = getattr(row, _STAMPS[DutyState(row.state)]) or row.opened_at
    assert isinstance(found, datetime)
    return found
