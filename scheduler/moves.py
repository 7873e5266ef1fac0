"""A move that was noted for a day to come: on that day whoever looks after the home is asked."""

from datetime import datetime, timedelta

from domain.calendar import local_day
from domain.messages import Button, Lane, Message, Owed
from domain.moves import Move
from domain.policies import Policies
from scheduler.base import Surroundings
from storage import moves, outbox, people
from storage.moves import Planned
from wording import Say
from wording.visit import dated

JOB = "moves-due"
_ON = (1, 4)
"""Asked on the first working day from then on, and once more three working days later."""
_BACK = timedelta(days=21)
"""Within which these lie, whatever the holidays."""


async def remind(around: Surroundings, due: datetime) -> None:
    """Each move that was to be by now, twice at most; nothing on days off."""
    today, policies = local_day(due, around.policies.zone), around.policies
    if not policies.calendar.is_workday(today):
        return
    async with around.database.writing() as work:
        found = await moves.planned(work, today - _BACK, today)
        asked = [one for one in found if _workdays_since(policies, one, due) in _ON]
        whom = await people.persons(work, {one.hears for one in asked})
        owed = [
            Owed(
                one.hears,
                _asking(around.phrases[whom[one.hears].language], one, due),
                Lane.ROUTINE,
                f"{JOB}:{one.entry.id}:{today.isoformat()}",
            )
            for one in asked
            if one.hears in whom
        ]
        await outbox.owe_in_bulk(work, await outbox.address(work, owed))


def _workdays_since(policies: Policies, one: Planned, due: datetime) -> int:
    today = local_day(due, policies.zone)
    return len(policies.calendar.workdays(one.entry.day, today))


def _asking(say: Say, one: Planned, due: datetime) -> Message:
    entry = one.entry
    to = entry.to_home if entry.event is Move.WITHIN else 0
    sure = f"move.sure:{entry.event}:{entry.person_id}:{to}:{entry.day:%Y%m%d}"
    rows = (
        (Button(say.plain("moves.plan_done"), sure),),
        (
            Button(say.plain("moves.plan_day"), f"moveplan.day:{entry.id}"),
            Button(say.plain("moves.plan_off"), f"moveplan.off:{entry.id}"),
        ),
    )
    text = say(
        f"moves.plan_today_{entry.event}",
        name=one.name,
        before=one.before,
        home=one.home,
        day=dated(say, entry.day, due.date()),
    )
    return Message(text, buttons=rows)
