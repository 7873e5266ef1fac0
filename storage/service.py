"""Everyday services in the database: ordered once, accepted, done, declined or called off; and counted."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from domain.duty import SERVICES, Duty, DutyKind, DutyState, Outcome
from domain.office import OfficeHours
from domain.people import STAFF, Card, Person
from domain.policies import Policies
from domain.service import Chore, Order, Part, Reason, Slot, laid_out
from storage import duties as all_duties
from storage import ladder, leave, roster
from storage import people as persons
from storage.among import among
from storage.database import AnyRow, Work
from storage.duties import Opening
from storage.how_many import how_many
from storage.tables.duties import duties as duty_rows
from storage.tables.people import buildings, communities, families, households, people
from storage.tables.service import services

_WORKER, _RAISER = people.alias("worker"), people.alias("raiser")

_ABOUT = (
    sa.select(
        duty_rows,
        *(c for c in services.c if c.name not in duty_rows.c),
        people.c.name,
        people.c.phone,
        people.c.health,
        people.c.key_holder,
        buildings.c.name.label("building"),
        households.c.room,
        communities.c.timezone,
        communities.c.details,
        _WORKER.c.name.label("worker"),
        _RAISER.c.name.label("raiser"),
    )
    .select_from(services)
    .join(duty_rows, duty_rows.c.id == services.c.duty_id)
    .join(people, people.c.id == services.c.subject_id)
    .join(communities, communities.c.id == duty_rows.c.community_id)
    .outerjoin(
        households,
        households.c.id == sa.func.coalesce(people.c.household_id, duty_rows.c.household_id),
    )
    .outerjoin(buildings, buildings.c.id == households.c.building_id)
    .outerjoin(
        _WORKER, _WORKER.c.id == sa.func.coalesce(duty_rows.c.closed_by, duty_rows.c.owner_id)
    )
    .outerjoin(_RAISER, _RAISER.c.id == duty_rows.c.raised_by)
    .order_by(services.c.starts_at, services.c.duty_id)
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: when, and how."""

    slot: Slot
    at_home: bool = False
    chore: Chore | None = None


async def opening(
    work: Work, policies: Policies, elder: Person, slot: Slot, raised_by: int, source_key: str
) -> Opening:
    """The duty of whoever sees to it: for a meal its kitchen, else the worker of the home, else whoever
    is on duty; with the kind's ladder fitted to its time."""
    community = await persons.community(work, elder.community_id)
    office = OfficeHours.of(community.details.get("hours"), community.zone, policies.calendar)
    home = await persons.home(work, elder.household_id)
    keeper_id = await _keeper(work, community.id, slot) or (home.worker_id if home else None)
    return Opening(
        kind=slot.kind,
        community_id=community.id,
        ladder=laid_out(policies.ladders[slot.kind], slot, work.now, office, policies),
        source_key=source_key,
        household_id=elder.household_id,
        subject_id=elder.id,
        raised_by=raised_by,
        owner_id=await leave.deputy(work, keeper_id)
        or await roster.first_on_duty(work, community.id, work.now),
    )


async def _keeper(work: Work, community_id: int, slot: Slot) -> int | None:
    """Who sees to the orders of the dining point, while they work there."""
    if slot.point is None or slot.point.person is None:
        return None
    keeper = await persons.person_by_code(work, slot.point.person)
    works = keeper is not None and keeper.is_any(*STAFF) and keeper.community_id == community_id
    return keeper.id if keeper and works else None


async def order(work: Work, opening: Opening, asked: Asked) -> Duty | None:
    """Store a new one beside its duty; None where this very turn has ordered it already.

    Two who order the same at the same moment: the second transaction fails on the unique index, runs
    again, and finds what the first has ordered.
    """
    duty = await all_duties.open_duty(work, opening)
    if duty is None:
        return None
    slot = asked.slot
    await work.conn.execute(
        sa.insert(services).values(
            duty_id=duty.id,
            subject_id=opening.subject_id,
            kind=opening.kind,
            on_day=slot.day,
            part=slot.part,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            order_by=slot.order_by,
            point=slot.point.id if slot.point else None,
            at_home=asked.at_home,
            chore=asked.chore,
            waiting=True,
        )
    )
    return duty


