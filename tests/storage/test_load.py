"""Bringing a register in: again changes nothing, a change changes one thing, an error has a place."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.loading import load
from bot.registered import registered
from domain.moves import Arrival, Move
from knowledge.register import Register, RegisterError, read_register
from storage import arriving, help_board, leaving, moves, people
from storage.database import Database
from storage.load import Changes
from storage.tables.people import families, households, roles
from storage.tables.people import people as person_rows
from tests.support.prepared import COMMUNITY


async def brought_in(database: Database, file: Path) -> Changes:
    async with database.writing() as work:
        return await load(work, read_register(file))


async def count(database: Database, table: sa.Table) -> int:
    async with database.reading() as work:
        return int(await work.conn.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


def edited(folder: Path, *changes: tuple[str, str]) -> Path:
    text = COMMUNITY.read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    file = folder / "register.yaml"
    file.write_text(text, encoding="utf-8")
    return file


async def test_the_same_file_twice_changes_nothing(database: Database) -> None:
    first = await brought_in(database, COMMUNITY)
    assert first.added > 40
    assert await brought_in(database, COMMUNITY) == Changes(0, 0)


async def test_one_edit_is_one_change_and_nobody_is_removed(
    database: Database, tmp_path: Path
) -> None:
    await brought_in(database, COMMUNITY)
    before = [await count(database, table) for table in (person_rows, roles, families, households)]

    moved = edited(tmp_path, ("room: '301'\n        worker: w1", "room: '301'\n        worker: w2"))
    assert await brought_in(database, moved) == Changes(0, 1)
    renamed = edited(tmp_path, ("name: 王先生, roles: [resident], phone: '203'", "name: 王老师"))
    changes = await brought_in(database, renamed)

    assert changes == Changes(0, 2), "the name and phone of one, and the home back to its worker"
    after = [await count(database, table) for table in (person_rows, roles, families, households)]
    assert after == before
    async with database.reading() as work:
        renamed_person = await people.person_by_code(work, "resident")
    assert renamed_person is not None
    assert renamed_person.name == "王老师"


async def test_dates_among_the_details_are_kept_as_text(database: Database, tmp_path: Path) -> None:
    file = edited(tmp_path, ("{phone: 0574-11111111}", "{phone: '1', opened: 2014-03-01}"))
    await brought_in(database, file)
    assert await brought_in(database, file) == Changes(0, 0)
    async with database.reading() as work:
        (*_, place) = await people.all_communities(work)
    assert place.details["opened"] == "2014-03-01"


@pytest.mark.parametrize(
    ("before", "after", "place", "why"),
    [
        ("worker: w2}", "worker: w9}", "communities.0", "'w9' is not in staff"),
        ("code: w2,", "code: w1,", "communities.0", "'w1' stands twice"),
        ("family: {granny:", "family: {nobody:", "communities.0", "family of 'nobody'"),
        ("roles: [supervisor]", "roles: [king]", "communities.0.staff.0.roles.0", "supervisor"),
        ("floors: [1, 5]", "floors: all", "communities.0.homes.0.floors", "tuple"),
        ("from: '08:00'", "from: '8'", "communities.0.roster.0.from", "pattern"),
        ("version: 1", "version: 9", "version", "less than or equal to 1"),
        ("version: 1", "version: 1\ncolour: red", "colour", "not permitted"),
        ("version: 1", "version: [", "register.yaml", "line"),
    ],
)
async def test_a_fault_in_the_file_names_its_place(
    tmp_path: Path, before: str, after: str, place: str, why: str
) -> None:
    with pytest.raises(RegisterError) as told:
        read_register(edited(tmp_path, (before, after)))
    assert place in str(told.value)
    assert why in str(told.value)


async def test_a_file_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match=r"none\.yaml"):
        read_register(tmp_path / "none.yaml")


async def test_a_persons_code_belongs_to_one_community(database: Database, tmp_path: Path) -> None:
    """Codes are used for invitations; the same one elsewhere would move the person silently."""
    file = edited(tmp_path, ("code: other-elder", "code: granny"))
    with pytest.raises(RegisterError, match="granny"):
        await brought_in(database, file)
    assert await count(database, person_rows) == 0


async def test_who_oversees_from_outside_is_named_by_the_community_and_let_go_by_it(
    database: Database, tmp_path: Path
) -> None:
    named = ("name: 别的社区", "name: 别的社区\n    overseers: [head]")
    await brought_in(database, edited(tmp_path, named))
    again = await brought_in(database, edited(tmp_path, named))
    assert again == Changes(0, 0)
    async with database.reading() as work:
        head = await people.person_by_code(work, "head")
        assert head is not None
        theirs = [place.name for place in await help_board.overseen(work, head.id)]
    assert theirs == ["测试社区", "别的社区"]
    gone = await brought_in(database, COMMUNITY)
    assert gone.withdrawn == ("head is no longer bureau",)


async def test_an_overseer_must_be_known_first(database: Database, tmp_path: Path) -> None:
    early = ("name: 测试社区", "name: 测试社区\n    overseers: [other-head]")
    with pytest.raises(RegisterError, match="'other-head' yet; the community"):
        await brought_in(database, edited(tmp_path, early))


async def test_a_file_from_before_a_move_does_not_turn_it_back(
    peopled: Database, tmp_path: Path
) -> None:
    """A move, a death and somebody new, entered in the chat; then the old file once more."""
    old = edited(tmp_path, ("name: 测试社区", "name: 测试新村"))
    async with peopled.writing() as work:
        granny = await people.person_by_code(work, "granny")
        english = await people.person_by_code(work, "english")
        head = await people.person_by_code(work, "head")
        assert granny is not None
        assert english is not None
        assert head is not None
        (to,) = await work.conn.scalars(
            sa.select(households.c.id).where(households.c.code == work.blind("5幢-201"))
        )
        gone: dict[str, Any] = {
            "day": work.now.date(),
            "actor_id": head.id,
            "community_id": head.community_id,
        }
        await leaving.place(work, granny.id, granny.community_id, to)
        await leaving.vacate(work, granny.household_id, to)
        await moves.note(
            work, Move.WITHIN, granny.id, from_home=granny.household_id, to_home=to, **gone
        )
        await leaving.take_off(work, english, head.id, for_good=True)
        await moves.note(work, Move.DIED, english.id, from_home=english.household_id, **gone)
        home = await people.home(work, to)
        assert home is not None
        new = await arriving.settle_in(work, "test-place", home, Arrival("张桂芬"))
        await moves.note(work, Move.IN, new, to_home=to, **gone)

    for _ in range(2):
        changes = await brought_in(peopled, old)
        assert changes.removed == 0
        assert [line.split(":")[0] for line in changes.withdrawn] == [
            "granny moved on 2026-11-23 and is at 5幢201",
            "english died on 2026-11-23 and does not live here",
            f"{(await named(peopled, new)).code} moved in on 2026-11-23 and is at 5幢201",
        ]
        async with peopled.reading() as work:
            granny = await people.person_by_code(work, "granny")
            english = await people.person_by_code(work, "english")
            assert granny is not None
            assert english is not None
            assert (granny.household_id, english.household_id) == (to, None)
            assert not english.roles
            (row,) = await work.conn.execute(sa.select(households).where(households.c.id == to))
            assert (row.special, row.tags) == (True, ["高龄独居"])

    async with peopled.reading() as work:
        now = await registered(work, "test-place")
    assert now is not None
    async with peopled.writing() as work:
        await load(work, Register.model_construct(version=1, communities=(now,)))
    newer = await brought_in(peopled, old)
    assert any("english died" in line for line in newer.withdrawn)
    async with peopled.reading() as work:
        granny = await people.person_by_code(work, "granny")
        assert granny is not None
        assert granny.household_id != to, "the register had agreed: it is the last word again"


async def named(database: Database, person_id: int) -> sa.Row[tuple[object, ...]]:
    async with database.reading() as work:
        found = await work.conn.execute(sa.select(person_rows).where(person_rows.c.id == person_id))
        return found.one()
