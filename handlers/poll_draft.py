"""A poll before it is asked: typed in one message, looked at in private, sent with one tap."""

from collections.abc import Sequence

from domain.messages import Button, Lane, Message, OwedTo, Rows
from domain.people import STAFF, Language
from domain.poll import (
    DAYS,
    MAX_OPTION,
    MAX_OPTIONS,
    MAX_QUESTION,
    MIN_OPTIONS,
    OPEN_AT_ONCE,
    FlawedPoll,
    Poll,
    PollState,
    closing,
    understand,
)
from handlers.base import Answer, Services, Step, Topic, Turn
from handlers.poll import HEADS, may_ask_in
from handlers.router import at_step
from storage import people, poll, poll_groups
from storage.poll_groups import Group
from wording.poll import BLANK, for_group, listed, until

topic = Topic("pollnew")

_TYPING = "pollnew.typing"
_LIMITS = {
    "question": MAX_QUESTION,
    "option": MAX_OPTION,
    "fewest": MIN_OPTIONS,
    "most": MAX_OPTIONS,
}
_CHATS = "chats"


def _tell(turn: Turn, key: str, **values: object) -> Answer:
    return Answer.of(Message(turn.say(key, **values)), step=turn.step)


def _stop(turn: Turn, action: str) -> tuple[Button, ...]:
    return (Button(turn.say.plain("poll.typing_stop"), action),)


@topic.action("pollnew", roles=STAFF)
async def begin(turn: Turn, services: Services) -> Answer:
    """Question and options in one message: fewer steps than one by one, and easy to copy."""
    message = Message(turn.say("poll.typing", **_LIMITS), buttons=(_stop(turn, "pollnew.stop"),))
    return Answer.of(message, step=Step(_TYPING))


@topic.action("pollnew.stop", roles=STAFF)
async def stop(turn: Turn, services: Services) -> Answer:
    """不问了: what was drafted is forgotten."""
    draft = await _own(turn, services)
    if draft is not None:
        await poll.drop(services.work, draft.id)
    return Answer.of(Message(turn.say("poll.stopped"), in_place=True))


@topic.text(order=50, claim=at_step(_TYPING), roles=STAFF)
async def typed(turn: Turn, services: Services) -> Answer:
    """What was typed as a poll, or what is wrong with it; then it may be sent again, corrected."""
    try:
        asking = understand(turn.incoming.text)
    except FlawedPoll as flawed:
        text = turn.say(f"poll.flaw_{flawed.flaw}", which=flawed.which, **_LIMITS)
        message = Message(text, buttons=(_stop(turn, "pollnew.stop"),))
        return Answer.of(message, step=turn.step)
    groups = await _groups(turn, services)
    if not groups and not turn.who.is_any(*HEADS):
        return _tell(turn, "poll.nowhere")
    first = groups[0].id if groups else None
    here = turn.who.community_id
    made = await poll.draft(services.work, asking, here, turn.who.id, first)
    return Answer.of(await _preview(turn, services, made, groups), step=None)


async def _groups(turn: Turn, services: Services) -> list[Group]:
    return may_ask_in(turn, await poll_groups.of_community(services.work, turn.who.community_id))


async def _own(turn: Turn, services: Services) -> Poll | None:
    """The draft in the tap, if it is this person's."""
    found = await poll.get(services.work, turn.number(), locked=True)
    if found is None or found.by_id != turn.who.id:
        return None
    return found if found.community_id == turn.who.community_id else None


async def _preview(
    turn: Turn, services: Services, draft: Poll, groups: Sequence[Group], *, again: bool = False
) -> Message:
    """How it will look, and what can be changed; nobody else sees it."""
    zone = (await people.community(services.work, draft.community_id)).zone
    facts = turn.say(
        "poll.preview_facts",
        kind=turn.say("poll.kind_many" if draft.multiple else "poll.kind_one"),
        until=until(turn.say, closing(turn.now, draft.days, zone), zone),
        where=_where(turn, draft.group_id, groups),
    )
    text = BLANK.join([turn.say("poll.preview"), listed(turn.say, draft), facts])
    kind = turn.say.plain("poll.to_one" if draft.multiple else "poll.to_many")
    rows: Rows = ((Button(kind, f"pollnew.kind:{draft.id}:{int(not draft.multiple)}"),),)
    for days in DAYS:
        closes = until(turn.say, closing(turn.now, days, zone), zone)
        label = _ticked(turn, turn.say.plain("poll.until_button", until=closes), days == draft.days)
        rows = (*rows, (Button(label, f"pollnew.days:{draft.id}:{days}"),))
    rows = (*rows, *_places(turn, draft, groups))
    send = Button(turn.say.plain("poll.send"), f"pollnew.send:{draft.id}")
    rows = (*rows, (send,), _stop(turn, f"pollnew.stop:{draft.id}"))
    return Message(text, buttons=rows, in_place=again)


def _where(turn: Turn, group_id: int | None, groups: Sequence[Group]) -> str:
    title = next((group.title for group in groups if group.id == group_id), None)
    return (
        turn.say.plain("poll.in_chats")
        if title is None
        else turn.say.plain("poll.in_group", title=title)
    )