async def told_together(work: Work, duty: Duty) -> None:
    """Whoever is on the first rung is told of many at once, not by a card for each; the second rung
    comes if nobody accepts it."""
    next_at = duty.ladder.next_at(1, duty.opened_at, work.now)
    await work.conn.execute(
        sa.update(duty_rows).where(duty_rows.c.id == duty.id).values(rung=1, next_at=next_at)
    )


async def same(work: Work, elder_id: int, slot: Slot) -> Order | None:
    """What the elder has ordered for that time already, if it is not over."""
    found = await _read(
        work,
        services.c.subject_id == elder_id,
        services.c.kind == slot.kind,
        services.c.on_day == slot.day,
        services.c.part == slot.part,
        services.c.waiting,
    )
    return found[0] if found else None


async def get(work: Work, duty_id: int) -> Order | None:
    """One service by its duty's id, or None."""
    found = await _read(work, services.c.duty_id == duty_id)
    return found[0] if found else None


async def waiting(work: Work, elder_ids: Collection[int]) -> list[Order]:
    """What these elders have ordered and is not over, soonest first."""
    return await _read(work, services.c.subject_id.in_(elder_ids), services.c.waiting)


async def of_community(work: Work, community_id: int, until: date) -> list[Order]:
    """Everything of a community up to that day that is not over."""
    return await _read(
        work,
        duty_rows.c.community_id == community_id,
        services.c.waiting,
        services.c.on_day <= until,
    )


async def meals_of(work: Work, community_id: int, day: date) -> list[Order]:
    """The meals of a day that somebody still wants or has had: what a kitchen counts."""
    gone = (Outcome.CALLED_OFF, Outcome.DECLINED)
    return await _read(
        work,
        duty_rows.c.community_id == community_id,
        services.c.on_day == day,
        services.c.kind == DutyKind.MEAL,
        sa.or_(duty_rows.c.outcome.is_(None), duty_rows.c.outcome.not_in(gone)),
    )


async def last_point(work: Work, elder_id: int) -> str | None:
    """The dining point from which the elder's last meal came."""
    found: str | None = await work.conn.scalar(
        sa.select(services.c.point)
        .where(services.c.subject_id == elder_id, services.c.kind == DutyKind.MEAL)
        .order_by(services.c.duty_id.desc())
        .limit(1)
    )
    return found


async def accept(work: Work, order: Order, actor_id: int) -> Order | None:
    """Somebody says by name that they will; None where another has it or it is over.

    The clock waits until it should be over; then it asks how it went.
    """
    return next(iter(await accept_all(work, [order], actor_id)), None)


async def accept_all(work: Work, orders: Iterable[Order], actor_id: int) -> list[Order]:
    """The same for many: those that nobody had and that were not over, as they stand now."""
    taken = []
    for order in orders:
        moved = await all_duties.move(work, order.duty, DutyState.TAKEN, actor_id)
        if moved is not None:
            stay = moved.ladder.stays["taken"].within
            await ladder.wait_until(work, moved, max(order.slot.ends_at, work.now) + stay)
            taken.append(moved.id)
    return await _named(work, taken)


async def close(
    work: Work, order: Order, outcome: Outcome, actor_id: int, reason: Reason | None = None
) -> Order | None:
    """It is done, declined or called off; None where it was over before."""
    return next(iter(await close_all(work, [order], outcome, actor_id, reason)), None)


async def close_all(
    work: Work,
    orders: Iterable[Order],
    outcome: Outcome,
    actor_id: int,
    reason: Reason | None = None,
) -> list[Order]:
    """The same for many: those that were not over, as they stand now."""
    over = []
    for order in orders:
        closed = await all_duties.close(work, order.duty.id, outcome, actor_id, reason or "")
        over += [closed.id] if closed else []
    if over:
        await work.conn.execute(
            sa.update(services)
            .where(services.c.duty_id.in_(over))
            .values(waiting=False, reason=reason)
        )
    return await _named(work, over)


async def _named(work: Work, duty_ids: Collection[int]) -> list[Order]:
    return await _read(work, services.c.duty_id.in_(duty_ids)) if duty_ids else []


async def at_home(work: Work, order: Order, *, family: bool = False) -> list[Person]:
    """Whom a change concerns: whose it is and who asked for it, while they are family; all their family,
    when it goes wrong."""
    return (await homes(work, [order], family=family))[order.duty.id]


