"""The files of tests lie in memory where there is room for them: waiting for a disk proves nothing. And
memory is looked through less often for what nobody needs any more.
"""

import gc
import shutil
import tempfile
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


def look_seldom() -> None:
    """What only holds itself is looked for less often."""
    gc.set_threshold(SELDOM)
