"""Taking the last merger or split of communities back."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from bot.merging import CannotChange, Report, join, laid_out, move_points
from storage import merging, roster
from storage.database import Work
from storage.inbox import insert_new
from storage.merging import MERGED, Change, Parts
from storage.people import Community
from storage.tables.people import people, roles


async def undo(work: Work) -> Report:
    """In the caller's transaction. Raises CannotChange where there is none, or it cannot be any more."""
    change = await merging.last(work)
    if change is None or not await merging.undone(work, change):
        raise CannotChange(["There is no merger or split that could be taken back."])
    old = await roster.hold(work, change.from_id)
    new = await roster.hold(work, change.into_id)
    rounds, surge = await merging.running(work, new.id)
    if rounds or surge:
        raise CannotChange([f"{new.name}: a survey or surge mode runs: end it first."])
    if change.event == MERGED:
        return await _apart(work, change, old, new)
    report = await join(work, new, old, keep=False)
    report.head = f"{new.name} ({new.code}) is a part of {old.name} ({old.code}) again:"
    return report


async def _apart(work: Work, change: Change, old: Community, new: Community) -> Report:
    """What came goes back under its old names, with whoever moved in there since."""
    record = change.record
    there = await merging.some_of(work, new.id, record["buildings"], record["people"])
    ours = await work.conn.scalars(
        sa.select(people.c.id).where(people.c.community_id == new.id, people.c.id.in_(there.people))
    )
    parts = Parts(there.buildings, there.households, sorted(ours))
    await merging.reopen(work, old.id)
    await merging.transfer(work, parts, new.id, old.id)
    await merging.rename(work, {int(i): was for i, was in record["names"]})
    await _roles_again(work, record, parts, old.id, new.id)
    back = {now: was for was, now in record["points"].items()}
    await move_points(work, parts.people, back)
    await merging.describe(work, old.id, record["details"])
    await merging.describe(work, new.id, without(new.details, record))
    await laid_out(work, old, new)
    report = Report(f"{old.name} ({old.code}) is a community by itself again:")
    report.counts = {"homes": len(parts.households), "people": len(parts.people)}
    return report


async def _roles_again(
    work: Work, record: Mapping[str, Any], parts: Parts, old: int, new: int
) -> None:
    """Those who oversaw it from elsewhere do so again; what they became with it they are no more."""
    held = {(person, role) for person, role in record["held"]}
    outside = [row for row in record["roles"] if row["person_id"] not in set(parts.people)]
    for row in outside:
        await work.conn.execute(insert_new(work, roles), row | {"community_id": old})
        if (row["person_id"], row["role"]) not in held:
            await work.conn.execute(
                sa.delete(roles).where(
                    roles.c.community_id == new,
                    roles.c.person_id == row["person_id"],
                    roles.c.role == row["role"],
                )
            )


def without(details: Mapping[str, Any], record: Mapping[str, Any]) -> dict[str, Any]:
    """What is told of a community without the facilities and shifts that came with another."""
    came = record["details"]
    ids = {
        record["points"].get(str(one["id"]), str(one["id"])) for one in came.get("facilities") or ()
    }
    kept = [one for one in details.get("facilities") or () if str(one["id"]) not in ids]
    weekly = [one for one in details.get("roster", ()) if one not in came.get("roster", ())]
    told = {**details, "facilities": kept, "roster": weekly}
    return told if kept or "facilities" in record["kept"] else _but(told, "facilities")


def _but(told: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in told.items() if key != name}