async def homes(
    work: Work, orders: Collection[Order], *, family: bool = False
) -> dict[int, list[Person]]:
    """The same for many, by the duty's id."""
    ids = {order.duty.id: _concerned(order, family=family) for order in orders}
    known = await persons.persons(work, set().union(*ids.values()))
    return {of: [known[i] for i in sorted(theirs) if i in known] for of, theirs in ids.items()}


def _concerned(order: Order, *, family: bool) -> set[int]:
    kin = set(order.family)
    ids = {order.duty.subject_id, *(kin if family else kin & {order.duty.raised_by})}
    return {i for i in ids if i is not None}


async def _read(work: Work, *where: sa.ColumnElement[bool]) -> list[Order]:
    rows = (await work.conn.execute(_ABOUT.where(*where))).all()
    words = await all_duties.words(work, [row.duty_id for row in rows])
    kin = await _kin(work, {row.subject_id for row in rows})
    return [_order(row, words.get(row.duty_id, ()), kin.get(row.subject_id, ())) for row in rows]


async def _kin(work: Work, elder_ids: Collection[int]) -> Mapping[int, Sequence[int]]:
    """The ids of each elder's family."""
    if not elder_ids:
        return {}
    rows = await work.conn.execute(
        sa.select(families.c.elder_id, families.c.relative_id).where(among(families.c.elder_id)),
        {"ids": elder_ids},
    )
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row.elder_id, []).append(row.relative_id)
    return found


def _order(row: AnyRow, words: Sequence[str], kin: Sequence[int]) -> Order:
    duty = all_duties.read_duty(row)
    facilities = row.details.get("facilities", ())
    point: Mapping[str, Any] = next((f for f in facilities if f.get("id") == row.point), {})
    place = f"{row.building}{row.room}" if row.building else ""
    return Order(
        duty=duty,
        person=Card(row.subject_id, row.name, row.phone, row.health, row.key_holder, place=place),
        zone=ZoneInfo(row.timezone),
        slot=Slot(
            duty.kind,
            row.on_day,
            Part(row.part),
            row.starts_at,
            row.ends_at,
            row.order_by,
        ),
        at_home=row.at_home,
        chore=Chore(row.chore) if row.chore else None,
        words=tuple(words),
        reason=Reason(row.reason) if row.reason else None,
        community_phone=str(row.details.get("phone", "")),
        worker=row.worker or "",
        raised_by=row.raiser or "" if duty.raised_by != duty.subject_id else "",
        point_id=row.point or "",
        point_name=str(point.get("name", "")),
        point_phone=str(point.get("phone", "")),
        family=tuple(kin),
    )


@dataclass(frozen=True, slots=True)
class Count:
    """How the services of one kind went; what is open or late is counted with the rest."""

    asked: int = 0
    accepted: int = 0
    done: int = 0
    declined: int = 0
    called_off: int = 0
    late: int = 0


async def counts(
    work: Work, community_id: int, first: date, last: date
) -> Mapping[DutyKind, Count]:
    """By kind, of the days from `first` to `last`. Late is what nobody accepted before it began, and
    what nobody has closed an hour after it was to be over."""
    d, s = duty_rows.c, services.c
    late = sa.or_(
        sa.and_(d.taken_at.is_(None), d.closed_at.is_(None), s.starts_at <= work.now),
        sa.and_(d.closed_at.is_(None), s.ends_at <= work.now - timedelta(hours=1)),
        d.taken_at > s.starts_at,
    )
    rows = await work.conn.execute(
        sa.select(
            s.kind,
            sa.func.count(),
            sa.func.count(d.taken_at),
            how_many(d.outcome == Outcome.DONE),
            how_many(d.outcome == Outcome.DECLINED),
            how_many(d.outcome == Outcome.CALLED_OFF),
            how_many(late),
        )
        .join(duty_rows, d.id == s.duty_id)
        .where(d.community_id == community_id, s.on_day.between(first, last))
        .group_by(s.kind)
    )
    found = {DutyKind(kind): Count(*numbers) for kind, *numbers in rows}
    return {kind: found[kind] for kind in SERVICES if kind in found}
