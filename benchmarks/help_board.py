"""How long the board of calls for help takes in a whole city: `python -m benchmarks.help_board`.

A year of 564 communities on PostgreSQL: 60,000 calls for help with their logs, beside five times as many
questions in the same tables. Timed is what one look costs, query and figures together, for the supervisor
of a community, for a street of ten, for the bureau that oversees all; and what a count for /metrics costs.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from statistics import quantiles

import sqlalchemy as sa
import typer

from domain.help_board import by_community, figures
from storage import help_board, help_listed, migrate
from storage.database import Database, Work
from storage.vault import Vault
from tests.support.postgres import new_database, postgres_server

COMMUNITIES, CALLS, QUESTIONS, ELDERS = 564, 60_000, 300_000, 10
NOW = datetime(2026, 11, 26, 4, 0, tzinfo=UTC)
YEAR = 365 * 24 * 3600
UNCLOSED = 40
"""Calls that are open at the moment of looking."""

_AT = f"TIMESTAMPTZ '{NOW.isoformat()}'"
_LADDER = """'{"rungs": [{"after": 0, "who": ["household_worker"]}], "stays": {}}'"""
_FILL = (
    "INSERT INTO communities (id, code, name, timezone, sample, details)"
    f" SELECT n, 'c' || n, '社区' || n, 'Asia/Shanghai', false, '{{}}'"
    f" FROM generate_series(1, {COMMUNITIES}) n",
    "INSERT INTO buildings (id, community_id, name) SELECT id, id, '1幢' FROM communities",
    "INSERT INTO households (id, community_id, building_id, code, room, special, tags)"
    f" SELECT n, (n - 1) / {ELDERS} + 1, (n - 1) / {ELDERS} + 1, 'h' || n, :room, false, '[]'"
    f" FROM generate_series(1, {COMMUNITIES * ELDERS}) n",
    "INSERT INTO people (id, code, name, community_id, household_id, language, large_text)"
    " SELECT id, 'p' || id, '老人' || id, community_id, id, 'zh', false FROM households",
    # Calls: most taken within a minute, each tenth later than three, each hundredth given back once.
    "INSERT INTO duties (id, kind, community_id, household_id, subject_id, raised_by, owner_id, state,"
    " presses, opened_at, ladder, rung, taken_at, arrived_at, closed_at, closed_by, outcome)"
    f" SELECT n, 'help', (e - 1) / {ELDERS} + 1, e, e, e, e, 4, 1, at, {_LADDER}, 1,"
    " at + wait, at + interval '20 min', at + interval '40 min', e, 'done'"
    f" FROM (SELECT n, n * 7919 % {COMMUNITIES * ELDERS} + 1 AS e,"
    f" {_AT} - n * interval '{YEAR / CALLS} second' AS at,"
    " (CASE WHEN n % 10 = 0 THEN 300 ELSE n % 60 END) * interval '1 second' AS wait"
    f" FROM generate_series(1, {CALLS}) n) AS made",
    f"UPDATE duties SET state = 0, taken_at = NULL, arrived_at = NULL, closed_at = NULL,"
    f" closed_by = NULL, outcome = NULL, owner_id = NULL, next_at = {_AT} WHERE id <= {UNCLOSED}",
    "INSERT INTO duty_log (duty_id, at, actor_id, event, detail)"
    " SELECT d.id, d.opened_at + s * interval '1 second', d.subject_id, 'told', :word"
    " FROM duties d, generate_series(1, 6) s",
    "INSERT INTO duty_log (duty_id, at, actor_id, event, detail) SELECT id, at, owner_id, 'moved', :word"
    " FROM (SELECT id, owner_id, unnest(ARRAY[taken_at, arrived_at]) AS at FROM duties) AS moves"
    " WHERE at IS NOT NULL",
    "INSERT INTO duty_log (duty_id, at, event) SELECT id, arrived_at, 'given_back' FROM duties"
    " WHERE id % 100 = 0 AND arrived_at IS NOT NULL",
    "INSERT INTO duties (kind, community_id, state, presses, opened_at, ladder, rung, closed_at, outcome)"
    f" SELECT 'question', n % {COMMUNITIES} + 1, 4, 1, {_AT} - n * interval '{YEAR / QUESTIONS} second',"
    f" {_LADDER}, 1, {_AT}, 'answered' FROM generate_series(1, {QUESTIONS}) n",
    "INSERT INTO duty_log (duty_id, at, event)"
    " SELECT id, opened_at, unnest(ARRAY['opened', 'told', 'closed'])"
    " FROM duties WHERE kind = 'question'",
)


async def _fill(database: Database) -> None:
    # The numbers of the calls are given, those of the questions follow them.
    after = f"SELECT setval(pg_get_serial_sequence('duties', 'id'), {CALLS})"
    vault = database.writers.dialect.vault  # type: ignore[attr-defined]
    values = {"room": vault.seal(b"502"), "word": vault.seal(b"household_worker")}
    async with database.writing() as work:
        for statement in _FILL:
            if "'question'," in statement:
                await work.conn.execute(sa.text(after))
            text = sa.text(statement)
            await work.conn.execute(text, {k: v for k, v in values.items() if f":{k}" in statement})
    async with database.each_alone() as work:
        await work.conn.execute(sa.text("VACUUM ANALYZE"))


async def _board(work: Work, here: list[int], days: int) -> int:
    """All that a look at the console costs before it is written as JSON."""
    since = NOW - timedelta(days=days)
    found = await help_board.cases(work, here, since)
    for some in (found, *by_community(found).values()):
        figures(some, NOW)
    await help_listed.listed_open(work, here)
    await help_listed.listed_closed(work, here, since)
    return len(found)


async def _query(work: Work, here: list[int], days: int) -> int:
    return len(await help_board.cases(work, here, NOW - timedelta(days=days)))


async def _timed(
    database: Database,
    look: Callable[[Work, list[int], int], Awaitable[int]],
    here: list[int],
    days: int,
    rounds: int,
) -> tuple[int, float, float]:
    """How many calls were counted, and p50 and p95 in milliseconds."""
    times = []
    for _ in range(rounds + 10):
        began = time.perf_counter()
        async with database.reading() as work:
            count = await look(work, here, days)
        times.append((time.perf_counter() - began) * 1000)
    parts = quantiles(times[10:], n=20)
    return count, parts[9], parts[18]


async def _measure(url: str, rounds: int) -> None:
    database = Database(url, Vault("benchmark" * 4), lambda: NOW)
    await migrate.upgrade(database)
    await _fill(database)
    everywhere = list(range(1, COMMUNITIES + 1))
    print("| who | days | calls | query p50 | p95 | board p50 | p95 |\n| --- " + "| --- " * 6 + "|")
    for who, here in (("a community", [7]), ("ten", everywhere[:10]), ("the city", everywhere)):
        for days in (1, 7, 30):
            count, *query = await _timed(database, _query, here, days, rounds)
            _, *board = await _timed(database, _board, here, days, rounds)
            cells = " | ".join(f"{ms:.1f}" for ms in (*query, *board))
            print(f"| {who} | {days} | {count} | {cells} |")
    await database.close()


def main(rounds: int = 100) -> None:
    """Fill a database of its own and time the looks."""
    with postgres_server() as server:
        asyncio.run(_run(server, rounds))


async def _run(server: str, rounds: int) -> None:
    await _measure(await new_database(server), rounds)


if __name__ == "__main__":
    typer.run(main)
