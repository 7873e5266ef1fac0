"""The demonstration's calls for help of the last weeks, so that its board has something to show."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from domain.duty import DutyEvent, DutyKind, DutyState, Outcome
from domain.ladder import Ladder, Who
from domain.people import Home, Person, Role
from knowledge.ladders import load_ladders
from storage import duties, people
from storage.database import Work
from storage.duties import Opening
from storage.people import Community

_CALLS, _DAYS = 44, 29
_TAKEN = (6, 9, 12, 15, 19, 22, 26, 31, 34, 40, 44, 51, 55, 58, 74, 130)
"""Seconds until somebody takes it: mostly within a minute, sometimes not."""

_DOOR = (4, 6, 7, 9, 11, 12, 14, 17, 21, 26, 33, 52)
"""Minutes from then until they are at the door."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A made-up call: who, when, and in whose hands."""

    elder: Person
    home: Home
    worker_id: int
    at: datetime


async def fill_calls(work: Work, community: Community, dice: Random) -> None:
    """What the last weeks might have been, written by the same steps as the real thing."""
    ladder = load_ladders()["help"]
    ids = await people.with_role(work, community.id, Role.ELDER)
    elders = [one for one in (await people.persons(work, ids)).values() if one.household_id]
    homes = {one.id: await people.home(work, one.household_id) for one in elders}
    for number in range(_CALLS):
        elder = dice.choice(elders)
        home = homes[elder.id]
        if home is None or home.worker_id is None:
            continue
        hours = _DAYS * 24 * (_CALLS - number) / _CALLS + dice.uniform(1, 15)
        made = _Made(elder, home, home.worker_id, work.now - timedelta(hours=hours))
        await _play(work, made, ladder, number, dice)


async def _play(work: Work, made: _Made, ladder: Ladder, number: int, dice: Random) -> None:
    """From the press to its end, each step at its own moment."""
    opening = Opening(
        kind=DutyKind.HELP,
        community_id=made.home.community_id,
        ladder=ladder,
        source_key=f"demo:help:{number}",
        household_id=made.home.id,
        subject_id=made.elder.id,
        raised_by=made.elder.id,
    )
    duty = await duties.open_duty(_at(work, made.at), opening)
    if duty is None:
        return
    told = [(DutyEvent.TOLD, made.worker_id, str(Who.HOUSEHOLD_WORKER))]
    await duties.log_all(_at(work, made.at), duty.id, told)
    if number % 9 == 4:
        soon = _at(work, made.at + timedelta(seconds=dice.randint(6, 40)))
        await duties.call_off(soon, duty, Outcome.FALSE_ALARM, made.elder.id)
        return
    taken = made.at + timedelta(seconds=dice.choice(_TAKEN))
    door = taken + timedelta(minutes=dice.choice(_DOOR))
    for state, moment in _steps(taken, door, by_telephone=number % 11 == 7):
        await duties.move(_at(work, moment), duty, state, made.worker_id)
    ended = _at(work, door + timedelta(minutes=dice.randint(10, 40)))
    await duties.close(ended, duty.id, Outcome.DONE, made.worker_id)


def _steps(
    taken: datetime, door: datetime, by_telephone: bool
) -> Sequence[tuple[DutyState, datetime]]:
    """What the worker taps, and when; some matters are settled by telephone."""
    steps = [(DutyState.TAKEN, taken)]
    if not by_telephone:
        steps.append((DutyState.ON_THE_WAY, taken + (door - taken) / 3))
        steps.append((DutyState.ARRIVED, door))
    return steps


def _at(work: Work, moment: datetime) -> Work:
    """The same transaction, at another moment."""
    return replace(work, now=moment)
