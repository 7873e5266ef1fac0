"""Photos and voice that belong to a visit: the platform's name of each file, never the file itself."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from storage.database import Work
from storage.media import Album
from storage.tables.visit import visit_media, visits

_ALBUM = Album(visit_media, "visit_id")
keep, of = _ALBUM.keep, _ALBUM.of


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
