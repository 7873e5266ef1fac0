"""Weeks of visits: who was told what on which morning, beside a slow and obvious computation.

make year             a whole year of a fiftieth of the city, on PostgreSQL
make year SHARE=1     of all 564 communities, which takes hours
"""

import os
import sys
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.simulation.engine import Moved
from bot.simulation.processes import quiet
from bot.simulation.visit_page import told_of
from bot.simulation.visit_year import COMMUNITIES, ZONE, Actor, Played, Size, VisitYear
from domain.calendar import WorkCalendar
from storage.database import Database
from storage.tables.messaging import outbox
from storage.tables.people import addresses, households
from storage.tables.roster import leaves
from storage.tables.visit import visits
from storage.vault import Vault
from tests.support.prepared import SECRET

SIZE = Size(first=date(2026, 10, 26), days=44)
CALENDAR = WorkCalendar()


async def played_on(database: Database, size: Size) -> Played:
    """On PostgreSQL two processes compete, on SQLite there is only one."""
    clock = Moved(datetime.combine(size.first, time(6), ZONE).astimezone(UTC))
    database.clock = clock
    rival = Database(database.url.render_as_string(hide_password=False), Vault(SECRET), clock)
    both = [database, rival if database.url.get_backend_name() != "sqlite" else database]
    try:
        return await VisitYear(both, clock, size).play()
    finally:
        await rival.close()


@pytest.fixture
async def year(database: Database) -> tuple[Played, Database]:
    """Six weeks of six workers."""
    return await played_on(database, SIZE), database


class Facts:
    """All that the database holds of it, as plain rows, by worker."""

    def __init__(self) -> None:
        self.told: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
        self.visits: dict[tuple[int, int, int], list[Any]] = defaultdict(list)
        self.leaves: dict[int, list[Any]] = defaultdict(list)
        self.special: dict[int, set[int]] = defaultdict(set)
        self.high: dict[int, set[int]] = defaultdict(set)

    @classmethod
    async def read(cls, database: Database) -> "Facts":
        facts = cls()
        async with database.reading() as work:
            rows = await work.conn.execute(
                sa.select(addresses.c.person_id, outbox.c.created_at, outbox.c.body)
                .join(addresses, addresses.c.id == outbox.c.address_id)
                .order_by(outbox.c.id)
            )
            for person, at, body in rows:
                facts.told[person].append((at, body["html"]))
            v = visits.c
            for row in await work.conn.execute(
                sa.select(v.worker_id, v.household_id, v.day, v.mode, v.made_at)
            ):
                facts.visits[row.worker_id, row.day.year, row.day.month].append(row)
            for row in await work.conn.execute(sa.select(leaves)):
                facts.leaves[row.person_id].append(row)
            h = households.c
            for home in await work.conn.execute(
                sa.select(h.id, h.worker_id, h.special, h.tier).where(
                    h.special | h.tier.is_not(None)
                )
            ):
                if home.special:
                    facts.special[home.worker_id].add(home.id)
                if home.tier == "high":
                    facts.high[home.worker_id].add(home.id)
        return facts

    def away(self, worker: int, day: date) -> bool:
        return any(row.first_day <= day <= row.last_day for row in self.leaves[worker])

    def own_days(self, worker: int, first: date, last: date) -> list[date]:
        return [d for d in days(first, last) if is_work(d) and not self.away(worker, d)]

    def met(self, worker: int, month: date) -> list[Any]:
        """The visits of a month at which somebody was in."""
        rows = self.visits.get((worker, month.year, month.month), [])
        return [row for row in rows if row.mode == "home"]

    def done(self, worker: int, month: date, before: datetime) -> int:
        made = {
            (row.household_id, row.day) for row in self.met(worker, month) if row.made_at < before
        }
        return len(made)


