"""每日报平安 in the database: who takes part, and one row for each elder and day."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from domain.checkin import Checkin, Day, DayState, How, Silence
from domain.duty import Duty, DutyKind, Outcome
from domain.help import may_serve
from domain.people import Person
from storage import duties as all_duties
from storage import help
from storage import people as persons
from storage.database import AnyRow, Work
from storage.inbox import insert_new
from storage.leave import elders_looked_after
from storage.often import Often
from storage.tables.checkin import checkin_days, checkins
from storage.tables.duties import duties as duty_rows
from storage.tables.people import people

_C, _D = checkins.c, checkin_days.c
_THIS = checkin_days.alias("this").c


async def get(work: Work, person_id: int) -> Checkin | None:
    """What an elder agreed to, or was asked to; None where nobody ever spoke of it."""
    row = (
        await work.conn.execute(sa.select(checkins).where(_C.person_id == person_id))
    ).one_or_none()
    if row is None:
        return None
    return Checkin(
        row.person_id,
        row.hour,
        agreed=row.agreed_at is not None,
        stopped=row.stopped_at is not None,
        paused_until=row.paused_until,
        proposed_by=row.proposed_by,
    )


async def propose(work: Work, elder_id: int, community_id: int, by_id: int, hour: int) -> bool:
    """Note that somebody asks an elder to take part; False where the elder takes part already."""
    await work.conn.execute(
        insert_new(work, checkins).values(person_id=elder_id, community_id=community_id, hour=hour)
    )
    done = await work.conn.execute(
        sa.update(checkins)
        .where(_C.person_id == elder_id, sa.or_(_C.agreed_at.is_(None), _C.stopped_at.is_not(None)))
        .values(proposed_by=by_id, agreed_at=None, stopped_at=None, ask_at=None)
    )
    return done.rowcount == 1


async def agree(work: Work, elder_id: int, community_id: int, hour: int, ask_at: datetime) -> None:
    """The elder says yes, to that hour; from then on they are asked."""
    await work.conn.execute(
        insert_new(work, checkins).values(person_id=elder_id, community_id=community_id, hour=hour)
    )
    await work.conn.execute(
        sa.update(checkins)
        .where(_C.person_id == elder_id)
        .values(
            hour=hour,
            community_id=community_id,
            agreed_at=work.now,
            stopped_at=None,
            paused_until=None,
            ask_at=ask_at,
        )
    )


async def stop(work: Work, elder_id: int) -> None:
    """The elder wants to be asked no more."""
    await work.conn.execute(
        sa.update(checkins)
        .where(_C.person_id == elder_id)
        .values(stopped_at=work.now, ask_at=None, paused_until=None)
    )
    await _forget_today(work, elder_id)


async def pause(work: Work, elder_id: int, until: date, ask_at: datetime) -> None:
    """The elder is away until that day, on which they are asked again."""
    await work.conn.execute(
        sa.update(checkins)
        .where(_C.person_id == elder_id)
        .values(paused_until=until, ask_at=ask_at)
    )
    await _forget_today(work, elder_id)


async def resume(work: Work, elder_id: int, ask_at: datetime) -> None:
    """Back earlier than thought."""
    await work.conn.execute(
        sa.update(checkins).where(_C.person_id == elder_id).values(paused_until=None, ask_at=ask_at)
    )


async def _forget_today(work: Work, elder_id: int) -> None:
    """A question that nobody need answer any more is no silence."""
    await work.conn.execute(
        sa.delete(checkin_days).where(
            _D.person_id == elder_id, _D.state == DayState.ASKED, _D.safe_at.is_(None)
        )
    )


async def day(work: Work, person_id: int, which: date) -> Day | None:
    """One elder's day, or None."""
    other = people.alias("seen_by")
    row = (
        await work.conn.execute(
            sa.select(checkin_days, other.c.name)
            .outerjoin(other, other.c.id == _D.by_id)
            .where(_D.person_id == person_id, _D.day == which)
        )
    ).one_or_none()
    return _day(row) if row else None


def _day(row: AnyRow) -> Day:
    return Day(
        row.person_id,
        row.day,
        DayState(row.state),
        row.asked_at,
        row.due_at,
        row.safe_at,
        How(row.how) if row.how else None,
        row.name or "",
    )


@dataclass(frozen=True, slots=True)
class Sign:
    """The first sign of life of a day. `asked` says that the question stands in the elder's chat."""

    asked: bool


