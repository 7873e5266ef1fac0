"""没答上来的问题, for an editor: one at a time, decided in one tap; nothing is learned unread."""

from collections.abc import Sequence

from markupsafe import Markup

from domain.content import Signed
from domain.draft import Draft, DraftState
from domain.messages import Button, Message, Rows
from domain.people import Role
from domain.privacy import unmarked
from handlers.base import Answer, Services, Topic, Turn
from handlers.misses import is_phrasing
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
    return await _next(turn, services, max(turn.number(), 0), in_place=bool(turn.args))


async def _next(
    turn: Turn, services: Services, skip: int, *, in_place: bool, done: Markup | None = None
) -> Answer:
    community_id = turn.who.community_id
    left = await drafts.count(services.work, community_id)
    found = await drafts.first(services.work, community_id, min(skip, max(left - 1, 0)))
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
    buttons = _buttons(turn, services, found, skip, left)
    message = Message(LINE.join(lines), buttons=buttons, in_place=in_place)
    return Answer.of(message, step=turn.step)


def _buttons(turn: Turn, services: Services, found: Draft, skip: int, left: int) -> Rows:
    offered = dict.fromkeys([*([found.guide] if found.guide else []), *found.candidates])
    guides = [guide for one in offered if (guide := services.knowledge.guide(one))]
    if not is_phrasing(unmarked(found.text)):
        guides = []
    rows: Rows = tuple((_take(turn, found, guide),) for guide in guides[:MOST_OFFERED])
    rows = (
        *rows,
        (
            Button(turn.say.plain("draft.want"), f"drafts.want:{found.id}"),
            Button(turn.say.plain("draft.drop"), f"drafts.drop:{found.id}"),
        ),
    )
    if left < 2:
        return rows
    return (*rows, (Button(turn.say.plain("draft.later"), f"drafts:{(skip + 1) % left}"),))


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
        return await _next(turn, services, 0, in_place=True, done=done)
    phrasing = unmarked(found.text)
    if guide is None or not is_phrasing(phrasing):
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    drawn = (
        *await _answered_now(services, phrasing, guide),
        *drawn_by(services.knowledge.index, phrasing, guide.id),
    )
    if any(each.same for each in drawn):
        return await _next(turn, services, 0, in_place=True, done=_refused(turn, services, drawn))
    if drawn and not sure:
        return Answer.of(_warning(turn, services, found, guide, drawn), step=turn.step)
    signed = Signed(who.name, turn.say.plain("draft.why_learned", text=found.text), who.id)
    if not await content_learn.learn(services.work, guide.id, phrasing, signed):
        return Answer.of(Message(turn.say("draft.off_the_shelf")), step=turn.step)
    return await _decide(turn, services, DraftState.APPROVED, guide.id)


async def _answered_now(services: Services, phrasing: str, guide: Guide) -> tuple[Drawn, ...]:
    """The words themselves, where the desk is sure that they mean another guide."""
    now = (await services.knowledge.reply(phrasing)).guide
    return () if now is None or now.id == guide.id else (Drawn(now.id, phrasing, same=False),)


def _refused(turn: Turn, services: Services, drawn: Sequence[Drawn]) -> Markup:
    """Two guides cannot be found by the same words."""
    same = next(each for each in drawn if each.same)
    return turn.say("draft.taken", text=same.question, name=_name(turn, services, same.id))


def _warning(
    turn: Turn, services: Services, found: Draft, guide: Guide, drawn: Sequence[Drawn]
) -> Message:
    """Which known questions may be answered otherwise afterwards, before anything is changed."""
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
        (Button(turn.say.plain("draft.anyway"), f"drafts.sure:{found.id}:{guide.id}"),),
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
    who = turn.who
    decided = await drafts.decide(
        services.work, turn.number(), who.community_id, state, who.id, guide
    )
    done = turn.say(f"draft.done_{state}" if decided else "draft.done_before")
    return await _next(turn, services, 0, in_place=True, done=done)
