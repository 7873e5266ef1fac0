"""Which processes are alive: what a dead one had in hand is taken up within seconds.

A claim says until when it holds, but half a minute is long for a cry for help. So each process has a
number, claims under it, and keeps an advisory lock of that number for as long as it lives: PostgreSQL
frees the lock in the moment in which the process dies, however it dies.
"""

from secrets import randbelow

import sqlalchemy as sa

from storage.database import Database, Work
from storage.lease import Lease
from storage.tables.messaging import outbox

_PRESENT = 0x6C6C
"""The class of these locks, `ll` in ASCII; the number in it is the process's."""

LOOKS = 3
"""Who is missing at so many looks in a row is dead. After an outage of the database everybody's lock is
gone for a moment, and the living take theirs again at their next look."""

_ALIVE = sa.text(
    "SELECT objid::bigint FROM pg_locks"
    " WHERE locktype = 'advisory' AND classid = :present AND objsubid = 2 AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


async def alive(work: Work) -> set[int]:
    """The numbers of the processes that are open on this database; on SQLite nobody counts them."""
    if not work.on_postgresql:
        return set()
    return {int(number) for number in await work.conn.scalars(_ALIVE, {"present": _PRESENT})}


_HOLDERS = (
    sa.select(outbox.c.claimed_by)
    .where(outbox.c.state == "sending", outbox.c.claimed_by.is_not(None))
    .distinct()
)


class Presence:
    """This process among those that are open on one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        database.process = randbelow(2**31 - 1) + 1
        self._lock = Lease(database, _PRESENT, database.process)
        self._missing: dict[int, int] = {}
        self.processes = 1

    async def look(self) -> set[int]:
        """Show that we are alive, and look who died with messages in hand; returns their numbers. The
        first look comes before anything is claimed under ours.
        """
        # Asked again, it takes the lock anew where its connection had been cut.
        if not (await self._lock.held() or await self._lock.held()):
            return set()
        async with self._database.reading() as work:
            here = await alive(work)
            holders = set(await work.conn.scalars(_HOLDERS)) if here else set()
        self._missing = {who: self._missing.get(who, 0) + 1 for who in holders - here}
        self.processes = max(1, len(here))
        return {who for who, looks in self._missing.items() if looks >= LOOKS}

    async def leave(self) -> None:
        """We are going."""
        await self._lock.release()
