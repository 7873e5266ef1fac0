"""Friday morning, while there is time before the weekend: every supervisor hears of what would go wrong in
the two weeks ahead."""

from asyncio import sleep
from datetime import datetime

from domain.duty import DutyKind
from domain.messages import Lane, Owed
from domain.people import Person, Role
from domain.readiness import Facts, Report, examine
from scheduler.base import Surroundings
from storage import outbox, people, readiness
from storage.database import Work
from storage.people import Community
from wording.readiness import readiness as in_words

JOB = "rota-check"
_CHUNK = 500
"""Letters a transaction: on SQLite nobody else can write while one is open."""


async def report(around: Surroundings, due: datetime) -> None:
    """Owe each supervisor their community's check, if it has found anything; all communities are
    looked at by the same few statements."""
    async with around.database.reading() as work:
        communities = {each.id: each for each in await people.all_communities(work)}
        heads = await _heads(work)
        owed: list[Owed] = []
        for facts in await readiness.facts(work):
            owed += _owed(around, due, communities[facts.community_id], facts, heads)
            await sleep(0)  # a whole city is seconds of work, in which nobody's turn should wait
        letters = await outbox.address(work, owed)
    for start in range(0, len(letters), _CHUNK):
        async with around.database.writing() as work:
            await outbox.owe_in_bulk(work, letters[start : start + _CHUNK])


async def _heads(work: Work) -> dict[int, list[Person]]:
    """The supervisors of all communities."""
    ids = await people.everyone_with(work, Role.SUPERVISOR)
    persons = await people.persons(work, {person_id for _, person_id in ids})
    found: dict[int, list[Person]] = {}
    for community_id, person_id in ids:
        found.setdefault(community_id, []).append(persons[person_id])
    return found


def _owed(
    around: Surroundings,
    due: datetime,
    community: Community,
    facts: Facts,
    heads: dict[int, list[Person]],
) -> list[Owed]:
    seen: Report = examine(facts, around.policies.ladders[DutyKind.HELP], around.database.clock())
    if seen.is_clear:
        return []
    return [
        Owed(
            person.id,
            in_words(around.phrases[person.language], seen, community.zone),
            Lane.ROUTINE,
            f"{JOB}:{community.id}:{due:%Y%m%d}:{person.id}",
        )
        for person in heads.get(community.id, ())
    ]
