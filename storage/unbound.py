"""What waits for a chat that is unbound, and what it was told in private."""

import sqlalchemy as sa

from domain.messages import Message, message_to_json
from storage.database import Work
from storage.tables.messaging import outbox


async def pass_on(work: Work, from_id: int, to_id: int) -> int:
    """What waits for one address of a person goes to another of theirs, but for what goes there anyway: it
    has the same key but for the address, or without a key was owed at the same moment. Returns how many."""
    twin, ending = outbox.alias("twin"), f"@{from_id}"
    keyed = outbox.c.dedupe_key.like(f"%{ending}")
    its = sa.func.replace(outbox.c.dedupe_key, ending, f"@{to_id}")
    moment = sa.and_(twin.c.created_at == outbox.c.created_at, twin.c.lane == outbox.c.lane)
    same = sa.exists().where(
        twin.c.address_id == to_id, sa.case((keyed, twin.c.dedupe_key == its), else_=moment)
    )
    moved = await work.conn.execute(
        sa.update(outbox)
        .where(outbox.c.address_id == from_id, outbox.c.state == "queued", ~same)
        .values(address_id=to_id, edits=None)
    )
    return moved.rowcount


async def forget_private(work: Work, address_id: int) -> None:
    """What was said there in private and has been sent is kept no longer."""
    await work.conn.execute(
        sa.update(outbox)
        .where(
            outbox.c.address_id == address_id,
            outbox.c.private,
            outbox.c.state.not_in(["queued", "sending"]),
        )
        .values(body=message_to_json(Message("")))
    )
