"""08:30 on working days: whoever is behind the pace hears it at a milestone; on pace, silence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from domain.calendar import Month, local_day
from domain.leave import Leave, presence
from domain.messages import Lane, Owed
from domain.policies import Policies
from domain.visit import ALWAYS, Pace, Presence, Quota, ReminderKind, pace, reminder_due
from scheduler.base import Surroundings
from storage import leave, outbox, visit
from storage.database import Work
from storage.outbox import Letter
from storage.visit import Worker
from wording import Phrases
from wording.visit import reminder

JOB = "pace"
_CHUNK = 500
"""Letters a transaction: on SQLite nobody else can write while one is open."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The morning for which the question is asked: whom a milestone has reached by today.

    `since` is the last day this ran, so that a milestone that fell on a day the process was down is
    caught up; None where it never ran.
    """

    day: date
    since: date | None
    policies: Policies

    def pace(self, done: int, month: Month, present: Presence = ALWAYS) -> Pace:
        quota = Quota(self.policies.visits_a_month)
        day = min(self.day, month.last_day)
        return pace(done, day, month, self.policies.calendar, quota, present)

    def due(self, stand: Pace, present: Presence = ALWAYS) -> ReminderKind | None:
        """What a worker who stands so is told; that it is told once is the outbox's key."""
        return reminder_due(stand, self.day, self.policies.calendar, (), self.since, present)


async def remind(around: Surroundings, due: datetime) -> None:
    """Queue the reminders of all workers of all communities, each once for good."""
    async with around.database.reading() as work:
        letters = await _letters(work, around.phrases, around.policies, due)
    for start in range(0, len(letters), _CHUNK):
        async with around.database.writing() as work:
            await outbox.owe_in_bulk(work, letters[start : start + _CHUNK])


async def _letters(work: Work, phrases: Phrases, policies: Policies, due: datetime) -> list[Letter]:
    by_id = {worker.id: worker for worker in await visit.workers(work)}
    last = await visit.last_run(work, JOB, due.astimezone(UTC))
    counted: dict[Month, dict[int, int]] = {}
    owed: list[Owed] = []
    for zone in {worker.zone for worker in by_id.values()}:
        day = local_day(due, zone)
        asked = Asked(day, last and local_day(last, zone), policies)
        for month in _months_to_look_at(asked):
            if month not in counted:
                counted[month] = await visit.counts(work, month)
            here = (worker for worker in by_id.values() if worker.zone == zone)
            away = await _away(work, asked, month)
            owed += _owed(phrases, asked, month, here, counted[month], away)
    return await outbox.address(work, owed)


async def _away(work: Work, asked: Asked, month: Month) -> dict[int, list[Leave]]:
    """Who is on leave in the month, and today: who is, hears nothing."""
    found = await leave.in_month(work, month)
    if Month.of(asked.day) != month:
        for person_id, leaves in (await leave.in_month(work, Month.of(asked.day))).items():
            found.setdefault(person_id, []).extend(leaves)
    return found


def _months_to_look_at(asked: Asked) -> Iterator[Month]:
    """This month and the last, where a milestone is reached: no counting on a plain day.

    A desk on its first day sums up no month: it was not there to see it.
    """
    this = Month.of(asked.day)
    for month in (this,) if asked.since is None else (this.previous(), this):
        if asked.due(asked.pace(-1, month)) is not None:
            yield month


def _owed(
    phrases: Phrases,
    asked: Asked,
    month: Month,
    workers: Iterable[Worker],
    counts: dict[int, int],
    away: dict[int, list[Leave]],
) -> Iterator[Owed]:
    for worker in workers:
        present = presence(away.get(worker.id, ()))
        stand = asked.pace(counts.get(worker.id, 0), month, present)
        kind = asked.due(stand, present)
        if kind is not None:
            message = reminder(phrases[worker.language], worker.name, worker.id, kind, stand)
            key = f"{JOB}:{worker.id}:{month}:{kind}"
            yield Owed(worker.id, message, Lane.ROUTINE, key)
