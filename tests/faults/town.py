"""The test community with its chats, ready for a first press: made once on each database, copied for each
life; and what a copy says when it is looked at from outside the process."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.loading import load
from domain.duty import DutyState
from knowledge.register import read_register
from storage import inbox, migrate, people
from storage.database import Clock, Database
from storage.tables.base import Instant
from storage.tables.duties import duties, duty_log
from storage.tables.messaging import inbox as inbox_rows
from storage.tables.messaging import outbox as outbox_rows
from storage.tables.people import addresses
from storage.tables.people import people as people_rows
from storage.vault import Vault
from tests.faults.process import SECRET
from tests.faults.script import PEOPLE
from tests.support.postgres import drop_database, new_database
from tests.support.prepared import COMMUNITY

_WATCH = "old.state <> new.state OR old.rung <> new.rung"
_NOTE = (
    "INSERT INTO duty_moves (duty_id, was, became, rung_was, rung_became)"
    " VALUES (new.id, old.state, new.state, old.rung, new.rung);"
)
_MOVES = """CREATE TABLE duty_moves (id {id}, duty_id BIGINT, was INTEGER, became INTEGER,
 rung_was INTEGER, rung_became INTEGER)"""
_WATCHERS = {
    "sqlite": (
        _MOVES.format(id="INTEGER PRIMARY KEY"),
        f"CREATE TRIGGER watch AFTER UPDATE ON duties WHEN {_WATCH} BEGIN {_NOTE} END",
    ),
    "postgresql": (
        _MOVES.format(id="BIGSERIAL PRIMARY KEY"),
        f"CREATE FUNCTION note_move() RETURNS trigger AS $$ BEGIN {_NOTE} RETURN new; END $$"
        " LANGUAGE plpgsql",
        f"CREATE TRIGGER watch AFTER UPDATE ON duties FOR EACH ROW WHEN ({_WATCH})"
        " EXECUTE FUNCTION note_move()",
    ),
}
"""The database itself writes down each move of a duty, whatever the program says of it."""


@dataclass(frozen=True, slots=True)
class Left:
    """What is not over yet: how much of each kind, and when the next of it is due."""

    counts: tuple[tuple[str, int], ...]
    next_due: datetime | None

    def __bool__(self) -> bool:
        return bool(self.counts)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the database says after it all; rows of what came since the life began."""

    inbox: Sequence[Any]
    outbox: Sequence[Any]
    duties: Sequence[Any]
    log: Sequence[Any]
    moves: Sequence[Any]
    names: dict[int, str]


