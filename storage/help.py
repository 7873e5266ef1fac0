"""What there is to know about a help request, gathered for the people who are told of it."""

from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from domain.address import floor_of
from domain.duty import Duty, DutyEvent, DutyKind, DutyState, Outcome
from domain.help import Call, HelpKind, Need, Past
from domain.people import STAFF, Card, Person, Relative
from storage import duties as all_duties
from storage import people as persons
from storage.among import one_of
from storage.database import AnyRow, Work
from storage.device import number_of
from storage.often import Often
from storage.tables.base import Instant
from storage.tables.duties import CALLS, duties, duty_log
from storage.tables.people import (
    buildings,
    communities,
    families,
    households,
    people,
    roles,
)

KIND = "kind:"
"""Marks a log line that says by one tap what the request is about."""

_ID = sa.BigInteger
_WORKER, _RAISER, _OTHER = people.alias("worker"), people.alias("raiser"), people.alias("other")
_ASKED, _ACTOR = people.alias("asked"), people.alias("actor")


async def get(work: Work, duty_id: int) -> Duty | None:
    """One help request, or None."""
    return await all_duties.get(work, duty_id, DutyKind.HELP)


async def call(work: Work, duty: Duty, *, new: bool = False) -> Call:
    """The request as it stands in `duty`; phone and health are unsealed here only. Nothing has been said
    yet of one that is `new`: opened a moment ago, in this transaction."""
    assert duty.subject_id is not None, "a help request is about somebody"
    about = {
        "subject": duty.subject_id,
        "home": duty.household_id,
        "community": duty.community_id,
        "hands": duty.closed_by or duty.owner_id,
        "raiser": duty.raised_by,
        "asked": duty.asked_id,
        "duty": duty.id,
    }
    row = await _ABOUT.row(work, about)
    family, looks_after = await _kin(work, duty.subject_id)
    said = _nothing_said() if new else await _said(work, duty.id)
    added = said[DutyEvent.ADDED]
    kinds = [detail.removeprefix(KIND) for detail in added if detail.startswith(KIND)]
    needs = said[DutyEvent.SUPPORT]
    return Call(
        duty=duty,
        person=Card(
            duty.subject_id,
            row.name,
            row.phone,
            row.health,
            row.key_holder,
            place=_place(row),
            family=family,
            floor=floor_of(row.room or ""),
            way=row.way,
        ),
        zone=ZoneInfo(row.timezone),
        community_phone=str(row.details.get("phone", "")),
        worker=row.worker or "",
        raised_by=row.raiser or "" if duty.raised_by != duty.subject_id else "",
        kind=HelpKind(kinds[-1]) if kinds else None,
        words=tuple(detail for detail in added if not detail.startswith(KIND)),
        looks_after=looks_after,
        past=_past(row),
        asked=row.asked or "",
        need=Need(needs[-1]) if needs else None,
        joined=tuple(dict.fromkeys(said[DutyEvent.JOINED])),
        notes=tuple(said[DutyEvent.NOTED]),
        device=row.device or "",
        silent=not row.reached,
        lost=duty.in_hand and not row.held,
    )


def _past(row: AnyRow) -> Past:
    if not row.past:
        return Past()
    last = Outcome(row.past_outcome) if row.past_outcome else None
    return Past(row.past, row.past_mistakes, row.past_at, last)


_BEFORE = (
    sa.text(CALLS),
    duties.c.subject_id == sa.bindparam("subject", type_=_ID),
    duties.c.id < sa.bindparam("duty", type_=_ID),
    duties.c.state == int(DutyState.CLOSED),
    # What meant somebody else was no call of theirs.
    duties.c.outcome.is_distinct_from(Outcome.REDIRECTED),
)


async def mistakes(work: Work, person_id: int, since: datetime) -> int:
    """How many calls for a person since then were pressed by mistake."""
    row = await _MISTAKES_SINCE.row(work, {"subject": person_id, "since": since})
    return int(row.mistakes)


_MISTAKES = duties.c.outcome == Outcome.FALSE_ALARM
_MISTAKES_SINCE = Often(
    sa.select(sa.func.count().label("mistakes"))
    .select_from(duties)
    .where(
        sa.text(CALLS),
        duties.c.subject_id == sa.bindparam("subject", type_=_ID),
        duties.c.opened_at > sa.bindparam("since", type_=Instant),
        _MISTAKES,
    )
)
_LAST = sa.desc(duties.c.id)
_HANDS = sa.bindparam("hands", type_=_ID)

