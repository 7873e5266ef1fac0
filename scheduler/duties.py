"""The sweeps over duties: escalation by the clock, and the watchdog over the escalation itself."""

from datetime import datetime, timedelta

import structlog

from domain.messages import Lane, Message, Owed
from domain.people import Role
from scheduler.base import Surroundings
from storage import duties, outbox, people

log = structlog.get_logger()

LATE = timedelta(seconds=30)
"""A next step that is overdue by more means that the escalation itself is not running."""


async def escalate(around: Surroundings, _due: datetime) -> None:
    """Take the next rung of every duty for which it is due, each in a transaction of its own."""
    async with around.database.reading() as work:
        waiting = await duties.due(work)
    for duty in waiting:
        try:
            async with around.database.writing() as work:
                owed = await around.climb(work, duty)
                dues = await outbox.owe(work, await outbox.address(work, owed))
        except Exception:  # one duty that cannot be told must not keep the others waiting
            log.exception("escalate.failed", duty=duty.id)
            continue
        around.send(dues)


async def watch(around: Surroundings, _due: datetime) -> None:
    """Every open duty has a next step that is not overdue; if not, say so to a person, hourly."""
    now = around.database.clock()
    async with around.database.writing() as work:
        stuck = await duties.stuck(work, now - LATE)
        owed = []
        for community_id in {duty.community_id for duty in stuck}:
            count = sum(duty.community_id == community_id for duty in stuck)
            ids = await people.with_role(work, community_id, Role.SUPERVISOR)
            for person in (await people.persons(work, ids)).values():
                message = Message(around.phrases[person.language]("help.watchdog", count=count))
                key = f"watchdog:{now:%Y%m%d%H}:{person.id}"
                owed.append(Owed(person.id, message, Lane.EMERGENCY, key))
        dues = await outbox.owe(work, await outbox.address(work, owed))
    around.send(dues)
    around.gauge("stuck_duties", len(stuck))
    around.gauge("watchdog_seconds", now.timestamp())
    if stuck:
        log.error("watchdog.stuck", duties=[duty.id for duty in stuck][:20])
