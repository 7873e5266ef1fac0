"""What waits for a moment that the clock, set back since, will not reach in time.

A due time is written by the clock of its day. When somebody sets that clock back, every step that was due
in a minute is due in an hour, and a ladder would stand still. So nothing may wait longer than it ever can
by its own rules. All of this may be done at any time and by any number of processes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from domain.duty import Duty, DutyKind, DutyState
from storage.database import Work
from storage.duties import read_duty
from storage.outbox import CLAIM
from storage.tables.duties import duties
from storage.tables.messaging import inbox, outbox


@dataclass(frozen=True, slots=True)
class BroughtBack:
    """How much was due too far in the future: updates, messages, next steps of calls for help."""

    updates: int
    messages: int
    steps: int

    def __bool__(self) -> bool:
        return bool(self.updates or self.messages or self.steps)


async def bring_back(work: Work, *, tried: bool = True) -> BroughtBack:
    """Updates are due now, and what was to be sent at once is; claims and the next steps of calls for
    help end when they would at the latest, had they begun this moment. `tried`: what failed and waits to
    be tried again is tried now, too; a moment later it must wait as ever."""
    fresh_update, fresh_message = inbox.c.tries == 0, outbox.c.due_at <= outbox.c.created_at
    failed = sa.or_(outbox.c.tries > 0, outbox.c.error.is_not(None))
    updates = await work.conn.execute(
        sa.update(inbox)
        .where(inbox.c.state == "new", inbox.c.due_at > work.now)
        .where(sa.true() if tried else fresh_update)
        .values(due_at=work.now)
    )
    messages = await work.conn.execute(
        sa.update(outbox)
        .where(outbox.c.state == "queued", outbox.c.due_at > work.now)
        .where(sa.or_(fresh_message, failed) if tried else fresh_message)
        .values(due_at=work.now)
    )
    until = work.now + CLAIM
    await work.conn.execute(
        sa.update(outbox)
        .where(outbox.c.state == "sending", outbox.c.claimed_until > until)
        .values(claimed_until=until)
    )
    steps = [await _bring_back(work, duty) for duty in await _later(work)]
    return BroughtBack(updates.rowcount, messages.rowcount, sum(steps))


async def _later(work: Work) -> Sequence[Duty]:
    """Calls for help, which wait for their ladder alone; other duties may be put off on purpose, to a day
    or past a night."""
    rows = await work.conn.execute(
        sa.select(duties).where(
            duties.c.kind == DutyKind.HELP,
            duties.c.state < int(DutyState.CLOSED),
            duties.c.next_at > work.now,
        )
    )
    return [read_duty(row) for row in rows]


async def _bring_back(work: Work, duty: Duty) -> bool:
    """The next step of one duty, as it was read, where it is farther away than its ladder allows."""
    wait = duty.longest_wait
    if wait is None or duty.next_at is None or duty.next_at <= work.now + wait:
        return False
    brought = await work.conn.execute(
        sa.update(duties)
        .where(
            duties.c.id == duty.id,
            duties.c.state == int(duty.state),
            duties.c.next_at == duty.next_at,
        )
        .values(next_at=work.now + wait)
    )
    return bool(brought.rowcount)
