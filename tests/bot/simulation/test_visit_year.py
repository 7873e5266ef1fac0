"""A year of visits in small: who was told what on which morning, beside a slow and obvious computation.

The whole city: `python -m bot simulate visits --share 1`.
"""

from collections import defaultdict
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.simulation.engine import Moved
from bot.simulation.visit_year import ZONE, Actor, Played, Size, VisitYear
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


@pytest.fixture
async def year(database: Database) -> AsyncIterator[tuple[Played, Database]]:
    """Six weeks of six workers; on PostgreSQL two processes compete, on SQLite there is only one."""
    clock = Moved(datetime.combine(SIZE.first, time(6), ZONE).astimezone(UTC))
    database.clock = clock
    rival = Database(database.url.render_as_string(hide_password=False), Vault(SECRET), clock)
    both = [database, rival if database.url.get_backend_name() != "sqlite" else database]
    try:
        yield await VisitYear(both, clock, SIZE).play(), database
    finally:
        await rival.close()


class Facts:
    """All that the database holds of it, as plain rows."""

    def __init__(self) -> None:
        self.told: list[tuple[int, datetime, str]] = []
        self.visits: list[Any] = []
        self.leaves: list[Any] = []
        self.homes: list[Any] = []

    @classmethod
    async def read(cls, database: Database) -> "Facts":
        facts = cls()
        async with database.reading() as work:
            rows = await work.conn.execute(
                sa.select(addresses.c.person_id, outbox.c.created_at, outbox.c.body)
                .join(addresses, addresses.c.id == outbox.c.address_id)
                .order_by(outbox.c.id)
            )
            facts.told = [(r.person_id, r.created_at, r.body["html"]) for r in rows]
            facts.visits = list(await work.conn.execute(sa.select(visits)))
            facts.leaves = list(await work.conn.execute(sa.select(leaves)))
            facts.homes = list(await work.conn.execute(sa.select(households)))
        return facts

    def away(self, worker: int, day: date) -> bool:
        return any(
            row.person_id == worker and row.first_day <= day <= row.last_day for row in self.leaves
        )

    def own_days(self, worker: int, first: date, last: date) -> list[date]:
        return [d for d in days(first, last) if is_work(d) and not self.away(worker, d)]

    def done(self, worker: int, month: date, before: datetime) -> int:
        made = {
            (row.household_id, row.day)
            for row in self.visits
            if row.worker_id == worker
            and row.mode == "home"
            and (row.day.year, row.day.month) == (month.year, month.month)
            and row.made_at < before
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
    assert_kept(played, facts)


def assert_told(played: Played, facts: Facts) -> None:
    heard: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    for person, at, text in facts.told:
        heard[person].append((at, text))
    for actor in played.actors:
        wanted = expected(played, facts, actor)
        assert [at for at, _ in heard[actor.id]] == [at for at, _ in wanted], actor
        for (at, text), (_, says) in zip(heard[actor.id], wanted, strict=True):
            assert not [words for words in says if words not in text], (actor, at, text)
            milestones = ("月过一半了", "最后几个工作日", "最后一个工作日", "走访小结")
            spoken = [words for words in milestones if words in text]
            assert len(spoken) <= len(says)
    assert played.restarts >= 5
    assert any(not tick.up for tick in played.ticks)
    assert sum(len(mine) for mine in heard.values()) > 100


def assert_kept(played: Played, facts: Facts) -> None:
    down = {tick.at.astimezone(ZONE).date() for tick in played.ticks if not tick.up}
    keen = [a for a in played.actors if a.zeal == 1 and a.hour != -1]
    checked = 0
    for actor in keen:
        for month in (date(2026, 11, 1),):
            if any(facts.away(actor.id, day) for day in days(month, last_of(month))):
                continue
            checked += 1
            evening = datetime.combine(last_of(month), time(23), ZONE).astimezone(UTC)
            assert facts.done(actor.id, month, evening) >= 30 * actor.share // 100
            seen = {
                row.household_id: row.day
                for row in facts.visits
                if month <= row.day <= last_of(month) and row.mode == "home"
            }
            special = {h.id for h in facts.homes if h.worker_id == actor.id and h.special}
            assert special <= set(seen)
            assert_weekly(facts, actor, month, down)
    assert checked >= 1


def assert_weekly(facts: Facts, actor: Actor, month: date, down: set[date]) -> None:
    """The home at high risk is seen in each whole week in which the desk was there to say so."""
    (home,) = [h.id for h in facts.homes if h.worker_id == actor.id and h.tier == "high"]
    seen = {row.day for row in facts.visits if row.household_id == home and row.mode == "home"}
    monday = month + timedelta(days=-month.weekday() % 7)
    while monday + timedelta(days=4) <= last_of(month):
        week = days(monday, monday + timedelta(days=6))
        if not down & set(week):
            assert seen & set(week), (actor, monday)
        monday += timedelta(days=7)
