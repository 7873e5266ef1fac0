"""Residents' matters (民情) in the database: opened once, taken, put off and handed on with a trail."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from domain.case import Case, Gone, Via, first_due, near
from domain.duty import Duty, DutyEvent, DutyState
from domain.ladder import Ladder
from domain.moves import Move, MoveState
from domain.office import OfficeHours
from domain.people import Person
from storage import duties as all_duties
from storage.database import AnyRow, Work
from storage.duties import Opening
from storage.leave import stood_in_for
from storage.people import reached
from storage.tables.case import case_media, cases
from storage.tables.duties import duties, duty_log
from storage.tables.moves import moves
from storage.tables.people import addresses, buildings, communities, households, people, roles

_OWNER, _FIRST, _ASKED = (people.alias(name) for name in ("owner", "first", "asked"))
_FILES = (
    sa.select(sa.func.count())
    .where(case_media.c.duty_id == cases.c.duty_id)
    .correlate(cases)
    .scalar_subquery()
)
_HEARS = sa.case(
    (duties.c.subject_id.is_not(None), reached(duties.c.subject_id)),
    else_=sa.exists().where(
        addresses.c.id == cases.c.address_id, addresses.c.unreachable_since.is_(None)
    ),
)
"""Whoever is named is told where they are found now, not in the chat of that time."""


def _went(event: Move) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        moves.c.person_id == duties.c.subject_id,
        moves.c.event == event,
        moves.c.state == MoveState.DONE,
    )


_GONE = sa.case(
    (duties.c.subject_id.is_(None), Gone.HERE.value),
    (_went(Move.DIED), Gone.DIED.value),
    (sa.exists().where(roles.c.person_id == duties.c.subject_id), Gone.HERE.value),
    (_went(Move.OUT), Gone.LEFT.value),
    else_=Gone.APART.value,
)
_THERE, _BLOCK = households.alias("there"), buildings.alias("block")

_ABOUT = (
    sa.select(
        duties,
        *(column for column in cases.c if column.name not in duties.c),
        cases.c.kind.label("about"),
        people.c.name,
        people.c.phone,
        buildings.c.name.label("building"),
        households.c.room,
        _BLOCK.c.name.label("now_building"),
        _THERE.c.room.label("now_room"),
        _GONE.label("gone"),
        communities.c.timezone,
        communities.c.details,
        _OWNER.c.name.label("owner"),
        _FIRST.c.name.label("first"),
        _ASKED.c.name.label("asked"),
        _FILES.label("media"),
        _HEARS.label("hears"),
    )
    .select_from(cases)
    .join(duties, duties.c.id == cases.c.duty_id)
    .join(communities, communities.c.id == duties.c.community_id)
    .outerjoin(people, people.c.id == duties.c.subject_id)
    .outerjoin(households, households.c.id == duties.c.household_id)
    .outerjoin(buildings, buildings.c.id == households.c.building_id)
    .outerjoin(
        _THERE,
        sa.and_(
            _THERE.c.id == people.c.household_id,
            _THERE.c.id != duties.c.household_id,
            _THERE.c.community_id == duties.c.community_id,
        ),
    )
    .outerjoin(_BLOCK, _BLOCK.c.id == _THERE.c.building_id)
    .outerjoin(_OWNER, _OWNER.c.id == sa.func.coalesce(duties.c.owner_id, duties.c.closed_by))
    .outerjoin(_FIRST, _FIRST.c.id == cases.c.first_id)
    .outerjoin(_ASKED, _ASKED.c.id == duties.c.asked_id)
    .order_by(cases.c.promised_at, cases.c.duty_id)
)


@dataclass(frozen=True, slots=True)
class Raised:
    """What a case adds to its duty when it is opened. `previous_id` is the case that it opens again."""

    kind: str
    via: Via
    text: str
    address_id: int | None = None
    visit_id: int | None = None
    previous_id: int | None = None


async def open_case(
    work: Work, opening: Opening, raised: Raised, promised_at: datetime
) -> Duty | None:
    """A new case; None where the same turn, visit or answer has opened it already."""
    duty = await all_duties.open_duty(work, opening)
    if duty is None:
        return None
    await work.conn.execute(
        sa.insert(cases).values(
            duty_id=duty.id,
            kind=raised.kind,
            via=raised.via,
            text=raised.text,
            first_id=duty.owner_id,
            address_id=raised.address_id,
            visit_id=raised.visit_id,
            promised_at=promised_at,
            first_promised_at=promised_at,
            previous_id=raised.previous_id,
        )
    )
    return duty


async def get(work: Work, duty_id: int) -> Case | None:
    """A case by its duty's id, or None."""
    found = await read(work, cases.c.duty_id == duty_id)
    return found[0] if found else None


