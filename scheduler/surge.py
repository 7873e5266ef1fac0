"""Surge mode on the clock: it ends by itself, and everybody it concerns is told when it starts and ends."""

from datetime import datetime

from domain.calendar import local_day
from domain.messages import Lane, Owed
from domain.surge import Surge
from scheduler.base import Surroundings
from storage import outbox, people, roster, surge
from storage.database import Work
from storage.roster import Change
from wording.surge import announced

AT_ONCE = 10
"""Communities told in one run: a whole city at once would keep everybody's answers waiting."""


async def announce(around: Surroundings, _due: datetime) -> None:
    """End what has come to its time, and tell the staff how it stands, some communities at a time."""
    async with around.database.reading() as work:
        if not await surge.untold(work, 1) and not await surge.overdue(work):
            return
    async with around.database.writing() as work:
        for over in await surge.run_out(work):
            await _log(work, over)
        owed: list[Owed] = []
        for each in await surge.untold(work, AT_ONCE):
            owed += await _owed(around, work, each)
            await surge.mark_told(work, each)
        dues = await outbox.owe(work, await outbox.address(work, owed))
    around.send(dues)


async def _log(work: Work, over: Surge) -> None:
    zone = (await people.community(work, over.community_id)).zone
    line = Change(local_day(work.now, zone), "surge_over", None, None, None)
    await roster.log(work, over.community_id, [line])


async def _owed(around: Surroundings, work: Work, each: Surge) -> list[Owed]:
    community = await people.community(work, each.community_id)
    staff = await people.persons(work, await roster.able(work, each.community_id))
    by = await people.person(work, each.started_by)
    state = "over" if each.ended_at else f"{each.ends_at:%Y%m%d%H%M}"
    return [
        Owed(
            person.id,
            announced(
                around.phrases[person.language],
                each,
                community.name,
                by.name if by else "",
                community.zone,
            ),
            Lane.CONVERSATION,
            f"surge-news:{each.id}:{state}:{person.id}",
        )
        for person in staff.values()
    ]
