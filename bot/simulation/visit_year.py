"""A year of visits: the desk's own jobs on a clock that is moved by hand, in processes that come and go, and
workers who go where their morning's message sends them, or do not."""

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.simulation.engine import Moved
from domain.calendar import Month
from domain.leave import Asked
from domain.policies import Policies
from domain.visit import Mode, pace
from domain.visit_day import USUAL_HOUR
from knowledge import Knowledge
from scheduler import jobs, visit
from scheduler.base import Job, Surroundings
from scheduler.clockwork import Clockwork
from storage import leave
from storage import visit as diary
from storage import visit_workers as agreed
from storage.database import Database, Work
from storage.ladder import no_climb
from storage.tables.messaging import outbox
from storage.tables.people import addresses, buildings, communities, households, people, roles
from storage.tables.roster import leaves
from storage.tables.visit import visit_workers
from storage.visit import Entry
from wording import Phrases

ZONE = ZoneInfo("Asia/Shanghai")
TICKS = (time(8, 1), time(8, 31), time(10, 1), time(14, 1))
"""When the clock is looked at: a little after each moment at which anybody is to hear, and once more."""
HOURS = (480, 510, 510, 510, 840, -1)
"""What workers chose, in minutes after midnight; most never did."""
RESTARTS = 0.08
"""How often a look at the clock finds the processes just started: over 100 times in a year."""
COMMUNITIES, WORKERS = 564, 4_100
"""The seed's city."""
_CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Size:
    """How large a city is played; the whole one has 564 communities and 4,100 workers of 250 homes."""

    communities: int = 2
    workers: int = 3
    homes: int = 24
    first: date = date(2026, 1, 1)
    days: int = 365
    seed: int = 2014

    @property
    def everybody(self) -> int:
        return self.communities * self.workers


