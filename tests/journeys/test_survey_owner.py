"""Somebody owns the database, has its secret key, and wants to know what each home answered.

They read every column of every row of every table, and what the database itself tells of a row (where it
lies, which transaction wrote it), after a round is over; and they read the database's files byte by byte,
for what was deleted. The sheets are there for them to read; they must not find out whose they are. Each
home answers something of its own, so that a right guess can be told.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from domain.people import Role
from storage.database import Database, Work
from storage.tables import metadata
from storage.tables.survey import survey_invitations, survey_sheets
from tests.handlers.survey_town import add_person
from tests.support.desk import Desk

HOMES = 16
LUCKY = 7
"""Of 16 homes matched at random one is right on average, 7 or more once in 12,000 times; the owner tries
some dozens of ways to put them in order."""

APART = frozenset({"survey_sheets", "survey_questionnaires"})
"""The only place where answers may be; and what everybody is asked, with the words to tap."""

_SYSTEM = {
    "postgresql": ("xmin::text::bigint", "(ctid::text::point)[0] * 1000 + (ctid::text::point)[1]"),
    "sqlite": ("rowid",),
}
"""What the database tells of a row besides its columns: who wrote it, and its place."""


@dataclass(frozen=True)
class Row:
    """A row as its owner sees it: opened, with what the database itself knows of it."""

    table: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Found:
    """All rows; the bytes of the files; and of all that was ever sealed what a ballot said."""

    rows: list[Row]
    raw: bytes
    sealed: dict[bytes, bytes]


async def the_files(database: Database) -> bytes:
    """SQLite's file with its log, or the two files in which PostgreSQL keeps ballots."""
    if database.url.database and database.url.get_backend_name() == "sqlite":
        file = Path(database.url.database)
        return b"".join(f.read_bytes() for f in sorted(file.parent.glob(f"{file.name}*")))
    async with database.each_alone() as work:
        await work.conn.execute(sa.text("CHECKPOINT"))
        read = "SELECT pg_read_binary_file(pg_relation_filepath('survey_{}'))"
        files = [
            await work.conn.scalar(sa.text(read.format(table)))
            for table in ("invitations", "sheets")
        ]
    return b"".join(bytes(file) for file in files)


async def everything(work: Work) -> list[Row]:
    """All rows of all tables."""
    found: list[Row] = []
    for table in metadata.sorted_tables:
        own = _SYSTEM[work.conn.dialect.name]
        if not table.dialect_options["sqlite"]["with_rowid"] and not work.on_postgresql:
            own = ()
        more: list[Any] = [
            sa.literal_column(text).label(f"system {n}") for n, text in enumerate(own)
        ]
        rows = await work.conn.execute(sa.select(table, *more))
        found += [
            Row(table.name, dict(row._mapping) | {"place read": n}) for n, row in enumerate(rows)
        ]
    return found


MARK = "楼道灯-"


def said(home: int) -> str:
    return f"{MARK}{home:02}"


