"""What a register says about visits: how often a home is owed one, and what was agreed with a worker."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from knowledge.register import CommunityEntry
from storage.among import among
from storage.database import Work
from storage.load import Changes, upsert
from storage.tables.people import households
from storage.tables.visit import visit_workers

_TERMS = ("share", "first_day", "last_day")


async def tiers(work: Work, here: int, entry: CommunityEntry, codes: Mapping[str, str]) -> Changes:
    """The tiers that the file gives; a home of which it says nothing keeps what was set in the chat.

    `codes` are the homes' codes in the database by building and room.
    """
    rows = [
        {"community_id": here, "code": codes[home.place], "tier": home.tier.value}
        for home in entry.households
        if home.tier is not None
    ]
    before = await _tiers(work, here)
    changed = [row for row in rows if before.get(row["code"]) != row["tier"]]
    for row in changed:
        await work.conn.execute(
            sa.update(households)
            .where(households.c.community_id == here, households.c.code == row["code"])
            .values(tier=row["tier"])
        )
    return Changes(changed=len(changed))


async def _tiers(work: Work, here: int) -> dict[object, str]:
    rows = await work.conn.execute(
        sa.select(households.c.code, households.c.tier).where(
            households.c.community_id == here, households.c.tier.is_not(None)
        )
    )
    return {row.code: row.tier for row in rows}


async def terms(work: Work, entry: CommunityEntry, ids: Mapping[str, int]) -> Changes:
    """Share of full time, first and last day of the staff; who has none any more works full time."""
    rows: list[dict[str, Any]] = [
        {
            "person_id": ids[person.code],
            "share": person.share,
            "first_day": person.since,
            "last_day": person.until,
        }
        for person in entry.staff
    ]
    given = [row for row in rows if any(row[name] is not None for name in _TERMS)]
    total = await upsert(work, visit_workers, ["person_id"], given) if given else Changes()
    others = [row["person_id"] for row in rows if row not in given]
    gone = await work.conn.execute(
        sa.update(visit_workers)
        .where(
            among(visit_workers.c.person_id),
            sa.or_(*(visit_workers.c[name].is_not(None) for name in _TERMS)),
        )
        .values(dict.fromkeys(_TERMS)),
        {"ids": others},
    )
    return total + Changes(changed=gone.rowcount)
