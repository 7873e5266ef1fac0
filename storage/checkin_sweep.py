"""The mornings of many elders at once: whom to ask, who is silent, and whether a message arrived."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from domain.checkin import Arrival, DayState, Delivery
from domain.duty import Duty, DutyEvent, DutyKind, DutyState
from domain.ladder import Ladder
from domain.people import Language, Role
from storage import duties as all_duties
from storage.among import among
from storage.database import AnyRow, Work
from storage.duties import Opening
from storage.inbox import insert_new
from storage.logged import LOG
from storage.tables.checkin import checkin_days, checkins
from storage.tables.duties import duties as duty_rows
from storage.tables.messaging import outbox
from storage.tables.people import addresses, communities, people, roles

_C, _D = checkins.c, checkin_days.c


@dataclass(frozen=True, slots=True)
class Waiting:
    """An elder whose question, or whose answer, is due."""

    person_id: int
    community_id: int
    household_id: int | None
    hour: int
    zone: ZoneInfo
    language: Language
    name: str
    day: date | None = None
    paused_until: date | None = None


_WAITING = (
    sa.select(
        _C.person_id,
        _C.community_id,
        _C.hour,
        _C.paused_until,
        people.c.household_id,
        people.c.language,
        people.c.name,
        communities.c.timezone,
    )
    .join(people, people.c.id == _C.person_id)
    .join(communities, communities.c.id == _C.community_id)
)


def _waiting(row: AnyRow, which: date | None = None) -> Waiting:
    return Waiting(
        row.person_id,
        row.community_id,
        row.household_id,
        row.hour,
        ZoneInfo(row.timezone),
        Language(row.language),
        row.name,
        which,
        row.paused_until,
    )


async def to_ask(work: Work, limit: int) -> list[Waiting]:
    """Elders whose question is due, who still are elders of their community."""
    is_elder = sa.exists().where(
        roles.c.person_id == _C.person_id,
        roles.c.community_id == _C.community_id,
        roles.c.role == Role.ELDER,
    )
    rows = await work.conn.execute(
        _WAITING.where(_C.ask_at <= work.now, is_elder).order_by(_C.ask_at).limit(limit)
    )
    return [_waiting(row) for row in rows]


async def asked(work: Work, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store the days that begin; one that has begun by a sign of life stays as it is."""
    if rows:
        await work.conn.execute(insert_new(work, checkin_days), list(rows))


async def heard_of(work: Work, ids: Collection[int], which: date) -> set[int]:
    """Who of them gave a sign already on that day."""
    found = await work.conn.scalars(
        sa.select(_D.person_id).where(
            among(_D.person_id), _D.day == which, _D.safe_at.is_not(None)
        ),
        {"ids": ids},
    )
    return set(found)


async def ask_next(work: Work, ids: Collection[int], at: datetime) -> None:
    """Their next question is due then; whoever was away is back."""
    await work.conn.execute(
        sa.update(checkins).where(among(_C.person_id)).values(ask_at=at, paused_until=None),
        {"ids": ids},
    )


async def to_judge(work: Work, limit: int) -> list[Waiting]:
    """Elders who were asked and have not answered in time."""
    rows = await work.conn.execute(
        _WAITING.add_columns(_D.day)
        .join(checkin_days, _D.person_id == _C.person_id)
        .where(_D.state == DayState.ASKED, _D.safe_at.is_(None), _D.due_at <= work.now)
        .order_by(_D.due_at, _D.person_id)
        .limit(limit)
    )
    return [_waiting(row, row.day) for row in rows]


