"""What each worker agreed on about visits, and what they have been told of them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from domain.calendar import Month
from domain.leave import presence
from domain.people import Role
from domain.visit import ALWAYS, FULL, Presence, Terms
from storage import leave
from storage.among import among
from storage.database import AnyRow, Work
from storage.people import PROBE
from storage.tables.people import communities, people, roles
from storage.tables.visit import visit_workers


@dataclass(frozen=True, slots=True)
class Agreed:
    """`digest_at`: minutes after midnight, -1 where they want none, None where they never said.

    `looked_on` is the last day on which it was looked what they are to hear, `told` the last milestone
    they heard of.
    """

    terms: Terms = FULL
    digest_at: int | None = None
    looked_on: date | None = None
    told: str = ""
    lost_month: date | None = None


NOTHING = Agreed()

_NAMES = ("share", "first_day", "last_day", "digest_at", "looked_on", "told", "lost_month")
_COLUMNS = tuple(visit_workers.c[name] for name in _NAMES)


def _agreed(row: AnyRow) -> Agreed:
    plain = row.share is None and row.first_day is None and row.last_day is None
    share = 100 if row.share is None else row.share
    terms = FULL if plain else Terms(share, row.first_day or date.min, row.last_day or date.max)
    return Agreed(terms, row.digest_at, row.looked_on, row.told or "", row.lost_month)


async def agreed(work: Work, ids: Collection[int] | None = None) -> dict[int, Agreed]:
    """What was agreed with some workers, or with all; those with whom nothing was are missing."""
    wanted, values = sa.select(visit_workers.c.person_id, *_COLUMNS), {}
    if ids is not None:
        wanted, values = wanted.where(among(visit_workers.c.person_id)), {"ids": ids}
    return {row.person_id: _agreed(row) for row in await work.conn.execute(wanted, values)}


async def presences(work: Work, ids: Collection[int], month: Month) -> dict[int, Presence]:
    """When each of these is there in a month: their terms and their leave."""
    away = await leave.of_workers(work, ids, month)
    own = sa.or_(*(visit_workers.c[name].is_not(None) for name in _NAMES[:3]))
    wanted = sa.select(visit_workers.c.person_id, *_COLUMNS)
    rows = await work.conn.execute(
        wanted.where(among(visit_workers.c.person_id), own), {"ids": ids}
    )
    terms = {row.person_id: _agreed(row).terms for row in rows}
    usual = dict.fromkeys(ids, ALWAYS)
    special = away.keys() | terms.keys()
    return usual | {i: presence(away.get(i, ()), terms.get(i, FULL)) for i in special}


async def choose_digest(work: Work, person_id: int, digest_at: int) -> None:
    """When they want their digest; -1 for never."""
    await _put(work, {"person_id": person_id, "digest_at": digest_at}, ("digest_at",))


async def claim(work: Work, ids: Collection[int], day: date) -> set[int]:
    """Note that it is looked today what these are to hear; those for whom nobody has done so yet.

    Of two processes at it one gets each worker, the other waits for its commit and gets the rest.
    """
    chosen = sa.select(people.c.id, sa.literal(day, sa.Date)).where(among(people.c.id))
    made = _insert(work).from_select(["person_id", "looked_on"], chosen)
    before = sa.or_(visit_workers.c.looked_on.is_(None), visit_workers.c.looked_on < day)
    rows = await work.conn.execute(
        made.on_conflict_do_update(
            index_elements=["person_id"], set_={"looked_on": day}, where=before
        ).returning(visit_workers.c.person_id),
        {"ids": sorted(ids)},
    )
    return set(rows.scalars())


async def note_told(work: Work, told: Mapping[int, str]) -> None:
    """The milestones of which they hear in this transaction."""
    if told:
        await work.conn.execute(
            sa.update(visit_workers)
            .where(visit_workers.c.person_id == sa.bindparam("who"))
            .values(told=sa.bindparam("milestone")),
            [{"who": person_id, "milestone": kind} for person_id, kind in told.items()],
        )


async def note_lost(work: Work, ids: Collection[int], month: date) -> None:
    """The month of these cannot be kept any more; their supervisors have not heard so yet."""
    new = sa.or_(visit_workers.c.lost_month.is_(None), visit_workers.c.lost_month < month)
    await work.conn.execute(
        sa.update(visit_workers)
        .where(among(visit_workers.c.person_id), new)
        .values(lost_month=month, lost_told=False),
        {"ids": ids},
    )


async def tell_lost(work: Work, month: date) -> dict[int, list[tuple[int, str]]]:
    """By community, whose month cannot be kept and was not told of; from now on it was."""
    rows = await work.conn.execute(
        sa.update(visit_workers)
        .where(visit_workers.c.lost_month == month, visit_workers.c.lost_told.is_(False))
        .values(lost_told=True)
        .returning(visit_workers.c.person_id)
    )
    ids = list(rows.scalars())
    named = await work.conn.execute(
        sa.select(people.c.id, people.c.name, roles.c.community_id)
        .join(roles, roles.c.person_id == people.c.id)
        .join(communities, communities.c.id == roles.c.community_id)
        .where(among(people.c.id), roles.c.role == Role.WORKER, communities.c.code != PROBE)
        .order_by(people.c.name, people.c.id),
        {"ids": ids},
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for row in named:
        found.setdefault(row.community_id, []).append((row.id, row.name))
    return found


def _insert(work: Work) -> Any:
    dialect = postgresql if work.on_postgresql else sqlite
    return dialect.insert(visit_workers)


async def _put(work: Work, row: Mapping[str, Any], changed: Sequence[str]) -> None:
    made = _insert(work).values(**row)
    await work.conn.execute(
        made.on_conflict_do_update(
            index_elements=["person_id"], set_={name: made.excluded[name] for name in changed}
        )
    )
