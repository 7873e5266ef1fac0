"""Housekeeping: what has been handled and sent is not kept longer than needed."""

from datetime import datetime

from scheduler.base import Surroundings
from storage import inbox, outbox, periods


async def tidy(around: Surroundings, _due: datetime) -> None:
    """Delete what is older than the operator wants to keep; duties and visits stay."""
    before = around.database.clock() - around.keep
    async with around.database.writing() as work:
        await inbox.sweep_out(work, before)
        await outbox.sweep_out(work, before)
        await periods.sweep_out(work, before)
