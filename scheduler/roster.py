"""The roster on the clock: who goes on duty is told, what nobody answered runs out, leave ends."""

from collections.abc import Callable
from datetime import datetime, timedelta

from markupsafe import Markup

from domain.leave import Leave
from domain.messages import Lane, Message, Owed
from domain.roster import EARLIER, notice_at
from scheduler.base import Surroundings
from storage import leave, outbox, people, roster, swap
from storage.database import Work
from storage.roster import Beginning
from storage.swap import Swap
from wording import Say
from wording.roster import leave_days, span

_LOOK_BACK = timedelta(hours=1)
"""A process that was away so long still tells them."""


async def notice(around: Surroundings, due: datetime) -> None:
    """Owe those who go on duty a quiet line as they do; at night the evening before. Each shift once."""
    async with around.database.reading() as work:
        begins = await roster.beginning(work, due - _LOOK_BACK, due + timedelta(days=1) + EARLIER)
        now = [each for each in begins if _is_time(around, each, due)]
        persons = await people.persons(work, {each.person_id for each in now})
        owed = [_notice(around.phrases[persons[e.person_id].language], e) for e in now]
    if owed:
        async with around.database.writing() as work:
            await outbox.owe_in_bulk(work, await outbox.address(work, owed))


def _is_time(around: Surroundings, shift: Beginning, due: datetime) -> bool:
    at = notice_at(shift.starts_at, around.policies, shift.zone)
    return due - _LOOK_BACK < at <= due


def _notice(say: Say, shift: Beginning) -> Owed:
    when = span(say, shift.starts_at, shift.ends_at, shift.zone)
    text = say("roster.notice", span=when, community=shift.community)
    key = f"on-duty:{shift.shift_id}:{shift.person_id}"
    return Owed(shift.person_id, Message(text), Lane.ROUTINE, key)


async def run_out(around: Surroundings, _due: datetime) -> None:
    """What nobody answered in time, and leave whose last day has gone by: whom it concerns is told."""
    async with around.database.writing() as work:
        owed = []
        for asked in await swap.expire(work):
            owed += await _unanswered_swap(around, work, asked)
        for wanted in await leave.expire(work):
            owed += await _say(around, work, wanted, wanted.person_id, "leave.expired_you")
        for over in await leave.close(work):
            owed += await _say(around, work, over, over.person_id, "leave.over")
            owed += await _say(around, work, over, over.deputy_id, "leave.over_them")
        dues = await outbox.owe(work, await outbox.address(work, owed))
    around.send(dues)


async def _unanswered_swap(around: Surroundings, work: Work, asked: Swap) -> list[Owed]:
    stand = await roster.stand(work, asked.shift_id)
    if stand is None:
        return []
    post = stand.post
    community = await people.community(work, asked.community_id)

    def words(say: Say, name: str) -> Markup:
        when = span(say, post.since, post.until, community.zone)
        return say("roster.expired_you", name=name, span=when)

    return await _tell(around, work, asked.person_id, asked.colleague_id, words)


async def _say(around: Surroundings, work: Work, which: Leave, whom: int, key: str) -> list[Owed]:
    """What became of a leave; an end is no news that need wake anybody."""
    other = which.deputy_id if whom == which.person_id else which.person_id
    lane = Lane.CONVERSATION if key.endswith("expired_you") else Lane.ROUTINE
    return await _tell(
        around,
        work,
        whom,
        other,
        lambda say, name: say(key, name=name, days=leave_days(say, which)),
        lane,
    )


async def _tell(
    around: Surroundings,
    work: Work,
    whom: int,
    about: int,
    words: Callable[[Say, str], Markup],
    lane: Lane = Lane.CONVERSATION,
) -> list[Owed]:
    found = await people.persons(work, {whom, about})
    text = words(around.phrases[found[whom].language], found[about].name)
    return [Owed(whom, Message(text), lane)]
