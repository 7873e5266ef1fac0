"""The files of tests lie in memory where there is room for them: waiting for a disk proves nothing. And
memory is looked through less often for what nobody needs any more.
"""

import gc
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SHARED = Path("/dev/shm")
ROOM = 3 * 2**30
"""Bytes that must be free. The databases of a worker take some 300 MB; containers often have 64 MB."""


def use_memory() -> None:
    """From now on temporary files, so also databases, are made in memory, or where they ever were."""
    if SHARED.is_dir() and shutil.disk_usage(SHARED).free >= ROOM:
        tempfile.tempdir = str(SHARED)


SELDOM = 10_000
"""New objects from which it is looked for what only holds itself; usually 700."""


def keep_what_stands() -> None:
    """What has been loaded by now (the content, the libraries, a million objects) stays to the end and is
    not looked through again: that took every tenth second.
    """
    gc.set_threshold(SELDOM)
    gc.freeze()


@contextmanager
def all_of_it_stays() -> Iterator[None]:
    """While modules and content are loaded there is nothing that nobody needs."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
