"""Photos and voice that belong to a visit: the platform's name of each file, never the file itself."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from domain.messages import Media, MediaKind
from storage.database import Work
from storage.inbox import insert_new
from storage.tables.visit import visit_media, visits


async def keep(work: Work, visit_id: int, media: Media, source_key: str) -> None:
    """Put a file to a visit; the same key is the same file."""
    await work.conn.execute(
        insert_new(work, visit_media).values(
            visit_id=visit_id,
            kind=media.kind,
            channel=media.channel,
            ref=media.ref,
            added_at=work.now,
            source_key=source_key,
        )
    )


async def of(work: Work, visit_id: int) -> list[Media]:
    """What belongs to a visit, in the order in which it came."""
    rows = await work.conn.execute(
        sa.select(visit_media).where(visit_media.c.visit_id == visit_id).order_by(visit_media.c.id)
    )
    return [Media(MediaKind(row.kind), row.channel, row.ref) for row in rows]


async def newest_visit(work: Work, worker_id: int, since: datetime) -> int | None:
    """The visit that a worker wrote down last, if it was made since then and stands."""
    found: int | None = await work.conn.scalar(
        sa.select(visits.c.id)
        .where(
            visits.c.worker_id == worker_id,
            visits.c.day >= since.date() - timedelta(days=1),  # for the index, in any zone
            visits.c.made_at >= since,
            visits.c.removed_at.is_(None),
        )
        .order_by(visits.c.id.desc())
        .limit(1)
    )
    return found
