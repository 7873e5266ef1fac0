"""The index is built in a process of its own: `python -m bot.building BOOK INDEX`.

In a thread it would hold the interpreter's lock, and turns would wait for it. This process is nice
to those who serve, and whatever goes wrong in it stays in it. Books and indexes travel as files, in many
small pieces: between two of them other threads are let in, within one they are not. For the same reason
what nobody needs any more goes piece by piece.
"""

import asyncio
import gc
import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from knowledge.answers import learn
from knowledge.guides import GuideBook
from knowledge.index import PIECE, Index
from knowledge.zones import Zones

NICE = 10
MOST_WORK_S = 3600
"""Processor seconds of a build: 16 for a thousand guides (measured), so some two hundred for ten thousand;
what takes more runs in a circle. It gives way to all others, so on a busy machine the clock on the wall says
nothing."""
LONGEST_S = 6 * 3600.0
"""Seconds after which a build counts as hung, however busy the machine is."""


class BuildFailed(Exception):
    """The index of a book could not be built; the desk goes on with what it has."""


async def built(book: GuideBook) -> tuple[Index, Zones]:
    """Index and limits of a book, made beside this process; raises BuildFailed."""
    folder = Path(mkdtemp(prefix="linli-"))
    try:
        given, made = folder / "book", folder / "index"
        await asyncio.to_thread(_write, given, _book_apart(book))
        await _child(given, made)
        index, zones = await asyncio.to_thread(_read_index, made)
    finally:
        # Tens of megabytes take the file system a while, in which turns would wait.
        await asyncio.to_thread(rmtree, folder, ignore_errors=True)
    return index, zones


async def _child(given: Path, made: Path) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.building",
        str(given),
        str(made),
        stdin=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await asyncio.wait_for(child.communicate(), LONGEST_S)
    except BaseException:
        if child.returncode is None:
            child.kill()
        await child.wait()
        raise
    if child.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise BuildFailed(f"stopped by the system: memory, or {MOST_WORK_S} s of processor time")
    if child.returncode:
        last = said.decode(errors="replace").strip().rpartition("\n")[2]
        raise BuildFailed(f"exit {child.returncode}: {last[:200]}")


def let_go(things: Iterable[object]) -> Callable[[], None]:
    """Holds things together until it is called, in a thread; then they go one by one. Whatever else still
    needs them keeps them."""
    held = list(things)

    def drop() -> None:
        while held:
            held.pop()

    return drop


def parts_of(book: GuideBook, index: Index) -> Iterator[object]:
    """What a book and an index are made of, to be let go."""
    yield from book.guides
    for value in vars(index).values():
        yield from value if isinstance(value, tuple) else (value,)


def _book_apart(book: GuideBook) -> Iterator[object]:
    yield book.with_guides(book.guides[:PIECE])
    for start in range(PIECE, len(book.guides), PIECE):
        yield book.guides[start : start + PIECE]


def _write(file: Path, pieces: Iterable[object]) -> None:
    with lasting(), file.open("wb") as out:
        for piece in pieces:
            pickle.dump(piece, out, protocol=5)


def _read(file: Path) -> Iterator[Any]:
    """The pieces, one by one (our own process wrote them)."""
    with file.open("rb") as given:
        while given.peek(1):
            yield pickle.load(given)  # noqa: S301


def _read_book(file: Path) -> GuideBook:
    first, *pieces = _read(file)
    whole: GuideBook = first.with_guides(chain(first.guides, *pieces))
    return whole


def _read_index(file: Path) -> tuple[Index, Zones]:
    with lasting():
        pieces = _read(file)
        zones = next(pieces)
        return Index.together(pieces), zones


@contextmanager
def lasting() -> Iterator[None]:
    """For making many objects that stay: the garbage collector neither stops in the middle to walk
    them, nor ever walks them again. They go when nobody names them any more."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_on:
            gc.enable()


def main(given: Path, made: Path) -> None:
    """The child: reads a book, builds, and writes what was built."""
    os.nice(NICE)
    _, allowed = resource.getrlimit(resource.RLIMIT_CPU)
    most = MOST_WORK_S if allowed == resource.RLIM_INFINITY else min(MOST_WORK_S, allowed)
    resource.setrlimit(resource.RLIMIT_CPU, (most, allowed))
    gc.disable()
    index, zones = learn(_read_book(given))
    _write(made, chain((zones,), index.apart()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
