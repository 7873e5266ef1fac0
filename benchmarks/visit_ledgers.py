"""What a month's ledgers of a city cost: `python -m benchmarks.visit_ledgers`.

A seeded month of communities of the real size (1,820 homes, 7 workers, 31 visits each, questions, calls for
help) on PostgreSQL. Counted is the processor time, the database's too, of the bare statements that fetch the
same rows, and beside them of all that the 1st of the month and the readers after it need: facts read,
sealed and stored, and the XLSX files of the community and of each of its workers. Of each the best of three
rounds counts, one after the other. Bar: 5 times the bare statements, 500 MB at most.
`--communities 564` is the whole city; 20 say the same of the ratio in a minute.
"""

import argparse
import resource
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from benchmarks.bars import judged
from benchmarks.spent import Meter
from bot.ledgers import binder
from bot.render.ledger_sheet import as_xlsx
from domain.calendar import Month
from domain.people import Language
from domain.policies import Policies
from domain.privacy import Sight
from knowledge.appraisal import shipped_weights
from knowledge.ladders import load_ladders
from storage import ledger, ledger_duties, ledger_facts, migrate, people
from storage.database import Database, Work
from storage.ledger_span import Rules, Span
from storage.people import Community
from storage.vault import Vault
from tests.support.postgres import new_database
from wording import Phrases

MONTH = Month(2026, 10)
NOW = datetime(2026, 10, 31, 22, 20, tzinfo=UTC)
WORKERS, HOMES, VISITS, QUESTIONS, CALLS = 7, 1820, 31, 60, 10
TIMES, MEGABYTES, ROUNDS = 5.0, 500, 3
RULES = Rules(Policies(ladders=load_ladders()), shipped_weights())
SAY = Phrases.shipped()[Language.ZH]

_LADDER = """'{"rungs": [{"after": 0, "who": ["household_worker"]}], "stays": {}}'"""
_AT = "TIMESTAMPTZ '2026-10-01T01:00:00Z' + (n * 7919 % 2600000) * interval '1 second'"
_OF_VISIT = _AT.replace("n *", "(w * 100 + v)::bigint *")


def _fill_statements(communities: int) -> list[str]:
    workers, homes = communities * WORKERS, communities * HOMES
    return [
        "INSERT INTO communities (id, code, name, timezone, sample, details)"
        " SELECT n, 'c' || n, '社区' || n, 'Asia/Shanghai', false, '{}'"
        f" FROM generate_series(1, {communities}) n",
        "INSERT INTO people (id, code, name, community_id, language, large_text)"
        f" SELECT n, 'w' || n, '社工' || n, (n - 1) / {WORKERS} + 1, 'zh', false"
        f" FROM generate_series(1, {workers}) n",
        "INSERT INTO roles (person_id, community_id, role) SELECT id, community_id, 'worker' FROM people",
        "INSERT INTO buildings (id, community_id, name)"
        " SELECT (c.id - 1) * 30 + b, c.id, b || '幢' FROM communities c, generate_series(1, 30) b",
        "INSERT INTO households (id, community_id, building_id, code, room, special, tags, worker_id)"
        f" SELECT n, (n - 1) / {HOMES} + 1, (n - 1) / {HOMES} * 30 + n % 30 + 1, 'h' || n, :room, n % 25 = 0,"
        f" '[]', (n - 1) / {HOMES} * {WORKERS} + n % {WORKERS} + 1 FROM generate_series(1, {homes}) n",
        # Each home a visit in the year before, so that the coverage has something to look through.
        "INSERT INTO visits (community_id, worker_id, household_id, made_at, day, mode, topics, note,"
        " source_key) SELECT community_id, worker_id, id, TIMESTAMPTZ '2026-03-01T01:00:00Z', '2026-03-01',"
        " 'home', '[]', :note, 'old:' || id FROM households WHERE id % 3 > 0",
        "INSERT INTO visits (community_id, worker_id, household_id, made_at, day, mode, topics, note,"
        " follow_up_on, source_key)"
        f" SELECT (w - 1) / {WORKERS} + 1, w, (w - 1) / {WORKERS} * {HOMES}"
        f" + v * {WORKERS} + (w - 1) % {WORKERS} + 1, at, at::date,"
        " CASE WHEN n % 9 = 0 THEN 'nobody_in' ELSE 'home' END,"
        " CASE n % 2 WHEN 0 THEN '[\"health\"]'::json ELSE '[\"policy\"]'::json END,"
        " :note, CASE WHEN n % 10 = 0 THEN DATE '2026-10-30' END, 'v:' || n"
        f" FROM (SELECT w, v, (w * 100 + v)::bigint AS n, {_OF_VISIT} AS at"
        f" FROM generate_series(1, {workers}) w, generate_series(1, {VISITS}) v) made",
        "INSERT INTO addresses (id, channel, address) VALUES (1, 'memory', 'somebody')",
        "INSERT INTO duties (id, kind, community_id, household_id, raised_by, owner_id, state, presses,"
        " opened_at, ladder, rung, closed_at, outcome)"
        f" SELECT n, CASE WHEN n % {QUESTIONS + CALLS} < {CALLS} THEN 'help' ELSE 'question' END,"
        f" (n - 1) / {QUESTIONS + CALLS} + 1, (n - 1) / {QUESTIONS + CALLS} * {HOMES} + n % {HOMES} + 1,"
        f" NULL, (n - 1) / {QUESTIONS + CALLS} * {WORKERS} + n % {WORKERS} + 1, 4, 1, {_AT}, {_LADDER}, 1,"
        f" {_AT} + interval '2 min', 'answered'"
        f" FROM generate_series(1::bigint, {communities * (QUESTIONS + CALLS)}) n",
        "INSERT INTO questions (duty_id, address_id, text, candidates, promised_at, answer, answered_at)"
        " SELECT id, 1, :note, '[]', opened_at + interval '3 min', :note, closed_at FROM duties"
        " WHERE kind = 'question'",
    ]


