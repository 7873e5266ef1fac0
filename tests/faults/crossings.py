"""Where the process under test may be stopped: at every write, every commit and everything on the wire.

Nothing here names a table, a statement or a method of the program. SQLAlchemy's own events tell of every
statement of every engine, asyncpg's connections of what goes past SQLAlchemy, aiohttp of every request of
every client. So a new write is a new crossing.
"""

import json
import os
import re
import time
from collections import Counter
from typing import Any
from weakref import WeakKeyDictionary

import asyncpg
import sqlalchemy as sa
from aiohttp import ClientSession
from sqlalchemy.engine.default import DefaultDialect

from tests.faults.board import ANY, STOPPED, Board

_LOCKING = re.compile(r"\bFOR (NO KEY )?UPDATE\b")
_WRITE = re.compile(r'\b(INSERT INTO|UPDATE|DELETE FROM)\s+"?(?!SET\b)(\w+)')
_SETS = re.compile(r"\bSET\s+(.*?)(\bFROM\b|\bWHERE\b|\bRETURNING\b|$)", re.DOTALL)
_COLUMN = re.compile(r'"?(\w+)"?\s*=')
LONGEST = 240
"""Of a name; the board's has room for it."""
_WRITTEN = "written since the last commit"
PLATFORM = re.compile(r"/bot[^/]+/(\w+)$")
"""The method of the Bot API at the end of an address, which holds the token."""


def write_name(statement: str) -> str:
    """What a statement writes, whatever the values and however many; "" where it writes nothing."""
    text = _LOCKING.sub("", statement)
    writes = [_write(text[found.start() :], found) for found in _WRITE.finditer(text)]
    return ", ".join(dict.fromkeys(writes))


def _write(text: str, found: re.Match[str]) -> str:
    verb, table = found[1].split()[0].lower(), found[2]
    sets = _SETS.search(text) if verb == "update" else None
    columns = list(dict.fromkeys(_COLUMN.findall(sets[1]))) if sets else []
    return f"{verb} {table}" + (f"({','.join(columns)[:60]})" if columns else "")


def send_name(method: str, address: str, body: Any) -> str:
    """Method of the platform and the chat; the path alone for any other address."""
    found = PLATFORM.search(address)
    if found is None:
        return f"{method} {address.rpartition('/')[2]}"
    chat = json.loads(body).get("chat_id", "") if isinstance(body, bytes) else ""
    return f"{found[1]} {chat}".strip()


def _commits_itself(conn: sa.Connection) -> bool:
    if conn.get_execution_options().get("isolation_level") != "AUTOCOMMIT":
        return False
    below: Any = conn.connection.driver_connection
    return not below.is_in_transaction()


class Crossings:
    """Counts what is crossed by its name, writes it into the journal, and stops where the board says."""

    def __init__(self, board: Board, journal: int | None = None) -> None:
        self._board = board
        self._journal = journal
        self._counts: Counter[str] = Counter()
        self._scene = -1
        self._trap = ("", 0)
        self._written: WeakKeyDictionary[Any, list[str]] = WeakKeyDictionary()
        """Of asyncpg's connections on which SQLAlchemy begins and ends nothing."""

    def cross(self, name: str) -> None:
        """One crossing; returns when nobody wants the process to stand there any more, if ever."""
        name = name[:LONGEST]
        if (scene := self._board.scene) != self._scene:
            self._counts.clear()
            self._scene, self._trap = scene, self._board.trap
        self._counts[name] += 1
        self._counts[ANY] += 1
        if self._journal is not None:
            os.write(self._journal, f"{scene} {name}\n".encode())
        wanted, nth = self._trap
        if wanted in (name, ANY) and self._counts[wanted] == nth:
            self._stand()

    def _stand(self) -> None:
        """The whole process stands: no task, no time-out, no timer goes on meanwhile."""
        self._board.state = STOPPED
        while self._board.state == STOPPED:
            time.sleep(0.002)

    def watch(self) -> None:
        """Hook into every engine and every HTTP client there is or will be."""
        self._watch_writes()
        self._watch_commits()
        self._watch_asyncpg()
        self._watch_sends()

    def _watch_writes(self) -> None:
        @sa.event.listens_for(sa.Engine, "before_cursor_execute")
        def _before(conn: sa.Connection, _cursor: Any, statement: str, *_: Any) -> None:
            if name := write_name(statement):
                self._notes(conn).append(name)
                self.cross(f"before {name}")

        @sa.event.listens_for(sa.Engine, "after_cursor_execute")
        def _after(conn: sa.Connection, _cursor: Any, statement: str, *_: Any) -> None:
            """A statement that commits itself; any other is followed by the next one's "before"."""
            if (name := write_name(statement)) and _commits_itself(conn):
                self._notes(conn).clear()
                self.cross(f"after {name}")

        @sa.event.listens_for(sa.Engine, "rollback")
        def _undone(conn: sa.Connection) -> None:
            if not conn.invalidated:  # one that is cut has no notes any more
                conn.info.pop(_WRITTEN, None)

    def _watch_commits(self) -> None:
        committing: list[str] = []

        @sa.event.listens_for(sa.Engine, "commit")
        def _commit(conn: sa.Connection) -> None:
            """Comes right before the dialect's `do_commit`, which knows no names."""
            written = conn.info.pop(_WRITTEN, [])
            committing[:] = ["commit of " + ", ".join(dict.fromkeys(written)) if written else ""]

        commit = DefaultDialect.do_commit

        def do_commit(dialect: DefaultDialect, connection: Any) -> None:
            name = committing.pop() if committing else ""
            if name:
                self.cross(f"before {name}")
            commit(dialect, connection)  # type: ignore[no-untyped-call]
            if name:
                self.cross(f"after {name}")

        DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]

    def _notes(self, conn: sa.Connection) -> list[str]:
        """What was written since the last commit, where whoever commits looks for it."""
        if conn.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
            notes: list[str] = self._written.setdefault(conn.connection.driver_connection, [])
        else:
            notes = conn.info.setdefault(_WRITTEN, [])
        return notes

    def _watch_asyncpg(self) -> None:
        """What is run on asyncpg's own connections, COMMIT and its like above all: what was written before
        it may have gone through SQLAlchemy. Out of a transaction a statement commits itself."""

        def watched(run: Any) -> Any:
            async def _run(connection: Any, query: str, *args: Any, **kwargs: Any) -> Any:
                name, alone = write_name(query), not connection.is_in_transaction()
                if name and not alone:
                    self._written.setdefault(connection, []).append(name)
                elif (ends := query.rstrip(";")) in ("COMMIT", "ROLLBACK"):
                    names = dict.fromkeys(self._written.pop(connection, []))
                    name = "commit of " + ", ".join(names) if names and ends == "COMMIT" else ""
                if not name:
                    return await run(connection, query, *args, **kwargs)
                self.cross(f"before {name}")
                done = await run(connection, query, *args, **kwargs)
                if alone or name.startswith("commit"):
                    self.cross(f"after {name}")
                return done

            return _run

        for method in ("fetch", "execute"):
            setattr(asyncpg.Connection, method, watched(getattr(asyncpg.Connection, method)))

    def _watch_sends(self) -> None:
        request = ClientSession._request

        async def _request(session: ClientSession, method: str, url: Any, **kwargs: Any) -> Any:
            name = send_name(method, str(url), kwargs.get("data"))
            self.cross(f"before {name}")
            answer = await request(session, method, url, **kwargs)
            self.cross(f"after {name}")
            return answer

        ClientSession._request = _request  # type: ignore[method-assign, assignment]
