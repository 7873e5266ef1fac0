"""Surveys on the clock: invitations go out bit by bit, and rounds close when their time is up."""

from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from domain.ballot import BallotState, Round
from domain.messages import Lane, Message, Owed
from domain.people import Person, Role
from domain.survey import Questionnaire
from scheduler.base import Surroundings
from storage import outbox, people, questionnaires, sheets, survey, survey_low, survey_result
from storage.database import Work
from storage.people import Community
from storage.survey import Asked
from wording import Say
from wording.ballot import invitation
from wording.survey import day, result
from wording.survey_result import closed as in_words

CHUNK = 500
"""People invited in one transaction: small enough that no turn waits long behind it."""


async def invite(around: Surroundings, _due: datetime) -> None:
    """Owe an invitation to everyone in an open sample who has none, in chunks of their own.

    A chunk is owed and marked in one transaction, so a crash neither loses nor repeats one.
    """
    async with around.database.reading() as work:
        open_rounds = await survey.running(work)
    for round_ in open_rounds:
        while await _some(around, round_):
            pass


async def _some(around: Surroundings, round_: Round) -> bool:
    """Invite the next chunk; False when nobody was left, or the round is over."""
    async with around.database.writing() as work:
        now_open = await survey.get(work, round_.id)
        asked = await survey.to_invite(work, round_.id, CHUNK)
        if not asked or now_open is None or not now_open.takes_answers(work.now):
            return False
        persons = await people.persons(work, [one.person_id for one in asked])
        community = await people.community(work, round_.community_id)
        asks = await questionnaires.asked(work, round_)
        owed = [
            Owed(
                one.person_id,
                _invitation(around, round_, asks, community, persons[one.person_id]),
                Lane.ROUTINE,
                _key(round_, one),
            )
            for one in asked
        ]
        await _owe(work, round_, owed)
    return True


async def _owe(work: Work, round_: Round, owed: Sequence[Owed]) -> None:
    await outbox.owe_in_bulk(work, await outbox.address(work, owed))
    ids = {one.person_id for one in owed}
    reached = ids & (await people.reach(work, ids)).keys()
    await survey.mark(work, round_.id, reached, BallotState.INVITED)
    await survey.mark(work, round_.id, ids - reached, BallotState.NO_CHANNEL)


def _key(round_: Round, one: Asked) -> str:
    if one.household_id is None:
        return f"survey:{round_.id}:rater{one.person_id}"
    return f"survey:{round_.id}:{one.household_id}"


def _invitation(
    around: Surroundings,
    round_: Round,
    asks: Questionnaire,
    community: Community,
    person: Person,
) -> Message:
    say = around.phrases[person.language]
    until = day(say, round_.closes_at, community.zone)
    return invitation(say, asks, round_.id, person.name, community.name, until)


async def close(around: Surroundings, _due: datetime) -> None:
    """Close the rounds whose time is up, each by itself, and owe its result to those who ask."""
    now = around.database.clock()
    async with around.database.reading() as work:
        over = [each for each in await survey.running(work) if not each.takes_answers(now)]
    for round_ in over:
        async with around.database.writing() as work:
            await _close(around, work, round_)
    async with around.database.writing() as work:
        # An answer may have been on its way while its round was closed.
        await survey.forget_drafts(work)


async def _close(around: Surroundings, work: Work, round_: Round) -> None:
    if not await survey.close(work, round_.id):
        return
    asked = await questionnaires.asked(work, round_)
    await sheets.count_all(work, round_.id, asked.minimum_group)
    closed = await survey.get(work, round_.id)
    assert closed is not None, "it was closed just now"
    community = await people.community(work, closed.community_id)
    heads = await people.with_role(work, closed.community_id, Role.SUPERVISOR)
    tell = await _telling(around, work, closed, asked)
    owed = [
        Owed(person.id, message, Lane.ROUTINE, f"survey-result:{closed.id}:{person.id}:{number}")
        for person in (await people.persons(work, {*heads, closed.launched_by})).values()
        for number, message in enumerate(tell(around.phrases[person.language], community.zone))
    ]
    await outbox.owe_in_bulk(work, await outbox.address(work, owed))


async def _telling(
    around: Surroundings, work: Work, closed: Round, questionnaire: Questionnaire
) -> Callable[[Say, ZoneInfo], list[Message]]:
    """What the heads read; what is low becomes a duty in the same transaction."""
    if questionnaire.subjects or not questionnaire.aspects:
        standing = await sheets.standing(work, closed, questionnaire)
        return lambda say, zone: result(say, standing, zone, over=True)
    paper = await survey_result.paper(work, closed, questionnaire)
    due = await survey_low.open_duties(work, paper, around.policies)
    line = around.policies.survey_low
    return lambda say, zone: in_words(say, paper, zone, due, line, over=True)