async def _fill(database: Database, communities: int) -> None:
    vault = database.writers.dialect.vault  # type: ignore[attr-defined]
    note = "楼道堆了杂物，已联系物业清理，约好下周再去看看"
    values = {"room": vault.seal(b"502"), "note": vault.seal(note.encode())}
    async with database.writing() as work:
        for statement in _fill_statements(communities):
            named = {name: value for name, value in values.items() if f":{name}" in statement}
            text = sa.text(statement.replace("::", "\\:\\:"))
            await work.conn.execute(text, named)
    async with database.each_alone() as work:
        await work.conn.execute(sa.text("VACUUM ANALYZE"))


async def _bare(work: Work, community: Community) -> None:
    """The same rows by the same statements, and nothing made of them; sealed columns are opened."""
    span = Span.of(MONTH, community)
    values: dict[str, Any] = span.values(community)
    for statement in ledger_facts.STATEMENTS + ledger_duties.STATEMENTS:
        (
            await work.conn.execute(
                statement,
                values
                | ledger_facts.limits(MONTH.last_day)
                | {"old": MONTH.first_day - ledger_duties.REMEMBERED},
            )
        ).all()


async def _ledgers(database: Database, community: Community) -> int:
    """Read, close, and make every file that anybody gets of it."""
    async with database.reading() as work:
        facts = await ledger.reckoned(work, community, MONTH, RULES)
    async with database.writing() as work:
        await ledger.close(work, community.id, facts)
    size = len(as_xlsx(binder(facts, Sight.HEAD, SAY), SAY.plain))
    for staff in facts.staff:
        size += len(as_xlsx(binder(facts, Sight.OWN, SAY, worker_id=staff.id), SAY.plain))
    return size


async def _spent(
    meter: Meter, work: Callable[[Community], Awaitable[Any]], community: Community
) -> float:
    """Processor seconds, the database's too."""
    began = meter.now()
    await work(community)
    return meter.now() - began


async def _measure(options: argparse.Namespace, server: str, _report: Path | None) -> bool:
    database = Database(await new_database(server), Vault("benchmark" * 4), lambda: NOW)
    await migrate.upgrade(database)
    await _fill(database, options.communities)
    async with database.reading() as work:
        here = await people.all_communities(work)
        backend = await work.conn.scalar(sa.text("SELECT pg_backend_pid()"))
    meter = Meter.of(int(backend or 0))

    async def bare(community: Community) -> None:
        async with database.reading() as work:
            await _bare(work, community)

    async def whole(community: Community) -> None:
        await _ledgers(database, community)

    floor = cost = 0.0
    for community in here:
        rounds = [
            (await _spent(meter, bare, community), await _spent(meter, whole, community))
            for _ in range(ROUNDS)
        ]
        floor += min(each for each, _ in rounds)
        cost += min(each for _, each in rounds)
    await database.close()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    files = len(here) * (WORKERS + 1)
    print("| communities | files | bare SQL, ms each | ledgers, ms each | ratio | peak MB |")
    print("| --- " * 6 + "|")
    each = [seconds * 1000 / len(here) for seconds in (floor, cost)]
    print(
        f"| {len(here)} | {files} | {each[0]:.1f} | {each[1]:.1f} | {cost / floor:.1f} | {memory:.0f} |"
    )
    return cost <= TIMES * floor and memory <= MEGABYTES


def main() -> None:
    """Measure, and end with 1 where a bar was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--communities", type=int, default=20)
    options = parser.parse_args()
    options.profile = False
    judged(_measure, options)


if __name__ == "__main__":
    main()
