"""Plays a year of visits for the command line, and says what came of it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.progress import Progress

from bot.simulation.engine import Moved
from bot.simulation.processes import quiet
from bot.simulation.visit_year import ZONE, Played, Size, VisitYear
from storage import migrate
from storage.database import Database
from storage.vault import Vault

_SECRET = "simulation" * 4
"""What is sealed with it is made up."""


def play_visits(size: Size, url: str) -> Played:
    """In that database, or in one that is thrown away; with a bar that shows how far it is."""
    quiet()
    with TemporaryDirectory() as folder, Progress(console=Console(stderr=True)) as progress:
        bar = progress.add_task("a year", total=1.0)
        where = url or f"sqlite:///{Path(folder) / 'visits.sqlite3'}"
        return asyncio.run(_play(size, where, lambda done: progress.update(bar, completed=done)))


async def _play(size: Size, url: str, passed: Callable[[float], None]) -> Played:
    clock = Moved(datetime.combine(size.first, time(6), ZONE).astimezone(UTC))
    vault = Vault(_SECRET)
    first = Database(url, vault, clock)
    several = (
        [first]
        if first.url.get_backend_name() == "sqlite"
        else [first, Database(url, vault, clock)]
    )
    try:
        await migrate.upgrade(first)
        return await VisitYear(several, clock, size).play(passed)
    finally:
        for database in several:
            await database.close()


def told_of(size: Size, played: Played) -> str:
    """A few lines for whoever ran it."""
    months = played.kept + played.lost
    return "\n".join(
        [
            f"{size.communities} communities, {size.everybody} workers, {size.homes} homes each,"
            f" {size.days} days, seed {size.seed}",
            f"{played.digests} digests, {played.visits} visits, {played.restarts} restarts;"
            f" {played.twice} digests twice, {played.missed} missed",
            f"who did all that they were told kept {played.kept} of {months} months",
        ]
    )
