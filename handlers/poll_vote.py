"""A vote in somebody's own chat. Nothing of the turn is kept: that they have voted is written down, and by
one how often each option was chosen; neither says what the other does."""

from domain.messages import Message
from domain.people import ANYONE
from domain.poll import Poll, PollState, marked
from handlers.base import Answer, Services, Topic, Turn
from storage import people, poll
from wording.poll import for_person, until

topic = Topic("vote", private=True)


async def _asked(turn: Turn, services: Services) -> Poll | str:
    """The poll in the tap, or why there is nothing to vote on."""
    found = await poll.get(services.work, turn.number())
    if found is None or found.group_id is not None or found.state is PollState.DRAFT:
        return "poll.vote_over"
    if found.community_id != turn.who.community_id or not turn.who.is_any(*poll.ASKED):
        return "poll.vote_not_yours"
    if found.state is not PollState.OPEN:
        return "poll.vote_over"
    assert found.closes_at is not None, "what is open has an end"
    if found.closes_at <= turn.now:
        return "poll.vote_over"
    done = await poll.has_voted(services.work, found.id, turn.who.id)
    return "poll.voted_before" if done else found


def _done(turn: Turn, key: str, **values: object) -> Answer:
    return Answer.of(Message(turn.say(key, **values), in_place=True), step=turn.step)


@topic.action("vote.mark", roles=ANYONE)
async def mark(turn: Turn, services: Services) -> Answer:
    """One more of several, or one less: the buttons bear what is marked."""
    found = await _asked(turn, services)
    if isinstance(found, str):
        return _done(turn, found)
    community = await people.community(services.work, found.community_id)
    mask = sum(1 << n for n in marked(turn.number(1), len(found.options)))
    closes = until(turn.say, found.closes_at or turn.now, community.zone)
    card = for_person(turn.say, found, community.name, closes, mask, again=True)
    return Answer.of(card, step=turn.step)


@topic.action("vote.cast", roles=ANYONE)
async def cast(turn: Turn, services: Services) -> Answer:
    """The vote, once a person, on whichever of their chats they tap first."""
    found = await _asked(turn, services)
    if isinstance(found, str):
        return _done(turn, found)
    chosen = marked(turn.number(1), len(found.options)) if turn.number(1) > 0 else []
    if not chosen or (len(chosen) > 1 and not found.multiple):
        return _done(turn, "menu.old_button")
    if not await poll.vote(services.work, found.id, turn.who.id, chosen):
        return _done(turn, "poll.voted_before")
    community = await people.community(services.work, found.community_id)
    closes = until(turn.say, found.closes_at or turn.now, community.zone)
    return _done(turn, "poll.voted", until=closes)
