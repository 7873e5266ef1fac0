"""每天报平安 on the clock: the morning's question, who is silent, and the steps that follow gently.

Silence is judged only of elders whom the question reached, while the desk was there to hear them. What the
desk or the platform missed is told to the supervisors as a fact of service, and alarms no family.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import TypeVar

import structlog

from domain.checkin import (
    BACK,
    GAP,
    JOB,
    DayState,
    Delivery,
    due_at,
    next_ask,
    too_late_to_ask,
    verdict,
)
from domain.messages import Lane, Message, Owed
from domain.people import Role
from scheduler.base import Surroundings
from storage import checkin_sweep, outbox, people, periods
from storage.checkin_sweep import Waiting
from storage.database import Work
from wording import Phrases
from wording.checkin import question, question_card
from wording.help import clock_time

log = structlog.get_logger()

Key = TypeVar("Key")

CHUNK = 200
"""Elders in one transaction: small enough that no turn waits long behind it."""


async def look(around: Surroundings, _due: datetime) -> None:
    """Ask whose question is due and judge who did not answer, in chunks of their own.

    Each elder's day is a row: asked and owed its question in one transaction, it is asked once, by
    whichever process leads, however often the sweep is broken off.
    """
    await _come_back(around)
    while await _ask(around):
        pass
    while await _judge(around):
        pass


async def _come_back(around: Surroundings) -> None:
    """After a gap nobody is silent yet: what they said meanwhile may still be on its way here."""
    async with around.database.writing() as work:
        last = await periods.last_look(work, JOB)
        await periods.look(work, JOB)
        if last is None or work.now - last < GAP:
            return
        late = await checkin_sweep.was_away(work, work.now + BACK)
        log.warning("checkin.was_away", since=last.isoformat(), elders=sum(late.values()))
        dues = await outbox.owe(
            work, await outbox.address(work, await _say_so(around, work, late, last))
        )
    around.send(dues)


async def _say_so(
    around: Surroundings, work: Work, late: Mapping[int, int], since: datetime
) -> list[Owed]:
    owed = []
    for community_id, count in late.items():
        zone = (await people.community(work, community_id)).zone
        times = {"since": clock_time(since, zone), "until": clock_time(work.now, zone)}
        key = f"checkin-away:{community_id}:{work.now:%Y%m%d%H%M}"
        owed += await _supervisors(
            around, work, community_id, "checkin.away_fact", key, count=count, **times
        )
    return owed


async def _supervisors(
    around: Surroundings, work: Work, community_id: int, sentence: str, key: str, **values: object
) -> list[Owed]:
    ids = await people.with_role(work, community_id, Role.SUPERVISOR)
    return [
        Owed(
            person.id,
            Message(around.phrases[person.language](sentence, **values)),
            key=f"{key}:{person.id}",
        )
        for person in (await people.persons(work, ids)).values()
    ]


async def _ask(around: Surroundings) -> bool:
    """The next chunk of questions; False when nobody is left."""
    async with around.database.writing() as work:
        waiting = await checkin_sweep.to_ask(work, CHUNK)
        unasked: list[Waiting] = []
        for (day, late), some in _by_day(waiting, work.now).items():
            unasked += await _ask_some(around, work, day, some, late=late)
        for (hour, zone), some in _grouped(waiting, lambda one: (one.hour, one.zone)).items():
            ids = [one.person_id for one in some]
            at = next_ask(work.now, hour, zone, around.policies)
            await checkin_sweep.ask_next(work, ids, at)
        dues = await outbox.owe(
            work, await outbox.address(work, await _unasked_told(around, work, unasked))
        )
    around.send(dues)
    return len(waiting) == CHUNK


def _by_day(waiting: Sequence[Waiting], now: datetime) -> Mapping[tuple[date, bool], list[Waiting]]:
    """By the local day, and whether it is too late to ask about it."""
    return _grouped(
        waiting,
        lambda one: (now.astimezone(one.zone).date(), too_late_to_ask(now, one.zone)),
    )


async def _ask_some(
    around: Surroundings, work: Work, day: date, some: Sequence[Waiting], *, late: bool
) -> Sequence[Waiting]:
    """Each gets its question and its day, but for those who gave a sign before it; where it is too late
    to ask, they are returned."""
    heard = await checkin_sweep.heard_of(work, [one.person_id for one in some], day)
    some = [one for one in some if one.person_id not in heard]
    asked = [] if late else some
    questions = await outbox.address(work, [_question(around.phrases, one, day) for one in asked])
    # With a time of its own: a surge spreads pushes out, and on such a morning this asks most.
    letters = [replace(letter, not_before=work.now) for letter in questions]
    reached = set(await people.reach(work, [one.person_id for one in asked])) if asked else set()
    rows = [
        {
            "person_id": one.person_id,
            "day": day,
            "community_id": one.community_id,
            "state": _state(one, reached, late=late),
            "asked_at": None if late else work.now,
            "due_at": due_at(work.now, one.hour, one.zone),
        }
        for one in some
    ]
    await checkin_sweep.asked(work, rows)
    await outbox.owe_in_bulk(work, letters)
    return some if late else ()


def _state(one: Waiting, reached: set[int], *, late: bool) -> DayState:
    if late:
        return DayState.UNASKED
    return DayState.ASKED if one.person_id in reached else DayState.UNREACHED


def _question(phrases: Phrases, one: Waiting, day: date) -> Owed:
    """Gentle, and never in the way of what is urgent."""
    back = one.paused_until is not None
    message = question(phrases[one.language], one.name, one.hour, day, back=back)
    return Owed(one.person_id, message, Lane.ROUTINE, f"checkin:{day}:{one.person_id}")


async def _unasked_told(around: Surroundings, work: Work, unasked: Sequence[Waiting]) -> list[Owed]:
    owed = []
    for community_id, some in _grouped(unasked, lambda one: one.community_id).items():
        day = work.now.astimezone(some[0].zone).date()
        owed += await _supervisors(
            around,
            work,
            community_id,
            "checkin.unasked_fact",
            f"checkin-unasked:{community_id}:{day}",
            count=len(some),
        )
    return owed


async def _judge(around: Surroundings) -> bool:
    """The next chunk of those whose time is over; False when none is left."""
    async with around.database.writing() as work:
        waiting = await checkin_sweep.to_judge(work, CHUNK)
        unasked: list[Waiting] = []
        for day, some in _grouped(waiting, lambda one: one.day).items():
            assert day is not None, "whoever is judged has a day"
            unasked += await _judge_some(around, work, day, some)
        dues = await outbox.owe(
            work, await outbox.address(work, await _unasked_told(around, work, unasked))
        )
    around.send(dues)
    return len(waiting) == CHUNK


async def _judge_some(
    around: Surroundings, work: Work, day: date, some: Sequence[Waiting]
) -> list[Waiting]:
    """Silence becomes a duty, whatever else it may be becomes that; returns who was not asked."""
    ids = [one.person_id for one in some]
    sent = await checkin_sweep.deliveries(work, ids, question_card(day))
    verdicts = _grouped(
        some,
        lambda one: verdict(
            day, one.hour, one.zone, Delivery.of(sent.get(one.person_id, ())), work.now
        ),
    )
    for found, whom in verdicts.items():
        those = [one.person_id for one in whom]
        if isinstance(found, DayState):
            await checkin_sweep.settle(work, those, day, found)
        else:
            await checkin_sweep.wait_until(work, those, day, found)
    silent = verdicts.get(DayState.SILENT, ())
    await checkin_sweep.open_silences(work, silent, day, around.policies.ladders[JOB])
    return verdicts.get(DayState.UNASKED, [])


def _grouped(some: Sequence[Waiting], key: Callable[[Waiting], Key]) -> dict[Key, list[Waiting]]:
    found: dict[Key, list[Waiting]] = defaultdict(list)
    for one in some:
        found[key(one)].append(one)
    return found