@cache
def _alive(on_postgresql: bool) -> Often:
    """One statement, since it runs at every turn of an elder: it finds whether they were, or will be,
    asked on that day, and whether this is their first sign of it."""
    maker = postgresql.insert if on_postgresql else sqlite.insert
    which = sa.bindparam("which", type_=sa.Date)
    taking_part = sa.select(
        _C.person_id,
        which,
        _C.community_id,
        sa.literal(str(DayState.EARLY)),
        sa.bindparam("at", type_=_D.safe_at.type),
        sa.bindparam("how", type_=sa.String),
    ).where(
        _C.person_id == sa.bindparam("person", type_=sa.BigInteger),
        _C.agreed_at.is_not(None),
        sa.or_(
            _C.ask_at < sa.bindparam("ends", type_=_D.safe_at.type),
            sa.exists().where(_THIS.person_id == _C.person_id, _THIS.day == which),
        ),
    )
    columns = ["person_id", "day", "community_id", "state", "safe_at", "how"]
    statement = maker(checkin_days).from_select(columns, taking_part)
    return Often(
        statement.on_conflict_do_update(
            index_elements=["person_id", "day"],
            set_={"safe_at": statement.excluded.safe_at, "how": statement.excluded.how},
            where=_D.safe_at.is_(None),
        ).returning(_D.asked_at)
    )


async def alive(work: Work, person_id: int, which: date, ends: datetime, how: How) -> Sign | None:
    """An elder gave a sign on the day that ends then; None where they are not asked on it, or gave one
    before."""
    about = {"person": person_id, "which": which, "ends": ends, "at": work.now, "how": str(how)}
    row = await _alive(work.on_postgresql).row(work, about)
    return None if row is None else Sign(row.asked_at is not None)


async def open_silence(work: Work, person_id: int) -> Duty | None:
    """The elder's silence that nobody has closed, of whatever day."""
    rows = await work.conn.execute(
        sa.select(duty_rows)
        .where(
            sa.text("kind = 'checkin' AND state < 4"),  # as the index has it
            duty_rows.c.subject_id == person_id,
        )
        .order_by(duty_rows.c.id)
    )
    row = rows.first()
    return all_duties.read_duty(row) if row else None


async def get_silence(work: Work, duty_id: int) -> Duty | None:
    """One silence by its duty's id, or None."""
    return await all_duties.get(work, duty_id, DutyKind.CHECKIN)


async def found(work: Work, duty: Duty, actor_id: int) -> Duty | None:
    """The elder, or a named person who saw or spoke to them, ends a silence; None where it is over."""
    closed = await all_duties.close(work, duty.id, Outcome.SAFE, actor_id)
    if closed is not None and actor_id != duty.subject_id:
        await work.conn.execute(
            sa.update(checkin_days)
            .where(_D.person_id == duty.subject_id, _D.duty_id == duty.id, _D.safe_at.is_(None))
            .values(safe_at=work.now, how=How.SEEN, by_id=actor_id)
        )
    return closed


async def told(work: Work, duty: Duty) -> list[Person]:
    """Everybody who was told of a silence and still is of the family or may see it, but for the elder."""
    ids = set(await work.conn.scalars(all_duties.TOLD, {"duty": duty.id}))
    wanted = {i for i in ids if i is not None and i != duty.subject_id}
    kin = set(await persons.family_of(work, duty.subject_id or -1))
    found = (await persons.persons(work, wanted)).values()
    return [one for one in found if one.id in kin or may_serve(one, duty)]


async def silence(work: Work, duty: Duty) -> Silence:
    """A silence with all that is needed to look for the elder."""
    call = await help.call(work, duty)
    assert duty.subject_id is not None, "a silence is somebody's"
    row = (
        await work.conn.execute(
            sa.select(_C.hour, checkin_days, sa.literal("").label("name"))
            .outerjoin(checkin_days, sa.and_(_D.person_id == _C.person_id, _D.duty_id == duty.id))
            .where(_C.person_id == duty.subject_id)
        )
    ).one()
    shown = _day(row) if row.day else None
    return Silence(call, row.hour, shown)


async def elders_to_invite(work: Work, worker_id: int) -> list[tuple[int, str]]:
    """The elders of the homes that a worker looks after who do not take part, by id and name."""
    takes_part = sa.exists().where(
        _C.person_id == people.c.id, _C.agreed_at.is_not(None), _C.stopped_at.is_(None)
    )
    rows = await work.conn.execute(elders_looked_after(work, worker_id).where(~takes_part))
    return [(row.id, row.name) for row in rows]
