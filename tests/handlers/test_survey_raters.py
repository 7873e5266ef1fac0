"""Who rates the departments for a community: appointed, standing in, handed over, gone; on both databases."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from domain.leave import Asked
from domain.people import Role
from knowledge import Knowledge
from scheduler import survey_raters as rater_clock
from storage import survey_raters
from storage.database import Database
from storage.tables.people import people, roles
from storage.tables.roster import leaves
from storage.tables.survey import survey_invitations
from tests.handlers.survey_town import DEPARTMENTS, Town, a_town
from tests.support.clock import HandClock


@pytest.fixture
async def town(database: Database, knowledge: Knowledge, clock: HandClock) -> Town:
    """The first of three workers rates, the second is the deputy."""
    return await a_town(database, knowledge, clock, homes=0, workers=3)


async def test_a_supervisor_appoints_who_rates_and_the_deputy_stands_in(town: Town) -> None:
    await town.launches(DEPARTMENTS, "full")
    assert "w1" in await town.does("head", "appoint")
    await town.does("w1", "ballot.go:1")
    await town.taps("w1", "公安分局")
    await town.taps("w1", "9")

    assert "不是您" in await town.does("w3", "appoint.over")
    assert "w2" in await town.does("w1", "appoint.over")
    await town.ticks()
    assert await raters(town) == ["w2"]
    (invited,) = await town.owed("w2")
    assert "现在转给您来评" in invited["body"]["html"]
    await town.does("w2", "ballot.go:1")
    assert "第 2 题" in await town.taps("w2", "公安分局"), "as far as it was"

    await town.taps("w1", "还是我来评")
    assert await raters(town) == ["w1"]
    await town.does("head", "appoint.choose")
    await town.taps("head", "w3")
    assert await raters(town) == ["w3"]
    assert "以前的" in await town.does("head", "appoint.first:9999")
    assert "用不了" in await town.does("w3", "appoint.first:1")


async def test_what_a_rater_confirmed_counts_when_the_deputy_takes_over(town: Town) -> None:
    await town.launches(DEPARTMENTS, "full")
    await town.does("w1", "ballot.go:1")
    await town.taps("w1", "没往来")
    await town.taps("w1", "确认，交上去（1 个）")
    await town.taps("w1", "没往来")
    await town.does("w1", "appoint.over")
    taken = Counter(one.state for one in await town.reads(sa.select(survey_invitations.c.state)))
    assert taken == {"confirmed": 1, "sampled": 9}

    page = await town.does("w2", "ballot.go:1")
    assert page.count("没往来") == 2, "both are there, one to be confirmed still"
    await town.taps("w2", "确认，交上去（1 个）")
    taken = Counter(one.state for one in await town.reads(sa.select(survey_invitations.c.state)))
    assert taken == {"confirmed": 2, "sampled": 8}


async def test_whoever_leaves_rates_no_more_and_the_supervisor_is_told(town: Town) -> None:
    await town.launches(DEPARTMENTS, "full")
    await town.does("w1", "ballot.go:1")
    await town.taps("w1", "没往来")
    await leaves_the_office(town, "w1")
    for action in (
        "ballot.go:1",
        "rater.page:1",
        "rater.confirm:1",
        "ballot.open:2",
        "ballot.no:1",
    ):
        said = await town.does("w1", action)
        assert "不在这个社区工作了" in said, "at once, not when the clock has noticed"

    for _ in range(2):
        await rater_clock.follow(town.around, town.clock())
    await town.ticks()
    assert await raters(town) == ["w2"]
    (told,) = await town.owed("head")
    assert "<b>w1</b> 已经不在本社区工作了。现在由副手 <b>w2</b> 接着评" in told["body"]["html"]
    assert "w1" not in (await town.owed("w2"))[0]["body"]["html"], "w2 is the one appointed now"

    await leaves_the_office(town, "w2")
    await rater_clock.follow(town.around, town.clock())
    await town.ticks()
    assert await raters(town) == ["head"], "without a deputy it is the supervisor's"
    _, told, asked = await town.owed("head")
    assert "也没有副手。现在先由社区负责人评" in told["body"]["html"]
    assert "还没有指定由谁来评，所以先请您评" in asked["body"]["html"]
    assert "没往来" in await town.does("head", "ballot.go:1")

    await leaves_the_office(town, "head")
    await rater_clock.follow(town.around, town.clock())
    gone = await town.reads(sa.select(survey_invitations.c.person_id, survey_invitations.c.state))
    assert {tuple(row) for row in gone} == {(None, "no_channel")}, "nobody's, and so it is counted"


async def test_during_a_leave_without_a_deputy_for_ratings_who_stands_in_for_all_rates(
    town: Town,
) -> None:
    places = {code: await town.person(code) for code in ("w1", "w2", "w3")}
    async with town.database.writing() as work:
        await survey_raters.appoint(work, 1, places["w1"], None, 1)
    await town.launches(DEPARTMENTS, "full")
    async with town.database.writing() as work:
        day = {"starts_at": work.now, "ends_at": work.now + timedelta(days=2)}
        moments = {"asked_at": work.now, "expires_at": work.now}
        days = {"first_day": work.now.date(), "last_day": work.now.date()}
        leave = {"community_id": 1, "person_id": places["w1"], "deputy_id": places["w3"]}
        values = leave | day | days | moments | {"state": Asked.AGREED}
        await work.conn.execute(sa.insert(leaves).values(values))
    await rater_clock.follow(town.around, town.clock())
    await town.ticks()
    assert await raters(town) == ["w3"]
    assert "w1 请假了，这次请您评" in (await town.owed("w3"))[0]["body"]["html"]
    town.clock.forward(days=2)
    await rater_clock.follow(town.around, town.clock())
    assert await raters(town) == ["w1"]


async def leaves_the_office(town: Town, code: str) -> None:
    """They live there still."""
    person = await town.person(code)
    async with town.database.writing() as work:
        theirs = sa.update(roles).where(roles.c.person_id == person)
        await work.conn.execute(theirs.values(role=Role.RESIDENT))


async def raters(town: Town) -> list[Any]:
    rows = await town.reads(
        sa.select(people.c.code)
        .join(survey_invitations, survey_invitations.c.person_id == people.c.id)
        .distinct()
    )
    return [row.code for row in rows]
