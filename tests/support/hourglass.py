"""An event loop on which nobody waits: what would come in half a second comes at once, half a second later.

So what is about seconds is proved to the millisecond, on a machine however busy, and takes none.
"""

import asyncio
import functools
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec

P = ParamSpec("P")


class Hourglass(asyncio.SelectorEventLoop):
    """Its time goes on only while all wait."""

    late = 0.0
    """Seconds by which whoever waits is woken too late, as on a real machine."""

    def __init__(self) -> None:
        self._now = 0.0
        super().__init__(_Turned(self))

    def time(self) -> float:
        return self._now

    def turn(self, seconds: float) -> None:
        """So much time has passed."""
        self._now += seconds


class _Turned(selectors.DefaultSelector):  # another on each system
    def __init__(self, glass: Hourglass) -> None:
        super().__init__()
        self._glass = glass

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is not None and timeout > 0:
            self._glass.turn(timeout + self._glass.late)
            timeout = 0
        told: list[tuple[selectors.SelectorKey, int]] = super().select(timeout)
        return told


def in_no_time(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """The test runs on such a loop, whose time is `now`; it must talk to nobody outside."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        with asyncio.Runner(loop_factory=Hourglass) as runner:
            runner.run(test(*args, **kwargs))

    return run


def now() -> float:
    """The time of the loop on which the caller runs."""
    return asyncio.get_running_loop().time()
