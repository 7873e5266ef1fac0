"""A wrong list is taken back, on both databases: nothing of it is left, and nothing else is touched."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.bringing import bring_in, undo
from bot.loading_moves import compared
from bot.registered import registered
from bot.roll.difference import differing
from domain.moves import Move
from domain.people import Language, Role
from knowledge.register import CommunityEntry, Register, RegisterError, read_register
from storage import enroll, leaving, moves, people
from storage.database import Database
from storage.tables.people import addresses, communities, families, roles, shifts
from storage.tables.people import people as tables
from tests.bot.roll.test_plan import planned
from tests.support.clock import HandClock
from tests.support.prepared import COMMUNITY
from tests.support.roll import a_list, as_bytes, sheet
from wording import Phrases

HERE = "test-place"


async def standing(database: Database, code: str = HERE) -> CommunityEntry | None:
    async with database.reading() as work:
        return await registered(work, code)


async def brought(database: Database, entry: CommunityEntry) -> None:
    async with database.writing() as work:
        await bring_in(work, Register.model_construct(version=1, communities=(entry,)), "list.xlsx")


async def wrong_list(database: Database) -> None:
    before = await standing(database)
    assert before is not None
    book = a_list(
        ("新人", "5幢102", 13800000030, "社工乙"), ("王先生", "1幢201", 13800000031, "社工丙")
    )
    sheet(book, "老人", [("姓名", "住址", "社工"), ("生人", "7幢101", "社工甲")])
    await brought(database, planned(as_bytes(book), before).entry)


async def test_a_wrong_list_is_taken_back(peopled: Database) -> None:
    before = await standing(peopled)
    await wrong_list(peopled)
    after = await standing(peopled)
    assert after is not None
    assert before is not None
    assert {"新人", "生人", "7幢101", "王先生"} <= set(differing(before, after))

    async with peopled.writing() as work:
        assert (await undo(work)).file == "list.xlsx"
    assert await standing(peopled) == before
    async with peopled.writing() as work:
        with pytest.raises(RegisterError, match="no load that could be undone"):
            await undo(work)


def with_terms(folder: Path) -> Register:
    """The test community with what was agreed about visits."""
    text = COMMUNITY.read_text(encoding="utf-8")
    for old, more in (("name: 社工乙,", " share: 50, since: 2026-03-01,"), ("special: true", "")):
        assert old in text
        text = text.replace(old, old + (more or "\n        tier: high"), 1)
    file = folder / "register.yaml"
    file.write_text(text, encoding="utf-8")
    return read_register(file)


async def test_tiers_and_terms_are_kept_by_a_list_and_taken_back_with_their_register(
    peopled: Database, tmp_path: Path
) -> None:
    before = await standing(peopled)
    agreed = with_terms(tmp_path)
    async with peopled.writing() as work:
        await bring_in(work, agreed, "register.yaml")
    async with peopled.writing() as work:
        await undo(work)
    assert await standing(peopled) == before

    async with peopled.writing() as work:
        await bring_in(work, agreed, "register.yaml")
    held = await standing(peopled)
    assert held is not None
    await brought(peopled, planned(as_bytes(a_list()), held).entry)
    listed = await standing(peopled)
    assert listed is not None
    assert next(one for one in listed.staff if one.code == "w2").share == 50
    assert [home.tier for home in listed.households if home.special] == ["high"]


async def test_a_community_that_was_loaded_by_mistake_is_gone_with_its_shifts(
    database: Database, clock: HandClock
) -> None:
    async with database.writing() as work:
        await bring_in(work, read_register(COMMUNITY), "register.yaml")
        assert await work.conn.scalar(sa.select(sa.func.count()).select_from(shifts))
    async with database.writing() as work:
        await undo(work)
    assert await standing(database) is None
    async with database.reading() as work:
        for table in (shifts, roles, families):
            assert not await work.conn.scalar(sa.select(sa.func.count()).select_from(table))


async def test_what_somebody_was_given_in_a_chat_is_given_back(peopled: Database) -> None:
    async with peopled.writing() as work:
        await work.conn.execute(
            sa.update(roles).where(roles.c.role == Role.FAMILY.value).values(by_chat=True)
        )
        await work.conn.execute(sa.update(families).values(by_chat=True))
    async with peopled.writing() as work:
        await bring_in(work, read_register(COMMUNITY), "register.yaml")
    async with peopled.writing() as work:
        await undo(work)
        assert all(await work.conn.scalars(sa.select(families.c.by_chat)))
        assert await work.conn.scalar(sa.select(sa.func.count()).select_from(families)) == 1


async def test_what_was_built_upon_is_not_taken_away(peopled: Database, clock: HandClock) -> None:
    await wrong_list(peopled)
    after = await standing(peopled)
    assert after is not None
    code = next(one.code for one in after.people() if one.name == "新人")
    async with peopled.writing() as work:
        newcomer = await people.person_by_code(work, code)
        assert newcomer is not None
        row = {"channel": "memory", "address": "new-phone"}
        query = sa.insert(addresses).values(row).returning(addresses.c.id)
        bound = int(await work.conn.scalar(query) or 0)
        secret = await enroll.invite(work, newcomer.id)
        assert await enroll.redeem(work, secret, bound) == newcomer.id
    async with peopled.writing() as work:
        with pytest.raises(RegisterError, match=r"in use already \(invitations"):
            await undo(work)
    assert await standing(peopled) == after, "a refusal changes nothing"


async def test_what_somebody_new_was_given_by_hand_since_is_not_lost(peopled: Database) -> None:
    await wrong_list(peopled)
    async with peopled.writing() as work:
        new = await work.conn.scalar(sa.select(tables.c.id).where(tables.c.name == "新人"))
        elder = await people.person_by_code(work, "granny")
        assert elder is not None
        tie = {"elder_id": elder.id, "relative_id": new, "relation": "女儿", "by_chat": True}
        await work.conn.execute(sa.insert(families).values(tie))
    async with peopled.writing() as work:
        with pytest.raises(RegisterError, match=r"in use already \(families"):
            await undo(work)


async def test_what_was_changed_since_is_named(peopled: Database, clock: HandClock) -> None:
    await wrong_list(peopled)
    clock.forward(hours=1)
    async with peopled.writing() as work:
        worker = await people.person_by_code(work, "w3")
        assert worker is not None
        await people.retire(work, worker.id)
    async with peopled.writing() as work:
        with pytest.raises(RegisterError, match="were changed"):
            await undo(work)


async def test_places_that_were_kept_by_hand_since_are_not_lost(peopled: Database) -> None:
    await wrong_list(peopled)
    async with peopled.writing() as work:
        here = communities.c.code == HERE
        details = await work.conn.scalar(sa.select(communities.c.details).where(here))
        changed = {**(details or {}), "phone": "0574-22222222"}
        await work.conn.execute(sa.update(communities).where(here).values(details=changed))
    async with peopled.writing() as work:
        with pytest.raises(
            RegisterError, match=r"1 things of test-place were changed \(测试社区\)"
        ):
            await undo(work)


async def test_a_list_from_before_a_death_makes_nobody_anew(peopled: Database) -> None:
    """It has no codes: whoever died is known by name and home, and the preview says so."""
    async with peopled.writing() as work:
        english = await people.person_by_code(work, "english")
        assert english is not None
        await leaving.take_off(work, english, english.id, for_good=True)
        day, home = work.now.date(), english.household_id
        await moves.note(
            work, Move.DIED, english.id, english.community_id, None, day, from_home=home
        )
    before = await standing(peopled)
    book = a_list(("Alex", "1幢301", 13800000030, "社工甲"), ("王先生", "1幢201", 203, "社工甲"))
    assert before is not None
    entry = planned(as_bytes(book), before).entry
    async with peopled.reading() as work:
        (said,) = (await compared(work, entry)).stands
    assert said.said(Phrases.shipped()[Language.ZH]).endswith("Alex（2026-11-23 去世）")
    await brought(peopled, entry)
    async with peopled.reading() as work:
        named = await work.conn.scalars(
            sa.select(tables.c.household_id).where(tables.c.name == "Alex")
        )
        assert named.all() == [None]