def is_work(day: date) -> bool:
    return CALENDAR.is_workday(day)


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def last_of(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def standing(facts: Facts, actor: Actor, day: date, at: datetime) -> tuple[int, int, int]:
    """Done, owed in the month, and owed by the evening of the day."""
    first, last = day.replace(day=1), last_of(day)
    own = facts.own_days(actor.id, first, last)
    everybodys = [d for d in days(first, last) if is_work(d)]
    owed = int(30 * actor.share / 100 * len(own) / len(everybodys) + 0.5)
    gone = len([d for d in own if d <= day])
    return facts.done(actor.id, day, at), owed, owed * gone // len(own) if own else 0


def reached(day: date, looked: date | None, told: set[tuple[int, str]]) -> str:
    """The milestone of the day's month that stands to be said, whether behind or not."""
    work = [d for d in days(day.replace(day=1), last_of(day)) if is_work(d)]
    middle = next(d for d in work if d.day >= 15)
    if day == work[-1]:
        kind = "今天是本月最后一个工作日"
    elif day in work[-5:]:
        kind = "这个月只剩最后几个工作日"
    elif (looked or day - timedelta(days=1)) < middle <= day:
        kind = "月过一半了"
    else:
        return ""
    return "" if (day.month, kind) in told else kind


def expected(played: Played, facts: Facts, actor: Actor) -> list[tuple[datetime, list[str]]]:
    """Tick after tick: when this worker is told, and what must stand in it."""
    found: list[tuple[datetime, list[str]]] = []
    looked: date | None = None
    told: set[tuple[int, str]] = set()
    for tick in played.ticks:
        local = tick.at.astimezone(ZONE)
        day, hour = local.date(), 510 if actor.hour == -1 else actor.hour
        late = local.hour * 60 + local.minute < hour
        if not tick.up or late or looked == day or not is_work(day) or facts.away(actor.id, day):
            continue
        done, owed, due = standing(facts, actor, day, tick.at)
        says = []
        kind = reached(day, looked, told) if owed and done < due else ""
        if kind:
            told.add((day.month, kind))
            says.append(kind)
        ended = day.replace(day=1) - timedelta(days=1)
        if looked is not None and looked <= ended:
            before = standing(facts, actor, ended, tick.at)
            if before[1]:
                says.append(f"{ended.month}月走访 {before[0]}/{before[1]} 户次")
        looked = day
        if actor.hour != -1:
            says.append(f"本月 {done}/{owed}")
            found.append((tick.at, says))
        elif says:
            found.append((tick.at, says[:1]))
    return found


async def test_everybody_is_told_what_the_rules_say_and_who_walks_as_told_keeps_all(
    year: tuple[Played, Database],
) -> None:
    played, database = year
    facts = await Facts.read(database)
    assert_told(played, facts)
    assert_kept(played, facts, [date(2026, 11, 1)])
    assert played.restarts >= 5
    assert any(not tick.up for tick in played.ticks)
    assert sum(len(mine) for mine in facts.told.values()) > 100


@pytest.mark.campaign
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_a_year_of_the_city_goes_by_the_rules_over_a_hundred_restarts(
    database: Database,
) -> None:
    share = float(os.environ.get("LINLI_TEST_SHARE", "0.02"))
    towns = max(round(share * COMMUNITIES), 1)
    quiet()
    size = Size(communities=towns, workers=8, homes=250, first=date(2026, 1, 1), days=365)
    played = await played_on(database, size)
    facts = await Facts.read(database)
    assert played.restarts >= 100
    assert not played.twice
    assert not played.missed
    assert_told(played, facts)
    assert_kept(played, facts, [date(2026, month, 1) for month in range(1, 13)])
    sys.stdout.write(told_of(size, played))


def assert_told(played: Played, facts: Facts) -> None:
    for actor in played.actors:
        wanted, heard = expected(played, facts, actor), facts.told[actor.id]
        assert [at for at, _ in heard] == [at for at, _ in wanted], actor
        for (at, text), (_, says) in zip(heard, wanted, strict=True):
            assert not [words for words in says if words not in text], (actor, at, text)
            milestones = ("月过一半了", "最后几个工作日", "最后一个工作日", "走访小结")
            spoken = [words for words in milestones if words in text]
            assert len(spoken) <= len(says)


def assert_kept(played: Played, facts: Facts, months: list[date]) -> None:
    down = {tick.at.astimezone(ZONE).date() for tick in played.ticks if not tick.up}
    keen = [a for a in played.actors if a.zeal == 1 and a.hour != -1]
    checked = 0
    for actor in keen:
        for month in months:
            if any(facts.away(actor.id, day) for day in days(month, last_of(month))):
                continue
            checked += 1
            evening = datetime.combine(last_of(month), time(23), ZONE).astimezone(UTC)
            assert facts.done(actor.id, month, evening) >= 30 * actor.share // 100
            seen = {row.household_id for row in facts.met(actor.id, month)}
            assert facts.special[actor.id] <= seen, (actor, month)
            assert_weekly(facts, actor, month, down)
    assert checked >= 1


def assert_weekly(facts: Facts, actor: Actor, month: date, down: set[date]) -> None:
    """The home at high risk is seen in each whole week in which the desk was there to say so."""
    (home,) = facts.high[actor.id]
    seen = {row.day for row in facts.met(actor.id, month) if row.household_id == home}
    monday = month + timedelta(days=-month.weekday() % 7)
    while monday + timedelta(days=4) <= last_of(month):
        week = days(monday, monday + timedelta(days=6))
        if not down & set(week) and any(is_work(day) for day in week):
            assert seen & set(week), (actor, monday)
        monday += timedelta(days=7)
