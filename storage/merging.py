"""Communities that join or part: homes and people change hands, what was done stays where it was done.

A transfer is the same both ways: buildings with their homes, people, roles and what is still open go from one
community to the other by their ids. A merger transfers everything and ends the one; a split makes one and
transfers some; either is taken back by the transfer the other way.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from domain.duty import DutyState
from domain.people import Role
from storage.among import among
from storage.database import Work
from storage.inbox import insert_new
from storage.tables.checkin import checkin_days, checkins
from storage.tables.content import guide_overrides
from storage.tables.duties import duties
from storage.tables.enquiries import drafts
from storage.tables.moves import community_changes, moves
from storage.tables.people import (
    buildings,
    communities,
    families,
    households,
    people,
    roles,
    shifts,
)
from storage.tables.roster import leaves, surges, swaps
from storage.tables.service import meal_plans
from storage.tables.survey import survey_rounds

MERGED, SPLIT = "merged", "split"


@dataclass(frozen=True, slots=True)
class Parts:
    """What goes, by ids; `whole`: everything that is left, too, with what belongs to no home."""

    buildings: Sequence[int]
    households: Sequence[int]
    people: Sequence[int]
    whole: bool = False
    names: Mapping[int, str] = field(default_factory=dict)
    """What buildings are called from now on, where that differs."""


async def all_of(work: Work, community_id: int) -> Parts:
    """Everything of a community; whoever lives nowhere and does nothing here is its history."""
    here = [
        await _ids(work, table, table.c.community_id == community_id)
        for table in (buildings, households)
    ]
    does = sa.exists().where(roles.c.person_id == people.c.id)
    somebody = sa.or_(people.c.household_id.is_not(None), does)
    persons = await _ids(work, people, people.c.community_id == community_id, somebody)
    return Parts(here[0], here[1], persons, whole=True)


async def some_of(
    work: Work, community_id: int, building_ids: Collection[int], staff: Collection[int]
) -> Parts:
    """Some buildings with who lives there, and some of the staff."""
    homes = await _ids(work, households, households.c.building_id.in_(building_ids))
    living = await work.conn.scalars(
        sa.select(people.c.id).where(among(people.c.household_id)), {"ids": homes}
    )
    return Parts(sorted(building_ids), homes, sorted({*living, *staff}))


async def _ids(work: Work, table: sa.Table, *where: sa.ColumnElement[bool]) -> list[int]:
    rows = await work.conn.scalars(sa.select(table.c.id).where(*where).order_by(table.c.id))
    return [int(one) for one in rows]


async def transfer(work: Work, parts: Parts, old: int, new: int) -> list[dict[str, Any]]:
    """From the one community to the other; returns the roles that went, as they were."""
    for table, ids in (
        (buildings, parts.buildings),
        (households, parts.households),
        (people, parts.people),
    ):
        await _set(work, table, table.c.id, ids, new)
    went = await _roles(work, parts, old, new)
    await _open_duties(work, parts, old, new)
    await _everyday(work, parts, new)
    await _roster(work, parts, old, new)
    if parts.whole:
        await _desk(work, old, new)
    return went


async def rename(work: Work, names: Mapping[int, str]) -> int:
    """Call buildings otherwise: their homes are found by another code then, made as a load makes it.
    Returns how many homes."""
    for building_id, name in names.items():
        await work.conn.execute(
            sa.update(buildings).where(buildings.c.id == building_id).values(name=name)
        )
    rows = await work.conn.execute(
        sa.select(households.c.id, households.c.building_id, households.c.room).where(
            households.c.building_id.in_(names)
        )
    )
    codes = [
        {"home": row.id, "new": work.blind(f"{names[row.building_id]}-{row.room}")} for row in rows
    ]
    if codes:
        await work.conn.execute(
            sa.update(households)
            .where(households.c.id == sa.bindparam("home"))
            .values(code=sa.bindparam("new")),
            codes,
        )
    return len(codes)


async def _set(
    work: Work, table: sa.Table, column: sa.Column[Any], ids: Sequence[int], new: int
) -> None:
    await work.conn.execute(
        sa.update(table).where(among(column)).values(community_id=new), {"ids": list(ids)}
    )


async def _roles(work: Work, parts: Parts, old: int, new: int) -> list[dict[str, Any]]:
    """What people are; family of an elder who goes is family there, and here while somebody stays."""
    kin = sa.select(families.c.relative_id).where(among(families.c.elder_id))
    mine = sa.true() if parts.whole else among(roles.c.person_id)
    theirs = sa.and_(roles.c.role == Role.FAMILY, roles.c.person_id.in_(kin))
    here = roles.c.community_id == old
    ids = {"ids": list(parts.people)}
    found = await work.conn.execute(sa.select(roles).where(here, sa.or_(mine, theirs)), ids)
    rows = [dict(row) for row in found.mappings()]
    if rows:
        there = [row | {"community_id": new} for row in rows]
        await work.conn.execute(insert_new(work, roles), there)
    stays = sa.exists().where(
        families.c.relative_id == roles.c.person_id,
        families.c.elder_id == people.c.id,
        people.c.community_id == old,
    )
    await work.conn.execute(
        sa.delete(roles).where(here, sa.or_(sa.and_(mine, roles.c.role != Role.FAMILY))), ids
    )
    gone = sa.or_(mine, theirs)
    await work.conn.execute(
        sa.delete(roles).where(here, roles.c.role == Role.FAMILY, gone, ~stays), ids
    )
    return rows


async def _open_duties(work: Work, parts: Parts, old: int, new: int) -> None:
    """What is open is seen to by whoever sees to its people; what is closed was done where it was done."""
    about = sa.or_(
        among(duties.c.household_id, "homes"),
        among(duties.c.subject_id, "people"),
        among(duties.c.raised_by, "people"),
    )
    await work.conn.execute(
        sa.update(duties)
        .where(
            duties.c.community_id == old,
            duties.c.state < int(DutyState.CLOSED),
            sa.true() if parts.whole else about,
        )
        .values(community_id=new),
        {} if parts.whole else {"homes": parts.households, "people": parts.people},
    )


async def _everyday(work: Work, parts: Parts, new: int) -> None:
    for table in (checkins, meal_plans):
        await _set(work, table, table.c.person_id, parts.people, new)
    await work.conn.execute(
        sa.update(checkin_days)
        .where(among(checkin_days.c.person_id), checkin_days.c.safe_at.is_(None))
        .values(community_id=new),
        {"ids": list(parts.people)},
    )


async def _roster(work: Work, parts: Parts, old: int, new: int) -> None:
    """Shifts that are not over, leave and what colleagues asked each other go with the staff."""
    for table, still in (
        (shifts, shifts.c.ends_at > work.now),
        (leaves, leaves.c.ends_at > work.now),
        (swaps, swaps.c.state == "asked"),
    ):
        mine = sa.true() if parts.whole else among(table.c.person_id)
        await work.conn.execute(
            sa.update(table)
            .where(table.c.community_id == old, still, mine)
            .values(community_id=new),
            {} if parts.whole else {"ids": list(parts.people)},
        )


async def _desk(work: Work, old: int, new: int) -> None:
    """What the whole desk of a community has before it: drafts of guides that are not decided, and people
    who are to be taken in. A draft that both have stands in one list already."""
    other = drafts.alias("other")
    same = sa.exists().where(other.c.community_id == new, other.c.text_key == drafts.c.text_key)
    await work.conn.execute(
        sa.update(drafts)
        .where(drafts.c.community_id == old, drafts.c.decided_at.is_(None), ~same)
        .values(community_id=new)
    )
    await work.conn.execute(
        sa.update(moves)
        .where(moves.c.to_community == old, moves.c.state == "asked")
        .values(to_community=new)
    )


async def last_shift(work: Work) -> int:
    """The newest shift there is."""
    return await work.conn.scalar(sa.select(sa.func.max(shifts.c.id))) or 0


async def never_stood(work: Work, community_id: int, after: int) -> None:
    """Shifts that were laid out since and are over: they were stood before there was this community."""
    await work.conn.execute(
        sa.delete(shifts).where(
            shifts.c.community_id == community_id,
            shifts.c.id > after,
            shifts.c.ends_at <= work.now,
        )
    )


async def copy_words(work: Work, old: int, new: int) -> int:
    """What a community says otherwise than the guides, a part of it goes on saying; returns how much."""
    rows = (
        await work.conn.execute(
            sa.select(guide_overrides).where(
                guide_overrides.c.community_id == old, guide_overrides.c.state == "published"
            )
        )
    ).mappings()
    copies = [{**row, "community_id": new} for row in rows]
    for copy in copies:
        del copy["id"]
    if copies:
        await work.conn.execute(sa.insert(guide_overrides), copies)
    return len(copies)


async def words(work: Work, community_id: int) -> int:
    """In how many guides a community says something otherwise."""
    return (
        await work.conn.scalar(
            sa.select(sa.func.count()).where(
                guide_overrides.c.community_id == community_id,
                guide_overrides.c.state == "published",
            )
        )
        or 0
    )


async def end(work: Work, community_id: int) -> None:
    """It is a part of another now: no roster of its own, nothing runs for it, its record stays."""
    await work.conn.execute(
        sa.update(communities).where(communities.c.id == community_id).values(ended_at=work.now)
    )


async def describe(work: Work, community_id: int, details: Mapping[str, Any]) -> None:
    """What the desk tells about a community, and its weekly roster."""
    await work.conn.execute(
        sa.update(communities).where(communities.c.id == community_id).values(details=dict(details))
    )


async def reopen(work: Work, community_id: int) -> None:
    """It is one by itself again."""
    await work.conn.execute(
        sa.update(communities).where(communities.c.id == community_id).values(ended_at=None)
    )


async def running(work: Work, community_id: int) -> tuple[list[tuple[str, Any]], bool]:
    """Its open rounds of surveys, with their last day, and whether surge mode runs."""
    rows = await work.conn.execute(
        sa.select(survey_rounds.c.questionnaire, survey_rounds.c.closes_at).where(
            survey_rounds.c.community_id == community_id, survey_rounds.c.state == "open"
        )
    )
    surge = sa.exists().where(surges.c.community_id == community_id, surges.c.ended_at.is_(None))
    found = [(row.questionnaire, row.closes_at) for row in rows]
    return found, bool(await work.conn.scalar(sa.select(surge)))


@dataclass(frozen=True, slots=True)
class Change:
    """A merger or a split that stands."""

    id: int
    event: str
    from_id: int
    into_id: int
    record: dict[str, Any]


async def keep(
    work: Work, event: str, from_id: int, into_id: int, record: Mapping[str, Any]
) -> None:
    """Write it down, with how it was."""
    row = {"event": event, "from_id": from_id, "into_id": into_id, "record": dict(record)}
    await work.conn.execute(sa.insert(community_changes).values(at=work.now, **row))


async def last(work: Work) -> Change | None:
    """The last one that was not taken back."""
    row = (
        await work.conn.execute(
            sa.select(community_changes)
            .where(community_changes.c.undone_at.is_(None))
            .order_by(community_changes.c.id.desc())
            .limit(1)
        )
    ).one_or_none()
    if row is None:
        return None
    return Change(row.id, row.event, row.from_id, row.into_id, row.record)


async def undone(work: Work, change: Change) -> bool:
    """It is taken back; False where somebody else just did."""
    done = await work.conn.execute(
        sa.update(community_changes)
        .where(community_changes.c.id == change.id, community_changes.c.undone_at.is_(None))
        .values(undone_at=work.now)
    )
    return bool(done.rowcount)


async def heir(work: Work, community_id: int) -> int:
    """The community of which it is a part now; itself, where it is one."""
    merged = dict(
        tuple(row)
        for row in await work.conn.execute(
            sa.select(community_changes.c.from_id, community_changes.c.into_id)
            .where(community_changes.c.event == MERGED, community_changes.c.undone_at.is_(None))
            .order_by(community_changes.c.id)
        )
    )
    while community_id in merged:
        community_id = merged.pop(community_id)
    return community_id


async def former(work: Work, community_id: int) -> list[int]:
    """The communities that became a part of it, and theirs before."""
    found: list[int] = []
    wanted = [community_id]
    while wanted:
        rows = await work.conn.scalars(
            sa.select(community_changes.c.from_id).where(
                community_changes.c.into_id.in_(wanted),
                community_changes.c.event == MERGED,
                community_changes.c.undone_at.is_(None),
            )
        )
        wanted = [one for one in rows if one not in found and one != community_id]
        found += wanted
    return found
