"""How long the loop of turns is held up while new content is taken up: `python -m benchmarks.content`.

A beat on the event loop notes by how much it comes late, first with nothing going on, then while the
desk takes up a book of so many guides: read from the database, built beside it, swapped. The same
build in a thread of the process stands beside it, which is why it is not done so.

`own` is the most that a beat was late by this process's own work: processor time that the process spent
from one beat to the next. What other programs take from the machine is not in it. `queued` is the most
that our threads stood ready within one beat while others had the cores: a thread that waits so with the
interpreter's lock in its hand makes the loop wait too, which is no work of ours and still makes a beat
late on a machine that is busy.
"""

import asyncio
import gc
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from bot.content import Librarian, bring_in
from bot.metrics import Metrics
from bot.turns import Desk
from knowledge import Knowledge
from knowledge.answers import learn
from knowledge.guides import Guide, GuideBook
from storage import migrate
from storage.database import Database
from storage.vault import Vault

BEAT = 0.001


def many(book: GuideBook, count: int) -> GuideBook:
    """So many guides: the shipped ones, again and again, each time of another town."""

    def copies() -> Iterator[Guide]:
        for number in range(count):
            guide, town = book.guides[number % len(book.guides)], number // len(book.guides)
            if town == 0:
                yield guide
                continue
            asked = tuple(f"{town}号镇{question}" for question in guide.questions)
            yield guide.model_copy(
                update={"id": f"{guide.id}-{town}", "questions": asked, "english": None}
            )

    return book.with_guides(copies())


@dataclass(frozen=True, slots=True)
class Beat:
    """One beat, in milliseconds: how late, of that what this process worked, and how long its threads stood
    ready without a core."""

    late: float
    own: float
    queued: float


def stood_ready() -> float:
    """Seconds that the threads of this process have waited for a core so far; 0 where the system does not
    say."""
    waited = 0
    with suppress(OSError):
        for thread in Path("/proc/self/task").iterdir():
            waited += int((thread / "schedstat").read_text().split()[1])
    return waited / 1e9


async def lateness(work: Callable[[], Awaitable[object]]) -> tuple[float, list[Beat]]:
    """Seconds that the work took, and every beat meanwhile."""
    beats: list[Beat] = []

    async def beat() -> None:
        while True:
            # First, for it gives the interpreter's lock away a dozen times, and may wait for it as often.
            ready = stood_ready()
            before, spent = time.perf_counter(), time.process_time()
            await asyncio.sleep(BEAT)
            late, own = time.perf_counter() - before - BEAT, time.process_time() - spent - BEAT
            beats.append(Beat(late * 1000, own * 1000, (stood_ready() - ready) * 1000))

    beating = asyncio.create_task(beat())
    await asyncio.sleep(0.2)
    beats.clear()
    started = time.perf_counter()
    await work()
    took = time.perf_counter() - started
    beating.cancel()
    return took, beats


@asynccontextmanager
async def _librarian(knowledge: Knowledge, book: GuideBook) -> Any:
    """A librarian over a database that holds the book, with a desk that knows the shipped one."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'linli.sqlite3'}"
        database = Database(url, Vault("benchmark" * 4), lambda: datetime.now(UTC))
        await migrate.upgrade(database)
        await bring_in(database, book)
        nothing: Any = None  # a librarian touches the desk's shelf only
        desk = Desk(nothing, knowledge, nothing, nothing, nothing)
        yield Librarian(database, desk, Metrics())
        await database.close()


def told(name: str, took: float, beats: list[Beat]) -> str:
    late = sorted(beat.late for beat in beats)
    p50, p99, p999 = (late[int(len(late) * share)] for share in (0.5, 0.99, 0.999))
    own, queued = max(beat.own for beat in beats), max(beat.queued for beat in beats)
    figures = f"{p50:6.1f} {p99:6.1f} {p999:6.1f} {late[-1]:7.1f} {own:6.1f} {queued:7.1f} ms"
    return f"{name:34} {took:6.1f} s   {figures}"


async def measure(count: int, *, thread: bool) -> None:
    knowledge = Knowledge.shipped()
    book = many(knowledge.book, count)
    if count <= len(knowledge.book.guides):  # one more phrasing, or there would be nothing to build
        first = book.guides[0]
        more = first.model_copy(update={"questions": (*first.questions, "八十岁那笔钱")})
        book = book.with_guides([more, *book.guides[1:]])
    gc.collect()
    gc.freeze()
    async with _librarian(knowledge, book) as librarian:
        for name, work in (("nothing going on", _rest), ("taken up", librarian.look)):
            typer.echo(told(f"{count} guides: {name}", *await lateness(work)))
    if thread:
        in_thread = await lateness(lambda: asyncio.to_thread(learn, book))
        typer.echo(told(f"{count} guides: built in a thread", *in_thread))


async def _rest() -> None:
    await asyncio.sleep(1)


def main(counts: list[int], thread: bool = True) -> None:
    """Measure for each number of guides."""
    typer.echo(
        f"{'':34} {'took':>8}   {'p50':>6} {'p99':>6} {'p99.9':>6} {'most':>7}"
        f" {'own':>6} {'queued':>7}   late"
    )
    for count in counts:
        asyncio.run(measure(count, thread=thread))


if __name__ == "__main__":
    typer.run(main)
