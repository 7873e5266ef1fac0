"""Bringing a register in: again changes nothing, a change changes one thing, an error has a place."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.loading import load
from bot.registered import registered
from domain.duty import DutyKind, Outcome
from domain.moves import Arrival, Move
from domain.people import Language, Role
from knowledge.ladders import load_ladders
from knowledge.register import Register, RegisterError, read_register
from storage import arriving, duties, help_board, inbox, leaving, moves, people
from storage.database import Database
from storage.duties import Opening
from storage.load import Changes
from storage.tables.duties import duties as duty_rows
from storage.tables.messaging import outbox as outbox_rows
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


async def test_a_language_chosen_in_the_chat_outlives_a_load(database: Database) -> None:
    await brought_in(database, COMMUNITY)
    async with database.writing() as work:
        (address,) = (await inbox.address_ids(work, [("web", "home")])).values()
        granny = await people.person_by_code(work, "granny")
        assert granny is not None
        await people.set_language(work, address, granny.id, Language.EN)
    assert await brought_in(database, COMMUNITY) == Changes(0, 0)
    async with database.reading() as work:
        granny = await people.person_by_code(work, "granny")
    assert granny is not None
    assert granny.language is Language.EN


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


async def test_nobody_is_taken_off_while_a_call_for_them_is_open(
    database: Database, tmp_path: Path
) -> None:
    await brought_in(database, COMMUNITY)
    async with database.writing() as work:
        granny = await people.person_by_code(work, "granny")
        assert granny is not None
        ladder = load_ladders()["help"]
        opening = Opening(DutyKind.HELP, 1, ladder, "turn:1", granny.household_id, granny.id)
        duty = await duties.open_duty(work, opening)
    assert duty is not None
    whole = COMMUNITY.read_text(encoding="utf-8")
    line = next(one for one in whole.splitlines() if "code: granny" in one)
    gone = edited(
        tmp_path,
        (line + "\n", ""),
        ("members:\n      - building: 5幢", "members: []\n      - building: 5幢"),
        (", family: {granny: 女儿}", ""),
        ("[resident, family]", "[resident]"),
    )
    with pytest.raises(RegisterError, match=r"陈奶奶 \(granny\) is not in the file, and a call"):
        await brought_in(database, gone)
    async with database.writing() as work:
        await duties.close(work, duty.id, Outcome.SETTLED, granny.id)
    await brought_in(database, gone)


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
        ("worker: w2}", "worker: w9}", 'line 4: community "test-place"', "'w9' is not in staff"),
        ("code: w2,", "code: w1,", 'community "test-place"', "'w1' stands twice"),
        ("family: {granny:", "family: {nobody:", "line 4", "family of 'nobody'"),
        ("roles: [supervisor]", "roles: [king]", 'field "staff.0.roles.0"', "'supervisor'"),
        ("floors: [1, 5]", "floors: all", 'field "homes.0.floors"', "must be a list, not 'all'"),
        ("from: '08:00'", "from: '8'", 'field "roster.0.from"', "cannot be '8'"),
        ("version: 1", "version: 9", "line 2", "less than or equal to 1"),
        ("version: 1", "version: 1\ncolour: red", "line 3", "not a field that is known here"),
        ("version: 1", "version: [", "register.yaml", "line"),
        ("version: 1", "version: 1\nversion: 1", "line 3", "given twice"),
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
    with pytest.raises(RegisterError, match=r"none\.yaml does not exist"):
        read_register(tmp_path / "none.yaml")


async def test_all_that_names_somebody_who_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    wrong = edited(tmp_path, ("worker: w2}", "worker: w9}"), ("family: {granny:", "family: {x:"))
    with pytest.raises(RegisterError, match=r"'w9' is not in staff; .*family of 'x'"):
        read_register(wrong)


async def test_a_file_as_a_windows_editor_saves_it(tmp_path: Path) -> None:
    file = tmp_path / "register.yaml"
    file.write_text(COMMUNITY.read_text("utf-8"), "utf-8-sig")
    assert read_register(file) == read_register(COMMUNITY)
    file.write_text(COMMUNITY.read_text("utf-8"), "gbk")
    with pytest.raises(RegisterError, match="save it as UTF-8"):
        read_register(file)


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


async def test_homes_that_change_worker_take_along_what_is_open(
    peopled: Database, tmp_path: Path
) -> None:
    async with peopled.writing() as work:
        resident = await people.person_by_code(work, "resident")
        worker, other = [await people.person_by_code(work, code) for code in ("w1", "w2")]
        assert resident is not None
        assert worker is not None
        assert other is not None
        chat = (await inbox.address_ids(work, [("memory", "w2")]))["memory", "w2"]
        await people.bind(work, chat, other.id)
        for kind in (DutyKind.QUESTION, DutyKind.HELP):
            opening = Opening(
                kind=kind,
                community_id=resident.community_id,
                ladder=load_ladders()["help"],
                source_key=kind,
                subject_id=resident.id,
                raised_by=resident.id,
                owner_id=worker.id,
            )
            assert await duties.open_duty(work, opening) is not None
    given = edited(tmp_path, ("room: '201'\n        worker: w1", "room: '201'\n        worker: w2"))
    changes = await brought_in(peopled, given)
    assert changes == Changes(
        0, 1, 0, ("1 open requests of 社工甲 are 社工乙's, with their homes",)
    )
    async with peopled.reading() as work:
        owners = {row.kind: row.owner_id for row in await work.conn.execute(sa.select(duty_rows))}
        (said,) = await work.conn.scalars(sa.select(outbox_rows.c.body))
    assert owners == {"question": other.id, "help": worker.id}, "a call is seen through"
    assert "社工甲的 <b>1</b> 户移交给您" in said["html"]


async def test_family_of_who_went_to_another_community_is_no_stumbling_block(
    peopled: Database,
) -> None:
    async with peopled.writing() as work:
        granny = await people.person_by_code(work, "granny")
        home = (await people.homes(work, [31]))[0]
        assert granny is not None
        assert home.community_id != granny.community_id
        await leaving.naturalise(work, granny, home.community_id)
        await leaving.place(work, granny.id, home.community_id, home.id)
        await moves.note(
            work,
            Move.AWAY,
            granny.id,
            granny.community_id,
            None,
            work.now.date(),
            from_home=granny.household_id,
            to_home=home.id,
            to_community=home.community_id,
        )
    changes = await brought_in(peopled, COMMUNITY)
    assert "granny went to another community on 2026-11-23" in changes.withdrawn[0]
    async with peopled.reading() as work:
        granny = await people.person_by_code(work, "granny")
        daughter = await people.person_by_code(work, "daughter")
        assert granny is not None
        assert daughter is not None
        assert granny.household_id == home.id
        assert await people.family_of(work, granny.id) == [daughter.id]
        assert await people.with_role(work, home.community_id, Role.FAMILY) == [daughter.id]
