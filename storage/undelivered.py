"""What a duty's log must know: somebody who was to be told was not told after all, or perhaps not."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from domain.duty import DutyEvent
from storage import duties
from storage.among import among
from storage.database import Work
from storage.tables.people import addresses


@dataclass(frozen=True, slots=True)
class Lost:
    """A message about a duty (or about none) to an address, and how it ended: unreachable, failed or
    unknown, which is to say that it may have arrived."""

    duty_id: int | None
    address_id: int
    state: str


async def note(work: Work, lost: Sequence[Lost]) -> None:
    """A line in the log of each duty, in the transaction that settles the messages: so, once."""
    about = [(one, one.duty_id) for one in lost if one.duty_id is not None]
    if not about:
        return
    rows = await work.conn.execute(
        sa.select(addresses.c.id, addresses.c.person_id, addresses.c.channel).where(
            among(addresses.c.id)
        ),
        {"ids": [one.address_id for one, _ in about]},
    )
    where = {row.id: row for row in rows}
    for one, duty_id in about:
        await duties.log(
            work,
            duty_id,
            DutyEvent.UNDELIVERED,
            actor_id=where[one.address_id].person_id,
            detail=f"{one.state}:{where[one.address_id].channel}",
        )
