"""Who rates departments, on the clock: it goes to whoever stands in, and who appoints hears of who left."""

from datetime import datetime

from domain.messages import Lane, Owed
from domain.people import Role
from domain.rater import Left
from scheduler.base import Surroundings
from storage import outbox, people, survey_raters
from storage.database import Work
from wording.survey_raters import left


async def follow(around: Surroundings, _due: datetime) -> None:
    """Ratings go to whoever stands in when the rater's leave begins, and back when it ends. Of a rater or
    a deputy who has left, the community's supervisors are told, once, with the way to appoint another."""
    async with around.database.writing() as work:
        gone = await survey_raters.let_go(work)
        await survey_raters.follow(work)
        owed = [each for one in gone for each in await _told(around, work, one)]
        await outbox.owe_in_bulk(work, await outbox.address(work, owed))


async def _told(around: Surroundings, work: Work, gone: Left) -> list[Owed]:
    heads = await people.with_role(work, gone.before.community_id, Role.SUPERVISOR)
    known = await people.persons(
        work, {*heads, gone.before.person_id, gone.before.deputy_id or gone.before.person_id}
    )
    names = {each.id: each.name for each in known.values()}
    return [
        Owed(
            head,
            left(around.phrases[known[head].language], gone, names),
            Lane.ROUTINE,
            f"survey-rater-left:{gone.before.person_id}:{head}:{work.now.isoformat()}",
        )
        for head in heads
    ]