async def of_visit(work: Work, visit_id: int) -> int | None:
    """The case that was raised during a visit."""
    query = sa.select(cases.c.duty_id).where(cases.c.visit_id == visit_id)
    found: int | None = await work.conn.scalar(query)
    return found


_OPEN = duties.c.state < int(DutyState.CLOSED)


async def waiting(work: Work, community_id: int) -> list[Case]:
    """All of a community that are open, what was promised soonest first."""
    return await read(work, duties.c.community_id == community_id, _OPEN)


async def about(work: Work, person_id: int) -> list[Case]:
    """Those that are open of whose matter it is."""
    return await read(work, duties.c.subject_id == person_id, _OPEN)


async def in_hands(work: Work, community_id: int, person_id: int) -> list[Case]:
    """Those a person has, or is asked to take over; and of colleagues on leave for whom they stand in."""
    theirs = sa.or_(
        duties.c.owner_id == person_id,
        duties.c.asked_id == person_id,
        duties.c.owner_id.in_(stood_in_for(person_id, work.now)),
    )
    return await read(work, duties.c.community_id == community_id, _OPEN, theirs)


async def own(work: Work, person_id: int | None, address_id: int, since: datetime) -> list[Case]:
    """What somebody raised, or was raised for them: what is open, and what ended since then. A chat alone
    speaks only for what is nobody's in the register: it may be another's by now."""
    mine = sa.and_(cases.c.address_id == address_id, duties.c.subject_id.is_(None))
    if person_id is not None:
        mine = sa.or_(mine, duties.c.subject_id == person_id)
    return await read(work, mine, sa.or_(_OPEN, duties.c.closed_at >= since))


async def count_from(work: Work, address_id: int, since: datetime) -> int:
    """How many one chat has raised since then."""
    query = (
        sa.select(sa.func.count())
        .select_from(cases.join(duties, duties.c.id == cases.c.duty_id))
        .where(cases.c.address_id == address_id, duties.c.opened_at > since)
    )
    return int(await work.conn.scalar(query) or 0)


async def concerns(work: Work, person: Person, case: Case) -> bool:
    """Whether one of the staff has to do with a case: it is, was first or may become theirs, a colleague's
    for whom they stand in, or they were told of it."""
    duty = case.duty
    if person.id in (duty.owner_id, duty.asked_id, case.first_id, duty.closed_by):
        return True
    told = sa.exists().where(
        duty_log.c.duty_id == duty.id,
        duty_log.c.event == DutyEvent.TOLD,
        duty_log.c.actor_id == person.id,
    )
    stands_in = sa.literal(duty.owner_id).in_(stood_in_for(person.id, work.now))
    return bool(await work.conn.scalar(sa.select(sa.or_(told, stands_in))))


async def stands_in(work: Work, person_id: int, owner_id: int | None) -> bool:
    """Whether somebody does now what the owner, who is on leave, is to do."""
    if owner_id is None:
        return False
    at = stood_in_for(person_id, work.now)
    return bool(await work.conn.scalar(sa.select(sa.literal(owner_id).in_(at))))


async def take(work: Work, case: Case, office: OfficeHours, actor_id: int) -> Duty | None:
    """Somebody has it in hand by name, from nobody or from whoever had it; None where that is no longer
    possible. What only asked for somebody is passed over."""
    if case.duty.state is not DutyState.OPEN:
        return await all_duties.take_over(work, case.duty, actor_id)
    moved = await all_duties.move(work, case.duty, DutyState.TAKEN, actor_id)
    if moved is None:
        return None
    at = near(office, moved.opened_at, case.promised_at)
    rung = max(moved.rung, first_due(moved.ladder, moved.opened_at, at))
    return await _lay(work, moved, moved.ladder, rung)


