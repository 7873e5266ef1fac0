"""The day's one message to each worker: at the hour they chose, on their working days, once.

Whoever wants no digest hears at the milestones of the month alone, and only when behind. What is to be
said is looked at once a day and worker (`visit_workers.looked_on`, claimed in the transaction that owes the
message), so a restart or a second process repeats nothing, and what fell while nothing ran is caught up
the next time, a milestone within its month, a digest on its own day.
"""

from asyncio import sleep
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from domain.calendar import Month, local_day
from domain.duty import DutyKind
from domain.leave import Leave, presence
from domain.messages import Lane, Message, Owed
from domain.people import Role
from domain.policies import Policies
from domain.visit import ALWAYS, Pace, Presence, Quota, ReminderKind, pace, reminder_due
from domain.visit_day import NEVER, USUAL_HOUR, Ahead, DayPlan, Span, Standing, plan, span_of
from domain.visit_plan import walking_order
from scheduler.base import Surroundings
from storage import leave, outbox, people, visit, visit_day, visit_workers
from storage.database import Work
from storage.visit import Worker
from storage.visit_day import Named
from storage.visit_workers import NOTHING, Agreed
from wording import Phrases
from wording.digest import Morning, Stop, digest, lost
from wording.visit import reminder

JOB = "digest"
LOST = "lost-months"
_CHUNK = 500
"""Workers a transaction, which bounds memory; and on SQLite nobody else can write while one is open."""


@dataclass(frozen=True, slots=True)
class _Day:
    """A day in one zone, with what is the same for all workers there."""

    day: date
    policies: Policies
    ahead: tuple[date, ...]

    @classmethod
    def of(cls, day: date, policies: Policies) -> "_Day":
        _, last = span_of(Span.QUARTER, day)
        return cls(day, policies, policies.calendar.workdays(day, last))

    @property
    def quota(self) -> Quota:
        return Quota(self.policies.visits_a_month)

    def pace(self, done: int, month: Month, there: Presence) -> Pace:
        day = min(self.day, month.last_day)
        return pace(done, day, month, self.policies.calendar, self.quota, there)

    def milestone(self, stand: Pace, known: Agreed, there: Presence) -> ReminderKind | None:
        month, _, kind = known.told.partition(":")
        before = [ReminderKind(kind)] if month == str(stand.month) else []
        calendar = self.policies.calendar
        return reminder_due(stand, self.day, calendar, before, known.looked_on, there)


