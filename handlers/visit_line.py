"""A visit after it was saved: everything on its card can be set right by a tap."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from domain.calendar import local_day
from domain.days_said import read_to_come
from domain.messages import Button, Message
from domain.people import Role
from domain.visit import Mode, Topic, come_back_days
from handlers import base
from handlers.base import PASS, Answer, Services, Step, Turn
from handlers.lasting import holds, lasting
from handlers.router import at_step
from handlers.visit_card import label, show, zone_here
from handlers.visit_save import MAX_NOTE
from storage import visit, visit_homes
from storage.visit import Recorded
from wording import Say
from wording.visit import day_of

topic = base.Topic("line")

_WORKER = frozenset({Role.WORKER})
_DAY = "line.day"
"""The step in which the day to come back on may be typed."""

Change = Callable[[Turn, Recorded], Recorded | None]


async def _own(turn: Turn, services: Services) -> Recorded | None:
    found = await visit.get(services.work, turn.number())
    return found if found is not None and found.worker_id == turn.who.id else None


async def _changed(turn: Turn, services: Services, change: Change) -> Answer:
    """Change the visit that was tapped, if it is theirs and stands, and show how it is now."""
    saved, tapped = await _own(turn, services), bool(turn.incoming.action)
    if saved is None:
        return Answer(notice=turn.say.plain("visit.not_yours"), step=turn.step)
    if saved.removed_at is not None:
        card = await show(turn, services, saved, in_place=tapped)
        return Answer.of(card, notice=turn.say.plain("visit.gone"), step=turn.step)
    wanted = change(turn, saved)
    if wanted is None:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    if wanted != saved:
        await visit.save(services.work, saved, wanted, turn.who.id)
    return Answer.of(await show(turn, services, wanted, in_place=tapped), step=turn.step)


@topic.action("line.topic", roles=_WORKER)
async def set_topic(turn: Turn, services: Services) -> Answer:
    """One tap puts a topic on a visit or takes it off."""
    return await _changed(turn, services, _with_topic)


def _with_topic(turn: Turn, saved: Recorded) -> Recorded | None:
    code, wanted = (*turn.args[1:3], "", "")[:2]
    if code not in list(Topic) or wanted not in ("0", "1"):
        return None
    chosen = {*saved.topics, Topic(code)} if wanted == "1" else {*saved.topics} - {Topic(code)}
    return replace(saved, topics=tuple(each for each in Topic if each in chosen))


@topic.action("line.mode", roles=_WORKER)
async def set_mode(turn: Turn, services: Services) -> Answer:
    """没人在家 makes an attempt of a visit, 电话 a call; the same button brings it back."""
    return await _changed(turn, services, _with_mode)


def _with_mode(turn: Turn, saved: Recorded) -> Recorded | None:
    mode = turn.args[1] if len(turn.args) > 1 else ""
    return replace(saved, mode=Mode(mode)) if mode in list(Mode) else None


@topic.action("line.when", roles=_WORKER)
async def ask_when(turn: Turn, services: Services) -> Answer:
    """When to come back, each choice with its date."""
    saved = await _own(turn, services)
    door = await visit_homes.door(services.work, saved.household_id) if saved else None
    if saved is None or door is None:
        return Answer(notice=turn.say.plain("visit.not_yours"), step=turn.step)
    today = local_day(turn.now, await zone_here(turn, services))
    days = come_back_days(today, services.policies.calendar)
    rows = [
        (_come_back(turn.say, saved, key, day),)
        for key, day in zip(("tomorrow", "week", "month"), days, strict=True)
    ]
    none = Button(turn.say.plain("visit.follow_up_none"), f"line.follow:{saved.id}:none")
    back = Button(turn.say.plain("visit.follow_up_back"), f"line.card:{saved.id}")
    text = turn.say("visit.follow_up_when", home=label(door))
    message = Message(text, buttons=(*rows, (none, back)), card=f"visit:{saved.id}", in_place=True)
    return Answer.of(
        message, step=lasting(turn, _DAY, services.policies.reply_within, visit=saved.id)
    )


def _come_back(say: Say, saved: Recorded, key: str, day: date) -> Button:
    text = say.plain(f"visit.follow_up_{key}", day=day_of(say, day))
    return Button(text, f"line.follow:{saved.id}:{day.isoformat()}")


@topic.action("line.follow", roles=_WORKER)
async def set_follow_up(turn: Turn, services: Services) -> Answer:
    """The day on which the worker will come back, or none."""
    return await _changed(turn, services, _with_follow_up)


def _with_follow_up(turn: Turn, saved: Recorded) -> Recorded | None:
    wanted = turn.args[1] if len(turn.args) > 1 else ""
    try:
        return replace(saved, follow_up_on=None if wanted == "none" else date.fromisoformat(wanted))
    except ValueError:
        return None


@topic.text(order=50, claim=lambda turn, _: holds(turn, _DAY), roles=_WORKER)
async def typed_day(turn: Turn, services: Services) -> Answer:
    """Another day than the offered ones: 下周三, 12月8日. What is no day is the next thing they do."""
    assert turn.step is not None
    today = local_day(turn.now, await zone_here(turn, services))
    day = read_to_come(turn.incoming.text, today)
    if day is None:
        return PASS
    turn = replace(turn, args=(str(turn.step.data["visit"]), day.isoformat()), step=None)
    return await _changed(turn, services, _with_follow_up)


@topic.action("line.card", roles=_WORKER)
async def back_to_card(turn: Turn, services: Services) -> Answer:
    """The visit as it stands."""
    return await _changed(turn, services, lambda _, saved: saved)


@topic.action("line.undo", roles=_WORKER)
async def undo(turn: Turn, services: Services) -> Answer:
    """撤销: the visit no longer counts and is in no diary; its row stays."""
    return await _set_removed(turn, services, removed=True)


@topic.action("line.restore", roles=_WORKER)
async def restore(turn: Turn, services: Services) -> Answer:
    """恢复: taken back by mistake."""
    return await _set_removed(turn, services, removed=False)


async def _set_removed(turn: Turn, services: Services, *, removed: bool) -> Answer:
    saved = await _own(turn, services)
    if saved is None:
        return Answer(notice=turn.say.plain("visit.not_yours"), step=turn.step)
    now = await visit.set_removed(services.work, saved, removed, turn.who.id)
    return Answer.of(await show(turn, services, now, in_place=True))


@topic.action("line.write", roles=_WORKER)
async def ask_for_words(turn: Turn, services: Services) -> Answer:
    """The next thing typed joins the note."""
    saved = await _own(turn, services)
    door = await visit_homes.door(services.work, saved.household_id) if saved else None
    if saved is None or door is None:
        return Answer(notice=turn.say.plain("visit.not_yours"), step=turn.step)
    text = turn.say("visit.write_now", home=label(door))
    return Answer.of(Message(text), step=Step("line.words", {"visit": saved.id}))


@topic.text(order=50, claim=at_step("line.words"), roles=_WORKER)
async def add_words(turn: Turn, services: Services) -> Answer:
    """What was typed after “补一句”."""
    assert turn.step is not None
    words = turn.incoming.text.strip()
    if not words:
        return Answer.of(Message(turn.say("menu.not_understood")), step=turn.step)
    turn = replace(turn, args=(str(turn.step.data["visit"]),), step=None)
    return await _changed(turn, services, _with_words)


def _with_words(turn: Turn, saved: Recorded) -> Recorded:
    note = " ".join(part for part in (saved.note, turn.incoming.text.strip()) if part)
    return replace(saved, note=note[:MAX_NOTE])
