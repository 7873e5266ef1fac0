"""The outbox: what is owed is stored once, claimed by one, and found again after a crash."""

import asyncio

import pytest
import sqlalchemy as sa

from domain.messages import Lane, Message
from storage import inbox, outbox
from storage.database import Database, Work
from storage.outbox import Due, Letter, Settled
from storage.tables.messaging import outbox as rows
from storage.tables.people import addresses
from tests.support.clock import HandClock

BADLY_PLANNED = (
    "SET LOCAL enable_hashjoin = off",
    "SET LOCAL enable_mergejoin = off",
    "SET LOCAL enable_hashagg = off",
    "SET LOCAL enable_sort = off",
    "SET LOCAL enable_material = off",
    "SET LOCAL enable_indexscan = off",
    "SET LOCAL enable_bitmapscan = off",
)


async def somebody(work: Work, name: str = "wang") -> int:
    return (await inbox.address_ids(work, [("memory", name)]))["memory", name]


async def owed(database: Database, *texts: str, lane: Lane = Lane.ROUTINE) -> list[Due]:
    async with database.writing() as work:
        where = await somebody(work)
        return await outbox.owe(work, [Letter(where, Message(text), lane) for text in texts])


async def states(database: Database) -> dict[str, str]:
    """The state of every row, by what it says."""
    async with database.reading() as work:
        found = await work.conn.execute(sa.select(rows.c.body, rows.c.state).order_by(rows.c.id))
        return {row.body["html"]: row.state for row in found}


async def claimed(database: Database, lane: Lane = Lane.ROUTINE, limit: int = 40) -> list[str]:
    async with database.writing() as work:
        return [due.body["html"] for due in await outbox.claim(work, lane, limit)]


async def test_front_lanes_come_back_claimed_and_pushes_wait_for_their_sweep(
    database: Database,
) -> None:
    assert [due.body["html"] for due in await owed(database, "好的", lane=Lane.CONVERSATION)]
    assert await owed(database, "通知") == []
    assert await states(database) == {"好的": "sending", "通知": "queued"}


async def test_what_is_owed_under_a_key_is_owed_once_for_good(database: Database) -> None:
    for _ in range(2):
        async with database.writing() as work:
            letter = Letter(await somebody(work), Message("求助"), Lane.EMERGENCY, key="duty:1:0:7")
            await outbox.owe(work, [letter, letter])
    async with database.reading() as work:
        assert await work.conn.scalar(sa.select(sa.func.count()).select_from(rows)) == 1


async def test_pushes_go_out_oldest_first_and_each_is_claimed_once(database: Database) -> None:
    await owed(database, "一", "二", "三")
    assert await claimed(database, limit=2) == ["一", "二"]
    assert await claimed(database) == ["三"]
    assert await claimed(database) == []


async def test_no_more_are_claimed_than_wanted_by_a_plan_that_asks_again_for_each_row(
    database: Database,
) -> None:
    """With the statistics of an empty table PostgreSQL may ask for the oldest rows once for each row that
    there is, and skips each time those that it has locked: 10,000 pushes in one process's hands."""
    async with database.writing() as work:
        where = await somebody(work)
        letters = [Letter(where, Message(f"{n}"), Lane.ROUTINE, key=f"k{n}") for n in range(200)]
        await outbox.owe_in_bulk(work, letters)
    async with database.writing() as work:
        if work.on_postgresql:
            for setting in BADLY_PLANNED:
                await work.conn.execute(sa.text(setting))
        assert len(await outbox.claim(work, Lane.ROUTINE, 10)) == 10
    async with database.reading() as work:
        left = sa.select(sa.func.count()).where(rows.c.state == "queued")
        assert await work.conn.scalar(left) == 190


async def test_two_processes_never_claim_the_same_row(database: Database) -> None:
    await owed(database, *(f"第{number}户" for number in range(100)))
    batches = await asyncio.gather(*(claimed(database, limit=10) for _ in range(12)))
    told = [text for batch in batches for text in batch]
    assert len(told) == len(set(told)) == 100


async def test_what_a_dead_sender_held_is_found_again_lane_by_lane(
    database: Database, clock: HandClock
) -> None:
    await owed(database, "答复", lane=Lane.CONVERSATION)
    await owed(database, "在路上", "还没寄")
    async with database.writing() as work:
        on_the_wire = (await outbox.claim(work, Lane.ROUTINE, 40))[0]
        await outbox.attempt(work, [on_the_wire.id])

    clock.forward(seconds=29)
    async with database.writing() as work:
        assert await outbox.recover(work) == {"unknown": 0, "queued": 0}, "its time is not up"
    clock.forward(seconds=2)
    async with database.writing() as work:
        assert await outbox.recover(work) == {"unknown": 1, "queued": 2}

    assert await states(database) == {"答复": "queued", "在路上": "unknown", "还没寄": "queued"}


async def test_alone_on_the_database_nothing_need_be_waited_for(database: Database) -> None:
    await owed(database, "答复", lane=Lane.CONVERSATION)
    async with database.writing() as work:
        assert await outbox.recover(work, everything=True) == {"unknown": 0, "queued": 1}


async def test_a_claim_that_is_renewed_is_nobody_elses(
    database: Database, clock: HandClock
) -> None:
    (due,) = await owed(database, "答复", lane=Lane.CONVERSATION)
    for _ in range(4):
        clock.forward(seconds=20)
        async with database.writing() as work:
            await outbox.renew(work, [due.id])
            assert await outbox.recover(work) == {"unknown": 0, "queued": 0}


async def test_a_late_result_does_not_undo_what_another_sender_did(database: Database) -> None:
    """Only a row that is being sent can be settled."""
    (due,) = await owed(database, "答复", lane=Lane.CONVERSATION)
    async with database.writing() as work:
        sent = Settled(due.id, "sent", 0, work.now, work.now, message_ref="77")
        failed = Settled(due.id, "failed", 0, work.now, error="too late")
        await outbox.settle(work, [sent])
        await outbox.settle(work, [failed])
    assert await states(database) == {"答复": "sent"}


async def test_a_card_is_edited_where_it_was_last_shown(database: Database) -> None:
    async with database.writing() as work:
        where = await somebody(work)
        card = Message("求助", card="help:1")
        for ref in ("10", "11"):
            (due,) = await outbox.owe(work, [Letter(where, card, Lane.EMERGENCY)])
            await outbox.settle(work, [Settled(due.id, "sent", 0, work.now, work.now, ref)])
        assert await outbox.shown_as(work, where, "help:1") == ("11", due.id)
        assert await outbox.shown_as(work, where, "help:2") == ("", 0)


@pytest.mark.parametrize("state", ["sent", "failed", "unknown", "unreachable"])
async def test_only_what_is_settled_is_ever_deleted(
    database: Database, clock: HandClock, state: str
) -> None:
    (due,) = await owed(database, "旧的", lane=Lane.CONVERSATION)
    await owed(database, "还没送的")
    async with database.writing() as work:
        await outbox.settle(work, [Settled(due.id, state, 0, work.now)])
    clock.forward(days=40)
    async with database.writing() as work:
        assert await outbox.sweep_out(work, work.now) == 1
    assert await states(database) == {"还没送的": "queued"}


async def test_a_message_is_owed_to_an_address_that_exists(database: Database) -> None:
    async with database.writing() as work:
        assert await work.conn.scalar(sa.select(sa.func.count()).select_from(addresses)) == 0
    with pytest.raises(sa.exc.IntegrityError):
        async with database.writing() as work:
            await outbox.owe(work, [Letter(404, Message("?"), Lane.CONVERSATION)])
