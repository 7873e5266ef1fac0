"""Escalation and its watchdog: whoever runs them, nobody is told twice and nobody is forgotten."""

import asyncio
from collections import Counter
from dataclasses import replace

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from domain.duty import Duty, DutyEvent
from domain.messages import Owed
from scheduler import duties as jobs
from scheduler.base import Surroundings
from scheduler.escalate import climber
from storage import duties
from storage.database import Database, Work
from storage.tables.messaging import outbox
from storage.vault import Vault
from tests.support.desk import Desk
from tests.support.prepared import SECRET


def surroundings(desk: Desk, database: Database | None = None) -> Surroundings:
    """What a process of its own on the same database would have."""
    parts = desk.app.parts
    return Surroundings(
        database=database or desk.database,
        knowledge=lambda: parts.knowledge,
        phrases=parts.phrases,
        policies=parts.policies,
        climb=climber(parts.phrases),
        send=desk.app.delivery.send,
        gauge=lambda name, value: None,
    )


async def keys(desk: Desk) -> Counter[str]:
    async with desk.database.reading() as work:
        found = await work.conn.scalars(
            sa.select(outbox.c.dedupe_key).where(outbox.c.dedupe_key.is_not(None))
        )
        return Counter(key for key in found if key)


async def test_two_processes_that_escalate_together_tell_nobody_twice(desk: Desk) -> None:
    granny, third, head, _ = await desk.people("granny", "w3", "head", "w1")
    await granny.does("help.press")
    rival = Database(
        desk.database.url.render_as_string(hide_password=False), Vault(SECRET), desk.clock
    )
    both = (surroundings(desk), surroundings(desk, rival))
    for _ in range(3):
        desk.clock.forward(seconds=121)
        await asyncio.gather(*(jobs.escalate(around, desk.clock()) for around in both * 2))
        await desk.settles()
    await rival.close()

    cards = Counter(
        row.message.card for row in desk.channel.parcels if row.address == third.address
    )
    assert cards["help:1"] == len([m for m in third.messages if m.card == "help:1"]), (
        "sent once each"
    )
    assert set((await keys(desk)).values()) == {1}
    async with desk.database.reading() as work:
        log = [(line.event, line.actor_id, line.at) for line in await duties.history(work, 1)]
    assert len(log) == len(set(log)), "no step was taken twice"
    head.hears("陈奶奶 求助")


async def test_one_duty_that_cannot_be_told_keeps_no_other_waiting(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    granny, daughter_of_nobody, third, _ = await desk.people("granny", "resident", "w3", "w1")
    await granny.does("help.press")
    await daughter_of_nobody.does("help.press")
    around = surroundings(desk)

    async def poisoned(work: Work, duty: Duty) -> tuple[Owed, ...]:
        if duty.id == 1:
            raise LookupError("poison")
        return await climber(desk.app.parts.phrases)(work, duty)

    desk.clock.forward(seconds=61)
    with capture_logs() as said:
        await jobs.escalate(replace(around, climb=poisoned), desk.clock())
    await desk.settles()

    third.hears("王先生 求助")
    assert [line["duty"] for line in said if line["event"] == "escalate.failed"] == [1]


async def test_the_watchdog_speaks_of_what_is_overdue_and_of_nothing_else(desk: Desk) -> None:
    granny, head, _ = await desk.people("granny", "head", "w1")
    around = surroundings(desk)
    await granny.does("help.press")
    await jobs.watch(around, desk.clock())
    await desk.settles()
    assert head.messages == []

    desk.clock.forward(seconds=60 + 31)  # the escalation itself has stopped
    with capture_logs() as said:
        await jobs.watch(around, desk.clock())
    await desk.settles()
    head.hears("有 1 件求助没有下一步")
    assert said[-1]["duties"] == [1]

    desk.clock.forward(hours=1)
    await jobs.watch(around, desk.clock())
    await desk.settles()
    assert sum("没有下一步" in message.plain for message in head.messages) == 2, "hourly"


async def test_a_duty_in_somebodys_hands_has_a_next_step_too(desk: Desk) -> None:
    """The watchdog looks at what is taken as well: silence has a deadline."""
    granny, mine, head = await desk.people("granny", "w1", "head")
    await granny.does("help.press")
    await mine.taps("我来")
    around = surroundings(desk)
    await jobs.watch(around, desk.clock())
    desk.clock.forward(minutes=5, seconds=31)  # the clock that reminds has stopped
    await jobs.watch(around, desk.clock())
    await desk.settles()
    head.hears("有 1 件求助没有下一步")


async def test_two_processes_that_take_it_out_of_silent_hands_do_so_once(desk: Desk) -> None:
    granny, mine, third = await desk.people("granny", "w1", "w3")
    await granny.does("help.press")
    await mine.taps("我来")
    rival = Database(
        desk.database.url.render_as_string(hide_password=False), Vault(SECRET), desk.clock
    )
    both = (surroundings(desk), surroundings(desk, rival))
    for _ in range(2):
        desk.clock.forward(minutes=5, seconds=1)
        await asyncio.gather(*(jobs.escalate(around, desk.clock()) for around in both * 2))
        await desk.settles()
    await rival.close()

    async with desk.database.reading() as work:
        log = Counter(line.event for line in await duties.history(work, 1))
    assert log[DutyEvent.REMINDED] == 1
    assert log[DutyEvent.GIVEN_BACK] == 1
    assert sum("还没等到社工甲的消息" in m.plain for m in granny.messages) == 1
    third.hears("还没有人接")


async def test_who_cannot_be_reached_is_told_of_once_a_day(desk: Desk) -> None:
    """Their worker hears of it, so that somebody rings or goes there."""
    granny, mine = await desk.people("granny", "w1")
    await granny.does("help.press")
    await granny.blocks()
    await mine.taps("我来")
    await mine.taps("在路上")
    await desk.tick()
    told = [message for message in mine.messages if "送不到" in message.plain]
    assert len(told) == 1
    assert "陈奶奶（3幢502）" in told[0].plain