@dataclass(frozen=True, slots=True)
class _Whom:
    """A worker whose hour has come, what was agreed with them, and when they are there."""

    worker: Worker
    known: Agreed
    there: Presence


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read for some workers at once."""

    done: Mapping[int, int]
    before: Mapping[int, int]
    standings: Mapping[int, Sequence[Standing]]
    in_hand: Mapping[int, Mapping[DutyKind, int]]


async def remind(around: Surroundings, due: datetime) -> None:
    """Everybody whose hour has come hears once, what there is to hear; nothing at night."""
    if around.policies.is_quiet(around.database.clock()):
        return
    async with around.database.reading() as work:
        workers = {worker.id: worker for worker in await visit.workers(work)}
        known = await visit_workers.agreed(work)
    by_zone = sorted(workers.values(), key=lambda worker: (str(worker.zone), worker.id))
    for zone, here in groupby(by_zone, key=lambda worker: worker.zone):
        local = due.astimezone(zone)
        day = local.date()
        if not around.policies.calendar.is_workday(day):
            continue
        now = local.hour * 60 + local.minute
        waiting = [one for one in here if _hour_has_come(known.get(one.id, NOTHING), day, now)]
        today = _Day.of(day, around.policies)
        for start in range(0, len(waiting), _CHUNK):
            await _some(around, today, zone, waiting[start : start + _CHUNK], known)


def _hour_has_come(known: Agreed, day: date, now: int) -> bool:
    chosen = USUAL_HOUR if known.digest_at in (None, NEVER) else known.digest_at
    return (known.looked_on is None or known.looked_on < day) and now >= (chosen or 0)


async def _some(
    around: Surroundings,
    today: _Day,
    zone: ZoneInfo,
    workers: Sequence[Worker],
    known: Mapping[int, Agreed],
) -> None:
    """Some workers: what they are owed is worked out from a look, and owed by whoever claims them."""
    async with around.database.reading() as work:
        there = await _there(work, today, workers, known)
        whom = [_Whom(w, known.get(w.id, NOTHING), there[w.id]) for w in workers]
        whom = [one for one in whom if one.there.works_on(today.day)]
        if not whom:
            return
        mornings = await _mornings(work, today, zone, whom)
        owed = {
            m.worker_id: _owed(around.phrases, one, m)
            for one, m in zip(whom, mornings, strict=True)
        }
        letters = await outbox.address(work, [each for each in owed.values() if each])
    by_key = {each.key: person for person, each in owed.items() if each}
    told = {m.worker_id: f"{m.pace.month}:{m.milestone}" for m in mornings if m.milestone}
    async with around.database.writing() as work:
        mine = await visit_workers.claim(work, list(owed), today.day)
        await outbox.owe_in_bulk(
            work, [one for one in letters if by_key[one.key.partition("@")[0]] in mine]
        )
        await visit_workers.note_told(work, {w: kind for w, kind in told.items() if w in mine})
        hopeless = [m.worker_id for m in mornings if m.plan.lost and m.worker_id in mine]
        await visit_workers.note_lost(work, hopeless, today.day.replace(day=1))
    await sleep(0)


async def _there(
    work: Work, today: _Day, workers: Sequence[Worker], known: Mapping[int, Agreed]
) -> dict[int, Presence]:
    """Terms and leave from the month before to the end of the quarter."""
    first = Month.of(today.day).previous().first_day
    away: dict[int, list[Leave]] = await leave.between(
        work, first, span_of(Span.QUARTER, today.day)[1]
    )
    return {w.id: presence(away.get(w.id, ()), known.get(w.id, NOTHING).terms) for w in workers}


async def _mornings(
    work: Work, today: _Day, zone: ZoneInfo, whom: Sequence[_Whom]
) -> list[Morning]:
    ids, month = [one.worker.id for one in whom], Month.of(today.day)
    ends = any(_sums_up(today, one) for one in whom)
    read = _Read(
        await visit.counts(work, month, ids),
        await visit.counts(work, month.previous(), ids) if ends else {},
        await visit_day.standings(work, ids, zone),
        await visit_day.in_hand(work, ids),
    )
    every = Ahead(today.ahead)
    mornings = [_morning(today, one, read, every) for one in whom]
    wanted = {
        g.home for one, m in zip(whom, mornings, strict=True) if _wants(one) for g in m.plan.going
    }
    homes = await visit_day.named(work, wanted)
    return [replace(m, stops=_stops(m.plan, homes)) for m in mornings]


def _wants(one: _Whom) -> bool:
    return one.known.digest_at != NEVER


def _sums_up(today: _Day, one: _Whom) -> bool:
    """Whether the month before has ended since it was looked last; whoever is new sums up no month they
    did not see."""
    looked = one.known.looked_on
    if looked is None or looked >= today.day.replace(day=1):
        return False
    stand = today.pace(0, Month.of(today.day).previous(), one.there)
    return today.milestone(stand, one.known, one.there) is not None


def _morning(today: _Day, one: _Whom, read: _Read, every: Ahead) -> Morning:
    worker, month = one.worker, Month.of(today.day)
    stand = today.pace(read.done.get(worker.id, 0), month, one.there)
    milestone = today.milestone(stand, one.known, one.there)
    ahead = every
    if one.there is not ALWAYS:
        ahead = Ahead(tuple(day for day in every.days if one.there.works_on(day)))
    ended = None
    if _sums_up(today, one):
        ended = today.pace(read.before.get(worker.id, 0), month.previous(), one.there)
    return Morning(
        worker.id,
        worker.name,
        today.day,
        stand,
        plan(read.standings[worker.id], ahead, stand.missing, today.quota.most_a_day),
        in_hand=read.in_hand.get(worker.id),
        milestone=milestone,
        ended=ended,
    )


def _stops(today: DayPlan, homes: Mapping[int, Named]) -> tuple[Stop, ...]:
    """Building after building as planned, and within one by the rooms."""
    first = {going.building: n for n, going in reversed(list(enumerate(today.going)))}
    stops = [
        Stop(going, homes[going.home].home, homes[going.home].name)
        for going in today.going
        if going.home in homes
    ]
    return tuple(sorted(stops, key=lambda s: (first[s.going.building], walking_order(s.home))))


def _owed(phrases: Phrases, one: _Whom, morning: Morning) -> Owed | None:
    message = _message(phrases, one, morning)
    key = f"{JOB}:{one.worker.id}:{morning.day.isoformat()}"
    return None if message is None else Owed(one.worker.id, message, Lane.ROUTINE, key)


def _message(phrases: Phrases, one: _Whom, morning: Morning) -> Message | None:
    """The digest; for whoever wants none, the milestone alone."""
    say, name = phrases[one.worker.language], one.worker.name
    if _wants(one):
        return digest(say, morning)
    if morning.milestone is not None:
        return reminder(say, name, one.worker.id, morning.milestone, morning.pace)
    if morning.ended is not None:
        return reminder(say, name, one.worker.id, ReminderKind.MONTH_END, morning.ended)
    return None


async def tell_of_lost_months(around: Surroundings, due: datetime) -> None:
    """The supervisors of those whose month cannot be kept any more hear so: of each worker once a month,
    of all that are new in one message."""
    month = local_day(due, around.policies.zone).replace(day=1)
    async with around.database.writing() as work:
        found = await visit_workers.tell_lost(work, month)
        if not found:
            return
        communities = {each.id: each for each in await people.all_communities(work)}
        heads = await people.everyone_with(work, Role.SUPERVISOR)
        persons = await people.persons(work, {person for _, person in heads})
        owed = [
            Owed(
                person,
                lost(
                    around.phrases[persons[person].language],
                    communities[here].name,
                    [name for _, name in found[here]],
                ),
                Lane.ROUTINE,
                f"{LOST}:{here}:{local_day(due, around.policies.zone).isoformat()}:{person}",
            )
            for here, person in heads
            if here in found
        ]
        await outbox.owe_in_bulk(work, await outbox.address(work, owed))
