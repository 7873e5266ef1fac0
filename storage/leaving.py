"""What hangs on somebody's place in a community: taken off when they leave, put back after a slip.

Each table that points to a person or a home is dealt with here, or is history and stays: docs/operations.md
has the whole list.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from domain.ballot import BallotState, RoundState
from domain.duty import SERVICES, DutyEvent, DutyKind, DutyState
from domain.people import Person, Role
from storage import checkin, duties, enroll, family, people
from storage.database import Work
from storage.inbox import insert_new
from storage.tables.base import Instant
from storage.tables.checkin import checkin_days, checkins
from storage.tables.device import devices
from storage.tables.duties import duties as duty_rows
from storage.tables.messaging import outbox as outbox_rows
from storage.tables.people import addresses, communities, families, households, roles
from storage.tables.people import people as person_rows
from storage.tables.service import meal_plans
from storage.tables.survey import survey_invitations, survey_rounds

Record = dict[str, Any]
AT_HOME = (Role.RESIDENT, Role.ELDER)
URGENT = (DutyKind.HELP, DutyKind.CHECKIN)
"""Somebody may be at the door: nobody is moved away under their hands."""


async def urgent(work: Work, person_id: int) -> list[int]:
    """The ids of open calls for help and silences about somebody."""
    found = await work.conn.scalars(
        sa.select(duty_rows.c.id).where(
            duty_rows.c.subject_id == person_id,
            duty_rows.c.kind.in_(URGENT),
            duty_rows.c.state < int(DutyState.CLOSED),
        )
    )
    return list(found)


async def under_way(work: Work, community_code: str) -> dict[str, str]:
    """Whom in a community these are about: names, by the codes of the register."""
    rows = await work.conn.execute(
        sa.select(person_rows.c.code, person_rows.c.name)
        .join(duty_rows, duty_rows.c.subject_id == person_rows.c.id)
        .join(communities, communities.c.id == person_rows.c.community_id)
        .where(
            communities.c.code == community_code,
            duty_rows.c.kind.in_(URGENT),
            duty_rows.c.state < int(DutyState.CLOSED),
        )
    )
    return {row.code: row.name for row in rows}


async def open_about(work: Work, person_id: int) -> list[tuple[int, DutyKind]]:
    """All that is open about somebody or asked by them. Everyday services apart, which are called off, and
    cases, which go on: the stairs are dark for the neighbours, too."""
    rows = await work.conn.execute(
        sa.select(duty_rows.c.id, duty_rows.c.kind)
        .where(
            sa.or_(duty_rows.c.subject_id == person_id, duty_rows.c.raised_by == person_id),
            sa.or_(duty_rows.c.subject_id == person_id, duty_rows.c.kind == DutyKind.QUESTION),
            duty_rows.c.kind.not_in((*SERVICES, DutyKind.CASE)),
            duty_rows.c.state < int(DutyState.CLOSED),
        )
        .order_by(duty_rows.c.id)
    )
    return [(row.id, DutyKind(row.kind)) for row in rows]


async def snapshot(work: Work, person: Person) -> Record:
    """Everything that leaving takes away, so that it can be put back."""
    mine = person.id
    return {
        "household_id": person.household_id,
        "community_id": person.community_id,
        "roles": await _rows(work, roles, roles.c.person_id == mine),
        "families": await _rows(
            work, families, sa.or_(families.c.elder_id == mine, families.c.relative_id == mine)
        ),
        "kin_roles": await _rows(
            work,
            roles,
            roles.c.role == Role.FAMILY,
            roles.c.person_id.in_(
                sa.select(families.c.relative_id).where(families.c.elder_id == mine)
            ),
        ),
        "devices": await _rows(work, devices, devices.c.person_id == mine),
        "meal_plans": await _rows(work, meal_plans, meal_plans.c.person_id == mine),
        "checkin": await _rows(
            work, checkins, checkins.c.person_id == mine, checkins.c.stopped_at.is_(None)
        ),
        "home": await _rows(work, households, households.c.id == person.household_id),
        "key_holder": await work.conn.scalar(
            sa.select(person_rows.c.key_holder).where(person_rows.c.id == mine)
        ),
    }


async def home_as_it_is(work: Work, household_id: int) -> list[Record]:
    """A home's row, to be put back."""
    return await _rows(work, households, households.c.id == household_id)


async def _rows(work: Work, table: sa.Table, *where: sa.ColumnElement[bool]) -> list[Record]:
    found = await work.conn.execute(sa.select(table).where(*where))
    return [{name: _plain(value) for name, value in row.items()} for row in found.mappings()]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _given(table: sa.Table, row: Mapping[str, Any]) -> Record:
    """The row as the table takes it."""

    def read(name: str, value: Any) -> Any:
        kind = table.c[name].type
        if value is None or not isinstance(kind, Instant | sa.Date):
            return value
        return (datetime if isinstance(kind, Instant) else date).fromisoformat(value)

    return {name: read(name, value) for name, value in row.items()}


