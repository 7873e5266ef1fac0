"""Keeping guides in the chat: 已核对 or 要改 on a review; what a community says of hours, phone and place."""

from collections.abc import Sequence

from domain.content import GOOD_FOR, Review, Signed, State, Version, changes
from domain.duty import DutyEvent, Outcome
from domain.messages import Button, Message
from domain.people import STAFF, Role
from handlers.base import Answer, Services, Step, Topic, Turn
from handlers.router import at_step
from knowledge.blank import still_open
from knowledge.guides import Guide
from storage import content, content_review, duties, leave
from storage.content_learn import wait_on
from wording.content import review_card

topic = Topic("content")

HEADS = frozenset({Role.SUPERVISOR, Role.STREET})
LONGEST_NOTE = 500


async def _mine(turn: Turn, services: Services, duty_id: int) -> Review | None:
    """The open review, if it is this person's to answer: its owner's, their deputy's while they are on
    leave, or their community's head's."""
    review = await content_review.by_duty(services.work, duty_id)
    if review is None:
        return None
    head = turn.who.is_any(*HEADS) and turn.who.community_id == review.community_id
    theirs = (review.owner_id, await leave.deputy(services.work, review.owner_id))
    return review if head or turn.who.id in theirs else None


@topic.action("content.right", roles=STAFF)
async def right(turn: Turn, services: Services) -> Answer:
    """已核对: a named person has checked this very version; it is good for another year."""
    review = await _mine(turn, services, turn.number())
    if review is None:
        return _gone(turn)
    if (fresh := await _changed_since(turn, services, review)) is not None:
        return fresh
    if blanks := still_open(Guide.model_validate(review.version.body)):
        return _still_open(turn, review, blanks)
    today = turn.now.astimezone(services.policies.zone).date()
    body = {
        **review.version.body,
        "checked": today.isoformat(),
        "verified": True,
        "unverified_fields": [],
    }
    guide_id = review.version.guide_id
    signed = Signed(turn.who.name, turn.say.plain("content.why_checked"), turn.who.id)
    draft = await content.newest(services.work, guide_id, State.DRAFT)
    number = await content.add(services.work, body, signed)
    await content.publish(services.work, guide_id, number)
    if draft is not None and _says_otherwise(draft, review.version):
        await wait_on(services.work, draft)
    await content.keep(services.work, [guide_id], review_on=today + GOOD_FOR)
    await duties.close(services.work, review.duty_id, Outcome.DONE, turn.who.id)
    text = turn.say("content.checked", name=review.version.name, date=today + GOOD_FOR)
    return Answer.of(Message(text, in_place=True), step=turn.step)


def _still_open(turn: Turn, review: Review, fields: Sequence[str]) -> Answer:
    """Nobody has checked what nobody knows: to residents it would read as nothing to bring."""
    named = (turn.say.plain(f"content.col_{field}") for field in fields)
    joined = turn.say.plain("ask.join").join(named)
    text = turn.say("content.still_open", name=review.version.name, fields=joined)
    change = Button(turn.say.plain("content.wrong"), f"content.wrong:{review.duty_id}")
    return Answer.of(Message(text, buttons=((change,),)), step=turn.step)


def _says_otherwise(draft: Version, checked: Version) -> bool:
    """Whether a draft is an edit that goes on waiting; a remark on what is right after all is none."""
    return any(c.field != "editor_note" for c in changes(checked.body, draft.body))


async def _changed_since(turn: Turn, services: Services, review: Review) -> Answer | None:
    """The card anew, where the guide is not the one it shows any more; else None."""
    live = (await content.live(services.work)).get(review.version.guide_id)
    if live is None:
        await duties.close(services.work, review.duty_id, Outcome.DONE, turn.who.id)
        text = turn.say("content.off_the_shelf", name=review.version.name)
        return Answer.of(Message(text, in_place=True), step=turn.step)
    if live.number == review.version.number:
        return None
    await content_review.look_again(services.work, review.duty_id, live.number)
    fresh = await content_review.by_duty(services.work, review.duty_id)
    assert fresh is not None, "it is open in this transaction"
    card = review_card(turn.say, fresh)
    head = turn.say("content.changed_since")
    message = Message(head + "\n\n" + card.html, buttons=card.buttons, in_place=True)
    return Answer.of(message, step=turn.step)


@topic.action("content.wrong", roles=STAFF)
async def wrong(turn: Turn, services: Services) -> Answer:
    """要改: hours, phone and place of one's own community at once; the rest in a sentence."""
    review = await _mine(turn, services, turn.number())
    if review is None:
        return _gone(turn)
    rows: tuple[tuple[Button, ...], ...] = ()
    if turn.who.is_any(*HEADS):
        label = turn.say.plain("content.only_here")
        rows = ((Button(label, f"local.guide:{review.version.guide_id}"),),)
    text = turn.say("content.what_is_wrong", name=review.version.name)
    step = Step("content.note", {"duty": review.duty_id})
    return Answer.of(Message(text, buttons=rows), step=step)


@topic.text(order=50, claim=at_step("content.note"), roles=STAFF)
async def note(turn: Turn, services: Services) -> Answer:
    """What is wrong is kept with the guide, as a draft that the editor finds with
    `guides export --drafts`."""
    assert turn.step is not None
    review = await _mine(turn, services, int(turn.step.data["duty"]))
    words = turn.incoming.text[:LONGEST_NOTE]
    if review is None:
        return _gone(turn)
    if not words:
        return Answer.of(Message(turn.say("menu.not_understood")), step=turn.step)
    today = turn.now.astimezone(services.policies.zone).date()
    draft = await content.newest(services.work, review.version.guide_id, State.DRAFT)
    body = (draft or review.version).body  # what somebody else has begun is not hidden by a note
    before = body.get("editor_note")
    lines = [*([str(before)] if before else []), f"[{today} {turn.who.name}] {words}"]
    body = {**body, "editor_note": "\n".join(lines)}
    await content.add(services.work, body, Signed(turn.who.name, words, turn.who.id))
    await duties.log(
        services.work, review.duty_id, DutyEvent.ADDED, actor_id=turn.who.id, detail=words
    )
    return Answer.of(Message(turn.say("content.noted", name=review.version.name)))


def _gone(turn: Turn) -> Answer:
    return Answer.of(Message(turn.say("content.review_gone")), step=turn.step)
