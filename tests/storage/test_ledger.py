"""A month read, closed and kept, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from domain.calendar import Month
from domain.ledger import Event
from domain.ledger_facts import Change, Facts
from domain.visit import Mode
from knowledge.appraisal import shipped_weights
from storage import ledger, people, personal, visit
from storage.database import Database
from storage.ledger_span import Rules
from tests.support.clock import HandClock
from tests.support.october import POLICIES, October

OCTOBER = Month(2026, 10)
RULES = Rules(POLICIES, shipped_weights())


@pytest.fixture
async def october(peopled: Database, clock: HandClock) -> October:
    return await October(peopled, clock).play()


async def read(october: October, month: Month = OCTOBER) -> Facts:
    async with october.database.reading() as work:
        community = await people.community(work, october.here)
        return await ledger.facts(work, community, month, RULES)


async def close(october: October, month: Month = OCTOBER) -> bool:
    made = await read(october, month)
    async with october.database.writing() as work:
        return await ledger.close(work, october.here, made)


async def test_a_month_is_read_as_it_was(october: October) -> None:
    facts = await read(october)
    assert len(facts.visits) == 11, "what was taken back is not there"
    assert [(one.name, one.target) for one in facts.staff] == [
        ("社工丙", 30),
        ("社工乙", 30),
        ("社工甲", 30),
    ]
    by_event = [(one.event, one.what, one.closed_at is not None) for one in facts.matters]
    assert by_event == [
        (Event.VISIT, "return", True),
        (Event.VISIT, "return", False),
        (Event.QUESTION, "question", True),
        (Event.CASE, "facilities", True),
        (Event.QUESTION, "question", True),
        (Event.VISIT, "return", False),
        (Event.SERVICE, "chore", True),
        (Event.VISIT, "return", False),
        (Event.CASE, "nuisance", False),
        (Event.QUESTION, "question", False),
    ]
    assert [(one.presses, one.outcome) for one in facts.calls] == [
        (1, "settled"),
        (1, "false_alarm"),
    ]
    [asked] = facts.rounds
    assert (asked.sampled, asked.answered, asked.whole.n) == (30, 6, 6)
    assert [part.hidden for part in asked.parts] == [False] * 6 + [True]
    cover = {one.worker_id: one for one in facts.cover}
    assert sum(one.homes for one in facts.cover) == 30
    assert [(one.special, one.special_seen) for one in cover.values() if one.special] == [(1, 1)]
    assert all(sum(one.ages) == one.homes for one in cover.values())


async def test_a_closed_month_stays_and_what_is_set_right_stands_in_the_next(
    october: October, clock: HandClock
) -> None:
    assert await close(october)
    kept = await read(october)
    assert kept.closed
    clock.forward(days=2)
    late_at = clock.now.replace(month=10, day=31, hour=3)
    await october.visit(100, "w2", "5幢102", Mode.HOME, (), "没网，晚到", None, late_at)
    async with october.database.writing() as work:
        wrong, unfinished = october.made[9], october.made[4]
        await visit.set_removed(work, wrong, True, wrong.worker_id)
        mended = replace(unfinished, note="楼道有电瓶车，已搬")
        await visit.save(work, unfinished, mended, unfinished.worker_id)
    assert await read(october) == kept
    assert not await close(october), "a month is closed once"
    next_month = await read(october, Month(2026, 11))
    assert [(late.change, late.line.note) for late in next_month.late] == [
        (Change.CHANGED, "楼道有电瓶车，已搬"),
        (Change.REMOVED, "问幼儿园报名"),
        (Change.ADDED, "没网，晚到"),
    ]
    carried = [(one.event, one.carried) for one in next_month.matters]
    still = [(Event.VISIT, True), (Event.CASE, True), (Event.QUESTION, True)]
    assert carried == still, "open ones are carried over"


async def test_whoever_is_erased_is_in_no_closed_month_any_more(october: October) -> None:
    assert await close(october)
    before = await read(october)
    async with october.database.writing() as work:
        person = await people.person_by_code(work, "resident")
        assert person is not None
        await personal.erase(work, person, "（资料已删除）")
    after = await read(october)
    changed = [new for old, new in zip(before.matters, after.matters, strict=True) if old != new]
    gone = [(one.event, one.name, one.words, one.answer) for one in changed]
    nobody = ("（资料已删除）", "", "")
    assert gone == [(Event.QUESTION, *nobody), (Event.CASE, *nobody)]
    assert "王先生" not in str(after)
    assert after.visits == before.visits, "the record of visits belongs to the home"


async def test_the_last_day_of_a_month_can_still_bring_visits(
    october: October, clock: HandClock
) -> None:
    november = Month(2026, 11)
    clock.now = datetime(2026, 11, 30, 2, tzinfo=UTC)
    assert {staff.left for staff in (await read(october, november)).staff} == {1}
    clock.forward(days=1)
    assert {staff.left for staff in (await read(october, november)).staff} == {0}


async def test_nothing_of_another_community_comes_in(october: October) -> None:
    async with october.database.reading() as work:
        other = next(c for c in await people.all_communities(work) if c.id != october.here)
        facts = await ledger.reckoned(work, other, OCTOBER, RULES)
    assert facts.empty
    assert [staff.name for staff in facts.staff] == ["别处社工"]
