"""Housekeeping: the roster is laid out ahead, and what has been sent is not kept for ever."""

from datetime import datetime, timedelta

from domain.moves import UNDO
from scheduler.base import Surroundings
from storage import (
    checkin_sweep,
    device,
    enquiries,
    inbox,
    moves,
    outbox,
    people,
    periods,
    roster,
    web,
)

REPORTED = timedelta(days=15)
"""Questions are kept for as long as the report of the week before last may be asked for."""
REPEATED = timedelta(days=1)
"""Platforms repeat an update for so long at most."""
MORNINGS = timedelta(days=62)
"""Mornings of 报平安 are kept for two months, so that a month can be looked back on."""


async def lay_out_roster(around: Surroundings, _due: datetime) -> None:
    """Lay the weekly roster out as shifts for the weeks ahead, so that somebody is always on duty.

    Each community in a transaction of its own, by the pattern that is found there while it is held:
    a register may be loaded at the same moment.
    """
    async with around.database.reading() as work:
        communities = await people.all_communities(work)
    for community in communities:
        async with around.database.writing() as work:
            await roster.lay_out(work, community.id, around.policies.calendar)


async def tidy(around: Surroundings, _due: datetime) -> None:
    """Delete what is older than the operator wants to keep; duties and visits stay."""
    before = around.database.clock() - around.keep
    async with around.database.writing() as work:
        await inbox.sweep_out(work, before)
        await outbox.sweep_out(work, before)
        await web.sweep_out(work, before)
        await enquiries.sweep_out(work, min(before, around.database.clock() - REPORTED))
        await periods.sweep_out(work, before)
        await device.sweep_out(work, before)
        await moves.sweep_out(work, around.database.clock() - UNDO)
        await checkin_sweep.sweep_out(work, (around.database.clock() - MORNINGS).date())


async def forget(around: Surroundings, _due: datetime) -> None:
    """What was said in private, ballots above all, goes as soon as nothing needs it any more: what was
    sent at once, that an update came after a day, in which a platform may repeat it."""
    before = around.database.clock() - REPEATED
    async with around.database.writing() as work:
        await web.sweep_out_private(work)
        await outbox.sweep_out_private(work, before)
        await inbox.sweep_out_private(work, before)
