"""The clock's part: invitations once each whatever happens, and the close on time."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from domain.messages import Lane
from domain.people import Role
from domain.surge import Reason
from knowledge import Knowledge
from scheduler import survey as clockwork
from storage import outbox, surge
from storage.database import Database
from storage.tables.people import addresses
from storage.tables.survey import survey_invitations, survey_rounds
from tests.handlers.survey_town import DEPARTMENTS, Town, a_town, add_person
from tests.support.clock import HandClock


class PowerCutError(Exception):
    """The process died here."""


@pytest.fixture
async def town(database: Database, knowledge: Knowledge, clock: HandClock) -> Town:
    return await a_town(database, knowledge, clock, homes=23)


async def launched(town: Town) -> None:
    await town.does("head", "survey.launch:resident-rates-community:short:1")


async def states(town: Town) -> Counter[str]:
    rows = await town.reads(sa.select(survey_invitations.c.state))
    return Counter(row.state for row in rows)


async def test_everyone_is_invited_once_in_the_routine_lane(town: Town) -> None:
    await launched(town)
    for _ in range(3):
        await town.ticks()
    owed = await town.owed()
    assert len(owed) == 23
    assert {row["lane"] for row in owed} == {int(Lane.ROUTINE)}
    assert {row["state"] for row in owed} == {"queued"}
    assert owed[0]["dedupe_key"] == f"survey:1:1@{owed[0]['address_id']}"
    assert await states(town) == {"invited": 23}


async def test_the_invitation_is_warm_short_and_says_no_names(town: Town) -> None:
    await launched(town)
    await town.ticks()
    (row,) = await town.owed("r1")
    html = row["body"]["html"]
    assert html.startswith("r1，您好。\n<b>测试社区</b>想听听您家对社区的看法。")
    assert "一共 7 题" in html
    assert "11月30日前" in html
    assert "答卷不写姓名，和名单分开存放" in html
    actions = [button[1] for buttons in row["body"]["buttons"] for button in buttons]
    assert actions == ["ballot.go:1", "ballot.no:1"]


async def test_chunks_and_power_cuts_neither_lose_nor_repeat_an_invitation(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clockwork, "CHUNK", 5)
    await launched(town)
    real, calls = outbox.owe_in_bulk, 0

    async def dies_after_owing(*args: Any) -> None:
        nonlocal calls
        await real(*args)
        calls += 1
        if calls % 2 == 0:
            raise PowerCutError

    monkeypatch.setattr(outbox, "owe_in_bulk", dies_after_owing)
    deaths = 0
    for _ in range(20):
        try:
            await clockwork.invite(town.around, town.clock())
        except PowerCutError:
            deaths += 1
    assert deaths > 2
    keys = Counter(row["dedupe_key"] for row in await town.owed())
    assert len(keys) == 23
    assert set(keys.values()) == {1}
    assert await states(town) == {"invited": 23}


async def test_who_cannot_be_reached_any_more_stays_in_the_denominator(town: Town) -> None:
    await launched(town)
    async with town.database.writing() as work:
        await work.conn.execute(
            sa.update(addresses)
            .where(addresses.c.address == "r2")
            .values(unreachable_since=work.now)
        )
    await town.ticks()
    assert await states(town) == {"invited": 22, "unreachable": 1}
    said = await town.does("head", "survey.show:1")
    assert "请了 23 户" in said
    assert "联系不上 1" in said


async def test_who_began_before_their_invitation_is_not_set_back(town: Town) -> None:
    await launched(town)
    await town.does("r1", "ballot.go:1")
    await town.ticks()
    assert await states(town) == {"invited": 22, "begun": 1}
    assert await town.owed("r1") == []


async def test_a_rater_gets_one_invitation_for_all_departments(town: Town) -> None:
    await town.launches(DEPARTMENTS, "full")
    assert len(await town.owed()) == 1
    (row,) = await town.owed("w1")
    assert "请您给 10 个部门打分，每个部门 10 题" in row["body"]["html"]
    assert await states(town) == {"invited": 10}


async def test_a_round_closes_when_its_week_is_over_and_the_heads_read_the_result_once(
    town: Town,
) -> None:
    async with town.database.writing() as work:
        await add_person(work, 1, "deputy", Role.SUPERVISOR)
    await town.launches()
    await town.hand_in(1, {f"r{n}": [4] * 7 for n in range(1, 13)})
    town.clock.forward(days=6, hours=23, minutes=59)
    await town.ticks()
    assert await town.owed("head") == []

    town.clock.forward(minutes=1)
    for _ in range(3):
        await town.ticks()

    for head in ("head", "deputy"):
        text, picture, brief, book = await town.owed(head)
        assert "评议结束了" in text["body"]["html"]
        assert "应答率 52%" in text["body"]["html"]
        assert "总分 <b>80.0</b>" in text["body"]["html"]
        assert picture["body"]["attachment"][0] == "survey.tally"
        assert brief["body"]["attachment"][0] == "survey.brief"
        assert book["body"]["attachment"][0] == "survey.book"
    (round_,) = await town.reads(sa.select(survey_rounds))
    assert (round_.state, round_.closed_at) == ("closed", town.clock())


async def test_nobody_is_invited_to_a_round_that_is_over(town: Town) -> None:
    await launched(town)
    town.clock.forward(days=7)
    await clockwork.invite(town.around, town.clock())
    assert await town.owed() == []


async def test_a_power_cut_while_closing_leaves_the_round_to_be_closed_again(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    await town.launches()
    for number in range(1, 7):
        await town.answers(f"r{number}", *[4] * 7)
    town.clock.forward(days=7)

    async def dies(*args: Any) -> None:
        raise PowerCutError

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "owe_in_bulk", dies)
        with pytest.raises(PowerCutError):
            await clockwork.close(town.around, town.clock())
    assert await town.owed("head") == []
    await town.ticks()
    text, *_ = await town.owed("head")
    assert "收回 6 份" in text["body"]["html"]


async def test_who_has_not_answered_is_reminded_twice_and_others_never(town: Town) -> None:
    await town.launches()
    await town.answers("r1", *[5] * 7)
    await town.does("r2", "ballot.no:1")
    await town.does("r3", "ballot.go:1")
    for _ in range(4):
        town.clock.forward(days=1)
        await town.ticks()
        await town.ticks()
    assert len(await town.owed("r1")) == len(await town.owed("r2")) == 1
    for silent in ("r3", "r4"):
        _, first, second = await town.owed(silent)
        assert "还等着您家的看法" in first["body"]["html"]
        assert second["created_at"] - first["created_at"] >= timedelta(days=2)
    town.clock.forward(days=2)
    await town.ticks()
    assert len(await town.owed("r4")) == 3, "not a third time"


async def test_nobody_is_asked_at_night_or_on_a_holiday(town: Town) -> None:
    town.clock.now = datetime(2026, 9, 30, 12, 1, tzinfo=UTC)  # a minute past eight in the evening
    await launched(town)
    for _ in range(13):
        await town.ticks()
        assert await town.owed() == []
        town.clock.forward(hours=12)  # through National Day, until its round is nearly over
    assert await states(town) == {"sampled": 23}


async def test_a_community_is_asked_a_few_homes_at_a_time(town: Town) -> None:
    contact = replace(town.policies.contact, homes_an_hour=20)
    town.policies = replace(town.policies, contact=contact)
    await launched(town)
    counts = []
    for _ in range(5):
        await town.ticks()
        await town.ticks()
        counts.append(len(await town.owed()))
        town.clock.forward(minutes=15, seconds=1)
    assert counts == [5, 10, 15, 20, 23]


async def test_a_surge_and_a_pause_hold_everything(town: Town) -> None:
    async with town.database.writing() as work:
        (surging,) = await surge.start(work, [1], Reason.TYPHOON, 1, work.now + timedelta(hours=6))
    await launched(town)
    await town.ticks()
    assert await town.owed() == []
    async with town.database.writing() as work:
        await surge.end(work, [surging], 1)
    assert "不再邀请" in await town.does("head", "survey.pause:1")
    await town.ticks()
    assert await town.owed() == []
    assert "接着发" in await town.does("head", "survey.resume:1")
    await town.ticks()
    assert len(await town.owed()) == 23