async def take_off(work: Work, person: Person, actor_id: int, *, for_good: bool) -> None:
    """They live here no more: nobody looks for them, cooks or comes for them. `for_good`: nobody is family
    to them any more either, nor they to anybody."""
    await checkin.stop(work, person.id)
    await work.conn.execute(sa.delete(devices).where(devices.c.person_id == person.id))
    await work.conn.execute(sa.delete(meal_plans).where(meal_plans.c.person_id == person.id))
    await enroll.end_codes(work, person.id)
    await family.end_codes(work, person.id)
    await not_asked(work, person.id)
    await _part(work, person.id, actor_id, both=for_good)
    held = AT_HOME if not for_good else tuple(Role)
    await work.conn.execute(
        sa.delete(roles).where(roles.c.person_id == person.id, roles.c.role.in_(held))
    )
    await place(work, person.id, person.community_id, None)


async def not_asked(work: Work, person_id: int) -> None:
    """Whoever lives here no more is not one of those a running survey of homes asks; what they had begun
    goes, what they handed in stays, for it has no name."""
    running = sa.select(survey_rounds.c.id).where(
        survey_rounds.c.state == RoundState.OPEN,
    )
    waits = (BallotState.SAMPLED, BallotState.INVITED, BallotState.BEGUN, BallotState.NO_CHANNEL)
    await work.conn.execute(
        sa.update(survey_invitations)
        .where(
            survey_invitations.c.person_id == person_id,
            survey_invitations.c.household_id.is_not(None),
            survey_invitations.c.round_id.in_(running),
            survey_invitations.c.state.in_(waits),
        )
        .values(state=BallotState.INELIGIBLE, draft=None, position=0)
    )


async def _part(work: Work, person_id: int, actor_id: int, *, both: bool) -> None:
    """End the ties of an elder; a role as family goes with the last tie, whoever gave it."""
    kin = await people.family_of(work, person_id)
    pairs = [(person_id, one) for one in kin]
    if both:
        pairs += [(elder, person_id) for elder in await people.elders_of(work, person_id)]
    for elder_id, relative_id in pairs:
        await family.part(work, elder_id, relative_id, actor_id)
    left = sa.exists().where(families.c.relative_id == roles.c.person_id)
    await work.conn.execute(
        sa.delete(roles).where(roles.c.person_id.in_(kin), roles.c.role == Role.FAMILY, ~left)
    )


async def place(work: Work, person_id: int, community_id: int, household_id: int | None) -> None:
    """They live there now."""
    await work.conn.execute(
        sa.update(person_rows)
        .where(person_rows.c.id == person_id)
        .values(community_id=community_id, household_id=household_id)
    )


async def vacate(work: Work, household_id: int | None, to: int | None = None) -> bool:
    """If nobody is left in a home: what made it special went with its people, `to` their new one, and what
    was promised them is owed to nobody there. Returns whether it is empty now."""
    if household_id is None or (await people.members(work, [household_id])):
        return False
    old = (
        await work.conn.execute(sa.select(households).where(households.c.id == household_id))
    ).one()
    if to is not None and (old.special or old.tier or old.tags):
        new = (await work.conn.execute(sa.select(households).where(households.c.id == to))).one()
        await work.conn.execute(
            sa.update(households)
            .where(households.c.id == to)
            .values(
                special=old.special or new.special,
                tier=new.tier or old.tier,
                tags=list(dict.fromkeys([*new.tags, *old.tags])),
            )
        )
    await work.conn.execute(
        sa.update(households)
        .where(households.c.id == household_id)
        .values(special=False, tier=None, tags=[], shocked_at=None, emptied_at=work.now)
    )
    return True


async def readdress(work: Work, person_id: int, household_id: int) -> None:
    """What is open about them is at their new home; a case stays where it was raised. Who keeps the old
    home's key is no help there."""
    await work.conn.execute(
        sa.update(duty_rows)
        .where(
            duty_rows.c.subject_id == person_id,
            duty_rows.c.kind != DutyKind.CASE,
            duty_rows.c.state < int(DutyState.CLOSED),
        )
        .values(household_id=household_id)
    )
    await work.conn.execute(
        sa.update(person_rows).where(person_rows.c.id == person_id).values(key_holder=None)
    )


async def look_after(work: Work, person_id: int, community_id: int, worker_id: int | None) -> None:
    """What a call for help left to be seen to is the new community's, and the new worker hears it anew:
    whom it was with looks after them no more, and may not see where they live."""
    rows = await work.conn.scalars(
        sa.update(duty_rows)
        .where(
            duty_rows.c.subject_id == person_id,
            duty_rows.c.kind == DutyKind.AFTER,
            duty_rows.c.state < int(DutyState.CLOSED),
        )
        .values(community_id=community_id, owner_id=worker_id, rung=0, next_at=work.now)
        .returning(duty_rows.c.id)
    )
    for duty_id in rows.all():
        await duties.log(work, duty_id, DutyEvent.HANDED, actor_id=worker_id)


