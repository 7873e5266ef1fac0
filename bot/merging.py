"""Joining and parting communities: what would happen, every problem, and doing it in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from domain.people import Role
from storage import loads, merging, people, register, roster
from storage.among import among
from storage.database import Work
from storage.merging import MERGED, SPLIT, Parts
from storage.people import Community
from storage.tables.duties import duties
from storage.tables.people import buildings, communities, households, roles
from storage.tables.people import people as person_rows
from storage.tables.service import meal_plans, services

Record = dict[str, Any]


class CannotChange(Exception):
    """It cannot be done as asked; the message has a line for each reason."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))


@dataclass(slots=True)
class Report:
    """What was done, or would be, for the operator."""

    head: str
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def told(self) -> str:
        """In plain words, a line each."""
        counted = ", ".join(f"{count} {name}" for name, count in self.counts.items())
        return "\n".join([self.head, f"  {counted}.", *(f"  {note}" for note in self.notes)])


async def community(work: Work, code: str) -> Community:
    """The one of that code, which is one by itself."""
    every = {one.code: one for one in await people.all_communities(work)}
    if code not in every:
        raise CannotChange(
            [f"No community has the code {code!r}, or it is a part of another already."]
        )
    return await roster.hold(work, every[code].id)


async def _blocked(work: Work, place: Community) -> list[str]:
    """What must be over first."""
    rounds, surge = await merging.running(work, place.id)
    found = [
        f"{place.name}: the survey {name!r} runs until"
        f" {until.astimezone(place.zone):%Y-%m-%d %H:%M}: who was drawn for it would no longer be there;"
        " close it in the chat, or wait."
        for name, until in rounds
    ]
    if surge:
        found.append(f"{place.name}: surge mode runs: end it first.")
    return found


async def merge(work: Work, source: str, target: str) -> Report:
    """`source` becomes a part of `target`. Raises CannotChange with every reason."""
    if source == target:
        raise CannotChange(["A community cannot become a part of itself."])
    old, new = await community(work, source), await community(work, target)
    problems = await _blocked(work, old)
    if old.zone != new.zone:
        problems.append(f"{old.name} and {new.name} are in different time zones.")
    if old.sample != new.sample:
        problems.append("One of them is made up.")
    if problems:
        raise CannotChange(problems)
    report = await join(work, old, new, keep=True)
    rounds, _ = await merging.running(work, new.id)
    report.notes += [
        f"The survey {name!r} of {new.name} goes on with the homes that it had when it was drawn."
        for name, _ in rounds
    ]
    return report


async def join(work: Work, old: Community, new: Community, *, keep: bool) -> Report:
    """The one becomes a part of the other; with `keep` it is written down, with how it was."""
    parts = await merging.all_of(work, old.id)
    renamed = await _clashes(work, old, new)
    record = await _as_it_is(work, parts, old, new)
    report = Report(f"{old.name} ({old.code}) becomes a part of {new.name} ({new.code}):")
    report.counts = await _counted(work, parts, old.id)
    report.notes = await _notes(work, old, new, renamed)
    await merging.rename(work, {i: now for i, (_, now) in renamed.items()})
    details, points = joined(old, new)
    await move_points(work, parts.people, points)
    record["roles"] = await merging.transfer(work, parts, old.id, new.id)
    record |= {"points": points, "homes": await _codes(work, renamed)}
    record["names"] = [[i, was] for i, (was, _) in renamed.items()]
    await merging.describe(work, new.id, details)
    await merging.describe(work, old.id, old.details | {"roster": []})
    await merging.end(work, old.id)
    await laid_out(work, old, new)
    if keep:
        await merging.keep(work, MERGED, old.id, new.id, record)
    return report


async def _clashes(work: Work, old: Community, new: Community) -> dict[int, tuple[str, str]]:
    """Buildings whose name both have, as they are called and as they will be."""
    taken = {row.name for row in await register.buildings(work, new.id)}
    found = {}
    for row in await register.buildings(work, old.id):
        if row.name in taken:
            found[row.id] = (row.name, f"{old.name}{row.name}"[-60:])
    return found


