"""小区投票: the polls of a community, how each stands, and the end of one before its time.

A poll is for one question that may be answered by whoever happens to be there. Who needs a sample, secrecy
or figures for an appraisal is sent to the surveys.
"""

from collections.abc import Sequence

from domain.messages import Button, Message, Rows
from domain.people import STAFF, Role
from domain.poll import Poll, PollState
from handlers.base import Answer, Services, Topic, Turn
from storage import people, poll, poll_groups
from storage.poll_groups import Group
from wording.poll import BLANK, close_in, figures, listed, result, results, until

topic = Topic("poll", keys={"poll.key": "poll"})

HEADS = frozenset({Role.SUPERVISOR, Role.STREET})
_SHOWN = 5
_LABEL = 24


def may_ask_in(turn: Turn, groups: Sequence[Group]) -> list[Group]:
    """Of a community's groups those where whoever speaks may ask: the heads in all, a worker in those
    that are theirs."""
    heads = turn.who.is_any(*HEADS)
    return [group for group in groups if heads or group.by_id == turn.who.id]


@topic.action("poll", roles=STAFF, command="poll.command")
async def home(turn: Turn, services: Services) -> Answer:
    """What a poll is for and what it is not; the newest ones, and the groups."""
    here = turn.who.community_id
    groups = may_ask_in(turn, await poll_groups.of_community(services.work, here))
    rows: list[tuple[Button, ...]] = [(Button(turn.say.plain("poll.new_button"), "pollnew"),)]
    for each in await poll.newest(services.work, here, _SHOWN):
        if _theirs(turn, each):
            rows.append((_entry(turn, each),))
    for group in groups:
        label = turn.say.plain("poll.leave_button", title=group.title[:_LABEL])
        rows.append((Button(label, f"group.leave:{group.id}"),))
    text = BLANK.join([turn.say("poll.home"), _places(turn, groups)])
    return Answer.of(Message(text, buttons=tuple(rows), in_place=True), step=turn.step)


def _places(turn: Turn, groups: Sequence[Group]) -> str:
    if not groups:
        return turn.say("poll.no_group")
    joined = turn.say.plain("menu.names_join").join(group.title for group in groups)
    return turn.say("poll.groups", names=joined)


def _entry(turn: Turn, each: Poll) -> Button:
    over = each.state in (PollState.CLOSED, PollState.LOST)
    key = "poll.closed_button" if over else "poll.open_button"
    return Button(turn.say.plain(key, question=each.question[:_LABEL]), f"poll.show:{each.id}")


def _theirs(turn: Turn, each: Poll) -> bool:
    same = each.community_id == turn.who.community_id
    return same and (turn.who.is_any(*HEADS) or each.by_id == turn.who.id)


async def _own(turn: Turn, services: Services, *, locked: bool = False) -> Poll | None:
    """The poll in the tap, if it was asked and is this person's to see."""
    found = await poll.get(services.work, turn.number(), locked=locked)
    if found is None or not _theirs(turn, found) or found.state is PollState.DRAFT:
        return None
    return found


def _tell(turn: Turn, key: str) -> Answer:
    return Answer.of(Message(turn.say(key)), step=turn.step)


@topic.action("poll.show", roles=STAFF)
async def show(turn: Turn, services: Services) -> Answer:
    """How it stands. While people vote in their own chats, only how many have: two looks in a row would
    tell what somebody chose."""
    found = await _own(turn, services)
    if found is None:
        return _tell(turn, "poll.not_here")
    if found.state is PollState.CLOSED:
        return Answer.of(result(turn.say, found), step=turn.step)
    zone = (await people.community(services.work, found.community_id)).zone
    closes = until(turn.say, found.closes_at, zone) if found.closes_at else ""
    lines = [listed(turn.say, found), turn.say(f"poll.state_{found.state}", until=closes)]
    if found.state is not PollState.SENDING and found.group_id is None:
        lines.append(turn.say("poll.so_far", voters=found.voters))
    elif found.state is not PollState.SENDING:
        lines += figures(turn.say, found)
    text = BLANK.join(lines)
    return Answer.of(Message(text, buttons=_ends(turn, found), in_place=True), step=turn.step)


def _ends(turn: Turn, found: Poll) -> Rows:
    if found.state is PollState.SENDING:
        label = turn.say.plain("poll.call_back_button")
        return ((Button(label, f"poll.back:{found.id}"),),)
    if found.state is PollState.OPEN:
        return ((Button(turn.say.plain("poll.end_button"), f"poll.end:{found.id}"),),)
    return ()


@topic.action("poll.back", roles=STAFF)
async def call_back(turn: Turn, services: Services) -> Answer:
    """It waits for the morning, and is not wanted any more."""
    found = await _own(turn, services)
    if found is None or found.state is not PollState.SENDING:
        return _tell(turn, "poll.not_here" if found is None else "poll.ended_before")
    if not await poll.called_back(services.work, found):
        return _tell(turn, "poll.on_its_way")
    gone = {"state": PollState.LOST, "closed_at": turn.now}
    await poll.change(services.work, found.id, [PollState.SENDING], **gone)
    return Answer.of(Message(turn.say("poll.called_back"), in_place=True), step=turn.step)


@topic.action("poll.end", roles=STAFF)
async def end(turn: Turn, services: Services) -> Answer:
    """提前结束 cannot be taken back, so it is asked once more."""
    found = await _own(turn, services)
    if found is None or found.state is not PollState.OPEN:
        return _tell(turn, "poll.not_here" if found is None else "poll.ended_before")
    rows = (
        (Button(turn.say.plain("poll.end_yes"), f"poll.close:{found.id}"),),
        (Button(turn.say.plain("poll.end_no"), f"poll.show:{found.id}"),),
    )
    text = turn.say("poll.end_sure", question=found.question)
    return Answer.of(Message(text, buttons=rows, in_place=True), step=turn.step)


@topic.action("poll.close", roles=STAFF)
async def close(turn: Turn, services: Services) -> Answer:
    """In a group the platform takes no more votes and tells its last figures; in people's own chats the
    count is ours."""
    found = await _own(turn, services, locked=True)
    if found is None:
        return _tell(turn, "poll.not_here")
    if found.state is not PollState.OPEN:
        return _tell(turn, "poll.ended_before")
    group = await poll_groups.get(services.work, found.group_id) if found.group_id else None
    if group is None:
        return await _count(turn, services, found)
    await poll.change(
        services.work, found.id, [PollState.OPEN], state=PollState.CLOSING, closes_at=turn.now
    )
    owed = (close_in(found, group.address_id),)
    return Answer.of(Message(turn.say("poll.ending"), in_place=True), owed=owed, step=turn.step)


async def _count(turn: Turn, services: Services, found: Poll) -> Answer:
    closed = await poll.finish(services.work, found)
    assert closed is not None, "it was locked while it was open"
    asker = await people.person(services.work, closed.by_id)
    told = closed.by_id == turn.who.id or asker is None
    owed = () if told or asker is None else results(services.phrases, closed, asker, None)
    return Answer.of(result(turn.say, closed), owed=owed, step=turn.step)
