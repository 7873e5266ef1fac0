"""The diary in the database: once, counted as the rules count, its readers told apart."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
import yaml

from bot.loading import load
from domain.calendar import Month, WorkCalendar
from domain.people import Role
from domain.visit import FULL, Mode, Quota, Topic, Traced, Visit, count_home_days, pace
from domain.visit_day import Tier
from knowledge.register import Register
from storage import people, visit, visit_day, visit_homes, visit_trail, visit_workers
from storage.among import among
from storage.database import Database, Work
from storage.tables.people import households
from storage.visit import Entry
from tests.support.prepared import COMMUNITY

NOVEMBER = Month(2026, 11)
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.fixture
def here(peopled: Database) -> Database:
    """Where the test community lives."""
    return peopled


async def ids(database: Database, *codes: str) -> list[int]:
    async with database.reading() as work:
        found = [await people.person_by_code(work, code) for code in codes]
    return [person.id for person in found if person]


def an_entry(worker: int, home: int, day: date, key: str, mode: Mode = Mode.HOME) -> Entry:
    made_at = datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC)
    return Entry(1, worker, home, made_at, day, key, mode)


async def test_the_same_key_is_the_same_visit(here: Database) -> None:
    (worker,) = await ids(here, "w1")
    entry = replace(
        an_entry(worker, 1, NOON.date(), "turn:9"), note="好", topics=(Topic.JOBS, Topic.HEALTH)
    )
    async with here.writing() as work:
        first, new = await visit.record(work, entry)
        again, new_again = await visit.record(work, replace(entry, note="别的"))
    assert (new, new_again) == (True, False)
    assert again == first
    assert first.note == "好"
    assert set(first.topics) == {Topic.JOBS, Topic.HEALTH}


async def test_counting_in_sql_is_counting_by_the_rule(here: Database) -> None:
    workers = await ids(here, "w1", "w2", "other-worker")
    dice = random.Random(6)
    entries = [
        an_entry(
            dice.choice(workers),
            dice.randint(1, 6),
            date(2026, 10, 28) + timedelta(days=dice.randint(0, 40)),
            f"seed:{number}",
            dice.choice(list(Mode)),
        )
        for number in range(700)
    ]
    async with here.writing() as work:
        await visit.record_many(work, entries)
        await visit.record_many(work, entries)
        for number in (3, 50, 99):
            saved = await visit.get(work, number)
            assert saved is not None
            await visit.set_removed(work, saved, True, workers[0])
    kept = [e for n, e in enumerate(entries, start=1) if n not in (3, 50, 99)]
    by_hand = {
        worker: count_home_days(
            Visit(e.worker_id, e.household_id, e.day, e.mode)
            for e in kept
            if e.worker_id == worker and Month.of(e.day) == NOVEMBER
        )
        for worker in workers
    }
    async with here.reading() as work:
        assert await visit.counts(work, NOVEMBER) == by_hand
        facts = await visit.facts(work, workers, NOVEMBER)
    assert {worker: count_home_days(facts[worker]) for worker in workers} == by_hand
    assert min(by_hand.values()) > 20


async def test_taking_back_twice_keeps_the_first_moment(here: Database) -> None:
    (worker,) = await ids(here, "w1")
    async with here.writing() as work:
        saved, _ = await visit.record(work, an_entry(worker, 1, NOON.date(), "k"))
        gone = await visit.set_removed(work, saved, True, worker)
        assert gone.removed_at == work.now
        again = await visit.set_removed(work, gone, True, worker)
        assert again.removed_at == gone.removed_at
        await visit.save(work, gone, replace(gone, note="改不了"), worker)
        assert [each.event for each in await visit_trail.of_community(work, 1, NOVEMBER, 9)] == [
            Traced.REMOVED
        ]
        stored = await visit.get(work, saved.id)
    assert stored is not None
    assert stored.note == ""


async def test_notes_are_sealed_at_rest(here: Database) -> None:
    (worker,) = await ids(here, "w1")
    async with here.writing() as work:
        await visit.record(work, replace(an_entry(worker, 1, NOON.date(), "k"), note="血压高"))
        raw = (await work.conn.exec_driver_sql("SELECT note FROM visits")).scalar_one()
    assert "血压高".encode() not in bytes(raw)


async def test_last_visits_are_those_that_met_somebody_by_whomever(here: Database) -> None:
    mine, other = await ids(here, "w1", "w2")
    async with here.writing() as work:
        home = (await visit_homes.doors(work, mine))[0].home.id
        for day, worker, mode in (
            (date(2026, 9, 1), mine, Mode.HOME),
            (date(2026, 10, 5), other, Mode.HOME),
            (date(2026, 11, 2), mine, Mode.NOBODY_IN),
            (date(2026, 11, 3), mine, Mode.PHONE),
        ):
            await visit.record(work, an_entry(worker, home, day, f"{day}", mode))
        assert await visit_homes.last_visits(work, mine) == {home: date(2026, 10, 5)}
        assert await visit_homes.last_visits(work, other) == {}


async def test_a_promise_stands_until_somebody_was_met(here: Database) -> None:
    (worker,) = await ids(here, "w1")
    promised = date(2026, 11, 20)
    async with here.writing() as work:
        home = (await visit_homes.doors(work, worker))[0].home.id
        first = replace(an_entry(worker, home, date(2026, 11, 10), "a"), follow_up_on=promised)
        await visit.record(work, first)
        assert await promises(work, worker) == {home: promised}
        await visit.record(work, an_entry(worker, home, promised, "b", Mode.NOBODY_IN))
        assert await promises(work, worker) == {home: promised}
        await visit.record(work, an_entry(worker, home, promised, "c", Mode.PHONE))
        assert await promises(work, worker) == {}


async def promises(work: Work, worker: int) -> dict[int, date]:
    found = (await visit_day.standings(work, [worker], ZoneInfo("Asia/Shanghai")))[worker]
    return {home.home: home.promised for home in found if home.promised}


async def test_what_a_plan_reads_of_many_homes_is_all_it_can_choose(here: Database) -> None:
    (worker,) = await ids(here, "w1")
    async with here.writing() as work:
        homes = [door.home.id for door in await visit_homes.doors(work, worker)]
        await visit.record(work, an_entry(worker, homes[0], date(2026, 11, 10), "a"))
        await visit.record(work, an_entry(worker, homes[1], date(2026, 11, 10), "b"))
        (removed, _) = await visit.record(work, an_entry(worker, homes[2], NOON.date(), "c"))
        await visit.set_removed(work, removed, True, worker)
        shocked = sa.update(households).where(among(households.c.id))
        await work.conn.execute(shocked.values(shocked_at=work.now), {"ids": homes[:5]})
        zone = ZoneInfo("Asia/Shanghai")
        found = {h.home: h for h in (await visit_day.standings(work, [worker], zone))[worker]}
    assert set(found) == set(homes)
    assert found[homes[0]].last == date(2026, 11, 10)
    assert found[homes[2]].last is None
    assert found[homes[4]].shocked == date(2026, 11, 24)
    special = {home: each.tier for home, each in found.items() if each.tier}
    assert list(special.values()) == [Tier.KEY]


async def test_doors_know_who_lives_there(here: Database) -> None:
    mine, other = await ids(here, "w1", "w2")
    async with here.reading() as work:
        doors = {door.home.place: door for door in await visit_homes.doors(work, mine)}
        others = {door.home.place for door in await visit_homes.doors(work, other)}
        one = await visit_homes.door(work, doors["3幢502"].home.id)
    assert doors["3幢502"].names == ("陈奶奶",)
    assert doors["3幢502"].home.special
    assert doors["3幢501"].names == ()
    assert len(doors) == 20
    assert one == doors["3幢502"]
    assert others.isdisjoint(doors)


async def test_the_board_shows_the_communitys_own_workers_those_behind_first(
    here: Database,
) -> None:
    first, second = await ids(here, "w1", "w2")
    async with here.writing() as work:
        for number in range(3):
            key = f"k{number}"
            await visit.record(work, an_entry(second, number + 1, NOON.date(), key))
        await visit.record(work, an_entry(first, 1, NOON.date(), "k"))
        rows = await visit.board(work, 1, NOON.date(), WorkCalendar(), Quota())
        everyone = await visit.workers(work)
        people_here = await people.with_role(work, 1, Role.WORKER)
    assert [(row.worker, row.pace.done) for row in rows] == [
        ("社工丙", 0),
        ("社工甲", 1),
        ("社工乙", 3),
    ]
    assert {worker.id for worker in everyone} - set(people_here) == set(
        await ids(here, "other-worker")
    )


async def test_a_register_says_how_often_and_how_long_somebody_works(here: Database) -> None:
    text = COMMUNITY.read_text(encoding="utf-8")
    told = text.replace("special: true", "special: true\n        tier: high", 1)
    told = told.replace("name: 社工甲,", "name: 社工甲, share: 50, since: 2026-11-16,")
    (worker,) = await ids(here, "w1")
    full, part = (Register.model_validate(yaml.safe_load(each)) for each in (text, told))
    async with here.writing() as work:
        assert (await load(work, part)).changed == 1
        assert (await load(work, part)).changed == 0
        found = (await visit_workers.agreed(work, [worker]))[worker].terms
        homes = (await visit_day.standings(work, [worker], ZoneInfo("Asia/Shanghai")))[worker]
        assert (found.share, found.first) == (50, date(2026, 11, 16))
        assert Tier.HIGH in {home.tier for home in homes}
        there = (await visit_workers.presences(work, [worker], NOVEMBER))[worker]
        assert pace(0, NOON.date(), NOVEMBER, WorkCalendar(), presence=there).target == 8
        await load(work, full)
        assert (await visit_workers.agreed(work, [worker]))[worker].terms is FULL
        homes = (await visit_day.standings(work, [worker], ZoneInfo("Asia/Shanghai")))[worker]
        assert Tier.HIGH in {home.tier for home in homes}, "it may have been set in the chat"
