"""The card of a saved visit: what was written down, and a button for everything that may be changed."""

from collections import Counter
from datetime import date
from zoneinfo import ZoneInfo

from markupsafe import Markup

from domain.calendar import Month
from domain.messages import Button, Message, Rows
from domain.people import Home
from domain.visit import Mode, Pace, Quota, Topic, count_home_days, pace
from handlers.base import Services, Turn
from handlers.visit_homes import bare
from storage import cases, people, visit, visit_homes, visit_media, visit_workers
from storage.visit import Recorded
from storage.visit_homes import Door
from wording import Say
from wording.visit import LINE, day_of

_ROW = 3
"""Topic buttons in a row: short words, thumb-wide."""


def label(door: Door) -> str:
    """A home as a worker thinks of it: `3幢502 陈奶奶`."""
    return label_of(door.home, door.names[0] if door.names else "")


def label_of(home: Home, name: str) -> str:
    """The same, of a home and whoever stands first in it."""
    return f"{home.place} {bare(name)}" if name else home.place


def chunks(buttons: list[Button], size: int) -> Rows:
    """Buttons in rows of `size`."""
    return tuple(tuple(buttons[i : i + size]) for i in range(0, len(buttons), size))


async def zone_here(turn: Turn, services: Services) -> ZoneInfo:
    """The zone of the worker's community."""
    return (await people.community(services.work, turn.who.community_id)).zone


async def show(turn: Turn, services: Services, saved: Recorded, *, in_place: bool) -> Message:
    """The card of a visit as it stands now."""
    door = await visit_homes.door(services.work, saved.household_id)
    assert door is not None, "a home with visits is never deleted"
    zone = (await people.community(services.work, saved.community_id)).zone
    moment = _moment(turn.say, saved, zone)
    card = f"visit:{saved.id}"
    if saved.removed_at is not None:
        text = turn.say("visit.undone", home=label(door), moment=moment)
        buttons: Rows = ((Button(turn.say.plain("visit.restore"), f"line.restore:{saved.id}"),),)
        return Message(text, buttons=buttons, card=card, in_place=in_place)
    lines = _facts(turn.say, saved, label(door), moment)
    kept = Counter(str(media.kind) for media in await visit_media.of(services.work, saved.id))
    if kept:
        counts = [turn.say.plain(f"visit.media_{kind}", count=n) for kind, n in kept.items()]
        lines.append(turn.say("visit.media", what=turn.say.plain("visit.join").join(counts)))
    lines += await _count(turn, services, saved)
    buttons = (*_buttons(turn.say, saved), (await _case_button(turn, services, saved),))
    if kept:
        buttons += ((Button(turn.say.plain("visit.media_see"), f"shot.see:{saved.id}"),),)
    return Message(LINE.join(lines), buttons=buttons, card=card, in_place=in_place)


async def _case_button(turn: Turn, services: Services, saved: Recorded) -> Button:
    """转为民情, or the case that was made of it."""
    known = await cases.of_visit(services.work, saved.id)
    key = "cases.door" if known is None else "cases.door_seen"
    return Button(turn.say.plain(key), f"door.case:{saved.id}")


def _moment(say: Say, saved: Recorded, zone: ZoneInfo) -> str:
    local = saved.made_at.astimezone(zone)
    return say.plain("visit.moment", month=local.month, day=local.day, time=f"{local:%H:%M}")


def _facts(say: Say, saved: Recorded, home: str, moment: str) -> list[Markup]:
    mode = say(f"visit.mode_{saved.mode}")
    lines = [say("visit.saved", home=home, moment=moment, mode=mode)]
    if saved.note:
        lines.append(say("visit.saved_note", note=saved.note))
    if saved.topics:
        names = [say.plain(f"papers.topic_{each}") for each in saved.topics]
        lines.append(say("visit.saved_topics", topics=say.plain("visit.join").join(names)))
    if saved.follow_up_on:
        lines.append(say("visit.saved_follow_up", day=day_of(say, saved.follow_up_on)))
    return lines


async def _count(turn: Turn, services: Services, saved: Recorded) -> list[Markup]:
    """What the month comes to with this visit, by the rule of home-days."""
    month = Month.of(saved.day)
    made = (await visit.facts(services.work, [saved.worker_id], month))[saved.worker_id]
    same = [v for v in made if (v.home, v.day) == (saved.household_id, saved.day)]
    lines = []
    if saved.mode is Mode.HOME and sum(v.mode is Mode.HOME for v in same) > 1:
        lines.append(turn.say("visit.saved_again"))
    stand = await month_pace(services, saved.worker_id, count_home_days(made), saved.day)
    return [*lines, turn.say("visit.saved_count", done=stand.done, target=stand.target)]


async def month_pace(services: Services, worker_id: int, done: int, day: date) -> Pace:
    """How so many visits of a worker stand on that day, by the desk's quota, the calendar and their
    leave."""
    policies, month = services.policies, Month.of(day)
    there = await visit_workers.presences(services.work, [worker_id], month)
    quota = Quota(policies.visits_a_month)
    return pace(done, day, month, policies.calendar, quota, there[worker_id])


def _buttons(say: Say, saved: Recorded) -> Rows:
    def button(key: str, action: str) -> Button:
        return Button(say.plain(f"visit.{key}"), f"line.{action}")

    number = saved.id
    topics = [_toggle(say, saved, each) for each in Topic]
    nobody, phone = saved.mode is Mode.NOBODY_IN, saved.mode is Mode.PHONE
    change = "follow_up_change" if saved.follow_up_on else "follow_up"
    return (
        *chunks(topics, _ROW),
        (
            button("nobody_on", f"mode:{number}:home")
            if nobody
            else button("nobody_off", f"mode:{number}:nobody_in"),
            button("phone_on", f"mode:{number}:home")
            if phone
            else button("phone_off", f"mode:{number}:phone"),
        ),
        (
            button("write", f"write:{number}"),
            button(change, f"when:{number}"),
            button("undo", f"undo:{number}"),
        ),
    )


def _toggle(say: Say, saved: Recorded, which: Topic) -> Button:
    """The button says what it will make of the topic, so that a double tap changes nothing more."""
    chosen = which in saved.topics
    name = say.plain(f"papers.topic_{which}")
    text = say.plain(f"visit.topic_{'on' if chosen else 'off'}", topic=name)
    return Button(text, f"line.topic:{saved.id}:{which}:{0 if chosen else 1}")
