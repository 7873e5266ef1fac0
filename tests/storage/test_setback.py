"""A clock that is set back: what was due in a minute is not due in an hour."""

from datetime import timedelta

import sqlalchemy as sa

from domain.messages import Lane, Message, Received
from storage import inbox, outbox
from storage.database import Database
from storage.outbox import Letter
from storage.setback import bring_back
from storage.tables.messaging import inbox as inbox_rows
from storage.tables.messaging import outbox as outbox_rows
from tests.support.clock import HandClock

CHAT = ("memory", "granny")


async def test_an_update_is_handled_whenever_its_clock_says_it_came(
    database: Database, clock: HandClock
) -> None:
    async with database.writing() as work:
        where = (await inbox.address_ids(work, [CHAT]))[CHAT]
        await inbox.store(work, [(Received(*CHAT[:1], "1", CHAT[1], "{}"), where)])
    clock.forward(hours=-1)
    async with database.writing() as work:
        assert await inbox.take(work, [where]) == []
        assert (await bring_back(work)).updates == 1
        (row,) = await inbox.take(work, [where])
        assert row.payload == "{}"
        assert not await bring_back(work), "once is enough"


async def test_what_is_to_come_tomorrow_still_comes_tomorrow(
    database: Database, clock: HandClock
) -> None:
    """A letter that has not been tried waits because somebody wants it to."""
    async with database.writing() as work:
        where = (await inbox.address_ids(work, [CHAT]))[CHAT]
        tomorrow = work.now + timedelta(days=1)
        letter = Letter(where, Message("办好了吗？"), Lane.CONVERSATION, not_before=tomorrow)
        await outbox.owe(work, [letter])
    clock.forward(hours=-1)
    async with database.writing() as work:
        await bring_back(work)
        assert await work.conn.scalar(sa.select(outbox_rows.c.due_at)) == tomorrow


async def test_a_claim_ends_when_it_would_at_the_latest(
    database: Database, clock: HandClock
) -> None:
    async with database.writing() as work:
        where = (await inbox.address_ids(work, [CHAT]))[CHAT]
        await outbox.owe(work, [Letter(where, Message("来人"), Lane.EMERGENCY)])
    clock.forward(hours=-1)
    async with database.writing() as work:
        await bring_back(work)
        until = await work.conn.scalar(sa.select(outbox_rows.c.claimed_until))
        assert until == work.now + outbox.CLAIM
        assert await work.conn.scalar(sa.select(sa.func.count()).select_from(inbox_rows)) == 0


async def test_what_was_to_go_at_once_goes_at_once(database: Database, clock: HandClock) -> None:
    """Never tried, or in the hands of a process that died: neither waits for the old clock's moment."""
    async with database.writing() as work:
        where = (await inbox.address_ids(work, [CHAT]))[CHAT]
        await outbox.owe(work, [Letter(where, Message("好消息"), Lane.ROUTINE)])
        await outbox.owe(work, [Letter(where, Message("来人"), Lane.EMERGENCY)])
    clock.forward(hours=-1)
    async with database.writing() as work:
        assert (await bring_back(work, tried=False)).messages == 1
        await outbox.recover(work, everything=True)
        assert len(await outbox.claim(work, Lane.ROUTINE, 9)) == 1
        assert len(await outbox.claim(work, Lane.EMERGENCY, 9)) == 1


async def test_what_failed_is_tried_again_once_and_then_waits_as_ever(
    database: Database, clock: HandClock
) -> None:
    async with database.writing() as work:
        where = (await inbox.address_ids(work, [CHAT]))[CHAT]
        (due,) = await outbox.owe(work, [Letter(where, Message("来人"), Lane.EMERGENCY)])
        later = work.now + timedelta(seconds=8)
        await outbox.settle(work, [outbox.Settled(due.id, "queued", 3, due_at=later, error="500")])
        assert (await bring_back(work, tried=False)).messages == 0
        assert (await bring_back(work)).messages == 1