class Town:
    """One database, looked at from outside."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.url = url
        self.clock = clock
        self.database = Database(url, Vault(SECRET), clock)
        self._first = {"inbox": 0, "outbox": 0}

    @property
    def kind(self) -> str:
        return self.database.url.get_backend_name()

    async def found(self) -> None:
        """Tables, people, a chat for each of them, and the watch over what becomes of duties."""
        await migrate.upgrade(self.database)
        async with self.database.writing() as work:
            await load(work, read_register(COMMUNITY))
            chats = [("telegram", str(chat)) for chat in PEOPLE.values()]
            ids = await inbox.address_ids(work, chats)
            for code, chat in PEOPLE.items():
                person = await people.person_by_code(work, code)
                assert person is not None
                await people.bind(work, ids["telegram", str(chat)], person.id)
            for statement in _WATCHERS[self.kind]:
                await work.conn.exec_driver_sql(statement)

    async def begin(self) -> None:
        """What is there now is no part of the life."""
        async with self.database.reading() as work:
            for name, rows in (("inbox", inbox_rows), ("outbox", outbox_rows)):
                newest = await work.conn.scalar(sa.select(sa.func.max(rows.c.id)))
                self._first[name] = newest or 0

    async def left(self) -> Left:
        """Updates not handled, messages not settled, and duties whose next step is due."""
        counts: list[tuple[str, int]] = []
        moments: list[datetime] = []
        async with self.database.reading() as work:
            for row in await work.conn.execute(_left(), {"now": self.clock()}):
                if row.amount:
                    counts.append((row.what, row.amount))
                    moments += [row.due] if row.due else []
        return Left(tuple(counts), min(moments, default=None))

    async def steps(self) -> int:
        """How many lines all logs of duties have."""
        async with self.database.reading() as work:
            return await work.conn.scalar(sa.select(sa.func.count()).select_from(duty_log)) or 0

    async def open_requests(self) -> int:
        """How many requests for help nobody has closed."""
        rows = sa.select(sa.func.count()).where(
            duties.c.kind == "help", duties.c.state < int(DutyState.CLOSED)
        )
        async with self.database.reading() as work:
            return await work.conn.scalar(rows) or 0

    async def evidence(self) -> Evidence:
        chats = sa.select(outbox_rows, addresses.c.address).join(
            addresses, addresses.c.id == outbox_rows.c.address_id
        )
        queries = (
            sa.select(inbox_rows).where(inbox_rows.c.id > self._first["inbox"]),
            chats.where(outbox_rows.c.id > self._first["outbox"]).order_by(outbox_rows.c.id),
            sa.select(duties).where(duties.c.kind == "help").order_by(duties.c.id),
            sa.select(duty_log).order_by(duty_log.c.id),
            sa.text("SELECT * FROM duty_moves ORDER BY id"),
            sa.select(people_rows.c.id, people_rows.c.code),
        )
        async with self.database.reading() as work:
            found = [(await work.conn.execute(query)).all() for query in queries]
        told, owed, requests, lines, moves, codes = found
        names = {row.id: row.code for row in codes}
        return Evidence(told, owed, requests, lines, moves, names)

    async def close(self) -> None:
        await self.database.close()


def _left() -> sa.CompoundSelect[*tuple[Any, ...]]:
    """Counted in one look, with the moment at which the first of each is due."""

    def some(
        what: str, rows: sa.Table, due: sa.ColumnElement[Any], *where: sa.ColumnElement[bool]
    ) -> sa.Select[*tuple[Any, ...]]:
        first = sa.func.min(due, type_=Instant())
        return sa.select(
            sa.literal(what).label("what"), sa.func.count().label("amount"), first.label("due")
        ).where(*where)

    now = sa.bindparam("now", type_=Instant())
    o, i, d = outbox_rows.c, inbox_rows.c, duties.c
    return sa.union_all(
        some("updates to be handled", inbox_rows, i.due_at, i.state == "new"),
        some("messages queued", outbox_rows, o.due_at, o.state == "queued"),
        some("messages on the way", outbox_rows, o.claimed_until, o.state == "sending"),
        some("steps due", duties, d.next_at, d.state < int(DutyState.CLOSED), d.next_at <= now),
    )


class Towns:
    """A town of one kind made ready, and its copies. `server`: where PostgreSQL is, if it is that."""

    def __init__(self, folder: Path, server: str = "") -> None:
        self.folder = folder
        self.server = server
        self.template = ""

    @property
    def kind(self) -> str:
        return "postgresql" if self.server else "sqlite"

    async def new(self) -> str:
        """The address of an empty one, of which the others are copies once it is ready."""
        if self.server:
            self.template = await new_database(self.server)
        else:
            self.template = f"sqlite:///{self.folder / 'template.sqlite3'}"
        return self.template

    async def copy(self, folder: Path) -> str:
        name = str(sa.make_url(self.template).database)
        if self.server:
            return await new_database(self.server, name)
        copied = folder / "linli.sqlite3"
        shutil.copy(name, copied)
        return f"sqlite:///{copied}"

    async def drop(self, url: str) -> None:
        """Its file goes with its folder; a database of the server must be told."""
        if self.server:
            await drop_database(self.server, url)
