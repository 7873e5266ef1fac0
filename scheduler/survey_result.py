"""A survey's result on the clock: back to everyone who was asked, and reminders of what is low."""

from datetime import datetime

from domain.duty import Duty
from domain.messages import Lane, Owed
from domain.survey_paper import Paper
from scheduler.base import Surroundings
from storage import outbox, people, questionnaires, survey, survey_reply, survey_result
from storage.database import Work
from wording import Phrases
from wording.survey_result import back, duty_card

CHUNK = 500
"""People told in one transaction, as with invitations."""


async def tell_back(around: Surroundings, _due: datetime) -> None:
    """Owe everyone who was asked in a round the result that its head has sent back, in chunks. A chunk
    is owed and noted in one transaction, so a crash neither loses nor repeats one. What is told does not
    change any more, so it is counted once, before the first of them."""
    async with around.database.reading() as work:
        papers = [await _paper(work, number) for number in await survey_reply.under_way(work)]
    for paper in papers:
        while await _some(around, paper):
            pass


async def _paper(work: Work, round_id: int) -> Paper:
    round_ = await survey.get(work, round_id)
    assert round_ is not None, "the database links replies to rounds"
    return await survey_result.paper(work, round_, await questionnaires.asked(work, round_))


async def _some(around: Surroundings, paper: Paper) -> int:
    round_id = paper.round.id
    async with around.database.writing() as work:
        told = await survey_reply.next_to_tell(work, round_id, CHUNK)
        owed = [
            Owed(
                person.id,
                back(around.phrases[person.language], paper),
                Lane.ROUTINE,
                f"survey-back:{round_id}:{person.id}",
            )
            for person in (await people.persons(work, told)).values()
        ]
        await outbox.owe_in_bulk(work, await outbox.address(work, owed))
    return len(told)


async def tell(work: Work, phrases: Phrases, duty: Duty, told: list[int]) -> tuple[Owed, ...]:
    """A rung of a duty about a low aspect: what was rated, and by when to write what was done."""
    low = await survey_reply.low_of(work, duty.id)
    if low is None:
        return ()
    questionnaire = await questionnaires.get(work, low.questionnaire, low.version)
    aspect = questionnaire.aspect(low.aspect)
    return tuple(
        Owed(
            person.id,
            duty_card(phrases[person.language], low, aspect, work.now),
            Lane.ROUTINE,
            f"duty:{duty.id}:{duty.rung}:{person.id}",
            duty.id,
        )
        for person in (await people.persons(work, told)).values()
    )
