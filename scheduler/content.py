"""Guides past their review, never verified, or said to be wrong become chores of their owners: a few each
working day."""

from datetime import datetime, timedelta

from domain.calendar import local_day
from domain.content import chores
from domain.duty import DutyKind
from domain.messages import Owed
from domain.people import Role
from scheduler.base import Surroundings
from storage import content_review, enquiries, outbox, people
from storage.database import Work
from storage.duties import Opening, open_duty

HEARD_FOR = timedelta(days=14)
"""How long what residents said is wrong waits for its turn among others."""


async def ask_for_reviews(around: Surroundings, due: datetime) -> None:
    """Ask owners for the reviews of this working day; guides without one go to a supervisor."""
    today = local_day(due, around.policies.zone)
    if not around.policies.calendar.is_workday(today):
        return
    async with around.database.reading() as work:
        wrong = await enquiries.said_wrong(work, due - HEARD_FOR)
    async with around.database.writing() as work:
        owed: list[Owed] = []
        kept = await content_review.kept(work, await _anyone(work), wrong)
        for guide in chores(kept, today):
            owner = await people.person(work, guide.owner_id)
            if owner is None:
                continue
            opening = Opening(
                kind=DutyKind.GUIDE,
                community_id=owner.community_id,
                ladder=around.policies.ladders["guide"],
                source_key=f"guide:{guide.guide_id}:{today}",
                owner_id=owner.id,
            )
            duty = await open_duty(work, opening)
            if duty is not None:
                await content_review.ask(work, duty, guide)
                owed += await around.climb(work, duty)
        dues = await outbox.owe(work, await outbox.address(work, owed))
    around.send(dues)


async def _anyone(work: Work) -> int | None:
    """Who keeps what nobody was named for: the first community's first supervisor."""
    for community in await people.all_communities(work):
        if heads := await people.with_role(work, community.id, Role.SUPERVISOR):
            return heads[0]
    return None
