"""The sweeps over duties: escalation by the clock, and the watchdog over the escalation itself."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import structlog

from domain.duty import SERVICES, Duty, DutyKind
from domain.messages import Lane, Message, Owed
from domain.people import Role
from scheduler.base import Surroundings
from storage import duties, help_hands, outbox, people
from storage.database import Work

log = structlog.get_logger()

LATE = timedelta(seconds=30)
"""A next step that is overdue by more means that the escalation itself is not running."""

_ALARMS = {
    DutyKind.HELP: ("help.watchdog", Lane.EMERGENCY),
    DutyKind.QUESTION: ("watch.question", Lane.CONVERSATION),
    DutyKind.GUIDE: ("watch.guide", Lane.CONVERSATION),
    DutyKind.AFTER: ("watch.after", Lane.CONVERSATION),
    **dict.fromkeys(SERVICES, ("watch.service", Lane.CONVERSATION)),
    DutyKind.CHECKIN: ("watch.checkin", Lane.CONVERSATION),
    DutyKind.SURVEY: ("watch.survey", Lane.CONVERSATION),
    DutyKind.CASE: ("watch.case", Lane.CONVERSATION),
}
"""How supervisors are told of stuck duties, by kind: the sentence, which names the list that shows them,
and how urgent it is."""


async def escalate(around: Surroundings, _due: datetime) -> None:
    """Take the next rung of every duty for which it is due, each in a transaction of its own.

    Help goes first, and is looked for anew before each duty of another kind: a call for help never waits
    for a morning's questions.
    """
    failed: set[int] = set()
    for duty in await _due_now(around, DutyKind):
        if duty.kind is not DutyKind.HELP:
            await _each(around, await _due_now(around, (DutyKind.HELP,)), failed)
        await _each(around, (duty,), failed)


async def _due_now(around: Surroundings, kinds: Iterable[DutyKind]) -> list[Duty]:
    async with around.database.reading() as work:
        return await duties.due(work, kinds)


async def _each(around: Surroundings, waiting: Sequence[Duty], failed: set[int]) -> None:
    """One duty that cannot be told must not keep the others waiting, nor be tried twice in one sweep."""
    for duty in waiting:
        if duty.id in failed:
            continue
        try:
            async with around.database.writing() as work:
                owed = await around.climb(work, duty)
                dues = await outbox.owe(work, await outbox.address(work, owed))
        except Exception:
            failed.add(duty.id)
            log.exception("escalate.failed", duty=duty.id)
            continue
        around.send(dues)


async def watch(around: Surroundings, _due: datetime) -> None:
    """Every open duty has a next step that is not overdue; if not, say so to a person, hourly. And no call
    for help lies in hands that are nobody's any more."""
    now = around.database.clock()
    async with around.database.writing() as work:
        await help_hands.let_go(work)
        stuck = await duties.stuck(work, now - LATE)
        owed = []
        counts = Counter((duty.community_id, duty.kind) for duty in stuck)
        for (community_id, kind), count in counts.items():
            owed += await _alarm(around, work, community_id, kind, count)
        dues = await outbox.owe(work, await outbox.address(work, owed))
    around.send(dues)
    around.gauge("stuck_duties", len(stuck))
    around.gauge("watchdog_seconds", now.timestamp())
    if stuck:
        log.error("watchdog.stuck", duties=[duty.id for duty in stuck][:20])


async def _alarm(
    around: Surroundings, work: Work, community_id: int, kind: DutyKind, count: int
) -> list[Owed]:
    """What a community's supervisors are told of its stuck duties of a kind, once an hour."""
    sentence, lane = _ALARMS[kind]
    ids = await people.with_role(work, community_id, Role.SUPERVISOR)
    return [
        Owed(
            person.id,
            Message(around.phrases[person.language](sentence, count=count)),
            lane,
            f"watchdog:{kind}:{work.now:%Y%m%d%H}:{person.id}",
        )
        for person in (await people.persons(work, ids)).values()
    ]
