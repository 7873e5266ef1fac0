"""Which communities became a part of which, and how it was before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from storage.database import Work
from storage.tables.moves import community_changes

MERGED, SPLIT = "merged", "split"


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


_PART = sa.case(
    (community_changes.c.event == MERGED, community_changes.c.from_id),
    else_=community_changes.c.into_id,
).label("part")
_WHOLE = sa.case(
    (community_changes.c.event == MERGED, community_changes.c.into_id),
    else_=community_changes.c.from_id,
).label("whole")
_JOINED = sa.or_(
    sa.and_(community_changes.c.event == MERGED, community_changes.c.undone_at.is_(None)),
    sa.and_(community_changes.c.event == SPLIT, community_changes.c.undone_at.is_not(None)),
)
"""A merger that stands makes the one a part of the other, as does a split that was taken back."""


async def _parts(work: Work) -> dict[int, int]:
    rows = await work.conn.execute(sa.select(_PART, _WHOLE).where(_JOINED))
    return {row.part: row.whole for row in rows}


async def heir(work: Work, community_id: int) -> int:
    """The community of which it is a part now; itself, where it is one."""
    return _end(await _parts(work), community_id)


async def former(work: Work, community_id: int) -> list[int]:
    """The communities that became a part of it, and theirs before."""
    parts = await _parts(work)
    return sorted(one for one in parts if one != community_id and _end(parts, one) == community_id)


def _end(parts: Mapping[int, int], one: int) -> int:
    seen: set[int] = set()
    while one in parts and one not in seen:
        seen.add(one)
        one = parts[one]
    return one
