"""The whole city's morning: `python -m benchmarks.visit`.

4,100 workers with 250 households each and a year of visits, on PostgreSQL. Each task stands beside the bare
SQL that fetches the same rows, run by the driver alone: as a ratio of processor times, the database's among
them, in the same run. Bars: every digest worked out and queued, 3; the quota of all workers, 1.5; and 500
MB at most in this process.
"""

import argparse
import resource
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from benchmarks.bars import judged
from benchmarks.spent import Meter
from domain.calendar import Month
from domain.ladder import Ladder
from domain.policies import Policies
from domain.visit import Quota, paces
from knowledge import Knowledge
from scheduler.base import Surroundings
from scheduler.visit import remind
from storage import migrate, visit, visit_day, visit_workers
from storage.database import Database
from storage.ladder import no_climb
from storage.tables.messaging import outbox
from storage.vault import Vault
from tests.support.postgres import new_database
from wording import Phrases

COMMUNITIES, WORKERS, HOMES, VISITS_A_MONTH, MONTHS = 564, 4_100, 250, 30, 12
PEAK_MB = 500
ZONE = ZoneInfo("Asia/Shanghai")
FIRST = date(2026, 11, 16)
"""The first morning; each round is the next working day."""

_LAST = f"DATE '{FIRST.isoformat()}'"
_OF = f"(w - 1) % {COMMUNITIES} + 1"
_FILL = (
    "INSERT INTO communities (id, code, name, timezone, sample, details)"
    " SELECT n, 'c' || n, '社区' || n, 'Asia/Shanghai', false, '{}'"
    f" FROM generate_series(1, {COMMUNITIES}) n",
    "INSERT INTO buildings (id, community_id, name) SELECT c * 100 + b, c, b || '幢'"
    f" FROM generate_series(1, {COMMUNITIES}) c, generate_series(1, 40) b",
    "INSERT INTO people (id, code, name, community_id, language, large_text)"
    f" SELECT w, 'w' || w, '社工' || w, {_OF}, 'zh', false FROM generate_series(1, :workers) w",
    f"INSERT INTO roles (person_id, community_id, role) SELECT w, {_OF}, 'worker'"
    f" FROM generate_series(1, :workers) w",
    "INSERT INTO addresses (channel, address, person_id) SELECT 'memory', 'a' || w, w"
    " FROM generate_series(1, :workers) w",
    # A worker's homes are six buildings or so; one in twelve is special, one in two hundred at high risk.
    "INSERT INTO households (id, community_id, building_id, code, room, worker_id, special, tier, tags)"
    f" SELECT (w - 1) * {HOMES} + h, {_OF}, ({_OF}) * 100 + ((w / {COMMUNITIES}) * 5 + h / 50) % 40 + 1,"
    " 'h' || w || '-' || h, :room, w, h % 12 = 0, CASE WHEN h % 200 = 7 THEN 'high' END, '[]'"
    f" FROM generate_series(1, :workers) w, generate_series(1, {HOMES}) h",
    "INSERT INTO people (id, code, name, community_id, household_id, language, large_text)"
    " SELECT id + :workers, 'p' || id, '居民' || id, community_id, id, 'zh', false FROM households"
    " WHERE special",
    "INSERT INTO visits (community_id, worker_id, household_id, made_at, day, mode, topics, note, source_key)"
    f" SELECT {_OF}, w, (w - 1) * {HOMES} + (m * {VISITS_A_MONTH} + v) * 7 % {HOMES} + 1, d, d::date, 'home',"
    " '[]', :note, w || '-' || m || '-' || v"
    f" FROM generate_series(1, :workers) w, generate_series(0, {MONTHS - 1}) m,"
    f" generate_series(1, {VISITS_A_MONTH}) v,"
    f" LATERAL (SELECT ({_LAST} - (m * 30 + v) * interval '1 day' + interval '3 hour')"
    " AT TIME ZONE 'UTC' AS d) AS days",
    # Some promise to come again, and every worker has something in hand.
    f"UPDATE visits SET follow_up_on = day + 10 WHERE id % 50 = 0 AND day > {_LAST} - 40",
    "INSERT INTO duties (kind, community_id, owner_id, state, presses, opened_at, ladder, rung)"
    f" SELECT 'question', {_OF}, w, 0, 1, now(), '{{\"rungs\": []}}', 0"
    f" FROM generate_series(1, :workers) w",
)


@dataclass(frozen=True, slots=True)
class Task:
    """Something a whole city costs, what its rows alone cost, and how many times that it may be."""

    name: str
    ours: Callable[["City"], Awaitable[int]]
    bare: Callable[["City"], Awaitable[int]]
    bar: float


class City:
    """The database with the city in it, this process's way to it, and the bare driver's."""

    def __init__(self, url: str, workers: int) -> None:
        self.day = FIRST
        self.workers = workers
        self.database = Database(url, Vault("benchmark" * 4), self._now)
        self.policies = Policies(ladders={"help": Ladder(())}, zone=ZONE)
        self.driver: asyncpg.Connection[Any]
        self.meter: Meter

    def _now(self) -> datetime:
        local = datetime(self.day.year, self.day.month, self.day.day, 8, 31, tzinfo=ZONE)
        return local.astimezone(UTC)

    async def fill(self) -> None:
        await migrate.upgrade(self.database)
        vault = self.database.writers.dialect.vault  # type: ignore[attr-defined]
        values: dict[str, Any] = {
            "workers": self.workers,
            "room": vault.seal(b"502"),
            "note": vault.seal("血压高 要换药".encode()),
        }
        async with self.database.writing() as work:
            # Rows that are made here fit together; checking each would take most of the time.
            await work.conn.execute(sa.text("SET LOCAL session_replication_role = replica"))
            for text in _FILL:
                given = {k: v for k, v in values.items() if f":{k}" in text}
                await work.conn.execute(sa.text(text), given)
        async with self.database.each_alone() as work:
            await work.conn.execute(sa.text("VACUUM ANALYZE"))
        address = self.database.url.set(drivername="postgresql")
        self.driver = await asyncpg.connect(address.render_as_string(hide_password=False))
        self.meter = Meter.of(self.driver.get_server_pid())

    def next_morning(self) -> None:
        self.day = self.policies.calendar.first_workday_from(self.day + timedelta(days=1))

    @property
    def around(self) -> Surroundings:
        return Surroundings(
            database=self.database,
            knowledge=_no_knowledge,
            phrases=Phrases.shipped(),
            policies=self.policies,
            climb=no_climb,
            send=lambda dues: None,
            gauge=lambda name, value: None,
        )


