"""One-question polls on the clock: noted when they have gone out, closed in time, asked in people's own
chats bit by bit, and their results told."""

from collections.abc import Sequence
from datetime import datetime

from domain.messages import Lane, Message, Owed, OwedTo
from domain.people import Person
from domain.poll import Poll, PollState
from scheduler.base import Surroundings
from storage import outbox, people, poll, poll_groups, surge
from storage.database import Work
from storage.people import Community
from wording.poll import close_in, for_person, result, results, until

CHUNK = 500
"""People asked or told in one transaction, as with surveys."""


async def look(around: Surroundings, _due: datetime) -> None:
    """Each step in a transaction of its own; every message has a key, so a crash repeats none."""
    async with around.database.writing() as work:
        await poll.note_sent(work)
        lost = await poll.lost(work)
        sorry = [one for each in lost for one in await _sorry(around, work, each)]
        dues = await outbox.owe(work, await outbox.address(work, sorry))
    around.send(dues)
    async with around.database.reading() as work:
        over = await poll.over(work)
    for each in over:
        async with around.database.writing() as work:
            owed = await _end(around, work, each.id)
            dues = await outbox.owe(work, await outbox.address(work, owed))
        around.send(dues)
    async with around.database.reading() as work:
        waiting = await poll.to_tell(work)
    for each in waiting:
        while await _tell_some(around, each.id):
            pass


async def _sorry(around: Surroundings, work: Work, each: Poll) -> list[Owed | OwedTo]:
    """It is not known to have arrived, and is not sent again blindly: somebody looks."""
    asker = await people.person(work, each.by_id)
    if asker is None:
        return []
    text = around.phrases[asker.language]("poll.lost", question=each.question)
    return [Owed(asker.id, Message(text), Lane.CONVERSATION, f"{each.card}:lost")]


async def _end(around: Surroundings, work: Work, poll_id: int) -> Sequence[Owed | OwedTo]:
    """A poll whose time is up: the platform is to stop it, or the figures we have are the last."""
    each = await poll.get(work, poll_id, locked=True)
    if each is None or each.state not in (PollState.OPEN, PollState.CLOSING):
        return ()
    group = await poll_groups.get(work, each.group_id) if each.group_id else None
    if group is not None and group.inside and each.state is PollState.OPEN:
        await poll.change(work, each.id, [PollState.OPEN], state=PollState.CLOSING)
        return (close_in(each, group.address_id),)
    closed, asker = await poll.finish(work, each), await people.person(work, each.by_id)
    if closed is None or asker is None:
        return ()
    where = group.address_id if group and group.inside else None
    return results(around.phrases, closed, asker, where, stale=group is not None)


async def _tell_some(around: Surroundings, poll_id: int) -> bool:
    """Ask, or tell the result to, the next people; False when none are left, or not now."""
    async with around.database.writing() as work:
        each = await poll.get(work, poll_id, locked=True)
        if each is None or each.told_up_to is None:
            return False
        community = await people.community(work, each.community_id)
        if each.state is PollState.OPEN and not await _may_knock(around, work, community):
            return False
        told = await poll.next_to_tell(work, each, CHUNK)
        persons = await people.persons(work, told)
        owed = [_word(around, each, community, person) for person in persons.values()]
        await outbox.owe_in_bulk(work, await outbox.address(work, owed))
        last = max(told) if len(told) == CHUNK else None
        await poll.change(work, each.id, [each.state], told_up_to=last)
        return last is not None


async def _may_knock(around: Surroundings, work: Work, community: Community) -> bool:
    """By day, on no holiday and in no surge, as with surveys: it is no more urgent than they."""
    rules, calendar = around.policies.contact, around.policies.calendar
    if await surge.in_surge(work, community.id):
        return False
    return rules.allows(work.now, community.zone, calendar)


def _word(around: Surroundings, each: Poll, community: Community, person: Person) -> Owed:
    say = around.phrases[person.language]
    if each.state is PollState.CLOSED:
        told = result(say, each, drawn=False)
        return Owed(person.id, told, Lane.ROUTINE, f"{each.card}:told:{person.id}")
    assert each.closes_at is not None, "what is open has an end"
    asked = for_person(say, each, community.name, until(say, each.closes_at, community.zone))
    return Owed(person.id, asked, Lane.ROUTINE, f"{each.card}:{person.id}")
