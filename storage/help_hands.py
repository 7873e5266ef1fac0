"""A request in somebody's hands: they ask one colleague to take it over, or all to come, too.

Every change is conditional: whoever brings a request forward in the meantime wins, and what was asked
before is over. Handing over never takes a request back: its state stays, its owner changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from domain.duty import Asking, Duty, DutyEvent, DutyState
from domain.help import Need
from domain.ladder import Who
from domain.people import STAFF
from storage.database import Work
from storage.duties import log, log_all, read_duty
from storage.ladder import people_on, told_line
from storage.leave import stand_in
from storage.people import reached
from storage.roster import BEHIND, WHO
from storage.tables.base import Instant
from storage.tables.duties import OPEN_CALLS, duties, duty_log
from storage.tables.people import addresses, people, roles, shifts


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody of the staff who can be reached."""

    id: int
    name: str
    on_duty: bool


async def colleagues(work: Work, community_id: int, but: int) -> list[Colleague]:
    """Who could take it over: staff of the community with a chat that works, who is on duty first. Nobody
    who is on leave: an answer would be waited for in vain."""
    about = {"community": community_id, "now": work.now, "me": but}
    rows = await work.conn.execute(_COLLEAGUES, about)
    return [Colleague(row.id, row.name, bool(row.on_duty)) for row in rows]


_NOW = sa.bindparam("now", type_=Instant)
_ON_DUTY = sa.exists().where(
    shifts.c.community_id == sa.bindparam("community"),
    shifts.c.starts_at <= _NOW,
    shifts.c.ends_at > _NOW,
    sa.or_(people.c.id == WHO, people.c.id == BEHIND),
)
_COLLEAGUES = (
    sa.select(people.c.id, people.c.name, _ON_DUTY.label("on_duty"))
    .where(
        people.c.id != sa.bindparam("me"),
        stand_in(people.c.id, _NOW) == people.c.id,
        people.c.id.in_(
            sa.select(roles.c.person_id).where(
                roles.c.community_id == sa.bindparam("community"), roles.c.role.in_(STAFF)
            )
        ),
        reached(people.c.id),
    )
    .order_by(_ON_DUTY.desc(), people.c.name, people.c.id)
)


async def _change(work: Work, duty: Duty, *conditions: Any, **values: Any) -> Duty | None:
    """Change a duty that is as far as it was read; None where it is further, or a condition fails."""
    row = (
        await work.conn.execute(
            sa.update(duties)
            .where(duties.c.id == duty.id, duties.c.state == int(duty.state), *conditions)
            .values(**values)
            .returning(duties)
        )
    ).one_or_none()
    return read_duty(row) if row else None


def _asks(work: Work, duty: Duty, asking: Asking, asked_id: int | None = None) -> dict[str, Any]:
    return {
        "asking": asking,
        "asked_id": asked_id,
        "reminders": 0,
        "next_at": work.now + duty.ladder.wait(asking).within,
    }


def _asks_nothing(work: Work, duty: Duty) -> dict[str, Any]:
    return {
        "asking": None,
        "asked_id": None,
        "reminders": 0,
        "next_at": duty.stay_until(duty.state, work.now),
    }


def _owned(duty: Duty, by: int) -> tuple[Any, ...]:
    held = duties.c.state.between(int(DutyState.TAKEN), int(DutyState.ARRIVED))
    return held, duties.c.owner_id == by


async def say_over(work: Work, duty: Duty, actor_id: int) -> Duty | None:
    """Its owner says that it is dealt with: soon they are reminded to say how it ended. None where it
    is not theirs, or they said so already."""
    unsaid = sa.or_(duties.c.asking.is_(None), duties.c.asking != Asking.OUTCOME)
    asks = _asks(work, duty, Asking.OUTCOME)
    said = await _change(work, duty, *_owned(duty, actor_id), unsaid, **asks)
    if said is not None:
        await log(work, duty.id, DutyEvent.ENDING, actor_id=actor_id)
    return said


async def keep(work: Work, duty: Duty, actor_id: int) -> Duty | None:
    """Its owner asks for nothing any more; None where they did not, or ask for something else by now."""
    if duty.asking is None:
        return None
    asks, nothing = duties.c.asking == duty.asking, _asks_nothing(work, duty)
    kept = await _change(work, duty, *_owned(duty, actor_id), asks, **nothing)
    if kept is not None:
        await log(work, duty.id, DutyEvent.KEPT, actor_id=actor_id, detail=duty.asking)
    return kept


async def offer(work: Work, duty: Duty, actor_id: int, to: Colleague) -> Duty | None:
    """Its owner asks one colleague to take it over; until they do, it stays the owner's."""
    asks = _asks(work, duty, Asking.OFFER, to.id)
    offered = await _change(work, duty, *_owned(duty, actor_id), **asks)
    if offered is not None:
        await log_all(
            work,
            duty.id,
            [
                (DutyEvent.OFFERED, actor_id, to.name),
                (DutyEvent.TOLD, to.id, "asked"),
            ],
        )
    return offered


async def accept(work: Work, duty: Duty, actor_id: int) -> Duty | None:
    """Whoever is asked takes it over, as far as it is; None where they are not asked any more. Their
    first sign is waited for as if they had just taken it: they may be far away from the door."""
    free = _asks_nothing(work, duty) | {"next_at": duty.stay_until(DutyState.TAKEN, work.now)}
    taken = await _change(
        work,
        duty,
        duties.c.owner_id != actor_id,
        sa.or_(
            sa.and_(duties.c.asking == Asking.OFFER, duties.c.asked_id == actor_id),
            duties.c.asking == Asking.ANYONE,
        ),
        owner_id=actor_id,
        handed_at=work.now,
        **free,
    )
    if taken is not None:
        await log(work, duty.id, DutyEvent.HANDED, actor_id=actor_id)
    return taken


