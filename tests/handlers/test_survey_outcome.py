"""What becomes of everyone who was asked: each outcome there is, as people come to it."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from domain.outcome import Outcome
from knowledge import Knowledge
from storage import sheets
from storage.database import Database
from storage.tables.people import addresses
from storage.tables.survey import survey_invitations
from tests.handlers.survey_town import DEPARTMENTS, Town, a_town, add_home
from tests.support.clock import HandClock

HOMES = 9


@pytest.fixture
async def town(database: Database, knowledge: Knowledge, clock: HandClock) -> Town:
    """Nine homes with somebody in each and one of which nobody is known; eight are asked at once."""
    town = await a_town(database, knowledge, clock, homes=HOMES)
    contact = replace(town.policies.contact, homes_an_hour=32)
    town.policies = replace(town.policies, contact=contact)
    async with database.writing() as work:
        await add_home(work, 1, 1, HOMES + 1)
    return town


async def test_ten_homes_come_to_the_ten_outcomes_and_none_vanishes(town: Town) -> None:
    await town.launches()
    await town.answers("r1", *[5] * 7)
    await town.does("r2", "ballot.no:1")
    await town.does("r3", "ballot.no:1")
    assert "不再问您" in await town.taps("r3", "已经不住这里")
    await town.does("r4", "ballot.go:1")
    await town.taps("r4", "非常满意")
    await town.does("r5", "ballot.go:1")
    for _ in range(5):
        await town.taps("r5", "非常满意")
    async with town.database.writing() as work:
        closed = sa.update(addresses).where(addresses.c.address == "r6")
        await work.conn.execute(closed.values(unreachable_since=work.now))
    assert "已搬走 1" in await town.does("head", "survey.show:1")
    await town.does("head", "survey.close:1")

    async with town.database.reading() as work:
        found = (await sheets.turnout(work, 1)).outcomes
    assert found.counts == {
        Outcome.COMPLETE: 1,
        Outcome.REFUSED: 1,
        Outcome.INELIGIBLE: 1,
        Outcome.BREAK_OFF: 1,
        Outcome.PARTIAL: 1,
        Outcome.UNREACHABLE: 1,
        Outcome.SILENT: 2,
        Outcome.NOT_ASKED: 1,
        Outcome.NO_CHANNEL: 1,
    }
    assert set(found.counts) == set(Outcome), "there is no outcome that nobody can come to"
    assert found.sampled == HOMES + 1
    assert (found.rr1, found.rr2) == (1 / 9, 2 / 9), "who moved away is in neither rate"


async def test_who_said_that_they_had_moved_may_take_it_back(town: Town) -> None:
    await town.launches()
    await town.does("r1", "ballot.go:1")
    await town.taps("r1", "非常满意")
    await town.does("r1", "ballot.no:1")
    await town.taps("r1", "已经不住这里")
    kept = sa.select(survey_invitations.c.state, survey_invitations.c.draft)
    (row, *_) = await town.reads(kept.order_by(survey_invitations.c.id))
    assert (row.state, row.draft) == ("ineligible", None), "what they had begun is forgotten"
    town.clock.forward(days=3)
    await town.ticks()
    assert len(await town.owed("r1")) == 1, "no reminder"
    assert "第 1 题" in await town.taps("r1", "还是答一下")
    assert "谢谢" in await town.fills("r1", *[3] * 7)
    assert "只算一次" in await town.does("r1", "ballot.moved:1"), "what is handed in stays"
    assert "没有请到您" in await town.does("w1", "ballot.moved:1")

    await town.launches(DEPARTMENTS, "full")
    assert "没有这个选项" in await town.does("w1", "ballot.moved:2"), "a community does not move"
    assert "这里" not in await town.does("w1", "ballot.no:2")
