"""The index is built in a process of its own: `python -m bot.building`, a book in, an index out.

In a thread it would hold the interpreter's lock, and turns would wait for it. This process is nice
to those who serve, and whatever goes wrong in it stays in it.
"""

import asyncio
import gc
import os
import pickle
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from knowledge.answers import learn
from knowledge.guides import GuideBook
from knowledge.index import Index
from knowledge.zones import Zones

NICE = 10
LONGEST_S = 300.0
"""Ten thousand guides take a minute on a slow machine; what takes longer hangs."""


class BuildFailed(Exception):
    """The index of a book could not be built; the desk goes on with what it has."""


async def built(book: GuideBook) -> tuple[Index, Zones]:
    """Index and limits of a book, made beside this process; raises BuildFailed."""
    made = await _child(await asyncio.to_thread(pickle.dumps, book, 5))
    return await asyncio.to_thread(_unpacked, made)


async def _child(book: bytes) -> bytes:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.building",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        made, said = await asyncio.wait_for(child.communicate(book), LONGEST_S)
    except BaseException:
        if child.returncode is None:
            child.kill()
        await child.wait()
        raise
    if child.returncode:
        last = said.decode(errors="replace").strip().rpartition("\n")[2]
        raise BuildFailed(f"exit {child.returncode}: {last[:200]}")
    return made


def _unpacked(made: bytes) -> tuple[Index, Zones]:
    """What the child made. It lives until the next one comes, so the collector need not walk it."""
    with _uncollected():
        index, zones = pickle.loads(made)  # noqa: S301  (our own child wrote it)
        gc.freeze()
    return index, zones


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the garbage collector, which would stop to walk the many new objects."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def main() -> None:
    """The child: reads a book from its parent, builds, and writes what was built."""
    os.nice(NICE)
    book = pickle.load(sys.stdin.buffer)  # noqa: S301  (our own parent wrote it)
    gc.disable()
    pickle.dump(learn(book), sys.stdout.buffer, protocol=5)


if __name__ == "__main__":
    main()