@dataclass(frozen=True, slots=True)
class Actor:
    """A worker: when they want to hear, their share, and which part of a day's walk they do."""

    id: int
    community: int
    hour: int
    share: int
    zeal: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A look at the clock, and whether any process was there to look."""

    at: datetime
    up: bool


@dataclass(slots=True)
class Played:
    """What happened: the ticks, who took part, how many messages and visits there were; `twice` and
    `missed` must be nothing: digests that came again, and days on which one was owed and none came."""

    actors: tuple[Actor, ...] = ()
    ticks: list[Tick] = field(default_factory=list)
    restarts: int = 0
    digests: int = 0
    visits: int = 0
    twice: int = 0
    missed: int = 0
    kept: int = 0
    lost: int = 0


def _no_knowledge() -> Knowledge:
    raise RuntimeError("a year of visits asks nothing of the guides")


class VisitYear:
    """The city on one database, looked after by as many processes as there are `databases` for it."""

    def __init__(self, databases: Sequence[Database], clock: Moved, size: Size) -> None:
        self._databases = databases
        self._clock = clock
        self._size = size
        self._dice = Random(size.seed)  # noqa: S311  (a simulation)
        self._policies = Policies(ladders={}, zone=ZONE)
        wanted = {visit.JOB, visit.LOST}
        self._jobs = [job for job in jobs(ZONE) if job.name in wanted]
        self._clockworks = [self._process(database) for database in databases]
        self._down_until = datetime.min.replace(tzinfo=UTC)
        self._read = 0
        self.played = Played()

    def _process(self, database: Database) -> Clockwork:
        around = Surroundings(
            database=database,
            knowledge=_no_knowledge,
            phrases=Phrases.shipped(),
            policies=self._policies,
            climb=no_climb,
            send=lambda dues: None,
            gauge=lambda name, value: None,
        )
        return Clockwork(self._jobs, around)

    async def play(self, passed: Callable[[float], None] = lambda share: None) -> Played:
        """Settle the city and live through its days."""
        await self._settle()
        for n in range(self._size.days):
            await self._live(self._size.first + timedelta(days=n))
            passed((n + 1) / self._size.days)
        async with self._databases[0].reading() as work:
            await self._sum_up(work)
        return self.played

    async def _sum_up(self, work: Work) -> None:
        """How many months of how many were kept, of those who do all that they are told."""
        keen = [a for a in self.played.actors if a.zeal == 1 and a.hour >= 0]
        month, last = Month.of(self._size.first), self._size.first + timedelta(self._size.days - 1)
        while month.last_day <= last:
            done = await diary.counts(work, month)
            there = await agreed.presences(work, [a.id for a in keen], month)
            for actor in keen:
                stand = pace(
                    done.get(actor.id, 0),
                    month.last_day,
                    month,
                    self._policies.calendar,
                    presence=there[actor.id],
                )
                self.played.kept += stand.kept
                self.played.lost += not stand.kept
            month = month.next()
        twice = sa.select(outbox.c.dedupe_key).group_by(outbox.c.dedupe_key)
        again = await work.conn.execute(twice.having(sa.func.count() > 1))
        self.played.twice = len(again.all())

    async def _live(self, day: date) -> None:
        for hour in TICKS:
            self._clock.to(datetime.combine(day, hour, ZONE).astimezone(UTC))
            await self._look()
        if self._policies.calendar.is_workday(day):
            await self._walk(day)

    async def _look(self) -> None:
        """All processes that are alive look at once; now and then one, or all of them, have gone."""
        now = self._clock.now
        if self._dice.random() < RESTARTS:
            self.played.restarts += 1
            self._clockworks = [self._process(database) for database in self._databases]
            if self._dice.random() < 0.3:
                self._down_until = now + timedelta(hours=self._dice.choice([1, 4, 30, 60]))
        up = now >= self._down_until
        self.played.ticks.append(Tick(now, up))
        if up:
            for job in self._jobs:
                await asyncio.gather(*(each.run_if_due(job) for each in self._racing(job)))

    def _racing(self, job: Job) -> list[Clockwork]:
        return self._clockworks if self._dice.random() < 0.5 else self._clockworks[:1]

    async def _walk(self, day: date) -> None:
        """In the afternoon each goes to as many of the day's homes as their zeal lets them."""
        self._clock.to(datetime.combine(day, time(17), ZONE).astimezone(UTC))
        entries: list[Entry] = []
        async with self._databases[0].reading() as work:
            told = await self._told(work, day)
            away = await leave.between(work, day, day)
        self.played.digests += len(told)
        self._judge(day, told, away)
        for actor in self.played.actors:
            homes = told.get(actor.id, [])
            entries += self._visits(actor, homes[: round(actor.zeal * len(homes))], day)
        self.played.visits += len(entries)
        async with self._databases[0].writing() as work:
            await diary.record_many(work, entries)

    async def _told(self, work: Work, day: date) -> dict[int, list[int]]:
        """The homes in each worker's message of a day, in its order."""
        rows = await work.conn.execute(
            sa.select(outbox.c.id, addresses.c.person_id, outbox.c.body)
            .join(addresses, addresses.c.id == outbox.c.address_id)
            .where(outbox.c.id > self._read)
            .where(outbox.c.dedupe_key.like(f"{visit.JOB}:%:{day.isoformat()}@%"))
        )
        told = {}
        for row in rows:
            self._read = max(self._read, row.id)
            told[row.person_id] = [
                int(action.partition(":")[2])
                for buttons in row.body.get("buttons", ())
                for _, action, _ in buttons
                if action.startswith("visit.go:")
            ]
        return told

    def _judge(self, day: date, told: dict[int, list[int]], away: Collection[int]) -> None:
        """Whoever wants a digest and was there had one, if any process looked after their hour."""
        looks = [t.at.astimezone(ZONE) for t in self.played.ticks[-len(TICKS) :] if t.up]
        minutes = [look.hour * 60 + look.minute for look in looks]
        for actor in self.played.actors:
            owed = (
                actor.hour >= 0 and actor.id not in away and max(minutes, default=-1) >= actor.hour
            )
            self.played.missed += owed and actor.id not in told

    def _visits(self, actor: Actor, homes: Sequence[int], day: date) -> Iterator[Entry]:
        for n, home in enumerate(homes):
            mode = Mode.NOBODY_IN if actor.zeal < 1 and self._dice.random() < 0.1 else Mode.HOME
            at = self._clock.now + timedelta(minutes=n)
            yield Entry(actor.community, actor.id, home, at, day, f"{actor.id}:{day}:{n}", mode)

    async def _settle(self) -> None:
        self.played.actors = tuple(self._actors())
        async with self._databases[0].writing() as work:
            for table, rows in self._rows():
                for start in range(0, len(rows), _CHUNK):
                    await work.conn.execute(sa.insert(table), rows[start : start + _CHUNK])

    def _actors(self) -> Iterator[Actor]:
        for n in range(1, self._size.everybody + 1):
            share = 50 if n % 6 == 5 else 100
            zeal = 1.0 if n % 3 == 1 else self._dice.choice([0.3, 0.6, 0.9])
            yield Actor(n, (n - 1) % self._size.communities + 1, HOURS[n % len(HOURS)], share, zeal)

    def _rows(self) -> Iterator[tuple[sa.Table, list[dict[str, Any]]]]:
        here, actors = range(1, self._size.communities + 1), self.played.actors
        yield communities, [_community(n) for n in here]
        yield buildings, [{"id": n, "community_id": n, "name": "1幢"} for n in here]
        yield people, [_person(a) for a in actors]
        yield (
            roles,
            [{"person_id": a.id, "community_id": a.community, "role": "worker"} for a in actors],
        )
        yield (
            addresses,
            [{"channel": "memory", "address": f"w{a.id}", "person_id": a.id} for a in actors],
        )
        yield visit_workers, [_agreed(a) for a in actors]
        yield leaves, list(self._leave())
        yield households, [self._home(a, n) for a in actors for n in range(self._size.homes)]

    def _home(self, actor: Actor, n: int) -> dict[str, Any]:
        return {
            "community_id": actor.community,
            "building_id": actor.community,
            "code": f"{actor.id}-{n}",
            "room": f"{n + 101}",
            "worker_id": actor.id,
            "special": n % 8 == 3,
            "tier": "high" if n == 7 else "general" if n % 8 == 5 else None,
            "tags": [],
        }

    def _leave(self) -> Iterator[dict[str, Any]]:
        """Every second worker is away twice a year, and the next one of their community stands in."""
        actors = self.played.actors
        for actor in actors[1::2]:
            mates = [a.id for a in actors if a.community == actor.community and a.id != actor.id]
            for half in range(2 if mates else 0):
                first = self._size.first + timedelta(
                    days=half * 182 + self._dice.randrange(min(170, self._size.days))
                )
                last = first + timedelta(days=self._dice.randrange(2, 12))
                yield _leave_row(actor, mates[0], first, last)


def _community(n: int) -> dict[str, Any]:
    values = {"id": n, "code": f"c{n}", "name": f"第{n}社区", "sample": True, "details": {}}
    return values | {"timezone": "Asia/Shanghai"}


def _person(actor: Actor) -> dict[str, Any]:
    values = {"id": actor.id, "code": f"w{actor.id}", "name": f"社工{actor.id}"}
    return values | {"community_id": actor.community, "language": "zh", "large_text": False}


def _agreed(actor: Actor) -> dict[str, Any]:
    return {
        "person_id": actor.id,
        "share": actor.share if actor.share < 100 else None,
        "digest_at": None if actor.hour == USUAL_HOUR else actor.hour,
    }


def _leave_row(actor: Actor, deputy: int, first: date, last: date) -> dict[str, Any]:
    def midnight(day: date) -> datetime:
        return datetime.combine(day, time(), ZONE).astimezone(UTC)

    return {
        "community_id": actor.community,
        "person_id": actor.id,
        "deputy_id": deputy,
        "first_day": first,
        "last_day": last,
        "starts_at": midnight(first),
        "ends_at": midnight(last + timedelta(days=1)),
        "state": Asked.AGREED,
        "asked_at": midnight(first),
        "expires_at": midnight(first),
    }
