"""The visit diary in the database: recorded once, counted honestly, taken back with a trail."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from domain.calendar import Month, WorkCalendar
from domain.people import Language, Role
from domain.visit import (
    COUNTING_MODES,
    BoardRow,
    Mode,
    Quota,
    Topic,
    Traced,
    Visit,
    count_home_days,
    paces,
)
from storage import visit_trail, visit_workers
from storage.among import among
from storage.database import Work
from storage.inbox import insert_new
from storage.people import PROBE
from storage.tables.people import communities, people, roles
from storage.tables.visit import visits

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Entry:
    """A visit to be recorded. `day` is the wall-clock day of `made_at` in the community's zone;
    the same `source_key` is the same visit."""

    community_id: int
    worker_id: int
    household_id: int
    made_at: datetime
    day: date
    source_key: str
    mode: Mode = Mode.HOME
    topics: tuple[Topic, ...] = ()
    note: str = ""
    follow_up_on: date | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A visit as it stands in the diary."""

    id: int
    community_id: int
    worker_id: int
    household_id: int
    made_at: datetime
    day: date
    mode: Mode
    topics: tuple[Topic, ...]
    note: str
    follow_up_on: date | None
    removed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker as the pace needs them; one of two communities is there twice."""

    id: int
    name: str
    language: Language
    community_id: int
    zone: ZoneInfo


_FIELDS = tuple(Recorded.__dataclass_fields__)
_COLUMNS = tuple(visits.c[name] for name in _FIELDS)


def _recorded(row: sa.Row[*tuple[Any, ...]]) -> Recorded:
    """The visit in a row; a topic that an older version knew and this one does not is left out."""
    values = {name: row._mapping[name] for name in _FIELDS}
    known = tuple(topic for topic in Topic if topic in values["topics"])
    return Recorded(**values | {"mode": Mode(values["mode"]), "topics": known})


async def record(work: Work, entry: Entry) -> tuple[Recorded, bool]:
    """Write a visit down; gives it and whether it is new (False: the same turn came before)."""
    made = insert_new(work, visits).values(**_values(entry)).returning(*_COLUMNS)
    row = (await work.conn.execute(made)).one_or_none()
    if row is not None:
        return _recorded(row), True
    before = sa.select(*_COLUMNS).where(visits.c.source_key == entry.source_key)
    return _recorded((await work.conn.execute(before)).one()), False


async def record_many(work: Work, entries: Sequence[Entry]) -> None:
    """Write many visits down, each once: for seeding and imports."""
    for start in range(0, len(entries), _CHUNK):
        rows = [_values(entry) for entry in entries[start : start + _CHUNK]]
        await work.conn.execute(insert_new(work, visits), rows)


def _values(entry: Entry) -> dict[str, Any]:
    return asdict(entry) | {"topics": [topic.value for topic in entry.topics]}


async def get(work: Work, visit_id: int) -> Recorded | None:
    """A visit, one that was taken back too, or None."""
    row = (
        await work.conn.execute(sa.select(*_COLUMNS).where(visits.c.id == visit_id))
    ).one_or_none()
    return None if row is None else _recorded(row)


async def save(work: Work, before: Recorded, visit: Recorded, actor_id: int) -> Recorded:
    """Store what may change of a visit: mode, topics, note and follow-up; and how it stood before."""
    changed = await work.conn.execute(
        sa.update(visits)
        .where(visits.c.id == visit.id, visits.c.removed_at.is_(None))
        .values(
            mode=visit.mode,
            topics=[topic.value for topic in visit.topics],
            note=visit.note,
            follow_up_on=visit.follow_up_on,
        )
    )
    if changed.rowcount:
        await visit_trail.note(work, Traced.CHANGED, before, visit, actor_id)
    return visit


async def set_removed(work: Work, visit: Recorded, removed: bool, actor_id: int) -> Recorded:
    """Take a visit back, or bring it back; the row stays, so that nothing vanishes unseen."""
    moment = work.now if removed else None
    expected = visits.c.removed_at.is_(None) if removed else visits.c.removed_at.is_not(None)
    changed = await work.conn.execute(
        sa.update(visits).where(visits.c.id == visit.id, expected).values(removed_at=moment)
    )
    if not changed.rowcount:
        return visit
    event = Traced.REMOVED if removed else Traced.RESTORED
    await visit_trail.note(work, event, visit, visit, actor_id)
    return replace(visit, removed_at=moment)


def _standing(first: date, last: date) -> sa.ColumnElement[bool]:
    return sa.and_(visits.c.day.between(first, last), visits.c.removed_at.is_(None))


def _in(month: Month) -> sa.ColumnElement[bool]:
    return _standing(month.first_day, month.last_day)


async def facts(work: Work, worker_ids: Collection[int], month: Month) -> dict[int, list[Visit]]:
    """The month's visits of some workers, as facts to count."""
    rows = await work.conn.execute(
        sa.select(visits.c.worker_id, visits.c.household_id, visits.c.day, visits.c.mode)
        .where(visits.c.worker_id.in_(worker_ids), _in(month))
        .order_by(visits.c.id)
    )
    found: dict[int, list[Visit]] = {worker_id: [] for worker_id in worker_ids}
    for row in rows:
        fact = Visit(row.worker_id, row.household_id, row.day, Mode(row.mode))
        found[row.worker_id].append(fact)
    return found


