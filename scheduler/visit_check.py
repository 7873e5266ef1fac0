"""The next morning a few residents are asked whether somebody came: one tap, and silence is fine."""

from datetime import datetime, timedelta

from domain.calendar import local_day
from domain.messages import Lane, Owed
from domain.visit_check import JOB, Sampling
from scheduler.base import Surroundings
from storage import outbox, people, visit_check
from wording.visit import came


async def ask(around: Surroundings, due: datetime) -> None:
    """Draw of yesterday's visits, and owe each of those drawn the question."""
    async with around.database.reading() as work:
        zones = {community.zone for community in await people.all_communities(work)}
    for zone in zones:
        day = local_day(due, zone) - timedelta(days=1)
        async with around.database.writing() as work:
            owed = [
                Owed(
                    one.person_id,
                    came(around.phrases[one.language], one.visit_id, one.worker, day),
                    Lane.ROUTINE,
                    f"{JOB}:{one.visit_id}",
                )
                for one in await visit_check.choose(work, day, Sampling(), zone)
            ]
            await outbox.owe_in_bulk(work, await outbox.address(work, owed))
