"""The 1st of the month: closed once, handed to who should have it, caught up after a night that was slept."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from domain.calendar import Month
from scheduler import ledger as job
from storage import ledger
from storage.tables.clock import job_periods
from storage.tables.messaging import outbox
from storage.tables.people import people, roles
from tests.support.clock import HandClock
from tests.support.desk import Desk
from tests.support.october import AFTER, BEFORE, October

OCTOBER = Month(2026, 10)


@pytest.fixture
def clock() -> HandClock:
    """The desk opens on the 1st of October."""
    return HandClock(datetime(2026, 10, 1, 2, 0, tzinfo=UTC))


async def test_the_month_is_closed_once_and_everybody_has_what_is_theirs(
    desk: Desk, clock: HandClock
) -> None:
    head, w1, w2 = await desk.people("head", "w1", "w2")
    elsewhere = await desk.person("other-head")
    await October(desk.database, clock).play(BEFORE)
    async with desk.database.writing() as work:
        await work.conn.execute(sa.delete(outbox))
        # The desk of tests is copied after the jobs of a later month.
        await work.conn.execute(sa.delete(job_periods).where(job_periods.c.job == job.JOB))
    await desk.app.clockwork.tick()
    async with desk.database.reading() as work:
        assert not await ledger.closed_in(work, OCTOBER), "not before its time"
    clock.now = AFTER + timedelta(hours=2)  # the desk slept at twenty past six
    await desk.tick()
    await desk.tick()
    async with desk.database.reading() as work:
        assert len(await ledger.closed_in(work, OCTOBER)) == 1
        keys = await work.conn.scalars(
            sa.select(outbox.c.dedupe_key).where(outbox.c.dedupe_key.like("ledgers:%"))
        )
        assert Counter(key.split("@")[0].rpartition(":")[2] for key in keys) == {"all": 1, "own": 2}
    card = head.hears("10月的台账做好了：走访 7 户次，民情 10 件，求助 2 次")
    assert card.attachment is not None
    assert card.attachment.filename == "测试社区-2026-10-台账.xlsx"
    assert w1.hears("社工甲，10月的台账做好了").attachment
    assert w2.hears("社工乙，10月的台账做好了").attachment
    assert "台账" not in elsewhere.transcript, "where nothing happened nobody is written to"

    async with desk.database.writing() as work:
        await work.conn.execute(
            sa.insert(roles).from_select(
                ["person_id", "community_id", "role"],
                sa.select(people.c.id, people.c.community_id, sa.literal("worker")).where(
                    people.c.code == "head"
                ),
            )
        )
    said = await head.does("ledger.get:2026-10:own:xlsx")
    assert "10月没有" in said, "who became a worker since is told so, and waits for no file"


async def test_two_at_once_close_a_month_once(desk: Desk, clock: HandClock) -> None:
    await October(desk.database, clock).play(BEFORE)
    around = desk.app.clockwork._around
    for _ in range(2):
        await job.close(around, AFTER)
    async with desk.database.reading() as work:
        assert len(await ledger.closed_in(work, OCTOBER)) == 1