def counting(month: Month, *, some: bool) -> sa.Select[Any]:
    """How many visits count for each worker: for `some`, whose ids are given, or for all.

    The same rule as `domain.visit.count_home_days`, said in SQL: a city's month is 123,000 rows.
    """
    wanted = sa.select(visits.c.worker_id, visits.c.household_id, visits.c.day).where(
        _in(month), visits.c.mode.in_(sorted(COUNTING_MODES))
    )
    if some:
        wanted = wanted.where(among(visits.c.worker_id))
    home_days = wanted.distinct().subquery()
    return sa.select(home_days.c.worker_id, sa.func.count().label("done")).group_by(
        home_days.c.worker_id
    )


async def counts(work: Work, month: Month, ids: Collection[int] | None = None) -> dict[int, int]:
    """How many visits count for each of some workers, or of all, by one statement."""
    values = {} if ids is None else {"ids": ids}
    rows = await work.conn.execute(counting(month, some=ids is not None), values)
    return {row[0]: row[1] for row in rows}


async def board(
    work: Work, community_id: int, day: date, calendar: WorkCalendar, quota: Quota
) -> list[BoardRow]:
    """How every worker of a community stands on that day, those furthest behind first."""
    month = Month.of(day)
    here = await workers(work, community_id)
    ids = [worker.id for worker in here]
    made = await facts(work, ids, month)
    there = await visit_workers.presences(work, ids, month)

    done = {worker_id: count_home_days(visits) for worker_id, visits in made.items()}
    stands = paces(done, day, month, calendar, quota, there)
    rows = [BoardRow(worker.name, stands[worker.id]) for worker in here]
    return sorted(rows, key=lambda row: (row.pace.done - row.pace.expected_by_now, row.worker))


async def workers(work: Work, community_id: int | None = None) -> list[Worker]:
    """The workers of one community, or of all, by name."""
    wanted = (
        sa.select(
            people.c.id,
            people.c.name,
            people.c.language,
            roles.c.community_id,
            communities.c.timezone,
        )
        .join(roles, roles.c.person_id == people.c.id)
        .join(communities, communities.c.id == roles.c.community_id)
        .where(roles.c.role == Role.WORKER, communities.c.code != PROBE)
        .order_by(people.c.name, people.c.id)
    )
    if community_id is not None:
        wanted = wanted.where(roles.c.community_id == community_id)
    zone = lru_cache(ZoneInfo)
    language = {each.value: each for each in Language}
    return [
        Worker(
            row.id,
            row.name,
            language[row.language],
            row.community_id,
            zone(row.timezone),
        )
        for row in await work.conn.execute(wanted)
    ]
