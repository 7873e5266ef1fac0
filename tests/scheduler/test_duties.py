"""Escalation and its watchdog: whoever runs them, nobody is told twice and nobody is forgotten."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from domain.duty import Duty, DutyEvent, DutyKind
from domain.messages import Lane, Owed
from scheduler import duties as jobs
from scheduler.base import Surroundings
from scheduler.escalate import climber
from storage import duties, people
from storage.database import Database, Work
from storage.tables.duties import duties as duty_rows
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
        climb=climber(parts.phrases, parts.policies),
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

    async def poisoned(work: Work, duty: Duty, _call: object = None) -> tuple[Owed, ...]:
        if duty.id == 1:
            raise LookupError("poison")
        return await climber(desk.app.parts.phrases, desk.app.parts.policies)(work, duty)

    desk.clock.forward(seconds=61)
    with capture_logs() as said:
        await jobs.escalate(replace(around, climb=poisoned), desk.clock())
    await desk.settles()

    third.hears("王先生 求助")
    assert [line["duty"] for line in said if line["event"] == "escalate.failed"] == [1]


async def waiting(desk: Desk, kind: DutyKind, number: int) -> int:
    """A duty of a kind of the first community, due now; its id."""
    async with desk.database.writing() as work:
        head = await people.person_by_code(work, "head")
        assert head is not None
        opened = await duties.open_duty(
            work,
            duties.Opening(
                kind=kind,
                community_id=head.community_id,
                ladder=desk.app.parts.policies.ladders[kind],
                source_key=f"test:{kind}:{number}",
                subject_id=head.id if kind is DutyKind.HELP else None,
            ),
        )
        assert opened is not None
        await work.conn.execute(
            sa.update(duty_rows)
            .where(duty_rows.c.id == opened.id)
            .values(next_at=work.now - timedelta(minutes=9 - number))
        )
        return opened.id


async def test_help_waits_for_no_more_than_one_other_duty(desk: Desk) -> None:
    """A morning's reviews are due for longest; a second call becomes due while they are climbed."""
    await desk.people("head")
    chores = [await waiting(desk, DutyKind.GUIDE, number) for number in range(3)]
    call = await waiting(desk, DutyKind.HELP, 4)
    order: list[int] = []

    async def climb(work: Work, duty: Duty, _call: object = None) -> tuple[Owed, ...]:
        order.append(duty.id)
        if duty.id == call:
            await work.conn.execute(
                sa.update(duty_rows).where(duty_rows.c.id == call).values(state=4, next_at=None)
            )
        if duty.id == chores[0]:
            again = sa.update(duty_rows).where(duty_rows.c.id == call)
            await work.conn.execute(again.values(state=0, next_at=work.now))
        return ()

    await jobs.escalate(replace(surroundings(desk), climb=climb), desk.clock())

    assert order == [call, chores[0], call, *chores[1:]]


async def test_help_that_cannot_be_told_is_tried_once_a_sweep(desk: Desk) -> None:
    await desk.people("head")
    call = await waiting(desk, DutyKind.HELP, 4)
    chores = [await waiting(desk, DutyKind.GUIDE, number) for number in range(3)]
    order: list[int] = []

    async def climb(work: Work, duty: Duty, _call: object = None) -> tuple[Owed, ...]:
        order.append(duty.id)
        if duty.id == call:
            raise LookupError("poison")
        return ()

    with capture_logs():
        await jobs.escalate(replace(surroundings(desk), climb=climb), desk.clock())
    assert order == [call, *chores]


@pytest.mark.parametrize(
    ("kind", "said", "lane"),
    [
        (DutyKind.HELP, "有 1 件求助没有下一步，请马上看一看：/helplist", Lane.EMERGENCY),
        (DutyKind.QUESTION, "有 2 个居民提问到点了", Lane.CONVERSATION),
        (DutyKind.GUIDE, "有 2 份办事指南该核对了", Lane.CONVERSATION),
    ],
)
async def test_the_watchdog_words_it_by_kind_and_cries_for_help_alone(
    desk: Desk, kind: DutyKind, said: str, lane: Lane
) -> None:
    (head,) = await desk.people("head")
    count = 1 if kind is DutyKind.HELP else 2  # one person has one call for help at a time
    for number in range(count):
        await waiting(desk, kind, number)
    await jobs.watch(surroundings(desk), desk.clock())
    await desk.settles()

    head.hears(said)
    async with desk.database.reading() as work:
        lanes = await work.conn.scalars(
            sa.select(outbox.c.lane).where(outbox.c.dedupe_key.like(f"watchdog:{kind}:%"))
        )
        assert set(lanes) == {int(lane)}


async def test_each_kind_that_is_stuck_is_told_apart(desk: Desk) -> None:
    (head,) = await desk.people("head")
    for kind in DutyKind:
        await waiting(desk, kind, 1)
    for _ in range(2):
        await jobs.watch(surroundings(desk), desk.clock())
        await desk.settles()
    head.hears("有 1 件求助")
    head.hears("/questions")
    head.hears("/guides")
    assert len(head.messages) == len(DutyKind), "each once an hour"


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
