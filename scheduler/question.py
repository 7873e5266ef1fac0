"""Monday morning: the week of questions goes to the heads of each community, once."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from domain.calendar import local_day
from domain.draft import Draft
from domain.enquiry_week import Week, new_words, week_of
from domain.messages import Lane, Owed
from domain.people import Person, Role
from knowledge.words import guide_names, known_text, unwritten
from scheduler.base import Surroundings
from storage import drafts, enquiries, help_board, outbox, people
from storage.database import Work
from storage.people import Community
from wording.enquiry import places_report, week_report

JOB = "ask-report"


async def report(around: Surroundings, due: datetime) -> None:
    """Owe last week's report, each community in a transaction of its own, by a key that repeats nothing."""
    async with around.database.reading() as work:
        communities = await people.all_communities(work)
    for community in communities:
        first = week_of(local_day(due, community.zone)) - timedelta(weeks=1)
        async with around.database.reading() as work:  # summing up must not keep turns waiting
            owed = await _owed(around, work, community, first)
        if owed:
            async with around.database.writing() as work:
                await outbox.owe_in_bulk(work, await outbox.address(work, owed))
    await _report_places(around, due)


async def _report_places(around: Surroundings, due: datetime) -> None:
    """The picture and the table by community to everybody of street and bureau who oversees several."""
    async with around.database.reading() as work:
        everybody = [
            person_id
            for role in (Role.STREET, Role.BUREAU)
            for _, person_id in await people.everyone_with(work, role)
        ]
        persons = await people.persons(work, set(everybody))
    for person in persons.values():
        async with around.database.reading() as work:
            owed = await _owed_places(around, work, person, due)
        if owed:
            async with around.database.writing() as work:
                await outbox.owe_in_bulk(work, await outbox.address(work, owed))


async def _owed_places(
    around: Surroundings, work: Work, person: Person, due: datetime
) -> list[Owed]:
    theirs = await help_board.overseen(work, person.id)
    if len(theirs) < 2:
        return []
    first = week_of(local_day(due, theirs[0].zone)) - timedelta(weeks=1)
    found = await enquiries.places_week(work, theirs, first)
    if all(place.is_empty for place in found):
        return []
    messages = places_report(around.phrases[person.language], first, found)
    key = f"{JOB}:places:{first}:{person.id}"
    return [
        Owed(person.id, message, Lane.ROUTINE, f"{key}:{number}")
        for number, message in enumerate(messages)
    ]


async def _owed(around: Surroundings, work: Work, community: Community, first: date) -> list[Owed]:
    heads = [
        *await people.with_role(work, community.id, Role.SUPERVISOR),
        *await people.with_role(work, community.id, Role.STREET),
    ]
    week = await enquiries.week(work, community, first)
    if not heads or week.is_empty:
        return []
    persons = (await people.persons(work, heads)).values()
    wanted = unwritten(around.knowledge().book, await drafts.wanted(work, community.id))
    return [each for person in persons for each in _report(around, week, community, person, wanted)]


def _report(
    around: Surroundings, week: Week, community: Community, person: Person, wanted: Sequence[Draft]
) -> Iterator[Owed]:
    book = around.knowledge().book
    words = new_words((text for text, _ in week.missed_texts), known_text(book))
    names = guide_names(book, person.language)
    say = around.phrases[person.language]
    messages = week_report(say, week, community.name, community.id, names, words, wanted)
    for number, message in enumerate(messages):
        key = f"{JOB}:{community.id}:{week.first}:{person.id}:{number}"
        yield Owed(person.id, message, Lane.ROUTINE, key)
