"""Trouble to order: the next answers of a method, or a seeded share of them, go wrong."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Literal

from tests.botapi.calls import Call
from tests.botapi.errors import of_status

When = Literal["before", "after"]
Lost = Literal["hang", "drop"]


@dataclass(slots=True)
class Fault:
    """One kind of trouble.

    `when="after"` lets the method take effect first, so a message is stored and visible although
    the bot hears of a failure. With `lost`, no answer comes at all: "hang" keeps the connection
    open until the bot gives up, "drop" closes it. `status` answers with an error instead. With
    neither, the answer is right and only late by `delay` seconds.
    """

    method: str = "*"
    chat: int | None = None
    status: int | None = None
    retry_after: int | None = None  # seconds
    description: str = ""
    lost: Lost | None = None
    when: When = "before"
    delay: float = 0.0  # seconds
    times: int | None = 1  # None: until cleared
    rate: float = 1.0  # the share of matching calls that suffer
    used: int = 0

    def matches(self, call: Call) -> bool:
        return (
            self.times != 0
            and self.method.lower() in ("*", call.key)
            and (self.chat is None or self.chat == call.chat_id)
        )

    def strike(self) -> None:
        """Raises the error this fault answers with, if it is one that answers."""
        if self.status is not None:
            raise of_status(self.status, self.retry_after, self.description)


@dataclass(slots=True)
class Faults:
    """The faults in force; the first that matches a call is used."""

    active: list[Fault] = field(default_factory=list)
    rng: random.Random = field(default_factory=lambda: random.Random(0))

    def next(
        self,
        method: str = "*",
        *,
        chat: int | None = None,
        status: int | None = None,
        retry_after: int | None = None,
        description: str = "",
        lost: Lost | None = None,
        when: When = "before",
        delay: float = 0.0,
        times: int | None = 1,
    ) -> Fault:
        """The next `times` calls of a method (to a chat) go wrong; `Fault` says how."""
        fault = Fault(
            method, chat, status, retry_after, description, lost, when, delay, times=times
        )
        self.active.append(fault)
        return fault

    def randomly(self, rate: float, seed: int, *faults: Fault) -> None:
        """Each of the faults strikes `rate` of the calls it matches, the same ones for a seed."""
        self.rng = random.Random(seed)
        for fault in faults:
            fault.rate, fault.times = rate, None
            self.active.append(fault)

    def clear(self) -> None:
        self.active.clear()

    def take(self, call: Call) -> Fault | None:
        """The fault that strikes this call, used up by one."""
        for fault in self.active:
            if fault.matches(call) and (fault.rate >= 1 or self.rng.random() < fault.rate):
                return self._use(fault)
        return None

    def _use(self, fault: Fault) -> Fault:
        fault.used += 1
        if fault.times is not None:
            fault.times -= 1
            if not fault.times:
                self.active.remove(fault)
        return fault