async def _as_it_is(work: Work, parts: Parts, old: Community, new: Community) -> Record:
    held = await work.conn.execute(
        sa.select(roles.c.person_id, roles.c.role).where(roles.c.community_id == new.id)
    )
    return {
        "buildings": list(parts.buildings),
        "people": list(parts.people),
        "held": [list(row) for row in held],
        "details": old.details,
        "kept": new.details,
    }


async def _codes(work: Work, renamed: Mapping[int, Any]) -> list[int]:
    rows = await work.conn.scalars(
        sa.select(households.c.id).where(households.c.building_id.in_(renamed))
    )
    return list(rows)


async def _counted(work: Work, parts: Parts, old: int) -> dict[str, int]:
    still = sa.and_(duties.c.community_id == old, duties.c.state < 4)
    staff = sa.select(sa.func.count(sa.distinct(roles.c.person_id))).where(
        roles.c.community_id == old,
        roles.c.role.in_([Role.WORKER, Role.SUPERVISOR, Role.STREET]),
        among(roles.c.person_id),
    )
    homes = sa.or_(among(duties.c.household_id, "homes"), among(duties.c.subject_id, "ids"))
    values = {"homes": parts.households, "ids": parts.people}
    asked = sa.select(sa.func.count()).select_from(duties)
    count = asked.where(still) if parts.whole else asked.where(still, homes)
    return {
        "buildings": len(parts.buildings),
        "homes": len(parts.households),
        "people": len(parts.people),
        "of the staff": await work.conn.scalar(staff, {"ids": parts.people}) or 0,
        "open requests": await work.conn.scalar(count, {} if parts.whole else values) or 0,
    }


async def _notes(
    work: Work, old: Community, new: Community, renamed: Mapping[int, tuple[str, str]]
) -> list[str]:
    notes = [f"{was} is called {now} from now on." for was, now in renamed.values()]
    heads = await people.with_role(work, old.id, Role.SUPERVISOR)
    heads += await people.with_role(work, old.id, Role.STREET)
    notes += [
        f"{one.name} oversees all of {new.name} from now on."
        for one in (await people.persons(work, heads)).values()
    ]
    if words := await merging.words(work, old.id):
        notes.append(
            f"What {old.name} says otherwise in {words} guides holds no longer; {new.name}'s words do."
        )
    kept = [key for key in ("phone", "centre", "hours") if old.details.get(key)]
    if kept:
        notes.append(f"Of {', '.join(kept)} those of {new.name} hold.")
    notes.append(
        f"Visits so far and closed months stay with {old.name}; its last month is closed on the 1st,"
        f" and supervisors of {new.name} get it."
    )
    return notes


def joined(old: Community, new: Community) -> tuple[Record, dict[str, str]]:
    """What the desk tells of both: the new one's words, both rosters and facilities; and which facility is
    known by which other id there."""
    there = {str(one["id"]): one for one in new.details.get("facilities") or ()}
    points, more = {}, []
    for one in old.details.get("facilities") or ():
        same = there.get(str(one["id"]))
        if same == one:
            continue
        if same is not None:
            points[str(one["id"])] = f"{old.code}-{one['id']}"[-64:]
        more.append({**one, "id": points.get(str(one["id"]), one["id"])})
    weekly = [*new.details.get("roster", ()), *old.details.get("roster", ())]
    told = new.details | {"roster": weekly}
    return told | ({"facilities": [*there.values(), *more]} if more else {}), points


async def move_points(work: Work, persons: Sequence[int], points: Mapping[str, str]) -> None:
    """Meals that come from a facility under its new id."""
    for was, now in points.items():
        for table, column, still in (
            (meal_plans, meal_plans.c.person_id, sa.true()),
            (services, services.c.subject_id, services.c.waiting),
        ):
            await work.conn.execute(
                sa.update(table)
                .where(among(column), table.c.point == was, still)
                .values(point=now),
                {"ids": list(persons)},
            )