@pytest.fixture
async def found(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Found:
    """A round in which every home answers, one after the other; and two nights later all that is left."""
    sealed: dict[bytes, bytes] = {}
    vault = desk.database.writers.dialect.vault  # type: ignore[attr-defined]
    seal = vault.seal

    def noted(plain: bytes) -> bytes:
        sealed[made := seal(plain)] = plain
        return bytes(made)

    monkeypatch.setattr(vault, "seal", noted)
    (head,) = await desk.people("head")
    async with desk.database.writing() as work:
        ids = (await work.conn.scalars(sa.text("SELECT min(id) FROM communities"))).one()
        homes = await work.conn.scalars(
            sa.text(
                "SELECT h.id FROM households h WHERE h.community_id = :here AND NOT EXISTS"
                " (SELECT 1 FROM people p WHERE p.household_id = h.id) ORDER BY h.id"
            ),
            {"here": ids},
        )
        for number, home in zip(range(HOMES), homes.all(), strict=False):
            code = f"home-{number:02}"
            await add_person(work, ids, code, Role.RESIDENT, home=home, reachable=False)
    people = [await desk.person(f"home-{number:02}") for number in range(HOMES)]
    await head.says("🗳 满意度评议")
    for label in ("居民评社区", "简版", "发起"):
        await head.taps(label)
    await desk.tick()
    for number, person in enumerate(people):
        desk.clock.forward(seconds=30)
        await person.taps("开始")
        for _ in range(7):
            await person.taps("非常满意" if number % 2 else "一般")
        await person.says(said(number))
        await person.taps("交上去")
    await desk.later(days=7.1)
    await desk.later(days=1.1)
    before_the_night = await the_files(desk.database)
    answers = {made: plain for made, plain in sealed.items() if MARK.encode() in plain}
    assert any(made in before_the_night for made in answers), "at first it is still there"
    await desk.later(hours=14)  # it is five in the morning
    async with desk.database.reading() as work:
        rows = await everything(work)
    return Found(rows, await the_files(desk.database), answers)


def orderings(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Every way to put rows in order by something in them."""
    for name in rows[0].values:
        keys = [row.values[name] for row in rows]
        if any(key is None or isinstance(key, dict | list) for key in keys):
            continue
        yield name, sorted(rows, key=lambda row: str(row.values[name]).rjust(40))


async def test_the_owner_of_the_database_cannot_join_an_answer_to_a_home(
    found: Found,
) -> None:
    what_was_said_stands_nowhere_else(found.rows)
    no_order_joins_them(found.rows)
    nothing_in_a_sheet_singles_out_a_home(found.rows)
    when_each_home_spoke_is_not_kept(found.rows)
    of_what_was_deleted_nothing_is_in_the_files(found)


def what_was_said_stands_nowhere_else(read: list[Row]) -> None:
    sheets = [row for row in read if row.table == survey_sheets.name]
    assert sorted(row.values["answers"]["o1"] for row in sheets) == [
        said(n) for n in range(HOMES)
    ], "all answers are there"

    elsewhere = [row for row in read if row.table not in APART]
    leaks = {
        f"{row.table}.{name}"
        for row in elsewhere
        for name, value in row.values.items()
        if any(mark in str(value) for mark in (MARK, "ballot.pick", "非常满意"))
    }
    assert leaks == set()


def no_order_joins_them(read: list[Row]) -> None:
    """Whatever the owner puts homes and sheets in order by, they are right no oftener than by chance."""
    sheets = [row for row in read if row.table == survey_sheets.name]
    persons = {
        row.values["id"]: int(row.values["code"][5:])
        for row in read
        if row.table == "people" and str(row.values["code"]).startswith("home-")
    }
    ballots = [
        row
        for row in read
        if row.table == survey_invitations.name and row.values["person_id"] in persons
    ]
    assert len(ballots) == HOMES
    guesses: dict[tuple[str, str], int] = {}
    for (how, theirs), (by, answered) in product(orderings(ballots), orderings(sheets)):
        for turned in (theirs, theirs[::-1]):
            right = sum(
                sheet.values["answers"]["o1"] == said(persons[ballot.values["person_id"]])
                for ballot, sheet in zip(turned, answered, strict=True)
            )
            guesses[how, by] = max(right, guesses.get((how, by), 0))
    assert max(guesses.values()) < LUCKY, guesses


def nothing_in_a_sheet_singles_out_a_home(read: list[Row]) -> None:
    """No value of a sheet is a value of fewer than all ballots: neither key nor time nor transaction."""
    sheets = [row for row in read if row.table == survey_sheets.name]
    others = [row for row in read if row.table not in APART]
    open_to_all = {"round_id", "subject", "counted", "stratum", "answers", "place read", "system 1"}
    for name in set(sheets[0].values) - open_to_all:
        values = {row.values[name] for row in sheets}
        if len(values) == 1:
            continue
        found = [
            row.table
            for row in others
            for value in row.values.values()
            if not isinstance(value, dict | list) and value in values
        ]
        assert found == [], name


def when_each_home_spoke_is_not_kept(read: list[Row]) -> None:
    """Of the turns in which ballots were answered nothing is left but the newest row, which numbers go
    on from and which names nobody; of messages nothing."""
    turns = [row for row in read if row.table == "inbox" and row.values["state"] == "private"]
    assert len(turns) <= 1
    assert all(row.values["address_id"] is None and row.values["payload"] == "{}" for row in turns)
    said = [row for row in read if row.table == "outbox" and row.values["private"]]
    assert len(said) <= 1


def of_what_was_deleted_nothing_is_in_the_files(found: Found) -> None:
    """Drafts, sheets as they were before they were mixed, updates and messages: of all that was sealed
    with an answer in it the files hold the sheets as they lie now, and not a byte more."""
    still_there = [plain for made, plain in found.sealed.items() if made in found.raw]
    assert len(found.sealed) > 3 * HOMES, "it had stood in drafts, updates and messages"
    assert len(still_there) == HOMES
    assert len({bytes(plain) for plain in still_there}) == HOMES, "one sheet each"
