"""What the day's walk of many workers at once is planned from, by a few statements for all of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from domain.calendar import local_day
from domain.duty import DutyKind, DutyState
from domain.people import Home
from domain.visit import COUNTING_MODES
from domain.visit_day import FILL_FROM, Standing, tier_of
from storage.among import among
from storage.database import Work
from storage.leave import standing_in
from storage.tables.duties import duties
from storage.tables.people import buildings, households, people
from storage.tables.service import services
from storage.tables.visit import visits
from storage.visit_homes import MET

SHOCK = timedelta(hours=24)
"""Within this time somebody goes to a home to which something happened."""

_of_these = sa.select(households.c.id).where(among(households.c.worker_id))
_standing = visits.c.removed_at.is_(None)

_LAST = (
    sa.select(visits.c.household_id, sa.func.max(visits.c.day).label("day"))
    .where(
        visits.c.household_id.in_(_of_these), _standing, visits.c.mode.in_(sorted(COUNTING_MODES))
    )
    .group_by(visits.c.household_id)
    .subquery("last")
)
_later = visits.alias("later")


def _met_after(moment: sa.ColumnElement[object]) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        _later.c.household_id == households.c.id,
        _later.c.made_at > moment,
        _later.c.removed_at.is_(None),
        _later.c.mode.in_(MET),
    )


_PROMISED = (
    sa.select(visits.c.household_id, sa.func.min(visits.c.follow_up_on).label("day"))
    .join(households, households.c.id == visits.c.household_id)
    .where(
        among(households.c.worker_id),
        _standing,
        visits.c.follow_up_on.is_not(None),
        ~_met_after(visits.c.made_at),
        sa.or_(households.c.emptied_at.is_(None), households.c.emptied_at < visits.c.made_at),
    )
    .group_by(visits.c.household_id)
    .subquery("promised")
)
_ASKED = (
    sa.select(people.c.household_id, sa.func.min(services.c.on_day).label("day"))
    .join(people, people.c.id == services.c.subject_id)
    .where(services.c.waiting, services.c.kind == DutyKind.VISIT)
    .group_by(people.c.household_id)
    .subquery("asked")
)
_SHOCKED = sa.case(
    (
        sa.and_(households.c.shocked_at.is_not(None), ~_met_after(households.c.shocked_at)),
        households.c.shocked_at,
    )
)
_RANKED = (
    sa.select(
        households.c.id,
        households.c.worker_id,
        households.c.building_id,
        households.c.tier,
        households.c.special,
        _LAST.c.day.label("last"),
        _PROMISED.c.day.label("promised"),
        _ASKED.c.day.label("asked"),
        _SHOCKED.label("shocked_at"),
        sa.func.row_number()
        .over(
            partition_by=households.c.worker_id,
            order_by=[
                sa.func.coalesce(_LAST.c.day, sa.literal(date.min, sa.Date)),
                households.c.id,
            ],
        )
        .label("age"),
    )
    .outerjoin(_LAST, _LAST.c.household_id == households.c.id)
    .outerjoin(_PROMISED, _PROMISED.c.household_id == households.c.id)
    .outerjoin(_ASKED, _ASKED.c.household_id == households.c.id)
    .where(among(households.c.worker_id))
    .subquery("ranked")
)
STANDINGS = sa.select(_RANKED).where(
    sa.or_(
        _RANKED.c.age <= FILL_FROM,
        _RANKED.c.tier.is_not(None),
        _RANKED.c.special,
        _RANKED.c.promised.is_not(None),
        _RANKED.c.asked.is_not(None),
        _RANKED.c.shocked_at.is_not(None),
    )
)
"""Of each worker the homes that are owed anything and the longest unseen: all that a plan can choose."""


@dataclass(frozen=True, slots=True)
class Named:
    """A home as a sentence names it. `name` is of whoever stands first in it, "" where nobody does."""

    home: Home
    name: str


async def standings(
    work: Work, worker_ids: Collection[int], zone: ZoneInfo
) -> dict[int, list[Standing]]:
    """The homes among which each worker's day is chosen, those of colleagues for whom they stand in
    too."""
    deputies = await standing_in(work)
    whose = {one: one for one in worker_ids}
    whose |= {away: deputy for away, deputy in deputies.items() if deputy in whose}
    found: dict[int, list[Standing]] = {worker_id: [] for worker_id in worker_ids}
    for row in await work.conn.execute(STANDINGS, {"ids": list(whose)}):
        shocked = row.shocked_at and local_day(row.shocked_at + SHOCK, zone)
        found[whose[row.worker_id]].append(
            Standing(
                row.id,
                row.building_id,
                tier_of(row.tier, row.special),
                row.last,
                row.promised,
                row.asked,
                shocked,
            )
        )
    return found


async def named(work: Work, home_ids: Collection[int]) -> dict[int, Named]:
    """Where these homes are and who lives there."""
    other = people.alias("other")
    first = (
        sa.select(sa.func.min(other.c.id))
        .where(other.c.household_id == households.c.id)
        .scalar_subquery()
    )
    rows = await work.conn.execute(
        sa.select(
            households.c.id,
            households.c.community_id,
            buildings.c.name.label("building"),
            households.c.room,
            households.c.worker_id,
            households.c.special,
            people.c.name,
        )
        .join(buildings, buildings.c.id == households.c.building_id)
        .outerjoin(people, people.c.id == first)
        .where(among(households.c.id)),
        {"ids": list(home_ids)},
    )
    return {
        row.id: Named(
            Home(row.id, row.community_id, row.building, row.room, row.worker_id, row.special),
            row.name or "",
        )
        for row in rows
    }


async def in_hand(work: Work, worker_ids: Collection[int]) -> dict[int, dict[DutyKind, int]]:
    """How many duties that are not closed each worker has in hand, by kind."""
    rows = await work.conn.execute(
        sa.select(duties.c.owner_id, duties.c.kind, sa.func.count().label("many"))
        .where(duties.c.state < int(DutyState.CLOSED), among(duties.c.owner_id))
        .group_by(duties.c.owner_id, duties.c.kind)
        .order_by(duties.c.owner_id, duties.c.kind),
        {"ids": worker_ids},
    )
    found: dict[int, dict[DutyKind, int]] = {}
    for row in rows:
        found.setdefault(row.owner_id, {})[DutyKind(row.kind)] = row.many
    return found