async def naturalise(work: Work, person: Person, community_id: int) -> None:
    """What a person is to their community they are to the new one; so are their family and mornings."""
    old = person.community_id
    for row in await _rows(work, roles, roles.c.person_id == person.id, roles.c.role.in_(AT_HOME)):
        await work.conn.execute(insert_new(work, roles), row | {"community_id": community_id})
    await work.conn.execute(
        sa.delete(roles).where(
            roles.c.person_id == person.id,
            roles.c.role.in_(AT_HOME),
            roles.c.community_id == old,
        )
    )
    for table in (checkins, checkin_days):
        open_day = sa.true() if table is checkins else checkin_days.c.safe_at.is_(None)
        await work.conn.execute(
            sa.update(table)
            .where(table.c.person_id == person.id, open_day)
            .values(community_id=community_id)
        )
    await _kin_follow(work, person.id, old, community_id)
    await work.conn.execute(sa.delete(meal_plans).where(meal_plans.c.person_id == person.id))
    await not_asked(work, person.id)


async def _kin_follow(work: Work, elder_id: int, old: int, new: int) -> None:
    kin = await people.family_of(work, elder_id)
    theirs = (roles.c.person_id.in_(kin), roles.c.role == Role.FAMILY, roles.c.community_id == old)
    for row in await _rows(work, roles, *theirs):
        there = {"community_id": new, "by_chat": True}
        await work.conn.execute(insert_new(work, roles), row | there)
    await work.conn.execute(  # no register can name family in another community, so none ends it
        sa.update(families).where(families.c.elder_id == elder_id).values(by_chat=True)
    )
    others = sa.exists().where(
        families.c.relative_id == roles.c.person_id,
        families.c.elder_id == person_rows.c.id,
        person_rows.c.community_id == old,
        person_rows.c.id != elder_id,
    )
    await work.conn.execute(sa.delete(roles).where(*theirs, ~others))


async def hand_over(work: Work, person_id: int, giver_id: int | None, taker_id: int | None) -> int:
    """What the one was to see to for somebody and had not taken in hand is the other's; returns how much."""
    if taker_id is None or giver_id == taker_id:
        return 0
    rows = await work.conn.scalars(
        sa.update(duty_rows)
        .where(
            duty_rows.c.subject_id == person_id,
            duty_rows.c.owner_id == giver_id,
            duty_rows.c.kind.in_(SERVICES),
            duty_rows.c.state == int(DutyState.OPEN),
        )
        .values(owner_id=taker_id)
        .returning(duty_rows.c.id)
    )
    ids = rows.all()
    for duty_id in ids:
        await duties.log(work, duty_id, DutyEvent.HANDED, actor_id=taker_id)
    return len(ids)


async def withdraw_about(work: Work, person_id: int, relative_ids: list[int]) -> None:
    """What still waits to be said about them to their family is not said."""
    about = sa.select(duty_rows.c.id).where(duty_rows.c.subject_id == person_id)
    theirs = sa.select(addresses.c.id).where(addresses.c.person_id.in_(relative_ids))
    await work.conn.execute(
        sa.update(outbox_rows)
        .where(
            outbox_rows.c.state == "queued",
            outbox_rows.c.duty_id.in_(about),
            outbox_rows.c.address_id.in_(theirs),
        )
        .values(state="failed", error="the person died")
    )


async def put_back(work: Work, person_id: int, record: Mapping[str, Any]) -> None:
    """As it was: home, roles, family, devices, daily meals and mornings. What was called off stays so."""
    await place(work, person_id, record["community_id"], record["household_id"])
    for name, table in (
        ("roles", roles),
        ("kin_roles", roles),
        ("families", families),
        ("meal_plans", meal_plans),
        ("devices", devices),
    ):
        for row in record[name]:
            await work.conn.execute(insert_new(work, table), _given(table, row))
    for row in record["checkin"]:
        await work.conn.execute(
            sa.update(checkins)
            .where(checkins.c.person_id == person_id)
            .values(
                stopped_at=None,
                community_id=row["community_id"],
                ask_at=_given(checkins, row)["ask_at"],
            )
        )
    for row in record["home"]:
        same = {name: row[name] for name in ("special", "tier", "tags")}
        await work.conn.execute(
            sa.update(households)
            .where(households.c.id == row["id"])
            .values(**same, emptied_at=_given(households, row).get("emptied_at"))
        )
    await work.conn.execute(
        sa.update(person_rows)
        .where(person_rows.c.id == person_id)
        .values(key_holder=record["key_holder"])
    )
