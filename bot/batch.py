"""Group commit: what arrives while one transaction runs shares the next one."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Batcher(Generic[T, R]):
    """Runs `run` over everything that is waiting, one batch at a time; each caller gets their result.

    A caller waits for the commit, never for a timer: an idle batcher starts at once. If a batch
    fails, its items are tried one by one, so that one bad item harms nobody else.
    """

    def __init__(self, run: Callable[[Sequence[T]], Awaitable[Sequence[R]]], most: int = 100):
        self._run = run
        self._most = most
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def __call__(self, item: T) -> R:
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await future

    async def _work(self) -> None:
        while self._waiting:
            await asyncio.sleep(
                0
            )  # the loop goes round once: who is about to come shares the batch
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            if not await self._try(batch):
                for single in batch:
                    await self._try([single], last=True)

    async def _try(self, batch: list[tuple[T, asyncio.Future[R]]], last: bool = False) -> bool:
        try:
            results = await self._run([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001  (handed to whoever waits for it)
            if len(batch) > 1 and not last:
                return False
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return True
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)
        return True

    async def drain(self) -> None:
        """Wait until nothing is left."""
        while self._worker is not None and not self._worker.done():
            await asyncio.wait([self._worker])
