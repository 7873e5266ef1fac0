"""A ladder in words, and the same ladder with each of its rules left out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from domain.ladder import Ladder, Rung


def words(rung: Rung, number: int) -> str:
    """`rung 2, 60 s: all_workers`."""
    again = f", every {_seconds(rung.repeat)}" if rung.repeat else ""
    return f"rung {number}, {_seconds(rung.after)}{again}: {' '.join(rung.who)}"


def _seconds(time: timedelta) -> str:
    return f"{time.total_seconds():.0f} s"


def rungs_of(ladder: Ladder) -> list[str]:
    """Every rung in words."""
    return [words(rung, number) for number, rung in enumerate(ladder.rungs, 1)]


def without_each(ladder: Ladder) -> Iterator[tuple[str, Ladder]]:
    """The ladder without each rung, and without each of what follows silence. Whichever rung is the first
    goes out with the press, whatever its time."""
    for number, rung in enumerate(ladder.rungs, 1):
        rest = (*ladder.rungs[: number - 1], *ladder.rungs[number:])
        if rest:
            yield f"without {words(rung, number)}", replace(ladder, rungs=rest)
    if ladder.surge:
        yield "without surge mode in typhoons", replace(ladder, surge=None)
    for state, stay in ladder.stays.items():
        rest_of = {name: other for name, other in ladder.stays.items() if name != state}
        name = f"without the reminder {_seconds(stay.within)} after {state}"
        yield name, replace(ladder, stays=rest_of)
