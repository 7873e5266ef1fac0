"""Communities side by side in processes of their own, each on a database of its own."""

import asyncio
import gc
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import structlog

from bot.building import lasting
from bot.commands import COLLECT_AFTER
from bot.simulation.engine import prepare
from bot.simulation.world import Result, Run, play_prepared
from knowledge import Knowledge

MEMORY = Path("/dev/shm")  # noqa: S108  (a folder of our own is made in it)
ROOM = 2**30
"""Bytes that must be free there; a community's year takes some 20 MB."""
LOOKS = 0.5
"""Seconds between two looks at how far the others are."""

_shared: Any = None
"""In a process of the pool: how far each run is, for the one who shows the bar."""


def play_all(runs: Sequence[Run], jobs: int, shown: Callable[[float], None]) -> list[Result]:
    """Each run's result, in order. `shown` hears how many runs' worth of work is done."""
    context = get_context("spawn")
    done: Any = context.Array("d", len(runs))
    with ProcessPoolExecutor(jobs, context, _begin, (done,)) as pool:
        futures = [pool.submit(_play_one, number, run) for number, run in enumerate(runs)]
        waiting = set(futures)
        while waiting:
            over, waiting = wait(waiting, LOOKS, FIRST_COMPLETED)
            for future in over:
                future.result()  # a fault ends it all at once
            shown(sum(done))
        return [future.result() for future in futures]


def _begin(done: Any) -> None:
    global _shared
    _shared = done
    gc.set_threshold(COLLECT_AFTER)
    quiet()


def quiet() -> None:
    """What the desk would log is not news here: only faults are, beside the printout."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def _play_one(number: int, run: Run) -> Result:
    def passed(share: float) -> None:
        _shared[number] = share

    folder = Path(tempfile.mkdtemp(prefix="linli-", dir=_memory()))
    try:
        year = folder / "year.sqlite3"
        year.write_bytes(_empty())
        url = f"sqlite:///{year}"
        result = asyncio.run(play_prepared(run, url, _knowledge(), passed))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    passed(1.0)
    return result


@cache
def _knowledge() -> Knowledge:
    """Loaded once in each process: it takes seconds."""
    with lasting():
        return Knowledge.shipped()


@cache
def _empty() -> bytes:
    """A database with its tables and nothing in them: to make one takes longer than a month in it."""
    with tempfile.TemporaryDirectory(prefix="linli-", dir=_memory()) as folder:
        file = Path(folder) / "empty.sqlite3"
        asyncio.run(prepare(f"sqlite:///{file}"))
        return file.read_bytes()


def _memory() -> str | None:
    """Where files lie in memory, if there is room."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        return str(MEMORY)
    return None


def one_by_one(run: Run) -> list[Run]:
    """A run for each community."""
    return [replace(run, towns=(town,)) for town in run.towns]


def cores() -> int:
    """Processors that we may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