async def decline(work: Work, duty: Duty, actor_id: int) -> Duty | None:
    """The colleague who was asked cannot: from now on anybody is asked."""
    return await _ask_anyone(work, duty, DutyEvent.DECLINED, duties.c.asked_id == actor_id)


async def refuse(work: Work, duty: Duty) -> Duty | None:
    """The colleague who was asked cannot, or says nothing: it stays with who has it, and nobody else is
    asked. None where they are not asked any more."""
    nothing = _asks_nothing(work, duty)
    asked = (duties.c.asking == Asking.OFFER, duties.c.asked_id == duty.asked_id)
    refused = await _change(work, duty, *asked, **nothing)
    if refused is not None:
        silent = duty.next_at is not None and duty.next_at <= work.now
        event = DutyEvent.UNANSWERED if silent else DutyEvent.DECLINED
        await log(work, duty.id, event, actor_id=duty.asked_id)
    return refused


async def lapse(work: Work, duty: Duty) -> Duty | None:
    """The colleague who was asked says nothing: from now on anybody is asked."""
    as_read = (duties.c.asked_id == duty.asked_id, duties.c.next_at <= duty.next_at)
    return await _ask_anyone(work, duty, DutyEvent.LAPSED, *as_read)


async def _ask_anyone(work: Work, duty: Duty, why: DutyEvent, *conditions: Any) -> Duty | None:
    values = _asks_nothing(work, duty) | {"asking": Asking.ANYONE}
    asked = await _change(work, duty, duties.c.asking == Asking.OFFER, *conditions, **values)
    if asked is not None:
        await log(work, duty.id, why, actor_id=duty.asked_id)
    return asked


async def let_go(work: Work) -> None:
    """Requests in hands that are nobody's any more: whoever has it is of that community's staff no more, or
    no chat speaks for them. They are not waited for: the next sweep opens it to the others, or where
    somebody is at the door has the supervisors ask."""
    calls = await work.conn.execute(
        sa.update(duties)
        .where(*_ABANDONED)
        .values(next_at=work.now, reminders=1)
        .returning(duties.c.id, duties.c.owner_id)
    )
    for row in calls.all():
        await log(work, row.id, DutyEvent.ABANDONED, actor_id=row.owner_id)


_ABANDONED = (
    sa.text(OPEN_CALLS),
    duties.c.state > int(DutyState.OPEN),
    duties.c.reminders == 0,
    sa.func.coalesce(duties.c.asking, "") != Asking.SUPPORT,  # others are called for it already
    sa.or_(
        ~sa.exists().where(addresses.c.person_id == duties.c.owner_id),
        ~sa.exists().where(
            roles.c.person_id == duties.c.owner_id,
            roles.c.community_id == duties.c.community_id,
            roles.c.role.in_(STAFF),
        ),
    ),
)


async def ask_support(work: Work, duty: Duty, actor_id: int, need: Need) -> Duty | None:
    """Its owner asks colleagues to come, too; all are called again until one says that they do."""
    asks = _asks(work, duty, Asking.SUPPORT)
    asked = await _change(work, duty, *_owned(duty, actor_id), **asks)
    if asked is not None:
        await log(work, duty.id, DutyEvent.SUPPORT, actor_id=actor_id, detail=need)
    return asked


async def call_again(work: Work, duty: Duty) -> Duty | None:
    """Nobody has said that they come: note that all are called once more; None where another did."""
    return await _change(
        work,
        duty,
        duties.c.asking == Asking.SUPPORT,
        duties.c.next_at <= duty.next_at,
        reminders=duties.c.reminders + 1,
        next_at=work.now + duty.ladder.wait(Asking.SUPPORT).again,
    )


async def join(work: Work, duty: Duty, actor_id: int) -> Duty | None:
    """Somebody comes in support: nobody else need be called; None where it is not in hand, or theirs."""
    unheard = duties.c.asking == Asking.SUPPORT
    stay = sa.literal(duty.stay_until(duty.state, work.now), Instant)
    came = await _change(
        work,
        duty,
        duties.c.state.between(int(DutyState.TAKEN), int(DutyState.ARRIVED)),
        duties.c.owner_id != actor_id,
        asking=sa.case((unheard, sa.null()), else_=duties.c.asking),
        next_at=sa.case((unheard, stay), else_=duties.c.next_at),
    )
    if came is not None:
        await log(work, duty.id, DutyEvent.JOINED, actor_id=actor_id)
    return came


async def has(work: Work, duty: Duty, event: DutyEvent, actor_id: int | None = None) -> bool:
    """Whether that stands in its log (as something that this person did)."""
    lines = sa.select(duty_log.c.id).where(duty_log.c.duty_id == duty.id, duty_log.c.event == event)
    if actor_id is not None:
        lines = lines.where(duty_log.c.actor_id == actor_id)
    return await work.conn.scalar(lines.limit(1)) is not None


async def call_out(work: Work, duty: Duty, who: Sequence[Who], but: int | None = None) -> list[int]:
    """Those colleagues besides its owner (and one more) who can be told; the log says who could not."""
    found = [
        one for one in await people_on(work, duty, who) if one.person_id not in (duty.owner_id, but)
    ]
    nobody = (DutyEvent.NOBODY, None, ",".join(who))
    await log_all(work, duty.id, [told_line(one) for one in found] or [nobody])
    return [one.person_id for one in found if one.reachable]
