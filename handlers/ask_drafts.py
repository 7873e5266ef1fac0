"""没答上来的问题, for an editor: one at a time, decided in one tap; nothing is learned unread."""

from domain.draft import Draft, DraftState
from domain.messages import Button, Message, Rows
from domain.people import Role
from handlers.base import Answer, Services, Topic, Turn
from knowledge.guides import Guide
from knowledge.words import without_brackets
from storage import drafts
from wording.ask import LINE

topic = Topic("drafts")

EDITORS = frozenset({Role.SUPERVISOR, Role.STREET})
MOST_OFFERED = 3


@topic.action("drafts", roles=EDITORS, command="draft.command")
async def show(turn: Turn, services: Services) -> Answer:
    """The most frequent miss that nobody has decided on; `drafts:2` passes over two."""
    return await _next(turn, services, max(turn.number(), 0), in_place=bool(turn.args))


async def _next(
    turn: Turn, services: Services, skip: int, *, in_place: bool, done: str = ""
) -> Answer:
    community_id = turn.who.community_id
    left = await drafts.count(services.work, community_id)
    found = await drafts.first(services.work, community_id, min(skip, max(left - 1, 0)))
    lines = [turn.say(done)] if done else []
    if found is None:
        lines.append(turn.say("draft.none"))
        return Answer.of(Message(LINE.join(lines), in_place=in_place), step=turn.step)
    lines += [
        turn.say("draft.head", count=left),
        turn.say("draft.text", text=found.text),
        turn.say("draft.why", why=turn.say.plain(f"draft.why_{found.why}"), times=found.times),
        turn.say("draft.ask"),
    ]
    buttons = _buttons(turn, services, found, skip, left)
    message = Message(LINE.join(lines), buttons=buttons, in_place=in_place)
    return Answer.of(message, step=turn.step)


def _buttons(turn: Turn, services: Services, found: Draft, skip: int, left: int) -> Rows:
    offered = dict.fromkeys([*([found.guide] if found.guide else []), *found.candidates])
    guides = [guide for one in offered if (guide := services.knowledge.guide(one))]
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
    """These words mean that guide."""
    guide = services.knowledge.guide(turn.args[1] if len(turn.args) > 1 else "")
    if guide is None:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    return await _decide(turn, services, DraftState.APPROVED, guide.id)


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
    done = f"draft.done_{state}" if decided else "draft.done_before"
    return await _next(turn, services, 0, in_place=True, done=done)
