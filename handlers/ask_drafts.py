"""没答上来的问题, for an editor: one at a time, decided in one tap; nothing is learned unread."""

from collections.abc import Sequence

from markupsafe import Markup

from domain.content import Signed
from domain.draft import Draft, DraftState
from domain.messages import Button, Message, Rows
from domain.people import Role
from domain.privacy import unmarked
from handlers.base import Answer, Services, Topic, Turn
from handlers.drafted import authorised, guide_from, guide_lines, keep_button, may_publish
from handlers.misses import is_phrasing
from handlers.reader import reader_of
from knowledge.attraction import Drawn, drawn_by
from knowledge.guides import Guide
from knowledge.words import without_brackets
from storage import content_learn, drafts
from wording.ask import LINE

topic = Topic("drafts")

EDITORS = frozenset({Role.SUPERVISOR, Role.STREET})
MOST_OFFERED = 3
MOST_TOLD = 3
"""Questions named that a new phrasing would take from other guides."""


@topic.action("drafts", roles=EDITORS, command="draft.command")
async def show(turn: Turn, services: Services) -> Answer:
    """The most frequent miss that nobody has decided on; `drafts:2` passes over two."""
    return await next_one(turn, services, max(turn.number(), 0), in_place=bool(turn.args))


async def next_one(
    turn: Turn, services: Services, skip: int, *, in_place: bool, done: Markup | None = None
) -> Answer:
    community_id = turn.who.community_id
    last_look = await may_publish(turn, services, community_id)
    states = drafts.STREETS if last_look else drafts.SUPERVISORS
    left = await drafts.count(services.work, community_id, states)
    found = await drafts.first(services.work, community_id, min(skip, max(left - 1, 0)), states)
    lines = [done, Markup()] if done else []
    if found is None:
        lines.append(turn.say("draft.none"))
        return Answer.of(Message(LINE.join(lines), in_place=in_place), step=turn.step)
    lines += [
        turn.say("draft.head", count=left),
        turn.say("draft.text", text=found.text),
        turn.say("draft.why", why=turn.say.plain(f"draft.why_{found.why}"), times=found.times),
    ]
    if is_phrasing(phrasing := unmarked(found.text)):
        lines.append(turn.say("draft.ask", phrasing=phrasing))
    else:
        lines.append(turn.say("draft.too_little"))
    new = await guide_from(services, found)
    if new is not None:
        lines += guide_lines(await reader_of(turn, services), new)
    rows = (*_guides(turn, services, found), *await _new(turn, services, found, new))
    if left > 1:
        rows += ((Button(turn.say.plain("draft.later"), f"drafts:{(skip + 1) % left}"),),)
    message = Message(LINE.join(lines), buttons=rows, in_place=in_place)
    return Answer.of(message, step=turn.step)


def _guides(turn: Turn, services: Services, found: Draft) -> Rows:
    """What it may be a way of asking for."""
    if not is_phrasing(unmarked(found.text)):
        return ()
    offered = dict.fromkeys([*([found.guide] if found.guide else []), *found.candidates])
    guides = [guide for one in offered if (guide := services.knowledge.guide(one))]
    return tuple((_take(turn, found, guide),) for guide in guides[:MOST_OFFERED])


async def _new(turn: Turn, services: Services, found: Draft, new: Guide | None) -> Rows:
    """The guide drafted from a worker's answer, or that one is wanted; or nothing to learn."""
    drop = Button(turn.say.plain("draft.drop"), f"drafts.drop:{found.id}")
    if new is None:
        return ((Button(turn.say.plain("draft.want"), f"drafts.want:{found.id}"), drop),)
    action = "new" if await may_publish(turn, services, found.community_id) else "send"
    label = turn.say.plain("draft.publish_new" if action == "new" else "draft.send_new")
    tap = Button(label, f"drafted.{action}:{found.id}:{found.question_id}")
    return ((tap,), (keep_button(turn.say, found), drop))


def _take(turn: Turn, found: Draft, guide: Guide) -> Button:
    name = without_brackets(guide.in_language(turn.language).name)
    return Button(turn.say.plain("draft.take", name=name), f"drafts.ok:{found.id}:{guide.id}")


@topic.action("drafts.ok", roles=EDITORS)
async def approve(turn: Turn, services: Services) -> Answer:
    """These words mean that guide, unless they would take a question from another one."""
    return await _approve(turn, services, sure=False)