def _places(turn: Turn, draft: Poll, groups: Sequence[Group]) -> Rows:
    """Where it may go, where there is a choice: a worker has no say in what all residents are asked."""
    names: list[tuple[int | None, str]] = [(group.id, str(group.id)) for group in groups]
    if turn.who.is_any(*HEADS):
        names.append((None, _CHATS))
    if len(names) < 2:
        return ()
    return tuple(
        (
            Button(
                _ticked(
                    turn,
                    turn.say.plain("poll.to_place", where=_where(turn, group_id, groups)),
                    group_id == draft.group_id,
                ),
                f"pollnew.place:{draft.id}:{name}",
            ),
        )
        for group_id, name in names
    )


def _ticked(turn: Turn, label: str, ticked: bool) -> str:
    return turn.say.plain("poll.chosen", label=label) if ticked else label


async def _changed(turn: Turn, services: Services, **values: object) -> Answer:
    draft = await _own(turn, services)
    if draft is None:
        return _tell(turn, "poll.not_here")
    now = await poll.change(services.work, draft.id, [PollState.DRAFT], **values)
    if now is None:
        return _tell(turn, "poll.sent_before")
    groups = await _groups(turn, services)
    return Answer.of(await _preview(turn, services, now, groups, again=True), step=turn.step)


@topic.action("pollnew.kind", roles=STAFF)
async def kind(turn: Turn, services: Services) -> Answer:
    """One choice or several."""
    return await _changed(turn, services, multiple=turn.number(1) == 1)


@topic.action("pollnew.days", roles=STAFF)
async def days(turn: Turn, services: Services) -> Answer:
    """When it closes."""
    wanted = turn.number(1)
    if wanted not in DAYS:
        return _tell(turn, "menu.old_button")
    return await _changed(turn, services, days=wanted)


@topic.action("pollnew.place", roles=STAFF)
async def place(turn: Turn, services: Services) -> Answer:
    """In which group, or in residents' own chats."""
    wanted = None if turn.args[1:2] == (_CHATS,) else turn.number(1)
    if not await _may_go(turn, services, wanted):
        return _tell(turn, "poll.nowhere")
    return await _changed(turn, services, group_id=wanted)


async def _may_go(turn: Turn, services: Services, group_id: int | None) -> bool:
    if group_id is None:
        return turn.who.is_any(*HEADS)
    return group_id in {group.id for group in await _groups(turn, services)}


@topic.action("pollnew.send", roles=STAFF)
async def send(turn: Turn, services: Services) -> Answer:
    """发出去. Whether it may go there is asked again; a second tap sends nothing more."""
    draft = await _own(turn, services)
    if draft is None or draft.state is not PollState.DRAFT:
        return _tell(turn, "poll.not_here" if draft is None else "poll.sent_before")
    if not await _may_go(turn, services, draft.group_id):
        return _tell(turn, "poll.nowhere")
    if await poll.at_once(services.work, draft) >= OPEN_AT_ONCE:
        return _tell(turn, "poll.too_many", most=OPEN_AT_ONCE)
    group = await poll_groups.get(services.work, draft.group_id) if draft.group_id else None
    return await (
        _to_group(turn, services, draft, group) if group else _to_chats(turn, services, draft)
    )


async def _to_group(turn: Turn, services: Services, draft: Poll, group: Group) -> Answer:
    """Owed as a routine message: a push to many is never repeated blindly, and waits for the morning."""
    community = await people.community(services.work, draft.community_id)
    closes_at = closing(turn.now, draft.days, community.zone)
    sent = {"state": PollState.SENDING, "closes_at": closes_at}
    await poll.change(services.work, draft.id, [PollState.DRAFT], **sent)
    theirs = services.phrases[Language.ZH]
    asked = for_group(theirs, draft, community.name, until(theirs, closes_at, community.zone))
    quiet = services.policies.is_quiet(turn.now)
    text = turn.say(
        "poll.sent_quiet" if quiet else "poll.sent_group",
        title=group.title,
        until=until(turn.say, closes_at, community.zone),
        time=f"{services.policies.quiet_until:%H:%M}",
    )
    owed = (OwedTo(group.address_id, asked, Lane.ROUTINE, draft.card),)
    return Answer.of(_said(turn, draft, text), owed=owed, step=turn.step)


async def _to_chats(turn: Turn, services: Services, draft: Poll) -> Answer:
    """The clock asks everybody, by day and bit by bit."""
    community = await people.community(services.work, draft.community_id)
    closes_at = closing(turn.now, draft.days, community.zone)
    opened = {
        "state": PollState.OPEN,
        "asked_at": turn.now,
        "closes_at": closes_at,
        "told_up_to": 0,
    }
    await poll.change(services.work, draft.id, [PollState.DRAFT], **opened)
    closes = until(turn.say, closes_at, community.zone)
    return Answer.of(_said(turn, draft, turn.say("poll.sent_chats", until=closes)), step=turn.step)


def _said(turn: Turn, draft: Poll, text: str) -> Message:
    """What is said after it was sent, with the way to how it stands."""
    label = turn.say.plain("poll.open_button", question=draft.question[:24])
    return Message(text, buttons=((Button(label, f"poll.show:{draft.id}"),),), in_place=True)
