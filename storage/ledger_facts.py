"""Reading one month of a community for its ledgers: some nine statements, whatever happened in it."""

from collections.abc import Iterable
from datetime import date, timedelta

import sqlalchemy as sa

from domain.calendar import Month, local_day
from domain.ledger_facts import (
    AGES,
    Cover,
    Facts,
    Made,
    Spot,
    Staff,
    corrections,
)
from domain.policies import Policies
from domain.visit import COUNTING_MODES, Mode, Quota, Topic, pace
from storage import visit, visit_workers
from storage.database import AnyRow, Work
from storage.how_many import how_many
from storage.ledger_duties import calls, matters
from storage.ledger_rounds import rounds
from storage.ledger_span import FIRST, HERE, LAST, Rules, Span
from storage.people import Community
from storage.tables.people import buildings, households, people
from storage.tables.visit import visits

_VISITS = (
    sa.select(
        visits.c.id,
        visits.c.worker_id,
        visits.c.household_id,
        buildings.c.name,
        households.c.room,
        visits.c.made_at,
        visits.c.day,
        visits.c.mode,
        visits.c.topics,
        visits.c.note,
        visits.c.follow_up_on,
    )
    .join(households, households.c.id == visits.c.household_id)
    .join(buildings, buildings.c.id == households.c.building_id)
    .where(
        visits.c.community_id == HERE,
        visits.c.day.between(FIRST, LAST),
        visits.c.removed_at.is_(None),
    )
    .order_by(visits.c.made_at, visits.c.id)
)
_MODES = {mode.value: mode for mode in Mode}
_TOPICS = {topic.value: topic for topic in Topic}


async def lines(work: Work, community_id: int, month: Month) -> tuple[Made, ...]:
    """The month's diary of a whole community, by time."""
    values = {"here": community_id, "first": month.first_day, "last": month.last_day}
    return tuple(_made(row) for row in await work.conn.execute(_VISITS, values))


def _made(row: AnyRow) -> Made:
    """The columns of `_VISITS`, in their order: a city's month is 123,000 rows."""
    number, worker, home, building, room, made_at, day, mode, topics, note, again = row
    known = tuple(_TOPICS[topic] for topic in topics if topic in _TOPICS)
    return Made(
        number, worker, home, Spot(building, room), made_at, day, _MODES[mode], known, note, again
    )


def _older(limit: str) -> sa.ColumnElement[int]:
    return how_many(_SEEN.c.last >= sa.bindparam(limit, type_=sa.Date))


_SEEN = (
    sa.select(
        households.c.worker_id,
        households.c.special,
        sa.select(sa.func.max(visits.c.day))
        .where(
            visits.c.household_id == households.c.id,
            visits.c.removed_at.is_(None),
            visits.c.mode.in_(COUNTING_MODES),
            visits.c.day <= LAST,
        )
        .scalar_subquery()
        .label("last"),
    )
    .where(households.c.community_id == HERE)
    .subquery("seen")
)
_COVER = (
    sa.select(
        _SEEN.c.worker_id,
        sa.func.count(),
        *(_older(f"d{days}") for days in AGES),
        sa.func.count(_SEEN.c.last),
        how_many(_SEEN.c.special),
        how_many(sa.and_(_SEEN.c.special, _SEEN.c.last >= FIRST)),
    )
    .group_by(_SEEN.c.worker_id)
    .order_by(_SEEN.c.worker_id)
)


STATEMENTS = (_VISITS, _COVER)
"""All that is read here, for whoever measures what reading alone costs."""


def limits(day: date) -> dict[str, date]:
    """The days before which a home's last visit puts it into the next column."""
    return {f"d{days}": day - timedelta(days=days) for days in AGES}


async def cover(work: Work, community_id: int, month: Month, day: date) -> tuple[Cover, ...]:
    """How long ago the homes of each worker were last visited, as of that day of the month."""
    values = {"here": community_id, "first": month.first_day, "last": day} | limits(day)
    found = []
    for who, homes, near, middle, far, ever, special, seen in await work.conn.execute(
        _COVER, values
    ):
        ages = (near, middle - near, far - middle, ever - far, homes - ever)
        found.append(Cover(who, homes, ages, special, seen))
    return tuple(sorted(found, key=lambda one: (one.worker_id is None, one.worker_id or 0)))


async def _staff(
    work: Work, community: Community, month: Month, made: Iterable[Made], policies: Policies
) -> tuple[Staff, ...]:
    """The workers there are, each with the month's target; and whoever visited and is there no more."""
    now = local_day(work.now, community.zone)
    today = min(month.last_day, now)
    here = {worker.id: worker.name for worker in await visit.workers(work, community.id)}
    gone = {line.worker_id for line in made} - set(here)
    terms = await visit_workers.agreed(work, gone)
    left_then = [
        one for one, a in terms.items() if month.first_day <= a.terms.last <= month.last_day
    ]
    there = await visit_workers.presences(work, [*here, *left_then], month)

    def staff(worker_id: int, name: str) -> Staff:
        quota = Quota(policies.visits_a_month)
        stand = pace(0, today, month, policies.calendar, quota, there[worker_id])
        left = stand.remaining_workdays if now <= month.last_day else 0
        return Staff(worker_id, name, stand.target, stand.expected_by_now, left)

    found = [staff(number, name) for number, name in here.items()]
    if gone:
        names = await work.conn.execute(
            sa.select(people.c.id, people.c.name).where(people.c.id.in_(gone))
        )
        found += [
            staff(row.id, row.name) if row.id in there else Staff(row.id, row.name, 0)
            for row in names
        ]
    return tuple(sorted(found, key=lambda one: (one.name, one.id)))


async def gather(
    work: Work,
    community: Community,
    month: Month,
    rules: Rules,
    before: tuple[Made, ...] | None = None,
) -> Facts:
    """The month as it is told now; `before` is what the month before was when it was closed."""
    span = Span.of(month, community)
    made = await lines(work, community.id, month)
    today = min(month.last_day, local_day(work.now, community.zone))
    late = (
        ()
        if before is None
        else corrections(before, await lines(work, community.id, month.previous()))
    )
    return Facts(
        community=community.name,
        zone=str(community.zone),
        month=str(month),
        made_at=work.now,
        ends_at=min(span.until, work.now),
        closed=False,
        staff=await _staff(work, community, month, made, rules.policies),
        visits=made,
        late=late,
        matters=await matters(work, community, span),
        calls=await calls(work, span.values(community), span),
        rounds=await rounds(work, community, span),
        cover=await cover(work, community.id, month, today),
        weights=rules.weights,
    )
