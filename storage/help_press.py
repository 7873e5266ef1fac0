"""One press more on a request that runs already: it is counted, and makes haste."""

import sqlalchemy as sa

from domain.duty import Asking, Duty, DutyEvent, DutyState
from storage.database import Work
from storage.duties import read_duty
from storage.logged import Logged
from storage.tables.base import Instant
from storage.tables.duties import duties

_SAID_OVER = sa.and_(
    duties.c.asking == Asking.OUTCOME, duties.c.state == sa.bindparam("state_read")
)
_AGAIN = Logged(
    sa.update(duties)
    .where(duties.c.id == sa.bindparam("duty"), duties.c.state < int(DutyState.CLOSED))
    .values(
        presses=duties.c.presses + 1,
        asking=sa.case((_SAID_OVER, sa.null()), else_=duties.c.asking),
        reminders=sa.case((_SAID_OVER, 0), else_=duties.c.reminders),
        next_at=sa.case((_SAID_OVER, sa.bindparam("stay", type_=Instant)), else_=duties.c.next_at),
    ),
    DutyEvent.PRESSED_AGAIN,
)


async def again(work: Work, duty: Duty, actor_id: int) -> Duty | None:
    """Record one more press on a request that is not closed, and make haste; None where it is closed.

    Where its owner has said that it is dealt with, it is not: the clock waits for their next sign as if
    they had just come so far, and silent hands lose it.
    """
    as_read = {
        "duty": duty.id,
        "state_read": int(duty.state),
        "stay": duty.stay_until(duty.state, work.now),
    }
    row = await _AGAIN.row(work, as_read, actor_id)
    if row is None:
        return None
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
