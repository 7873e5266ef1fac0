"""The question of the next day: drawn once, answered once, counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from domain.calendar import Month
from domain.ledger_facts import Spot
from domain.people import Language
from domain.visit import COUNTING_MODES
from domain.visit_check import Said, Sampling, sampled
from storage.database import AnyRow, Work
from storage.inbox import insert_new
from storage.tables.people import addresses, buildings, communities, households, people
from storage.tables.visit import visit_checks, visits

_CHUNK = 500
"""Rows a statement."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who is asked about a visit to their home."""

    visit_id: int
    person_id: int
    language: Language
    worker: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """A visit of which somebody at home does not know."""

    day: date
    worker: str
    spot: Spot


async def choose(work: Work, day: date, sampling: Sampling, zone: ZoneInfo) -> list[Asked]:
    """Draw of a day's visits in communities of a zone, and note who is asked: those who live there, have a
    chat, and whose home was not asked for a while."""
    lately = sa.exists().where(
        visit_checks.c.household_id == visits.c.household_id,
        visit_checks.c.asked_on > day - sampling.apart,
    )
    worker = people.alias("worker")
    rows = await work.conn.execute(
        sa.select(
            visits.c.id,
            visits.c.community_id,
            visits.c.household_id,
            visits.c.worker_id,
            worker.c.name.label("worker"),
            people.c.id.label("person_id"),
            people.c.language,
        )
        .join(communities, communities.c.id == visits.c.community_id)
        .join(worker, worker.c.id == visits.c.worker_id)
        .join(people, people.c.household_id == visits.c.household_id)
        .join(addresses, addresses.c.person_id == people.c.id)
        .where(
            visits.c.day == day,
            visits.c.removed_at.is_(None),
            visits.c.mode.in_(sorted(COUNTING_MODES)),
            communities.c.timezone == str(zone),
            addresses.c.unreachable_since.is_(None),
            people.c.id != visits.c.worker_id,
            ~lately,
        )
        .order_by(visits.c.id, people.c.id)
    )
    homes: dict[int, AnyRow] = {}
    for row in rows.all():
        if sampled(row.id, day, sampling):
            homes.setdefault(row.household_id, row)  # one visit of a home, one person in it
    noted = await _noted(work, [*homes.values()], day)
    return [
        Asked(row.id, row.person_id, Language(row.language), row.worker)
        for row in homes.values()
        if row.id in noted
    ]


async def _noted(work: Work, rows: Sequence[AnyRow], day: date) -> set[int]:
    """The visits that nobody was asked about before; from now on somebody is."""
    found: set[int] = set()
    for start in range(0, len(rows), _CHUNK):
        values = [_values(row, day) for row in rows[start : start + _CHUNK]]
        made = insert_new(work, visit_checks).values(values).returning(visit_checks.c.visit_id)
        found.update(await work.conn.scalars(made))
    return found


def _values(row: AnyRow, day: date) -> dict[str, object]:
    return {
        "visit_id": row.id,
        "community_id": row.community_id,
        "household_id": row.household_id,
        "worker_id": row.worker_id,
        "asked_id": row.person_id,
        "asked_on": day,
    }


async def answer(work: Work, visit_id: int, person_id: int, was_there: bool) -> bool:
    """Keep what somebody says of a visit about which they were asked; False where they were not, or have
    said already."""
    done = await work.conn.execute(
        sa.update(visit_checks)
        .where(
            visit_checks.c.visit_id == visit_id,
            visit_checks.c.asked_id == person_id,
            visit_checks.c.answered_at.is_(None),
        )
        .values(was_there=was_there, answered_at=work.now)
    )
    return done.rowcount == 1


async def said(work: Work, community_id: int, month: Month) -> tuple[Said, list[Doubt]]:
    """What residents of a community said of a month's visits; and of which they do not know."""
    rows = await work.conn.execute(
        sa.select(
            visit_checks.c.was_there,
            visit_checks.c.asked_on,
            people.c.name,
            buildings.c.name.label("building"),
            households.c.room,
        )
        .join(people, people.c.id == visit_checks.c.worker_id)
        .join(households, households.c.id == visit_checks.c.household_id)
        .join(buildings, buildings.c.id == households.c.building_id)
        .where(
            visit_checks.c.community_id == community_id,
            visit_checks.c.asked_on.between(month.first_day, month.last_day),
        )
        .order_by(visit_checks.c.asked_on, visit_checks.c.visit_id)
    )
    found = rows.all()
    yes = sum(row.was_there is True for row in found)
    doubts = [
        Doubt(row.asked_on, row.name, Spot(row.building, row.room))
        for row in found
        if row.was_there is False
    ]
    return Said(len(found), yes, len(doubts)), doubts
