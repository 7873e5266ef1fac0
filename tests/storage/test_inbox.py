"""The durable inbox: what is stored once is handled once, in order, and nothing blocks what follows."""

from datetime import timedelta

from domain.messages import Received
from storage import inbox
from storage.database import Database, Work
from tests.support.clock import HandClock


async def stored(work: Work, *updates: tuple[str, str]) -> list[bool]:
    """Store updates, each an address and a key; which of them were new."""
    ids = await inbox.address_ids(work, [("memory", address) for address, _ in updates])
    rows = [
        (Received("memory", key, address, f"said {key}"), ids["memory", address])
        for address, key in updates
    ]
    new = await inbox.store(work, rows)
    return [i in new for i in range(len(rows))]


async def address_id(work: Work, address: str) -> int:
    return (await inbox.address_ids(work, [("memory", address)]))["memory", address]


async def waiting(work: Work, address: str) -> list[str]:
    """What `take` hands out for this address now."""
    return [row.payload for row in await inbox.take(work, [await address_id(work, address)])]


async def test_the_same_update_twice_is_one_row_in_a_batch_and_across_batches(
    database: Database,
) -> None:
    async with database.writing() as work:
        assert await stored(work, ("wang", "1"), ("wang", "1"), ("li", "2")) == [True, False, True]
    async with database.writing() as work:
        assert await stored(work, ("wang", "1"), ("wang", "3")) == [False, True]
        assert await inbox.waiting_addresses(work) == [
            (await address_id(work, "wang"), 2),
            (await address_id(work, "li"), 1),
        ]


async def test_one_address_is_served_in_the_order_of_storing(database: Database) -> None:
    async with database.writing() as work:
        await stored(work, ("wang", "1"), ("wang", "2"), ("li", "3"))
    for expected in ("said 1", "said 2"):
        async with database.writing() as work:
            rows = await inbox.take(work, [await address_id(work, "wang")])
            assert [row.payload for row in rows] == [expected]
            await inbox.finish(work, [row.id for row in rows])
    async with database.writing() as work:
        assert await waiting(work, "wang") == []
        assert await waiting(work, "li") == ["said 3"]


async def test_a_failing_update_is_tried_three_times_and_then_makes_way(
    database: Database, clock: HandClock
) -> None:
    async with database.writing() as work:
        await stored(work, ("wang", "1"), ("wang", "2"))

    for tries, pause in ((0, 1), (1, 5)):
        async with database.writing() as work:
            (row,) = await inbox.take(work, [await address_id(work, "wang")])
            assert (row.payload, row.tries) == ("said 1", tries)
            assert not await inbox.fail(work, row.id, row.tries, "KeyError")
        async with database.writing() as work:
            assert await waiting(work, "wang") == [], "the next one keeps its place"
        clock.forward(seconds=pause)

    async with database.writing() as work:
        (row,) = await inbox.take(work, [await address_id(work, "wang")])
        assert await inbox.fail(work, row.id, row.tries, "KeyError"), "dead"
    async with database.writing() as work:
        assert await waiting(work, "wang") == ["said 2"]
        assert [letter.error for letter in await inbox.dead_letters(work)] == ["KeyError"]


async def test_dead_letters_are_tried_again_or_let_go_by_a_person(database: Database) -> None:
    async with database.writing() as work:
        await stored(work, ("wang", "1"), ("li", "2"))
        for name in ("wang", "li"):
            (row,) = await inbox.take(work, [await address_id(work, name)])
            await inbox.bury(work, row.id, "cannot be read")
    async with database.writing() as work:
        first, second = [letter.id for letter in await inbox.dead_letters(work)]
        assert await inbox.revive(work, [first]) == 1
        assert await inbox.discard(work, [second]) == 1
        assert await inbox.revive(work, [first, second]) == 0, "neither is dead any more"
    async with database.writing() as work:
        assert await waiting(work, "wang") == ["said 1"]
        assert await waiting(work, "li") == []
        assert await inbox.dead_letters(work) == []


async def test_an_update_of_nobody_is_dead_at_once_and_cannot_be_revived(
    database: Database,
) -> None:
    async with database.writing() as work:
        await inbox.store(work, [(Received("telegram", "9", "", "{}"), None)])
        (letter,) = await inbox.dead_letters(work)
        assert await inbox.revive(work, [letter.id]) == 0
        assert await inbox.discard(work, [letter.id]) == 1


async def test_handled_updates_are_forgotten_later_and_waiting_ones_never(
    database: Database, clock: HandClock
) -> None:
    async with database.writing() as work:
        await stored(work, ("wang", "1"), ("li", "2"))
        (row,) = await inbox.take(work, [await address_id(work, "wang")])
        await inbox.finish(work, [row.id])
    clock.forward(days=31)
    async with database.writing() as work:
        assert await inbox.sweep_out(work, work.now - timedelta(days=30)) == 1
        assert await waiting(work, "li") == ["said 2"]


async def test_after_a_quiet_month_no_update_bears_the_number_of_an_old_one(
    database: Database, clock: HandClock
) -> None:
    """A number names its turn for good: a press that bore an old one's would open no request."""
    async with database.writing() as work:
        await stored(work, ("wang", "1"))
        (old,) = await inbox.take(work, [await address_id(work, "wang")])
        await inbox.finish(work, [old.id])
    clock.forward(days=31)
    async with database.writing() as work:
        await inbox.sweep_out(work, work.now - timedelta(days=30))
        await stored(work, ("wang", "2"))
        (new,) = await inbox.take(work, [await address_id(work, "wang")])
    assert new.id > old.id


async def test_storing_and_owing_never_wait_for_the_turn_in_hand(database: Database) -> None:
    """On PostgreSQL a row lock that holds the key, too, would stop (or deadlock) both."""
    async with database.writing() as work:
        await stored(work, ("wang", "1"))
    if database.url.get_backend_name() == "sqlite":
        return  # one writer at a time: there is nothing that could wait
    async with database.writing() as turn:
        assert await waiting(turn, "wang") == ["said 1"]
        async with database.writing() as work:
            assert await stored(work, ("wang", "2")) == [True]
            rival = await inbox.take(work, [await address_id(work, "wang")])
            assert rival == [], "whoever has the address has it alone"
