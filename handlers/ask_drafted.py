"""拟好的新指南: a worker's answer becomes a guide by an editor's one tap, and by nothing else."""

from dataclasses import replace

from domain.content import Signed
from domain.draft import Draft, DraftState
from domain.messages import Message
from domain.people import Role
from domain.privacy import unmarked
from handlers.ask_drafts import EDITORS, drawn_from, next_one, refused, warning
from handlers.base import Answer, Services, Topic, Turn
from handlers.drafted import authorised, for_street, guide_from, may_publish
from knowledge.drafted import LOOK_AGAIN
from knowledge.guides import Guide, body_of
from storage import content, drafts, people

topic = Topic("drafted")


@topic.action("drafted.new", roles=EDITORS)
async def publish(turn: Turn, services: Services) -> Answer:
    """Residents read it from now on, unless its question would take others' questions."""
    return await _publish(turn, services, sure=False)


@topic.action("drafted.sure", roles=EDITORS)
async def publish_anyway(turn: Turn, services: Services) -> Answer:
    """The same by an editor who has read which questions it may take from other guides."""
    return await _publish(turn, services, sure=True)


async def _publish(turn: Turn, services: Services, *, sure: bool) -> Answer:
    found = await _as_seen(turn, services)
    new = await guide_from(services, found) if found else None
    if found is None or new is None:
        return await _gone(turn, services)
    if not await may_publish(turn, services, found.community_id):
        return Answer.of(Message(turn.say("draft.streets")), step=turn.step)
    drawn = await drawn_from(services, unmarked(found.text), new)
    if any(each.same for each in drawn):
        done = refused(turn, services, drawn)
        return await next_one(turn, services, 0, in_place=True, done=done)
    if drawn and not sure:
        anyway = f"drafted.sure:{found.id}:{found.question_id}"
        return Answer.of(warning(turn, services, found, new, drawn, anyway), step=turn.step)
    made = await _made(turn, services, found, DraftState.APPROVED)
    if made is None:
        return await _gone(turn, services)
    guide, number = made
    await content.publish(services.work, guide.id, number)
    await _give_to_owner(turn, services, found, guide)
    done = turn.say("draft.done_new", name=guide.name, days=LOOK_AGAIN.days)
    return await next_one(turn, services, 0, in_place=True, done=done)


async def _as_seen(turn: Turn, services: Services) -> Draft | None:
    """The draft with the answer that stood on the card; another one has to be read first."""
    found = await authorised(turn, services, turn.number())
    return found if found and found.question_id == turn.number(1) else None


async def _gone(turn: Turn, services: Services) -> Answer:
    done = turn.say("draft.new_gone")
    return await next_one(turn, services, 0, in_place=True, done=done)


async def _made(
    turn: Turn, services: Services, found: Draft, state: DraftState
) -> tuple[Guide, int] | None:
    """The guide written as a draft, and its number; None where somebody else was first."""
    await content.move_on(services.work)  # nobody else makes a guide of the same id meanwhile
    guide = await guide_from(services, found)
    if guide is None or not await drafts.decide(
        services.work, found.id, found.community_id, state, turn.who.id, guide.id
    ):
        return None
    signed = Signed(turn.who.name, turn.say.plain("draft.why_new", text=found.text), turn.who.id)
    return guide, await content.add(services.work, body_of(guide), signed)


async def _give_to_owner(turn: Turn, services: Services, found: Draft, guide: Guide) -> None:
    """The community's supervisor keeps it, and is to look at it soon."""
    heads = await people.with_role(services.work, found.community_id, Role.SUPERVISOR)
    today = turn.now.astimezone(services.policies.zone).date()
    await content.keep(
        services.work,
        [guide.id],
        owner_id=heads[0] if heads else turn.who.id,
        review_on=today + LOOK_AGAIN,
    )


@topic.action("drafted.send", roles=EDITORS)
async def send(turn: Turn, services: Services) -> Answer:
    """送街道: a supervisor has read it; it leaves their list, and the street publishes it with a tap."""
    found = await _as_seen(turn, services)
    new = await guide_from(services, found) if found else None
    if (
        found is None
        or new is None
        or not await drafts.propose(services.work, found.id, turn.who.id)
    ):
        return await _gone(turn, services)
    owed = await for_street(turn, services, found, new)
    answer = await next_one(turn, services, 0, in_place=True, done=turn.say("draft.done_proposed"))
    return replace(answer, owed=tuple(owed))


@topic.action("drafted.keep", roles=EDITORS)
async def keep(turn: Turn, services: Services) -> Answer:
    """先存着，改了再发: a draft of the guide waits for the workbook; the question stays wanted."""
    found = await _as_seen(turn, services)
    made = await _made(turn, services, found, DraftState.WANTED) if found else None
    if made is None:
        return await _gone(turn, services)
    done = turn.say("draft.done_kept", name=made[0].name)
    return await next_one(turn, services, 0, in_place=True, done=done)