async def deliveries(
    work: Work, ids: Collection[int], card: str
) -> Mapping[int, Sequence[tuple[str, datetime]]]:
    """How the messages of a card went to each person: states, each with its moment."""
    rows = await work.conn.execute(
        sa.select(addresses.c.person_id, outbox.c.state, outbox.c.sent_at, outbox.c.created_at)
        .join(outbox, outbox.c.address_id == addresses.c.id)
        .where(among(addresses.c.person_id), outbox.c.card == card),
        {"ids": ids},
    )
    found: dict[int, list[tuple[str, datetime]]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append((row.state, row.sent_at or row.created_at))
    return found


async def arrived(work: Work, duty: Duty) -> Delivery:
    """Whether what the rung before said has left, and when the last of it did. Found by the keys under
    which a rung's messages are owed."""
    key = (
        sa.literal(f"duty:{duty.id}:{duty.rung - 1}:")
        + sa.cast(addresses.c.person_id, sa.String)
        + "@"
        + sa.cast(addresses.c.id, sa.String)
    )
    rows = (
        await work.conn.execute(
            sa.select(outbox.c.state, sa.func.coalesce(outbox.c.sent_at, outbox.c.created_at))
            .join(addresses, outbox.c.dedupe_key == key)
            .where(addresses.c.person_id.in_(all_duties.TOLD)),
            {"duty": duty.id},
        )
    ).all()
    if any(row[0] in ("queued", "sending") for row in rows):
        return Delivery(Arrival.UNDER_WAY)
    told = [(state, at) for state, at in rows]
    return Delivery.of(sorted(told, key=lambda one: one[1])[-1:])


async def settle(work: Work, ids: Collection[int], which: date, state: DayState) -> None:
    """What became of that day of these elders."""
    await work.conn.execute(
        sa.update(checkin_days)
        .where(among(_D.person_id), _D.day == which, _D.state == DayState.ASKED)
        .values(state=state),
        {"ids": ids},
    )


async def wait_until(work: Work, ids: Collection[int], which: date, until: datetime) -> None:
    """They have time until then."""
    await work.conn.execute(
        sa.update(checkin_days).where(among(_D.person_id), _D.day == which).values(due_at=until),
        {"ids": ids},
    )


async def open_silences(
    work: Work, silent: Sequence[Waiting], which: date, ladder: Ladder
) -> list[Duty]:
    """A duty for each elder who did not answer, and its number in their day."""
    if not silent:
        return []
    openings = [
        Opening(
            kind=DutyKind.CHECKIN,
            community_id=one.community_id,
            ladder=ladder,
            source_key=f"checkin:{which}:{one.person_id}",
            household_id=one.household_id,
            subject_id=one.person_id,
        )
        for one in silent
    ]
    values = [all_duties.values_of(work, opening) for opening in openings]
    storing = insert_new(work, duty_rows).returning(duty_rows)
    rows = (await work.conn.execute(storing, values)).all()
    opened = [all_duties.read_duty(row) for row in rows]
    if not opened:
        return []
    line = {"at": work.now, "actor_id": None, "event": DutyEvent.OPENED, "detail": ""}
    await LOG.run(work, [{"duty_id": duty.id, **line} for duty in opened])
    await work.conn.execute(
        sa.update(checkin_days)
        .where(_D.person_id == sa.bindparam("who"), _D.day == which)
        .values(duty_id=sa.bindparam("duty")),
        [{"who": duty.subject_id, "duty": duty.id} for duty in opened],
    )
    return opened


async def was_away(work: Work, until: datetime) -> Mapping[int, int]:
    """The desk was away: nobody is thought silent before `until`. Returns how many elders that
    concerns in each community."""
    rows = await work.conn.execute(
        sa.update(checkin_days)
        .where(_D.state == DayState.ASKED, _D.safe_at.is_(None), _D.due_at < until)
        .values(due_at=until)
        .returning(_D.community_id)
    )
    found = [row.community_id for row in rows]
    rows = await work.conn.execute(
        sa.update(duty_rows)
        .where(
            duty_rows.c.kind == DutyKind.CHECKIN,
            duty_rows.c.state == int(DutyState.OPEN),
            duty_rows.c.next_at < until,
        )
        .values(next_at=until)
        .returning(duty_rows.c.community_id)
    )
    found += [row.community_id for row in rows]
    return {community: found.count(community) for community in found}


async def sweep_out(work: Work, before: date) -> None:
    """Forget the days from before that date."""
    await work.conn.execute(sa.delete(checkin_days).where(_D.day < before))
