"""The index is built in a process of its own: `python -m bot.building BOOK INDEX`.

In a thread it would hold the interpreter's lock, and turns would wait for it. This process is nice
to those who serve, and whatever goes wrong in it stays in it. Books and indexes travel as files, for
reading a file lets other threads in now and then, which unpacking one large piece of bytes does not.
"""

import asyncio
import gc
import os
import pickle
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from knowledge.answers import learn
from knowledge.guides import GuideBook
from knowledge.index import Index
from knowledge.zones import Zones

NICE = 10
LONGEST_S = 600.0
"""Ten thousand guides take two minutes on a slow machine; what takes longer hangs."""


class BuildFailed(Exception):
    """The index of a book could not be built; the desk goes on with what it has."""


async def built(book: GuideBook) -> tuple[Index, Zones]:
    """Index and limits of a book, made beside this process; raises BuildFailed."""
    folder = Path(mkdtemp(prefix="linli-"))
    try:
        given, made = folder / "book", folder / "index"
        await asyncio.to_thread(_write, given, book)
        await _child(given, made)
        index, zones = await asyncio.to_thread(_read, made)
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
    if child.returncode:
        last = said.decode(errors="replace").strip().rpartition("\n")[2]
        raise BuildFailed(f"exit {child.returncode}: {last[:200]}")


def _write(file: Path, value: object) -> None:
    with file.open("wb") as out:
        pickle.dump(value, out, protocol=5)


def _read(file: Path) -> Any:
    with lasting(), file.open("rb") as given:
        return pickle.load(given)  # noqa: S301  (our own process wrote it)


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
    gc.disable()
    _write(made, learn(_read(given)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
