"""The escalation ladder: who is told, after how long, how often, until a named person takes the duty.

A ladder is data. It is checked when it is loaded and frozen into each duty at its start, so that an
edit never changes a case that is running.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any


class Who(StrEnum):
    """Whom a rung reaches; looked up at the moment the rung is climbed."""

    HOUSEHOLD_WORKER = "household_worker"
    DUTY_WORKER = "duty_worker"
    FAMILY = "family"
    ALL_WORKERS = "all_workers"
    SUPERVISOR = "supervisor"
    STREET = "street"


class LadderError(ValueError):
    """The ladder cannot be used as it is written."""


@dataclass(frozen=True, slots=True)
class Rung:
    """`after` counts from the duty's start. Only the last rung may repeat."""

    after: timedelta
    who: tuple[Who, ...]
    repeat: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Ladder:
    """Rungs in order of time."""

    rungs: tuple[Rung, ...]

    def at(self, climbed: int) -> Rung:
        """The rung to climb after `climbed` rungs; past the end, the last one again."""
        return self.rungs[min(climbed, len(self.rungs) - 1)]

    def next_at(self, climbed: int, opened_at: datetime, now: datetime) -> datetime | None:
        """When the rung after `climbed` rungs is due; None where the ladder ends for good."""
        if climbed < len(self.rungs):
            return opened_at + self.rungs[climbed].after
        repeat = self.rungs[-1].repeat
        return None if repeat is None else now + repeat

    def to_json(self) -> list[dict[str, Any]]:
        """The ladder as plain values, seconds for times, as `from_data` reads it."""
        return [
            {"after": r.after.total_seconds(), "who": list(r.who)}
            | ({"repeat": r.repeat.total_seconds()} if r.repeat else {})
            for r in self.rungs
        ]

    @classmethod
    def from_data(cls, data: Sequence[Mapping[str, Any]]) -> "Ladder":
        """Check and build a ladder; raises LadderError that names the rung."""
        if not data:
            raise LadderError("a ladder needs at least one rung")
        rungs = tuple(_rung(i, entry) for i, entry in enumerate(data, 1))
        for i, (before, after) in enumerate(pairwise(rungs), 2):
            if after.after < before.after:
                raise LadderError(f"rung {i} comes before rung {i - 1}")
            if before.repeat:
                raise LadderError(f"rung {i - 1} repeats but is not the last one")
        return cls(rungs)


def _rung(number: int, entry: Mapping[str, Any]) -> Rung:
    unknown = set(entry) - {"after", "who", "repeat"}
    if unknown:
        raise LadderError(f"rung {number}: unknown field {sorted(unknown)[0]!r}")
    try:
        who = tuple(Who(w) for w in entry["who"])
        after, repeat = float(entry["after"]), entry.get("repeat")
        rung = Rung(timedelta(seconds=after), who, repeat and timedelta(seconds=float(repeat)))
    except (KeyError, TypeError, ValueError) as error:
        raise LadderError(f"rung {number}: {error}") from None
    if not who:
        raise LadderError(f"rung {number} reaches nobody")
    if after < 0 or (rung.repeat is not None and rung.repeat <= timedelta(0)):
        raise LadderError(f"rung {number}: times must not be negative")
    return rung
