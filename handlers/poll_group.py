"""Groups: the desk learns of them from the platform, asks in private whose each is, and is silent in them.

Nothing is said in a group but a poll and its result, and nobody's words there are read. A group is nobody's
until somebody of the staff, whom the platform names as who took the desk in, says in their own chat that it
is their community's: so no stranger's group gets anything.
"""

from domain.messages import Button, GroupNews, Incoming, Message, Owed, OwedTo
from domain.people import STAFF, Person
from domain.poll import PollState
from handlers.base import Answer, Services, Topic, Turn
from handlers.poll import may_ask_in
from storage import people, poll, poll_groups
from storage.poll_groups import Group
from wording.poll import results

topic = Topic("group")

_SILENT = Answer()


async def heard(turn: Turn, services: Services) -> Answer:
    """What the platform says of a group or a poll. Nothing is answered where it came from."""
    news = turn.incoming.news
    if isinstance(news, GroupNews):
        return await _of_group(turn, services, news)
    if news is None:
        return _SILENT
    standing = await poll.counted(services.work, news)
    if standing is None:  # none of ours, or not known to be yet
        await poll.note_sent(services.work)
        standing = await poll.counted(services.work, news)
    if standing is None or not news.closed:
        return _SILENT
    closed = await poll.finish(services.work, standing)
    asker = await people.person(services.work, standing.by_id)
    if closed is None or asker is None:
        return _SILENT
    group = await poll_groups.get(services.work, closed.group_id) if closed.group_id else None
    where = group.address_id if group and group.inside else None
    return Answer(owed=results(services.phrases, closed, asker, where))


async def _of_group(turn: Turn, services: Services, news: GroupNews) -> Answer:
    known = await poll_groups.at(services.work, turn.address_id)
    if news.moved_to:
        if known is not None:
            await poll_groups.moved(services.work, known, news.moved_to)
        return _SILENT
    if not news.inside:
        return await _put_out(turn, services, known) if known is not None else _SILENT
    who = await _staff(services, turn.incoming, news.by)
    group = await poll_groups.taken_in(services.work, turn.address_id, news, who)
    if who is None or group.community_id is not None:
        return _SILENT
    return Answer(owed=(await _question(services, group, who, turn.inbox_id),))


async def _staff(services: Services, incoming: Incoming, address: str) -> Person | None:
    who = await poll_groups.who_did(services.work, incoming.channel, address) if address else None
    return who if who is not None and who.is_any(*STAFF) else None


async def _question(services: Services, group: Group, who: Person, turn_id: int) -> Owed:
    """Whose is it? Asked in private, of whoever took the desk in."""
    say = services.phrases[who.language]
    community = (await people.community(services.work, who.community_id)).name
    yes = Button(say.plain("poll.group_yes", community=community), f"group.ours:{group.id}")
    no = Button(say.plain("poll.group_no"), f"group.not:{group.id}")
    text = say("poll.group_asked", title=group.title, community=community)
    return Owed(who.id, Message(text, buttons=((yes,), (no,))), key=f"group:{turn_id}")


async def _put_out(turn: Turn, services: Services, group: Group) -> Answer:
    """What was being asked there is over, with the figures heard so far; who asked is told."""
    owed: list[Owed | OwedTo] = []
    for each in await poll.in_group(services.work, group.id):
        if each.state is PollState.SENDING:
            await poll.called_back(services.work, each)
        closed = await poll.finish(services.work, each)
        asker = await people.person(services.work, each.by_id)
        if closed is None or asker is None:
            continue
        say = services.phrases[asker.language]
        text = say("poll.put_out", title=group.title)
        owed.append(Owed(asker.id, Message(text), key=f"group:{turn.inbox_id}"))
        owed += results(services.phrases, closed, asker, None, stale=True)
    await people.set_reachable(services.work, [group.address_id], False)
    await poll_groups.put_out(services.work, group.id)
    return Answer(owed=tuple(owed))


@topic.action("group.ours", roles=STAFF)
async def ours(turn: Turn, services: Services) -> Answer:
    """是: from now on polls may be sent there."""
    group = await poll_groups.get(services.work, turn.number())
    if group is None or not await _claimed(turn, services, group):
        return Answer.of(Message(turn.say("poll.group_theirs"), in_place=True), step=turn.step)
    community = (await people.community(services.work, turn.who.community_id)).name
    text = turn.say("poll.group_ours", title=group.title, community=community)
    ask = Button(turn.say.plain("poll.new_button"), "pollnew")
    return Answer.of(Message(text, buttons=((ask,),), in_place=True), step=turn.step)


async def _claimed(turn: Turn, services: Services, group: Group) -> bool:
    if group.inside and group.by_id == turn.who.id:  # a second tap
        return group.community_id == turn.who.community_id
    return await poll_groups.is_whose(services.work, group, turn.who)


@topic.action("group.not", roles=STAFF)
async def not_ours(turn: Turn, services: Services) -> Answer:
    """不是: nothing is sent there."""
    return Answer.of(Message(turn.say("poll.group_left"), in_place=True), step=turn.step)


@topic.action("group.leave", roles=STAFF)
async def leave(turn: Turn, services: Services) -> Answer:
    """The group is the community's no more; what is being asked there goes on to its end."""
    theirs = await poll_groups.of_community(services.work, turn.who.community_id)
    group = next((g for g in may_ask_in(turn, theirs) if g.id == turn.number()), None)
    if group is None:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    await poll_groups.is_nobodys(services.work, group.id)
    text = turn.say("poll.left", title=group.title)
    return Answer.of(Message(text, in_place=True), step=turn.step)
