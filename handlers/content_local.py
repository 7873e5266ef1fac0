"""A community's own hours, phone and place of a guide: a few taps, a sentence, a look, and out."""

import re
from datetime import date
from typing import Any

from markupsafe import Markup

from domain.content import LOCAL_FIELDS, LocalEdit, Signed, Version
from domain.messages import Button, Message, Rows
from domain.people import Role
from handlers.base import Answer, Services, Step, Topic, Turn
from handlers.guides import part_message
from handlers.reader import Reader, reader_of
from handlers.router import at_step
from knowledge.guides import Guide
from knowledge.local import Local
from storage import content, content_local
from wording import Say
from wording.content import told

topic = Topic("local", keys={"content.key": "guides"})

HEADS = frozenset({Role.SUPERVISOR, Role.STREET})
LONGEST = 200
SHOWN = 6
"""Guides offered for a word, and versions shown of one."""

_NUMBER = re.compile(r"\+?\d[\d-]{2,}\d")
_SHOWN_IN = {"hours": "where", "phone": "phone", "where": "where"}
"""The part of a guide in which a resident reads a field."""


@topic.action("guides", roles=HEADS, command="content.command")
async def home(turn: Turn, services: Services) -> Answer:
    """Which guide? In a word."""
    drafts = len(await content.drafts(services.work))
    lines = [turn.say("content.home")]
    if drafts:
        lines.append(turn.say("content.home_drafts", count=drafts))
    return Answer.of(Message(Markup("\n").join(lines)), step=Step("local.finding"))


@topic.text(order=50, claim=at_step("local.finding"), roles=HEADS)
async def find(turn: Turn, services: Services) -> Answer:
    """The guides that may be meant."""
    found = services.knowledge.index.search(turn.incoming.text, SHOWN)
    guides = [g for match in found if (g := services.knowledge.guide(match.id))]
    if not guides:
        return Answer.of(Message(turn.say("content.found_none")), step=turn.step)
    rows: Rows = tuple((Button(g.short_name, f"local.guide:{g.id}"),) for g in guides)
    return Answer.of(Message(turn.say("content.found"), buttons=rows), step=turn.step)


@topic.action("local.guide", roles=HEADS)
async def guide(turn: Turn, services: Services) -> Answer:
    """One guide: what the community says otherwise, its versions, and what can be changed here."""
    found = services.knowledge.guide(turn.args[0] if turn.args else "")
    if found is None:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    here = await content_local.live(services.work, turn.who.community_id, found.id)
    versions = await content.history(services.work, found.id)
    lines = [turn.say("content.guide", name=found.name)]
    lines += _said_here(turn.say, here)
    lines += [
        turn.say("content.versions"),
        *(_version(turn, services, v) for v in versions[:SHOWN]),
    ]
    buttons = [
        Button(turn.say.plain(f"content.change_{name}"), f"local.edit:{found.id}:{name}")
        for name in LOCAL_FIELDS
    ]
    rows: Rows = (tuple(buttons),)
    if here is not None:
        rows += ((Button(turn.say.plain("content.as_all"), f"local.as_all:{found.id}"),),)
    message = Message(Markup("\n").join(lines), buttons=rows, in_place=True)
    return Answer.of(message, step=None)


def _said_here(say: Say, here: LocalEdit | None) -> list[Markup]:
    if here is None:
        return [say("content.as_everywhere")]
    own = [
        say("content.fact", field=say.plain(f"content.col_{name}"), value=told(value, say))
        for name, value in here.body.items()
    ]
    return [say("content.said_here", by=here.by), *own]


def _version(turn: Turn, services: Services, version: Version) -> Markup:
    day: date = version.made_at.astimezone(services.policies.zone).date()
    return turn.say(
        "content.version",
        number=version.number,
        state=turn.say.plain(f"content.state_{version.state}"),
        date=day,
        by=version.by,
        why=version.why,
    )


