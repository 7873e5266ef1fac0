"""A resident's question that went to a person."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from domain.calendar import local_day
from domain.duty import Duty
from domain.ladder import Ladder, Who
from domain.office import OfficeHours
from domain.people import STAFF, Person

_REPEATS = 7
"""Repeats of the last rung that are moved to working days."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the worker who answers it sees it.

    `candidates` are the guides that came near, as (id, name); `place` is "" for strangers;
    `before` is the answer that did not solve it, where it was asked again.
    """

    duty: Duty
    address_id: int
    text: str
    zone: ZoneInfo
    name: str = ""
    place: str = ""
    candidates: tuple[tuple[str, str], ...] = ()
    answer: str | None = None
    phone: str = ""
    is_elder: bool = False
    reads_english: bool = False
    promised_at: datetime | None = None
    enquiry_id: int | None = None
    before: str = ""
    answered_by: int | None = None
    answerer: str = ""
    answered_at: datetime | None = None
    solved: bool | None = None

    def is_late(self, now: datetime) -> bool:
        """Whether it waits longer than was promised."""
        return self.answer is None and self.promised_at is not None and now > self.promised_at


def may_answer(person: Person, duty: Duty) -> bool:
    """Whether the person may read and answer: staff of the community that was asked."""
    return person.is_any(*STAFF) and person.community_id == duty.community_id


def may_take_back(asked: Asked, person: Person, now: datetime, within: timedelta) -> bool:
    """Whether an answer that was sent by mistake may still be taken back, by whoever gave it."""
    return (
        asked.answered_by == person.id
        and asked.answered_at is not None
        and now - asked.answered_at <= within
    )


def in_office_time(
    ladder: Ladder, office: OfficeHours, now: datetime, *, owned: bool, quiet: bool = False
) -> Ladder:
    """The ladder with its rungs at moments when somebody is there to answer.

    The first person asked sees it at once, unless the hours are quiet: a question of the night wakes
    nobody. Where no worker looks after the asker's home, whoever is on duty is asked first. A last
    rung that repeats is laid out over a week of working days before it repeats by the calendar.
    """
    start = office.next_open(now)
    times = [office.after(start, rung.after) - now for rung in ladder.rungs]
    if not quiet:
        times[0] = ladder.rungs[0].after
    times = list(accumulate(times, max))
    rungs = [replace(rung, after=time) for rung, time in zip(ladder.rungs, times, strict=True)]
    if (repeat := rungs[-1].repeat) is not None:
        last, begun = rungs.pop(), ladder.rungs[-1].after
        moments = [office.after(start, begun + repeat * n) for n in range(1, _REPEATS + 1)]
        days = {local_day(moment, office.zone): moment - now for moment in reversed(moments)}
        days.pop(local_day(now + last.after, office.zone), None)
        later = [last.after, *(time for time in sorted(days.values()) if time > last.after)]
        rungs += [replace(last, after=time, repeat=None) for time in later]
        rungs[-1] = replace(rungs[-1], repeat=repeat)
    if not owned:
        who = tuple(dict.fromkeys((*rungs[0].who, Who.DUTY_WORKER)))
        rungs[0] = replace(rungs[0], who=who)
    return replace(ladder, rungs=tuple(rungs))


def by_urgency(asked: list[Asked], now: datetime) -> list[Asked]:
    """Overdue ones first, the newest of them on top, for there somebody is still waiting; then the rest."""
    late = [one for one in asked if one.is_late(now)]
    rest = [one for one in asked if not one.is_late(now)]
    return [
        *sorted(late, key=lambda one: one.duty.opened_at, reverse=True),
        *sorted(rest, key=lambda one: one.promised_at or one.duty.opened_at),
    ]
