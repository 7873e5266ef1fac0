"""What counting a whole city's round costs: `python -m benchmarks.survey_count`.

40,000 sheets of 564 communities, in whose homes one in five is a special one, on PostgreSQL: the bare
statement that fetches and opens them, then all that a bureau's page, pictures and workbook are made of, in
seconds and in the process's memory. `--one` puts all homes into one community, as no office does: what
grows with the sheets alone.
"""

import argparse
import asyncio
import resource
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from secrets import token_hex
from time import monotonic, perf_counter
from typing import Any

import sqlalchemy as sa

from benchmarks.bars import judged
from benchmarks.processes import SECRET
from benchmarks.survey_city import SPECIAL, Place, settle
from bot.channels.web.survey_wire import page
from bot.parts import utc_now
from bot.render.survey_book import Counted, survey_book
from bot.survey_view import bars_drawn, of_many, of_one, ranks_drawn
from domain.ballot import Form, Round
from domain.people import Language
from knowledge.questionnaires import shipped_questionnaires
from storage import questionnaires, survey_draw, survey_result
from storage.database import Database, Work
from storage.survey_draw import Launch
from storage.tables.survey import survey_invitations, survey_rounds, survey_sheets
from storage.vault import Vault
from tests.support.postgres import new_database
from wording import Phrases

SECONDS, MEGABYTES = 15.0, 500
"""The bars: for the figures of a whole city, and for the process while it makes them."""
_NAME = "resident-rates-community"
_CHUNK = 2000
SAY = Phrases.shipped()[Language.ZH]


async def _fill(database: Database, place: Place) -> None:
    """The round of every community, closed, with a sheet from every home."""
    await settle(database, place)
    asked = shipped_questionnaires()[_NAME]
    async with database.writing() as work:
        await questionnaires.store(work, asked)
    everywhere = list(range(1, place.communities + 1))
    async with database.writing() as work:
        launch = Launch(_NAME, asked.version, Form.SHORT, place.homes + 1, seed="benchmark")
        opened = await survey_draw.launch(work, launch, everywhere)
        where = {round_.community_id: round_.id for round_ in opened}
    rows = _sheets(place, where)
    for start in range(0, len(rows), _CHUNK):
        async with database.writing() as work:
            await work.conn.execute(sa.insert(survey_sheets), rows[start : start + _CHUNK])
    async with database.writing() as work:
        await work.conn.execute(sa.update(survey_invitations).values(state="done"))
        over = {"state": "closed", "closed_at": work.now + timedelta(days=7)}
        await work.conn.execute(sa.update(survey_rounds).values(**over))
    async with database.each_alone() as work:
        await work.conn.execute(sa.text("VACUUM ANALYZE"))


def _sheets(place: Place, where: dict[int, int]) -> list[dict[str, Any]]:
    """Seeded answers; one in ten does not know."""
    luck = Random(5)
    rows = []
    for home in range(1, place.homes + 1):
        special = home // place.communities % SPECIAL == 0
        answers = {f"a{n}": luck.choice((0, 5, 5, 5, 5, 4, 4, 4, 3, 2)) for n in range(1, 8)}
        rows.append(
            {
                "id": token_hex(16),
                "round_id": where[home % place.communities + 1],
                "subject": 0,
                "counted": True,
                "answers": {
                    **answers,
                    "o1": "楼道灯坏了很久，希望早点修好" if luck.random() < 0.1 else "",
                },
                "stratum": "s" if special else "o",
            }
        )
    return rows


async def _bare(work: Work, rounds: list[tuple[Round, str]]) -> None:
    """Every sheet fetched and opened, and nothing made of it."""
    found = await work.conn.execute(
        sa.select(survey_sheets.c.round_id, survey_sheets.c.stratum, survey_sheets.c.answers)
    )
    assert len(found.all()) > 0


async def _measure(options: argparse.Namespace, server: str, _report: Path | None) -> bool:
    database = Database(await new_database(server), Vault(SECRET), utc_now)
    place = Place(options.homes, 1 if options.one else options.communities, "Asia/Shanghai")
    await _fill(database, place)
    print("| what | seconds | loop held, ms | peak MB |\n| --- | --- | --- | --- |")
    async with database.reading() as work:
        rounds = await survey_result.newest_closed(work, place.homes + 1)
        await _timed("the sheets fetched and opened", lambda: _bare(work, rounds))
        began = perf_counter()
        counted = await _timed("counted", lambda: _counted(work, rounds))
        seconds = perf_counter() - began
    for name, make in _FILES.items():
        await _timed(name, partial(asyncio.to_thread, make, counted, SAY))
    await database.close()
    return seconds <= SECONDS and _megabytes() <= MEGABYTES


async def _counted(work: Work, rounds: list[tuple[Round, str]]) -> Counted:
    many = len(rounds) > 1
    return await (of_many(work, rounds, SAY) if many else of_one(work, rounds[0][0], SAY))


_FILES: dict[str, Callable[[Counted, Any], object]] = {
    "page": lambda counted, say: page([], [], counted, say),
    "bars": lambda counted, say: bars_drawn(counted, 0, say),
    "ranks": ranks_drawn,
    "workbook": survey_book,
}


async def _timed(name: str, work: Callable[[], Awaitable[Any]]) -> Any:
    """Do it, and print how long it took and the longest for which nothing else could run."""
    late, done = 0.0, asyncio.Event()

    async def beat() -> None:
        nonlocal late
        while not done.is_set():
            at = monotonic()
            await asyncio.sleep(0.005)
            late = max(late, monotonic() - at - 0.005)

    beating = asyncio.create_task(beat())
    await asyncio.sleep(0.01)
    began = perf_counter()
    result = await work()
    seconds = perf_counter() - began
    await asyncio.sleep(0.01)
    done.set()
    await beating
    print(f"| {name} | {seconds:.2f} | {late * 1000:.0f} | {_megabytes():.0f} |", flush=True)
    return result


def _megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure, and end with 1 where a bar was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.survey_count", description=__doc__)
    parser.add_argument("--homes", type=int, default=40_000)
    parser.add_argument("--communities", type=int, default=564)
    parser.add_argument("--one", action="store_true", help="all homes in one community")
    options = parser.parse_args()
    options.profile = False
    judged(_measure, options)


if __name__ == "__main__":
    main()
