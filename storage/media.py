"""Photos and voice that belong to something: the platform's name of each file, never the file itself."""

from dataclasses import dataclass

import sqlalchemy as sa

from domain.messages import Media, MediaKind
from storage.database import Work
from storage.inbox import insert_new


@dataclass(frozen=True, slots=True)
class Album:
    """A table of files; `of_column` says what each belongs to."""

    table: sa.Table
    of_column: str

    async def keep(self, work: Work, owner_id: int, media: Media, source_key: str) -> None:
        """Put a file to what it belongs to; the same key is the same file."""
        row = {
            self.of_column: owner_id,
            "kind": media.kind,
            "channel": media.channel,
            "ref": media.ref,
            "added_at": work.now,
            "source_key": source_key,
        }
        await work.conn.execute(insert_new(work, self.table).values(row))

    async def of(self, work: Work, owner_id: int) -> list[Media]:
        """What belongs to it, in the order in which it came."""
        table = self.table
        rows = await work.conn.execute(
            sa.select(table).where(table.c[self.of_column] == owner_id).order_by(table.c.id)
        )
        return [Media(MediaKind(row.kind), row.channel, row.ref) for row in rows]