@topic.action("drafts.sure", roles=EDITORS)
async def approve_anyway(turn: Turn, services: Services) -> Answer:
    """The same by an editor who has read which questions it may take from other guides."""
    return await _approve(turn, services, sure=True)


async def _approve(turn: Turn, services: Services, *, sure: bool) -> Answer:
    who, guide = turn.who, services.knowledge.guide(turn.args[1] if len(turn.args) > 1 else "")
    found = await drafts.waiting(services.work, turn.number(), who.community_id)
    if found is None:
        done = turn.say("draft.done_before")
        return await next_one(turn, services, 0, in_place=True, done=done)
    phrasing = unmarked(found.text)
    if guide is None or not is_phrasing(phrasing):
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    drawn = await drawn_from(services, phrasing, guide)
    if any(each.same for each in drawn):
        return await next_one(turn, services, 0, in_place=True, done=refused(turn, services, drawn))
    if drawn and not sure:
        anyway = f"drafts.sure:{found.id}:{guide.id}"
        return Answer.of(warning(turn, services, found, guide, drawn, anyway), step=turn.step)
    signed = Signed(who.name, turn.say.plain("draft.why_learned", text=found.text), who.id)
    if not await content_learn.learn(services.work, guide.id, phrasing, signed):
        return Answer.of(Message(turn.say("draft.off_the_shelf")), step=turn.step)
    return await _decide(turn, services, DraftState.APPROVED, guide.id)


async def drawn_from(services: Services, phrasing: str, guide: Guide) -> tuple[Drawn, ...]:
    """Questions of others that the phrasing would take; first the words themselves, where the desk is
    sure that they mean another guide."""
    now = (await services.knowledge.reply(phrasing)).guide
    itself = () if now is None or now.id == guide.id else (Drawn(now.id, phrasing, same=False),)
    return (*itself, *drawn_by(services.knowledge.index, phrasing, guide.id))


def refused(turn: Turn, services: Services, drawn: Sequence[Drawn]) -> Markup:
    """Two guides cannot be found by the same words."""
    same = next(each for each in drawn if each.same)
    return turn.say("draft.taken", text=same.question, name=_name(turn, services, same.id))


def warning(
    turn: Turn,
    services: Services,
    found: Draft,
    guide: Guide,
    drawn: Sequence[Drawn],
    anyway: str,
) -> Message:
    """Which known questions may be answered otherwise afterwards, before anything is changed; `anyway`
    is the action that does it all the same."""
    name = without_brackets(guide.in_language(turn.language).name)
    lines = [
        turn.say("draft.draws", text=unmarked(found.text), name=name),
        *(
            turn.say("draft.drawn", text=each.question, name=_name(turn, services, each.id))
            for each in drawn[:MOST_TOLD]
        ),
        turn.say("draft.draws_ask"),
    ]
    buttons = (
        (Button(turn.say.plain("draft.anyway"), anyway),),
        (
            Button(turn.say.plain("draft.drop"), f"drafts.drop:{found.id}"),
            Button(turn.say.plain("menu.back"), "drafts:0"),
        ),
    )
    return Message(LINE.join(lines), buttons=buttons, in_place=True)


def _name(turn: Turn, services: Services, guide_id: str) -> str:
    """The guide's name; what no guide answers has none."""
    guide = services.knowledge.guide(guide_id)
    if guide is None:
        return turn.say.plain("draft.no_guide")
    return without_brackets(guide.in_language(turn.language).name)


@topic.action("drafts.want", roles=EDITORS)
async def want(turn: Turn, services: Services) -> Answer:
    """No guide says it yet: one is wanted."""
    return await _decide(turn, services, DraftState.WANTED, None)


@topic.action("drafts.drop", roles=EDITORS)
async def drop(turn: Turn, services: Services) -> Answer:
    """Nothing to learn from it."""
    return await _decide(turn, services, DraftState.DROPPED, None)


async def _decide(turn: Turn, services: Services, state: DraftState, guide: str | None) -> Answer:
    found = await authorised(turn, services, turn.number())
    decided = found is not None and await drafts.decide(
        services.work, found.id, found.community_id, state, turn.who.id, guide
    )
    done = turn.say(f"draft.done_{state}" if decided else "draft.done_before")
    return await next_one(turn, services, 0, in_place=True, done=done)
