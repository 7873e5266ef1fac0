"""How often a home is owed a visit, and whether something has happened there."""

import sqlalchemy as sa

from domain.visit_day import Tier, tier_of
from storage.database import Work
from storage.tables.people import households


async def of(work: Work, home_id: int) -> Tier | None:
    """The tier that holds for a home."""
    row = (
        await work.conn.execute(
            sa.select(households.c.tier, households.c.special).where(households.c.id == home_id)
        )
    ).one()
    return tier_of(row.tier, row.special)


async def put(work: Work, home_id: int, tier: Tier | None) -> None:
    """From now on it has this one; without one a special home is still a key one."""
    await work.conn.execute(
        sa.update(households).where(households.c.id == home_id).values(tier=tier)
    )


async def note_shock(work: Work, home_id: int) -> None:
    """Something has happened there now."""
    await work.conn.execute(
        sa.update(households).where(households.c.id == home_id).values(shocked_at=work.now)
    )
