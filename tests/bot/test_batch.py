"""Group commit: one transaction for all who wait, and one bad item harms nobody else."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.batch import Batcher


class Counter:
    """Doubles numbers; refuses what is negative, and remembers how it was asked."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self, batch: Sequence[int]) -> list[int]:
        await self.open.wait()
        self.batches.append(list(batch))
        if any(number < 0 for number in batch):
            raise ValueError("negative")
        return [number * 2 for number in batch]


async def test_an_idle_batcher_starts_at_once_and_a_busy_one_gathers() -> None:
    counter = Counter()
    batcher = Batcher(counter)
    counter.open.clear()
    first = asyncio.create_task(batcher(1))
    await asyncio.sleep(0)
    others = [asyncio.create_task(batcher(number)) for number in (2, 3, 4)]
    await asyncio.sleep(0)
    counter.open.set()
    assert await asyncio.gather(first, *others) == [2, 4, 6, 8]
    assert counter.batches[0][0] == 1
    assert len(counter.batches) <= 2


async def test_no_batch_is_larger_than_it_may_be() -> None:
    counter = Counter()
    batcher = Batcher(counter, most=10)
    assert await asyncio.gather(*(batcher(n) for n in range(35))) == [n * 2 for n in range(35)]
    assert max(map(len, counter.batches)) <= 10


async def test_one_bad_item_fails_alone() -> None:
    batcher = Batcher(Counter())
    results = await asyncio.gather(*(batcher(n) for n in (1, -1, 2)), return_exceptions=True)
    assert results[0] == 2
    assert isinstance(results[1], ValueError)
    assert results[2] == 4
    assert await batcher(5) == 10, "and the next batch is none the worse"


async def test_who_stops_waiting_leaves_the_others_be() -> None:
    counter = Counter()
    batcher = Batcher(counter)
    counter.open.clear()
    impatient, patient = asyncio.create_task(batcher(1)), asyncio.create_task(batcher(2))
    await asyncio.sleep(0)
    impatient.cancel()
    counter.open.set()
    assert await patient == 4
    with pytest.raises(asyncio.CancelledError):
        await impatient


async def test_draining_waits_for_all_of_it() -> None:
    counter = Counter()
    batcher = Batcher(counter, most=1)
    waiting = [asyncio.create_task(batcher(n)) for n in range(5)]
    await asyncio.sleep(0)
    await batcher.drain()
    assert [task.result() for task in waiting] == [0, 2, 4, 6, 8]