@topic.action("local.edit", roles=HEADS)
async def edit(turn: Turn, services: Services) -> Answer:
    """Which words should residents here read?"""
    guide_id, name = (*turn.args, "", "")[:2]
    found = services.knowledge.guide(guide_id)
    if found is None or name not in LOCAL_FIELDS:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    now = told(found.model_dump(mode="json", include={name})[name], turn.say)
    text = turn.say(f"content.type_{name}", now=now or "—")
    return Answer.of(Message(text), step=Step("local.typing", {"guide": guide_id, "field": name}))


@topic.text(order=50, claim=at_step("local.typing"), roles=HEADS)
async def typed(turn: Turn, services: Services) -> Answer:
    """The words, shown as residents would read them; nothing is out yet."""
    assert turn.step is not None
    name = str(turn.step.data["field"])
    found = services.knowledge.guide(str(turn.step.data["guide"]))
    if found is None:
        return Answer.of(Message(turn.say("menu.old_button")))
    value = _understood(name, turn.incoming.text.strip()[:LONGEST], found)
    if not value:
        return Answer.of(Message(turn.say(f"content.again_{name}")), step=turn.step)
    work, here = services.work, turn.who.community_id
    before = await content_local.live(work, here, found.id)
    body = {**(before.body if before else {}), name: value}
    why = turn.say.plain(f"content.col_{name}")
    edit_id = await content_local.draft(
        work, here, found.id, body, Signed(turn.who.name, why, turn.who.id)
    )
    reader = await reader_of(turn, services)
    return Answer.of(*_preview(reader, Local.model_validate(body), found, name, edit_id))


def _understood(name: str, words: str, guide: Guide) -> Any:
    """A sentence as the field has it; None where it says nothing of the kind."""
    if name == "phone":
        return list(dict.fromkeys(_NUMBER.findall(words))) or None
    if not words:
        return None
    if name == "hours":
        return words
    places = [place.model_dump() for place in guide.where]
    at = next((n for n, place in enumerate(places) if place["type"] != "online"), 0)
    places[at]["text"] = words
    return places


def _preview(
    reader: Reader, local: Local, guide: Guide, name: str, edit_id: int
) -> tuple[Message, ...]:
    shown = part_message(reader, local.applied_to(guide), _SHOWN_IN[name])
    buttons = (
        (
            Button(reader.say.plain("content.publish"), f"local.publish:{edit_id}"),
            Button(reader.say.plain("content.drop"), f"local.drop:{edit_id}"),
        ),
    )
    return (
        Message(reader.say("content.preview")),
        Message(shown.text),
        Message(reader.say("content.publish_ask"), buttons=buttons),
    )


async def _draft(turn: Turn, services: Services) -> LocalEdit | None:
    """The draft that the tap names, if it is of this person's community."""
    found = await content_local.get(services.work, turn.number())
    ours = found is not None and found.community_id == turn.who.community_id
    return found if ours else None


@topic.action("local.publish", roles=HEADS)
async def publish(turn: Turn, services: Services) -> Answer:
    """From now on residents of the community read it."""
    draft = await _draft(turn, services)
    if draft is None or not await content_local.publish(services.work, draft):
        return Answer.of(Message(turn.say("content.no_draft"), in_place=True), step=turn.step)
    return Answer.of(Message(turn.say("content.published"), in_place=True), step=turn.step)


@topic.action("local.drop", roles=HEADS)
async def drop(turn: Turn, services: Services) -> Answer:
    """Not after all."""
    draft = await _draft(turn, services)
    done = draft is not None and await content_local.drop(services.work, draft.id)
    text = turn.say("content.dropped" if done else "content.no_draft")
    return Answer.of(Message(text, in_place=True), step=turn.step)


@topic.action("local.as_all", roles=HEADS)
async def as_all(turn: Turn, services: Services) -> Answer:
    """Back to what everybody says."""
    guide_id = turn.args[0] if turn.args else ""
    done = await content_local.withdraw(services.work, turn.who.community_id, guide_id)
    text = turn.say("content.as_all_done" if done else "content.no_draft")
    return Answer.of(Message(text, in_place=True), step=turn.step)
