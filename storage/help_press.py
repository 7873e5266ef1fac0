"""One press more on a request that runs already: it is counted, and makes haste."""

import sqlalchemy as sa

from domain.duty import Asking, Duty, DutyEvent, DutyState
from storage.database import Work
from storage.duties import log, read_duty
from storage.tables.base import Instant
from storage.tables.duties import duties


async def again(work: Work, duty: Duty, actor_id: int) -> Duty | None:
    """Record one more press on a request that is not closed, and make haste; None where it is closed.

    Where its owner has said that it is dealt with, it is not: the clock waits for their next sign as if
    they had just come so far, and silent hands lose it.
    """
    said_over = sa.and_(duties.c.asking == Asking.OUTCOME, duties.c.state == int(duty.state))
    stay = sa.literal(duty.stay_until(duty.state, work.now), Instant)
    row = (
        await work.conn.execute(
            sa.update(duties)
            .where(duties.c.id == duty.id, duties.c.state < int(DutyState.CLOSED))
            .values(
                presses=duties.c.presses + 1,
                asking=sa.case((said_over, sa.null()), else_=duties.c.asking),
                reminders=sa.case((said_over, 0), else_=duties.c.reminders),
                next_at=sa.case((said_over, stay), else_=duties.c.next_at),
            )
            .returning(duties)
        )
    ).one_or_none()
    if row is None:
        return None
    await log(work, duty.id, DutyEvent.PRESSED_AGAIN, actor_id=actor_id)
    pressed = read_duty(row)
    await hurry(work, pressed)
    return pressed


async def hurry(work: Work, duty: Duty) -> None:
    """More urgent than it seemed: the next rung is due now. A ladder that repeats its last rung keeps
    its pace, for by then everybody is being called."""
    if duty.rung < len(duty.ladder.rungs):
        await work.conn.execute(
            sa.update(duties)
            .where(
                duties.c.id == duty.id,
                duties.c.state == int(DutyState.OPEN),
                duties.c.next_at > work.now,
            )
            .values(next_at=work.now)
        )
