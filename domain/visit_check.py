"""Whom to ask, the next day, whether somebody came: optional, seldom, and no other proof is wanted.

No positions and no pictures of people at doors: where they were demanded, they were resented and cheated.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

JOB = "visit-check"


@dataclass(frozen=True, slots=True)
class Sampling:
    """One in `one_in` visits, and a home at most once in `apart`."""

    one_in: int = 10
    apart: timedelta = timedelta(days=91)


def sampled(visit_id: int, day: date, sampling: Sampling = Sampling()) -> bool:
    """Whether a visit of that day is asked about: drawn by a seed that anybody can write down again, the
    day's date and the visit's number, so that nobody can be suspected of having chosen."""
    drawn = int.from_bytes(sha256(f"{day.isoformat()}:{visit_id}".encode()).digest()[:8])
    return drawn % sampling.one_in == 0


@dataclass(frozen=True, slots=True)
class Said:
    """What came of the asking: the rate is of those who answered, and says of how many."""

    asked: int = 0
    yes: int = 0
    no: int = 0

    @property
    def answered(self) -> int:
        return self.yes + self.no
