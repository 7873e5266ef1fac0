"""Group commit: what waits is written in one transaction, and everybody is told after it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batch(Generic[Item, Result]):
    """Collects items while a commit runs, and commits them together next.

    `apart` are errors of one item: its batch is then committed one by one, so that it fails alone.
    """

    def __init__(
        self,
        commit: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]],
        apart: tuple[type[Exception], ...] = (),
        most: int = 200,
    ) -> None:
        self._commit = commit
        self._apart = apart
        self._most = most
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._worker: asyncio.Task[None] | None = None

    async def put(self, item: Item) -> Result:
        """Returns when the item is committed; raises what its commit raised."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await future

    async def close(self) -> None:
        """Finish what waits."""
        if self._worker is not None:
            await self._worker

    async def _work(self) -> None:
        while self._waiting:
            taken, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            error = await self._together(taken)
            if isinstance(error, self._apart) and len(taken) > 1:
                for one in taken:
                    _fail([one], await self._together([one]))
            else:
                _fail(taken, error)

    async def _together(
        self, taken: Sequence[tuple[Item, asyncio.Future[Result]]]
    ) -> BaseException | None:
        """Commit; the error comes back as a value, for nobody may be left waiting because of it."""
        (results,) = await asyncio.gather(
            self._commit([item for item, _ in taken]), return_exceptions=True
        )
        if isinstance(results, BaseException):
            return results
        for (_, future), result in zip(taken, results, strict=True):
            if not future.done():
                future.set_result(result)
        return None


def _fail(
    taken: Sequence[tuple[Item, "asyncio.Future[Result]"]], error: BaseException | None
) -> None:
    for _, future in taken:
        if error is not None and not future.done():
            future.set_exception(error)
