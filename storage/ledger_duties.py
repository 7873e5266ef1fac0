"""What residents wanted in a month, and the calls for help, each as it stood when the month ended."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from domain.calendar import day_bounds
from domain.duty import SERVICES, DutyEvent, DutyKind
from domain.ledger import Event
from domain.ledger_facts import Called, Matter, Spot
from storage.database import AnyRow, Work
from storage.ledger_span import HERE, LAST, SINCE, UNTIL, Span
from storage.people import Community
from storage.tables.case import cases
from storage.tables.duties import duties, duty_log, questions
from storage.tables.people import buildings, households, people
from storage.tables.service import services
from storage.tables.visit import visits
from storage.visit_homes import MET

_OWNER = people.alias("owner")


def _named(chosen: sa.Select[Any]) -> sa.Select[Any]:
    """The chosen duties with who they are about, where, and in whose hands they are."""
    one = chosen.subquery("one")
    return (
        sa.select(
            one,
            people.c.name.label("subject"),
            buildings.c.name.label("building"),
            households.c.room,
            _OWNER.c.name.label("worker"),
        )
        .outerjoin(people, people.c.id == one.c.about_id)
        .outerjoin(households, households.c.id == one.c.household_id)
        .outerjoin(buildings, buildings.c.id == households.c.building_id)
        .outerjoin(_OWNER, _OWNER.c.id == one.c.hands_id)
        .order_by(one.c.opened_at, one.c.id)
    )


_DUTY = (
    duties.c.id,
    duties.c.kind,
    duties.c.household_id,
    sa.func.coalesce(duties.c.subject_id, duties.c.raised_by).label("about_id"),
    duties.c.opened_at,
    duties.c.presses,
    duties.c.taken_at,
    duties.c.arrived_at,
    duties.c.closed_at,
    duties.c.outcome,
    sa.func.coalesce(
        duties.c.owner_id,
        sa.case((duties.c.closed_by.is_distinct_from(duties.c.raised_by), duties.c.closed_by)),
    ).label("hands_id"),
)
_LIVED = sa.and_(
    duties.c.community_id == HERE,
    duties.c.opened_at < UNTIL,
    sa.or_(
        duties.c.opened_at >= SINCE,
        duties.c.closed_at.is_(None),
        duties.c.closed_at >= SINCE,
    ),
)
"""Opened in the month, or before it and not yet closed when it began."""

_CALLS = _named(sa.select(*_DUTY).where(_LIVED, duties.c.kind == DutyKind.HELP))
_QUESTIONS = _named(
    sa.select(
        *_DUTY,
        questions.c.text,
        questions.c.answer,
        questions.c.promised_at,
        questions.c.answered_at,
        questions.c.solved,
    )
    .join(questions, questions.c.duty_id == duties.c.id)
    .where(_LIVED, duties.c.kind == DutyKind.QUESTION)
)
_IN_MATTERS = tuple(kind for kind in SERVICES if kind is not DutyKind.MEAL)
"""A meal is ordered and eaten; it is no matter that anybody must see to an end."""
_SERVICES = _named(
    sa.select(*_DUTY, services.c.ends_at, services.c.reason)
    .join(services, services.c.duty_id == duties.c.id)
    .where(_LIVED, duties.c.kind.in_(_IN_MATTERS))
)
_SAID_SO = (duties.c.kind == DutyKind.AFTER, duties.c.raised_by.is_not(None))
_UNSOLVED = _named(sa.select(*_DUTY).where(_LIVED, *_SAID_SO))
_FIRST = people.alias("first")
_HELD = (  # in how many hands it has been
    sa.select(sa.func.count())
    .where(
        duty_log.c.duty_id == duties.c.id,
        duty_log.c.event.in_([DutyEvent.MOVED, DutyEvent.HANDED]),
        duty_log.c.at < UNTIL,
    )
    .correlate(duties)
    .scalar_subquery()
)
_CASES = _named(
    sa.select(
        *(column for column in _DUTY if column.name not in ("kind", "about_id")),
        cases.c.kind,
        duties.c.subject_id.label("about_id"),
        cases.c.text,
        cases.c.promised_at,
        cases.c.result,
        cases.c.solved,
        cases.c.said_at,
        sa.case((cases.c.first_id != duties.c.owner_id, _FIRST.c.name)).label("first"),
        _HELD.label("held"),
    )
    .join(cases, cases.c.duty_id == duties.c.id)
    .outerjoin(_FIRST, _FIRST.c.id == cases.c.first_id)
    .where(_LIVED, duties.c.kind == DutyKind.CASE)
)
_WORDS = (
    sa.select(duty_log.c.duty_id, duty_log.c.detail)
    .join(duties, duties.c.id == duty_log.c.duty_id)
    .where(
        _LIVED,
        duties.c.kind.in_([*_IN_MATTERS, DutyKind.AFTER, DutyKind.CASE]),
        duty_log.c.event == DutyEvent.ADDED,
        duty_log.c.at < UNTIL,
    )
    .order_by(duty_log.c.id)
)

_THEN = visits.alias("then")
_BACK = (
    sa.select(sa.func.min(_THEN.c.made_at))
    .where(
        _THEN.c.household_id == visits.c.household_id,
        _THEN.c.made_at > visits.c.made_at,
        _THEN.c.made_at < UNTIL,
        _THEN.c.removed_at.is_(None),
        _THEN.c.mode.in_(MET),
    )
    .scalar_subquery()
)
_RETURNS = (
    sa.select(
        visits.c.id,
        visits.c.worker_id,
        visits.c.made_at,
        visits.c.note,
        visits.c.follow_up_on,
        buildings.c.name.label("building"),
        households.c.room,
        _OWNER.c.name.label("worker"),
        _BACK.label("back_at"),
    )
    .join(households, households.c.id == visits.c.household_id)
    .join(buildings, buildings.c.id == households.c.building_id)
    .join(_OWNER, _OWNER.c.id == visits.c.worker_id)
    .where(
        visits.c.community_id == HERE,
        visits.c.removed_at.is_(None),
        visits.c.follow_up_on.between(sa.bindparam("old", type_=sa.Date), LAST),
        visits.c.made_at < UNTIL,
    )
    .order_by(visits.c.made_at, visits.c.id)
)
STATEMENTS = (_CALLS, _QUESTIONS, _SERVICES, _UNSOLVED, _CASES, _WORDS, _RETURNS)
"""All that is read here, for whoever measures what reading alone costs."""

REMEMBERED = timedelta(days=180)
"""A promise to come back that is older is not carried any further: it stands in older ledgers."""


def _spot(row: AnyRow) -> Spot:
    return Spot(row.building, row.room) if row.building else Spot()


async def calls(work: Work, values: Mapping[str, Any], span: Span) -> tuple[Called, ...]:
    return tuple(
        Called(
            id=row.id,
            opened_at=row.opened_at,
            name=row.subject or "",
            spot=_spot(row),
            presses=row.presses,
            taken_at=span.by(row.taken_at),
            arrived_at=span.by(row.arrived_at),
            closed_at=span.by(row.closed_at),
            worker_id=row.hands_id,
            worker=row.worker or "",
            outcome=row.outcome or "" if span.by(row.closed_at) else "",
            carried=row.opened_at < span.since,
            about_id=row.about_id,
        )
        for row in await work.conn.execute(_CALLS, values)
    )


def _matter(event: Event, row: AnyRow, span: Span, **more: Any) -> Matter:
    closed = span.by(row.closed_at)
    matter = Matter(
        event=event,
        id=row.id,
        raised_at=row.opened_at,
        what=row.kind,
        name=row.subject or "",
        spot=_spot(row),
        worker_id=row.hands_id,
        worker=row.worker or "",
        closed_at=closed,
        outcome=(row.outcome or "") if closed else "",
        carried=row.opened_at < span.since,
        about_id=row.about_id,
    )
    return replace(matter, **more)


async def _asked(work: Work, values: Mapping[str, Any], span: Span) -> list[Matter]:
    return [
        _matter(
            Event.QUESTION,
            row,
            span,
            words=row.text,
            due_at=row.promised_at,
            closed_at=span.by(row.answered_at or row.closed_at),
            answer=(row.answer or "") if span.by(row.answered_at) else "",
            solved=row.solved,
        )
        for row in await work.conn.execute(_QUESTIONS, values)
    ]


async def _ordered(work: Work, values: Mapping[str, Any], span: Span) -> list[Matter]:
    said: dict[int, list[str]] = {}
    for row in await work.conn.execute(_WORDS, values):
        said.setdefault(row.duty_id, []).append(row.detail or "")
    found = [
        _matter(Event.SERVICE, row, span, due_at=row.ends_at)
        for row in await work.conn.execute(_SERVICES, values)
    ]
    found += [
        _matter(Event.UNSOLVED, row, span) for row in await work.conn.execute(_UNSOLVED, values)
    ]
    found += [
        _matter(
            Event.CASE,
            row,
            span,
            words=row.text,
            due_at=row.promised_at,
            answer=(row.result or "") if span.by(row.closed_at) else "",
            solved=row.solved if span.by(row.said_at) else None,
            first=row.first or "",
            handed=max(0, row.held - 1),
        )
        for row in await work.conn.execute(_CASES, values)
    ]
    return [
        replace(one, words="；".join(filter(None, (one.words, *said.get(one.id, ())))))
        for one in found
    ]


async def _returns(
    work: Work, values: Mapping[str, Any], span: Span, community: Community
) -> list[Matter]:
    """Promises to come back whose day came in the month, or earlier and nobody had been by then."""
    first = span.month.first_day
    rows = await work.conn.execute(_RETURNS, {**values, "old": first - REMEMBERED})
    return [
        Matter(
            event=Event.VISIT,
            id=row.id,
            raised_at=row.made_at,
            what="return",
            spot=_spot(row),
            worker_id=row.worker_id,
            worker=row.worker,
            words=row.note,
            due_at=day_bounds(row.follow_up_on, community.zone)[1],
            closed_at=row.back_at,
            carried=row.made_at < span.since,
        )
        for row in rows
        if row.follow_up_on >= first or row.back_at is None or row.back_at >= span.since
    ]


async def matters(work: Work, community: Community, span: Span) -> tuple[Matter, ...]:
    """Everything a resident wanted, by when it was raised. What else becomes one is read here."""
    values = span.values(community)
    found = [
        *await _asked(work, values, span),
        *await _ordered(work, values, span),
        *await _returns(work, values, span, community),
    ]
    return tuple(sorted(found, key=lambda one: (one.raised_at, one.event, one.id)))
