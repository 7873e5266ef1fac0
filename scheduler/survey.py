"""Surveys on the clock: people are invited and reminded bit by bit, and rounds close on time."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.ballot import Round
from domain.messages import Lane, Message, Owed
from domain.people import Person, Role
from domain.rater import Raters
from domain.survey import Questionnaire
from scheduler.base import Surroundings
from storage import (
    outbox,
    people,
    questionnaires,
    sheets,
    surge,
    survey,
    survey_asking,
    survey_campaign,
    survey_low,
    survey_raters,
    survey_result,
)
from storage import wipe as wiping
from storage.database import Work
from storage.people import Community
from storage.survey_asking import Asked
from storage.tables.survey import survey_invitations, survey_sheets
from wording import Say
from wording.ballot import invitation
from wording.survey import BLANK, day, reminder, result
from wording.survey_campaign import over as whole_is_over
from wording.survey_raters import because, ways
from wording.survey_result import closed as in_words

WIPED_FOR = timedelta(days=3)
"""After a close ballots still go from the inbox and the chats for a day; then there is nothing left."""
BALLOTS = (survey_invitations, survey_sheets)
"""Where answers were: what passed through the busy tables is overwritten there within days."""

CHUNK = 500
"""People asked in one transaction: small enough that no turn waits long behind it."""


async def invite(around: Surroundings, _due: datetime) -> None:
    """Ask whoever is to be asked now, in chunks of their own: invite those who were not, remind those
    who have not answered.

    A chunk is owed and marked in one transaction, so a crash neither loses nor repeats one.
    """
    while await _some(around):
        pass


async def _some(around: Surroundings) -> bool:
    """Ask the next chunk; False when nobody was left for now."""
    async with around.database.writing() as work:
        allowed = await _allowed(around, work)
        if not allowed:
            return False
        asked = await survey_asking.due(work, allowed, around.policies.contact, CHUNK)
        if not asked:
            return False
        persons = await people.persons(work, {one.person_id for one in asked})
        reached = (await people.reach(work, set(persons))).keys()
        rounds = await survey.several(work, {one.round_id for one in asked})
        asks = await questionnaires.titles(work, rounds.values())
        places = {each.id: each for each in await people.all_communities(work)}
        raters = await survey_raters.several(
            work, {rounds[one.round_id].community_id for one in asked if _rates(one)}
        )
        persons |= await people.persons(work, {one.person_id for one in raters.values()})
        owed = [
            Owed(
                one.person_id,
                _knock(
                    around, rounds[one.round_id], asks[one.round_id], places, persons, raters, one
                ),
                Lane.ROUTINE,
                _key(one),
            )
            for one in asked
            if one.person_id in reached
        ]
        await outbox.owe_in_bulk(work, await outbox.address(work, owed))
        await _mark(work, asked, reached)
    return True


async def _allowed(around: Surroundings, work: Work) -> list[int]:
    """The rounds that may knock at this moment: no night, no holiday, no surge, no pause."""
    now_open = await survey_asking.open_now(work)
    if not now_open:
        return []
    surging = await surge.running(work)
    zones = {each.id: each.zone for each in await people.all_communities(work)}
    rules, calendar = around.policies.contact, around.policies.calendar
    return [
        round_id
        for round_id, community_id in now_open
        if community_id not in surging and rules.allows(work.now, zones[community_id], calendar)
    ]


async def _mark(work: Work, asked: Sequence[Asked], reached: Collection[int]) -> None:
    reaching = [one for one in asked if one.person_id in reached]
    lost = [one for one in asked if one.person_id not in reached]
    if reaching:
        await survey_asking.have_been_asked(work, reaching)
    if lost:
        await survey_asking.cannot_be_asked(work, lost)


def _key(one: Asked) -> str:
    who = f"rater{one.person_id}" if one.household_id is None else f"{one.household_id}"
    again = f":again{one.times}" if one.times else ""
    return f"survey:{one.round_id}:{who}{again}"


def _knock(
    around: Surroundings,
    round_: Round,
    asks: Questionnaire,
    places: Mapping[int, Community],
    persons: Mapping[int, Person],
    raters: Mapping[int, Raters],
    one: Asked,
) -> Message:
    person = persons[one.person_id]
    say, community = around.phrases[person.language], places[round_.community_id]
    until = day(say, round_.closes_at, community.zone)
    if one.times:
        return reminder(say, round_.id, person.name, community.name, until, raters=_rates(one))
    first = invitation(say, asks, round_.id, person.name, community.name, until)
    if not _rates(one):
        return first
    theirs = raters.get(community.id)
    why = because(say, theirs, person.id, persons)
    text = BLANK.join([first.text, why]) if why else first.text
    return replace(first, text=text, buttons=(*first.buttons, *ways(say, theirs, person.id)))


def _rates(one: Asked) -> bool:
    return one.household_id is None


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


async def wipe(around: Surroundings, _due: datetime) -> None:
    """In the nights after a close, when the last private messages are deleted too: what ballots said goes
    out of the database's files."""
    async with around.database.reading() as work:
        ended = await survey.closed_since(work, work.now - WIPED_FOR)
    if ended:
        await wiping.wipe(around.database, BALLOTS)


async def _close(around: Surroundings, work: Work, round_: Round) -> None:
    questionnaire = await questionnaires.asked(work, round_)
    if not await survey.close(work, round_.id, questionnaire):
        return
    await sheets.count_all(work, round_.id, questionnaire.minimum_group)
    closed = await survey.get(work, round_.id)
    assert closed is not None, "it was closed just now"
    community = await people.community(work, closed.community_id)
    told = set(await people.with_role(work, closed.community_id, Role.SUPERVISOR))
    if closed.campaign_id is None:  # a campaign's result is not sent 564 times
        told.add(closed.launched_by)
    tell = await _telling(around, work, closed, questionnaire)
    owed = [
        Owed(person.id, message, Lane.ROUTINE, f"survey-result:{closed.id}:{person.id}:{number}")
        for person in (await people.persons(work, told)).values()
        for number, message in enumerate(tell(around.phrases[person.language], community.zone))
    ]
    if ended := await survey_campaign.ended(work, closed):
        owed.append(whole_is_over(around.phrases, ended, around.policies.zone))
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