_ABOUT = Often(
    sa.select(
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
        _ASKED.c.name.label("asked"),
        households.c.way,
        sa.select(sa.func.count()).where(*_BEFORE).scalar_subquery().label("past"),
        sa.select(sa.func.count())
        .where(*_BEFORE, _MISTAKES)
        .scalar_subquery()
        .label("past_mistakes"),
        sa.select(duties.c.opened_at)
        .where(*_BEFORE)
        .order_by(_LAST)
        .limit(1)
        .scalar_subquery()
        .label("past_at"),
        sa.select(duties.c.outcome)
        .where(*_BEFORE)
        .order_by(_LAST)
        .limit(1)
        .scalar_subquery()
        .label("past_outcome"),
        number_of(people.c.id).label("device"),
        persons.reached(people.c.id).label("reached"),
        sa.and_(
            persons.reached(_HANDS),
            sa.exists().where(
                roles.c.person_id == _HANDS,
                roles.c.community_id == communities.c.id,
                one_of(roles.c.role, STAFF),
            ),
        ).label("held"),
    )
    .select_from(people)
    .join(communities, communities.c.id == sa.bindparam("community", type_=_ID))
    # Who has left the register since the press is still to be found where they pressed.
    .outerjoin(
        households,
        households.c.id == sa.func.coalesce(people.c.household_id, sa.bindparam("home", type_=_ID)),
    )
    .outerjoin(buildings, buildings.c.id == households.c.building_id)
    .outerjoin(_WORKER, _WORKER.c.id == _HANDS)
    .outerjoin(_RAISER, _RAISER.c.id == sa.bindparam("raiser", type_=_ID))
    .outerjoin(_ASKED, _ASKED.c.id == sa.bindparam("asked", type_=_ID))
    .where(people.c.id == sa.bindparam("subject", type_=_ID))
)

_KIN = Often(
    sa.select(
        families.c.elder_id,
        families.c.relation,
        _OTHER.c.id,
        _OTHER.c.name,
        _OTHER.c.phone,
        buildings.c.name.label("building"),
        households.c.room,
    )
    .select_from(families)
    .join(
        _OTHER,
        _OTHER.c.id
        == sa.case(
            (
                families.c.elder_id == sa.bindparam("subject", type_=_ID),
                families.c.relative_id,
            ),
            else_=families.c.elder_id,
        ),
    )
    .outerjoin(households, households.c.id == _OTHER.c.household_id)
    .outerjoin(buildings, buildings.c.id == households.c.building_id)
    .where(
        sa.or_(
            families.c.elder_id == sa.bindparam("subject", type_=_ID),
            families.c.relative_id == sa.bindparam("subject", type_=_ID),
        )
    )
    .order_by(_OTHER.c.id)
)


async def _kin(
    work: Work, person_id: int
) -> tuple[tuple[Relative, ...], tuple[tuple[str, str], ...]]:
    """Who looks after the person, and the name and place of whom they look after."""
    rows = await _KIN.rows(work, {"subject": person_id})
    family = [
        Relative(row.id, row.name, row.relation, row.phone)
        for row in rows
        if row.elder_id == person_id
    ]
    looks_after = [(row.name, _place(row)) for row in rows if row.elder_id != person_id]
    return tuple(family), tuple(looks_after)


def _place(row: AnyRow) -> str:
    return f"{row.building}{row.room}" if row.building else ""


async def at_home(work: Work, call: Call) -> list[Person]:
    """Whom every change of a request concerns at home: who it is for, and the family. Who pressed is one
    of them, or has been taken out since and hears no more."""
    ids = [call.duty.subject_id, *(r.person_id for r in call.person.family)]
    return list((await persons.persons(work, {i for i in ids if i is not None})).values())


async def pressers(work: Work, duty: Duty) -> set[int]:
    """Everybody who pressed for it."""
    return {row.actor_id for row in await _PRESSERS.rows(work, {"duty": duty.id})}


_PRESSERS = Often(
    sa.select(duty_log.c.actor_id).where(
        duty_log.c.duty_id == sa.bindparam("duty"),
        one_of(duty_log.c.event, (DutyEvent.OPENED, DutyEvent.PRESSED_AGAIN)),
    )
)


_SAID_IN = (DutyEvent.ADDED, DutyEvent.NOTED, DutyEvent.SUPPORT, DutyEvent.JOINED)
_SAID = Often(
    sa.select(duty_log.c.event, duty_log.c.detail, _ACTOR.c.name)
    .outerjoin(_ACTOR, _ACTOR.c.id == duty_log.c.actor_id)
    .where(duty_log.c.duty_id == sa.bindparam("duty"), one_of(duty_log.c.event, _SAID_IN))
    .order_by(duty_log.c.id)
)


def _nothing_said() -> dict[DutyEvent, list[str]]:
    return {event: [] for event in _SAID_IN}


async def _said(work: Work, duty_id: int) -> dict[DutyEvent, list[str]]:
    """What was added, noted and asked for, and who came, in order."""
    said = _nothing_said()
    for row in await _SAID.rows(work, {"duty": duty_id}):
        if found := row.name if row.event == DutyEvent.JOINED else row.detail:
            said[DutyEvent(row.event)].append(found)
    return said