async def laid_out(work: Work, *places: Community) -> None:
    """Rosters as the details say now; and what the last load kept fits nothing any more."""
    for place in places:
        last = await merging.last_shift(work)
        await roster.lay_out(work, place.id)
        await merging.never_stood(work, place.id, last)
    await loads.forget(work)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A part that is to be a community by itself."""

    code: str
    name: str
    blocks: Sequence[str]
    staff: Sequence[str]


async def split(work: Work, source: str, wanted: Wanted) -> Report:
    """Some buildings of a community, and some of its staff, become one. Raises CannotChange."""
    old = await community(work, source)
    problems = await _blocked(work, old)
    if await register.community(work, wanted.code) is not None:
        problems.append(f"The code {wanted.code!r} is taken.")
    known = {row.name: row.id for row in await register.buildings(work, old.id)}
    problems += [f"{old.name} has no building {one}." for one in wanted.blocks if one not in known]
    found = {one: await people.person_by_code(work, one) for one in wanted.staff}
    problems += [
        f"Nobody of the staff of {old.name} has the code {code!r}."
        for code, one in found.items()
        if one is None or one.community_id != old.id or one.household_id is not None
    ]
    if problems:
        raise CannotChange(problems)
    ids = [one.id for one in found.values() if one is not None]
    parts = await merging.some_of(work, old.id, [known[one] for one in wanted.blocks], ids)
    stay, go, mixed = _rosters(old, set(wanted.staff))
    problems = [*await _torn(work, parts, old.id), *mixed]
    if problems:
        raise CannotChange(problems)
    return await _part(work, old, wanted, parts, (stay, go))


def _rosters(old: Community, going: set[str]) -> tuple[list[Any], list[Any], list[str]]:
    """Shifts of those who stay, of those who go, and those that name both."""
    stay, go, mixed = [], [], []
    for shift in old.details.get("roster", ()):
        codes = {*(shift.get("turns") or (shift.get("person"),)), shift.get("backup")} - {None, ""}
        if codes <= going:
            go.append(shift)
        elif codes & going:
            mixed.append(
                f"A shift of {shift['from']} is stood by {', '.join(sorted(codes))}, of whom some go and"
                " some stay: change the roster first."
            )
        else:
            stay.append(shift)
    return stay, go, mixed


async def _torn(work: Work, parts: Parts, old: int) -> list[str]:
    """Homes that would be in one community and their worker in the other."""
    goes, moves_on = set(parts.households), set(parts.people)
    rows = await work.conn.execute(
        sa.select(
            households.c.id,
            households.c.worker_id,
            person_rows.c.name,
            buildings.c.name.label("at"),
        )
        .join(person_rows, person_rows.c.id == households.c.worker_id)
        .join(buildings, buildings.c.id == households.c.building_id)
        .where(households.c.community_id == old)
    )
    torn: dict[tuple[str, str, bool], int] = {}
    for row in rows:
        home, worker = row.id in goes, row.worker_id in moves_on
        if home != worker:
            torn[row.name, row.at, home] = torn.get((row.name, row.at, home), 0) + 1
    return [
        f"{at}: {count} homes {'go' if home else 'stay'}, and {name}, who looks after them,"
        f" {'stays' if home else 'goes'}: give them to a colleague first, or change --staff."
        for (name, at, home), count in torn.items()
    ]


async def _part(
    work: Work,
    old: Community,
    wanted: Wanted,
    parts: Parts,
    rosters: tuple[list[Any], list[Any]],
) -> Report:
    stay, go = rosters
    row = {
        "code": wanted.code,
        "name": wanted.name,
        "timezone": str(old.zone),
        "sample": old.sample,
        "details": old.details | {"roster": go},
    }
    made = await work.conn.scalar(sa.insert(communities).values(**row).returning(communities.c.id))
    assert made is not None, "an insert returns its row"
    report = Report(f"{wanted.name} ({wanted.code}) becomes a community by itself:")
    report.counts = await _counted(work, parts, old.id)
    await merging.transfer(work, parts, old.id, made)
    await merging.describe(work, old.id, old.details | {"roster": stay})
    words = await merging.copy_words(work, old.id, made)
    new = await roster.hold(work, made)
    await laid_out(work, old, new)
    report.notes = [
        f"It begins with the facilities, hours and telephone of {old.name}: correct them in its register.",
        f"Visits so far and closed months stay with {old.name}.",
    ]
    if words:
        report.notes.append(f"What {old.name} says otherwise in {words} guides, it says, too.")
    if not await people.with_role(work, made, Role.SUPERVISOR):
        report.notes.append("It has no supervisor yet: name one in its register.")
    await merging.keep(work, SPLIT, old.id, made, {"buildings": list(parts.buildings)})
    return report
