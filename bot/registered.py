"""A community's register as it stands now, in the form in which a file gives it."""

from collections import defaultdict
from typing import Any

from domain.people import Role
from domain.visit_day import Tier
from knowledge.register import (
    BuildingEntry,
    CommunityEntry,
    HouseholdEntry,
    PersonEntry,
    RegisterError,
    ShiftEntry,
)
from storage import register as stored
from storage.database import Work

_ORDER = list(Role)

NOBODY = ""
"""Instead of a worker's code, where nobody looks after a home (a worker has left): no file says that."""


async def registered(work: Work, code: str) -> CommunityEntry | None:
    """What a file would have to say so that loading it changes nothing; None where nobody has the code.

    What was given in a chat or by a command is not the file's, and whoever has neither a home nor a role
    from it any more is history: neither is in it.
    """
    community = await stored.community(work, code)
    if community is None:
        return None
    persons = await stored.persons(work, community.id)
    codes = {row.id: row.code for row in persons}
    ties = await _ties(work, community.id, codes)
    lodgers: dict[int | None, list[PersonEntry]] = defaultdict(list)
    for row in persons:
        entry = _person(row, ties)
        if row.household_id is not None or entry.roles or entry.family or entry.devices:
            lodgers[row.household_id].append(entry)
    details = dict(community.details)
    roster = details.pop("roster", ())
    # Not checked: what stands may lack what a file must have, such as a worker who has left.
    return CommunityEntry.model_construct(
        code=community.code,
        name=community.name,
        timezone=str(community.zone),
        sample=community.sample,
        details=details,
        staff=tuple(lodgers[None]),
        buildings=tuple(
            BuildingEntry(name=row.name, lat=row.lat, lon=row.lon)
            for row in await stored.buildings(work, community.id)
            if row.lat is not None and row.lon is not None
        ),
        homes=(),
        households=tuple(
            _home(row, codes.get(row.worker_id, NOBODY), lodgers[row.id])
            for row in await stored.homes(work, community.id)
        ),
        roster=tuple(ShiftEntry.model_validate(shift) for shift in roster),
        overseers=tuple(await stored.overseers(work, community.id)),
    )


def as_file(entry: CommunityEntry) -> dict[str, Any]:
    """The community as a YAML register gives it, without what is as usual anyway."""
    alone = [f"{h.building}{h.room}" for h in entry.households if not h.worker and h.members]
    if alone:
        raise RegisterError(f"Nobody looks after {'、'.join(alone[:5])}: give them a worker first.")
    homes = tuple(home for home in entry.households if home.worker)
    whole = entry.model_copy(update={"households": homes})
    dumped = whole.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return {"version": 1, "communities": [dumped]}


def from_record(record: dict[str, Any]) -> CommunityEntry:
    """The community that `model_dump` wrote down, unchecked as it was."""
    homes = [_home_again(home) for home in record["households"]]
    return CommunityEntry.model_construct(
        **record
        | {
            "homes": (),
            "households": tuple(homes),
            "staff": tuple(PersonEntry.model_validate(one) for one in record["staff"]),
            "buildings": tuple(BuildingEntry.model_validate(b) for b in record["buildings"]),
            "roster": tuple(ShiftEntry.model_validate(one) for one in record["roster"]),
            "overseers": tuple(record["overseers"]),
        }
    )


def _home_again(home: dict[str, Any]) -> HouseholdEntry:
    """Checked but for the worker, who may be nobody."""
    somebody = home["worker"] or "somebody"
    checked = HouseholdEntry.model_validate(home | {"worker": somebody})
    return checked.model_copy(update={"worker": home["worker"]})


async def _ties(work: Work, here: int, codes: dict[int, str]) -> dict[str, dict[int, Any]]:
    """Roles, families and devices that the file gave, by person."""
    roles: dict[int, list[str]] = defaultdict(list)
    families: dict[int, dict[str, str]] = defaultdict(dict)
    devices: dict[int, dict[str, str]] = defaultdict(dict)
    for row in await stored.roles_of(work, here):
        roles[row.person_id].append(row.role)
    for row in await stored.families_of(work, here):
        families[row.relative_id][codes[row.elder_id]] = row.relation
    for row in await stored.devices_of(work, here):
        devices[row.person_id][row.platform] = row.number
    terms = {row.person_id: row for row in await stored.terms_of(work, here)}
    return {
        "terms": terms,
        "roles": dict(roles),
        "family": dict(families),
        "devices": dict(devices),
    }


def _person(row: Any, ties: dict[str, dict[int, Any]]) -> PersonEntry:
    terms = ties["terms"].get(row.id)
    roles = sorted((Role(role) for role in ties["roles"].get(row.id, ())), key=_ORDER.index)
    return PersonEntry(
        code=row.code,
        name=row.name,
        roles=tuple(roles),
        phone=row.phone,
        language=row.language,
        large_text=row.large_text,
        health=row.health,
        key_holder=row.key_holder,
        share=terms and terms.share,
        since=terms and terms.first_day,
        until=terms and terms.last_day,
        family=ties["family"].get(row.id, {}),
        devices=ties["devices"].get(row.id, {}),
    )


def _home(row: Any, worker: str, members: list[PersonEntry]) -> HouseholdEntry:
    return HouseholdEntry.model_construct(
        building=row.building,
        room=row.room,
        worker=worker,
        way=row.way,
        special=row.special,
        tier=None if row.tier is None else Tier(row.tier),
        tags=tuple(row.tags),
        members=tuple(members),
    )