async def put_off(work: Work, case: Case, ladder: Ladder, to: datetime, why: str) -> Duty | None:
    """Promised for later, once; None where it was put off before, or is closed."""
    done = await work.conn.execute(
        sa.update(cases)
        .where(cases.c.duty_id == case.duty.id, cases.c.postponed.is_(None))
        .values(promised_at=to, postponed=why)
    )
    if done.rowcount == 0:
        return None
    await _log(work, case.duty, DutyEvent.POSTPONED, case.duty.owner_id, why)
    return await _lay(work, case.duty, ladder, 1)


async def sort(
    work: Work, case: Case, ladder: Ladder, kind: str, to: datetime, name: str
) -> Duty | None:
    """It is of another kind, for which another time is promised."""
    await work.conn.execute(
        sa.update(cases)
        .where(cases.c.duty_id == case.duty.id)
        .values(kind=kind, promised_at=to, first_promised_at=to)
    )
    await _log(work, case.duty, DutyEvent.SORTED, case.duty.owner_id, name)
    return await _lay(work, case.duty, ladder, 1)


async def _lay(work: Work, duty: Duty, ladder: Ladder, rung: int) -> Duty | None:
    """The ladder that is climbed from now on, and its next rung."""
    row = (
        await work.conn.execute(
            sa.update(duties)
            .where(duties.c.id == duty.id, duties.c.state == int(duty.state))
            .values(
                ladder=ladder.to_json(),
                rung=rung,
                next_at=ladder.next_at(rung, duty.opened_at, work.now),
            )
            .returning(duties)
        )
    ).one_or_none()
    return all_duties.read_duty(row) if row else None


async def name_whose(work: Work, case: Case, person_id: int) -> None:
    """Whose matter it is, where nobody was named."""
    await work.conn.execute(
        sa.update(duties)
        .where(duties.c.id == case.duty.id, duties.c.subject_id.is_(None))
        .values(subject_id=person_id)
    )


async def add(work: Work, duty: Duty, words: str, actor_id: int | None) -> None:
    """More was said of it."""
    await _log(work, duty, DutyEvent.ADDED, actor_id, words)


async def say(work: Work, duty: Duty, words: str, actor_id: int) -> None:
    """Its resident was told how it stands."""
    await _log(work, duty, DutyEvent.PROGRESS, actor_id, words)


async def raise_up(work: Work, duty: Duty, words: str, actor_id: int) -> None:
    """The supervisor is asked to help it along."""
    await work.conn.execute(
        sa.update(cases).where(cases.c.duty_id == duty.id).values(raised_at=work.now)
    )
    await _log(work, duty, DutyEvent.RAISED, actor_id, words)


async def _log(work: Work, duty: Duty, event: DutyEvent, actor: int | None, words: str) -> None:
    await all_duties.log(work, duty.id, event, actor_id=actor, detail=words)


async def read(work: Work, *where: sa.ColumnElement[bool]) -> list[Case]:
    """The cases of which that holds, what is promised soonest first."""
    rows = (await work.conn.execute(_ABOUT.where(*where))).all()
    added = await all_duties.words(work, [row.duty_id for row in rows])
    return [_case(row, tuple(added.get(row.duty_id, ()))) for row in rows]


def _case(row: AnyRow, added: tuple[str, ...]) -> Case:
    return Case(
        duty=all_duties.read_duty(row),
        kind=row.about,
        via=Via(row.via),
        words=(row.text, *added),
        zone=ZoneInfo(row.timezone),
        promised_at=row.promised_at,
        first_promised_at=row.first_promised_at,
        name=row.name or "",
        phone=row.phone or "",
        place=f"{row.building}{row.room}" if row.building else "",
        lives=f"{row.now_building}{row.now_room}" if row.now_building else "",
        gone=Gone(row.gone),
        owner=row.owner or "",
        first=row.first or "",
        first_id=row.first_id,
        asked=row.asked or "",
        address_id=row.address_id,
        postponed=row.postponed,
        raised_at=row.raised_at,
        result=row.result or "",
        asked_at=row.asked_at,
        solved=row.solved,
        said_at=row.said_at,
        previous_id=row.previous_id,
        media=row.media,
        silent=not row.hears,
        community_phone=str(row.details.get("phone", "")),
    )
