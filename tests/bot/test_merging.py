"""Communities that join and part: what is done stays where it was done, what is open goes on."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from bot.loading import load
from bot.merging import CannotChange, Report, Wanted, merge, split
from bot.parting import undo
from domain.calendar import Month
from domain.duty import DutyKind, Outcome
from domain.people import Role
from knowledge.ladders import load_ladders
from knowledge.register import RegisterError, read_register
from storage import duties, ledger, people, register, roster
from storage.database import Database, Work
from storage.duties import Opening
from storage.people import Community
from storage.tables import metadata
from storage.tables.checkin import checkins
from storage.tables.people import buildings, households, roles
from storage.tables.service import meal_plans
from storage.tables.survey import survey_rounds
from storage.tables.visit import visits
from tests.support.prepared import COMMUNITY

LEFT_OUT = {"job_periods", "community_changes", "content", "guide_versions", "loads", "guides"}
"""Tables that no merger touches, or in which it is written down."""


async def place(work: Work, code: str) -> Community:
    found = await register.community(work, code)
    assert found is not None
    return found


async def everything(work: Work) -> dict[str, list[str]]:
    """All rows, but for ids of shifts, which are laid out anew."""
    found = {}
    for table in metadata.sorted_tables:
        if table.name not in LEFT_OUT:
            shown = [c for c in table.c if not (table.name == "shifts" and c.name == "id")]
            found[table.name] = sorted(
                str(tuple(row)) for row in await work.conn.execute(sa.select(*shown))
            )
    return found


async def lived_in(work: Work) -> None:
    """Granny was visited, has a request open, is asked each morning and eats every day."""
    granny = await people.person_by_code(work, "granny")
    worker = await people.person_by_code(work, "w1")
    assert granny is not None
    assert worker is not None
    about: dict[str, Any] = {
        "community_id": granny.community_id,
        "household_id": granny.household_id,
        "subject_id": granny.id,
        "raised_by": granny.id,
    }
    for key in ("open", "closed"):
        opening = Opening(
            kind=DutyKind.VISIT if key == "closed" else DutyKind.HELP,
            ladder=load_ladders()["help"],
            source_key=key,
            owner_id=worker.id,
            **about,
        )
        duty = await duties.open_duty(work, opening)
        assert duty is not None
        if key == "closed":
            await duties.close(work, duty.id, Outcome.DONE, worker.id)
    row = {"community_id": granny.community_id, "person_id": granny.id}
    await work.conn.execute(sa.insert(checkins).values(**row, hour=9, agreed_at=work.now))
    await work.conn.execute(
        sa.insert(meal_plans).values(
            **row, part="lunch", point="f1", at_home=True, by_id=granny.id, since=work.now
        )
    )
    await work.conn.execute(
        sa.insert(visits).values(
            community_id=granny.community_id,
            worker_id=worker.id,
            household_id=granny.household_id,
            made_at=work.now,
            day=date(2026, 11, 20),
            mode="home",
            topics=[],
            note="好",
            source_key="v",
        )
    )


async def test_a_merger_keeps_all_and_is_taken_back_to_the_letter(peopled: Database) -> None:
    async with peopled.writing() as work:
        await lived_in(work)
        before = await everything(work)
        here, there = await place(work, "test-place"), await place(work, "other-place")

    async with peopled.writing() as work:
        report = await merge(work, "test-place", "other-place")
    assert "30 homes, " in report.told
    assert "1幢 is called 测试社区1幢 from now on." in report.told
    assert "书记 oversees all of 别的社区" in report.told

    async with peopled.reading() as work:
        granny = await people.person_by_code(work, "granny")
        assert granny is not None
        assert granny.community_id == there.id
        assert granny.is_any(Role.ELDER)
        left = await work.conn.scalars(sa.select(roles).where(roles.c.community_id == here.id))
        assert left.all() == []
        (visit,) = await work.conn.execute(sa.select(visits))
        assert visit.community_id == here.id, "a visit was made where it was made"
        states = {
            row.source_key: row.community_id
            for row in await work.conn.execute(sa.select(metadata.tables["duties"]))
        }
        assert states == {"open": there.id, "closed": here.id}
        names = set(await work.conn.scalars(sa.select(buildings.c.name)))
        assert names == {"1幢", "测试社区1幢", "3幢", "5幢"}
        on_duty = await roster.first_on_duty(work, there.id, work.now)
        assert on_duty is not None
        head = await people.person_by_code(work, "head")
        assert head is not None
        assert await ledger.sight(work, head.id, here.id) is not None
        month = Month(2026, 11)
        assert here.id in await ledger.to_close(work, month)
        assert [one.code for one in await people.all_communities(work)] == ["other-place"]
    async with peopled.writing(keep=False) as work:
        with pytest.raises(RegisterError, match="part of another community"):
            await load(work, read_register(COMMUNITY))
        with pytest.raises(CannotChange, match="part of another"):
            await merge(work, "test-place", "other-place")

    async with peopled.writing() as work:
        report = await undo(work)
        after = await everything(work)
    assert "by itself again" in report.told
    for name, rows in before.items():
        assert after[name] == rows, name
    async with peopled.writing(keep=False) as work:
        changes = await load(work, read_register(COMMUNITY))
        assert (changes.added, changes.changed, changes.removed) == (0, 0, 0)


async def parted(work: Work, *staff: str, blocks: tuple[str, ...] = ("5幢",)) -> Report:
    return await split(work, "test-place", Wanted("new-place", "新社区", blocks, staff))


async def test_a_split_says_what_would_be_torn_and_parts_what_is_whole(peopled: Database) -> None:
    async with peopled.writing() as work:
        await lived_in(work)
        before = await everything(work)
    async with peopled.writing(keep=False) as work:
        with pytest.raises(
            CannotChange, match="10 homes go, and 社工乙, who looks after them, stays"
        ):
            await parted(work)
        with pytest.raises(CannotChange, match="no building 9幢"):
            await parted(work, "w2", blocks=("9幢",))
        with pytest.raises(CannotChange, match="has the code 'granny'"):
            await parted(work, "granny")
        with pytest.raises(CannotChange, match="taken"):
            await split(work, "test-place", Wanted("other-place", "新社区", ("5幢",), ("w2",)))
        with pytest.raises(CannotChange, match="no merger or split"):
            await undo(work)

    async with peopled.writing() as work:
        report = await parted(work, "w2")
        new, old = await place(work, "new-place"), await place(work, "test-place")
        assert "10 homes" in report.told
        assert "no supervisor yet" in report.told
        homes = await work.conn.scalars(
            sa.select(households.c.id).where(households.c.community_id == new.id)
        )
        assert len(homes.all()) == 10
        daughter = await people.person_by_code(work, "daughter")
        assert daughter is not None
        assert daughter.community_id == new.id
        kin = await people.with_role(work, old.id, Role.FAMILY)
        assert kin == [daughter.id], "granny stays, and so she is family here"
        worker = await people.person_by_code(work, "w2")
        assert worker is not None
        assert await roster.first_on_duty(work, new.id, work.now) == worker.id
        assert [s["person"] for s in old.details["roster"]] == ["w3"]

    async with peopled.writing() as work:
        await undo(work)
        after = await everything(work)
    gone = {"communities", "roles"}
    for name in before.keys() - gone:
        assert after[name] == before[name], name
    assert set(before["roles"]) == set(after["roles"])


async def test_a_running_survey_keeps_a_community_as_it_is(peopled: Database) -> None:
    async with peopled.writing() as work:
        head = await people.person_by_code(work, "head")
        assert head is not None
        await work.conn.execute(
            sa.insert(survey_rounds).values(
                community_id=head.community_id,
                questionnaire="q",
                version=1,
                form="full",
                number=1,
                state="open",
                launched_by=head.id,
                opened_at=work.now,
                closes_at=work.now,
            )
        )
        with pytest.raises(CannotChange, match="the survey 'q' runs until 2026-11-23 10:00"):
            await merge(work, "test-place", "other-place")
        with pytest.raises(CannotChange, match="survey"):
            await parted(work, "w2")
        report = await merge(work, "other-place", "test-place")
        assert "goes on with the homes that it had" in report.told