def _no_knowledge() -> Knowledge:
    raise AssertionError("a morning needs no guides")


def _chunks(city: City) -> Sequence[list[int]]:
    ids = list(range(1, city.workers + 1))
    return [ids[at : at + 500] for at in range(0, city.workers, 500)]


async def digests(city: City) -> int:
    """As the job does it, from the first look to the last message in the outbox."""
    city.next_morning()
    async with city.database.reading() as work:
        before = await work.conn.scalar(sa.select(sa.func.count()).select_from(outbox))
    await remind(city.around, city.database.clock())
    async with city.database.reading() as work:
        after = await work.conn.scalar(sa.select(sa.func.count()).select_from(outbox))
    assert (after or 0) - (before or 0) == city.workers, "a digest for each worker"
    return city.workers


async def bare_digests(city: City) -> int:
    """The homes among which each day is chosen, the month's count, and what is in hand."""
    statements = [_plain(visit_day.STANDINGS), _plain(_counts(Month.of(city.day)))]
    rows = 0
    for ids in _chunks(city):
        for text in statements:
            rows += len(await city.driver.fetch(text, ids))
    return rows


def _counts(month: Month) -> sa.Select[Any]:
    return visit.counting(month, some=True)


def _plain(statement: sa.Select[Any]) -> str:
    """As the driver takes it: the ids are its one parameter, everything else stands in the text."""
    compiled = statement.params(ids=[0]).compile(dialect=postgresql.dialect())  # type: ignore[no-untyped-call]
    text = str(compiled)
    for name, value in sorted(compiled.params.items(), key=lambda each: -len(each[0])):
        written = "$1" if name == "ids" else _written(value)
        text = text.replace(f"(__[POSTCOMPILE_{name}])", f"({written})")
        text = text.replace(f"%({name})s", written)
    return text


def _written(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_written, value))
    if isinstance(value, bool | int):
        return str(value).lower()
    return f"DATE '{value}'" if isinstance(value, date) else f"'{value}'"


async def quotas(city: City) -> int:
    """Where every worker stands, by the rules."""
    month, calendar = Month.of(city.day), city.policies.calendar
    async with city.database.reading() as work:
        workers = await visit.workers(work)
        ids = [worker.id for worker in workers]
        done = await visit.counts(work, month)
        there = await visit_workers.presences(work, ids, month)
    stands = paces(done, city.day, month, calendar, Quota(), there)
    assert len(stands) == city.workers
    return sum(stand.behind for stand in stands.values())


async def bare_quotas(city: City) -> int:
    """The workers, what was agreed with them, their leave, and what they have done."""
    rows = await city.driver.fetch(_plain(visit.counting(Month.of(city.day), some=False)))
    names = await city.driver.fetch(
        "SELECT p.id, p.name, p.language, r.community_id, c.timezone FROM people p"
        " JOIN roles r ON r.person_id = p.id JOIN communities c ON c.id = r.community_id"
        " WHERE r.role = 'worker' ORDER BY p.name, p.id"
    )
    agreed = await city.driver.fetch("SELECT * FROM visit_workers WHERE share IS NOT NULL")
    away = await city.driver.fetch("SELECT * FROM leaves WHERE state IN ('agreed', 'over')")
    return len(rows) + len(names) + len(agreed) + len(away)


TASKS = [
    Task("every digest worked out and queued", digests, bare_digests, 3.0),
    Task("the quota of all workers", quotas, bare_quotas, 1.5),
]


async def _spent(act: Callable[[City], Awaitable[int]], city: City) -> float:
    began = city.meter.now()
    await act(city)
    return city.meter.now() - began


async def _measure(options: argparse.Namespace, server: str, _: Path | None) -> bool:
    city = City(await new_database(server), options.workers)
    await city.fill()
    reached = True
    print("| task | ours s | bare s | ratio | bar |\n| --- | --- | --- | --- | --- |")
    for task in TASKS:
        ours, bare = [], []
        for _round in range(options.rounds + 1):  # the first warms up
            bare.append(await _spent(task.bare, city))
            ours.append(await _spent(task.ours, city))
        mine, its = median(ours[1:]), median(bare[1:])
        reached &= mine / its <= task.bar
        print(f"| {task.name} | {mine:.2f} | {its:.2f} | {mine / its:.2f} | {task.bar} |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\npeak memory of this process: {peak:.0f} MB (bar {PEAK_MB})")
    await city.driver.close()
    await city.database.close()
    return reached and peak <= PEAK_MB


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workers", type=int, default=WORKERS, help="fewer, for a quick look")
    parser.add_argument("--profile", action="store_true", help=argparse.SUPPRESS)
    judged(_measure, parser.parse_args())


if __name__ == "__main__":
    main()
