"""One desk on one SQLite file: a lock of the operating system beside it, which ends with the process.

Two desks on one file would both lead the clock and both own the outbox. Tools may run beside a desk:
they do neither.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import sqlalchemy as sa

from storage.trouble import DatabaseAway, make_folder


class AnotherDesk(Exception):
    """A desk is open on this database already; the message says what to do."""


def _beside(url: sa.URL) -> Path:
    """The same lock for the same file, by whatever path it is named."""
    file = Path(url.database or "").resolve()
    return file.with_name(file.name + ".lock")


def _take(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def alone(url: sa.URL) -> Iterator[None]:
    """Hold the file for this desk, until the end of the block or of the process.

    Raises AnotherDesk, or DatabaseAway where nothing can be written there. On PostgreSQL any number of
    desks may be open.
    """
    if url.get_backend_name() != "sqlite":
        yield
        return
    make_folder(url.database or "")
    try:
        lock = _beside(url).open("a+")
    except OSError as error:
        raise DatabaseAway(
            f"{_beside(url)} cannot be written ({error.strerror}):"
            " give the folder and what is in it to this user, or correct LINLI_DATABASE_URL."
        ) from error
    with lock:
        if not _take(lock):
            raise AnotherDesk(
                f"A desk is open on {url.database} already, and one is all that SQLite carries:"
                " stop that one first, or give this one a LINLI_DATABASE_URL of its own."
            )
        yield


def is_taken(url: sa.URL) -> bool:
    """Whether a desk is open on this SQLite file."""
    with suppress(OSError), _beside(url).open() as lock:
        return not _take(lock)
    return False
