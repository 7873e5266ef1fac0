"""十分钟社区服务圈: the nearest of what is asked for, how far, open or not, and on a small map."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from domain.help_map import Point
from domain.messages import Attachment, Button, Message, Rows
from domain.opening import UNKNOWN, Now, Openness, read_hours
from domain.people import ANYONE
from handlers.base import PASS, Answer, Services, Step, Topic, Turn
from handlers.circle_near import Around, Near, near
from handlers.circle_near import around as around_asker
from handlers.places import ring
from handlers.router import at_step
from knowledge.answers import Reply, ReplyKind
from knowledge.circle import offered, shipped_circle
from knowledge.facilities import REACH_M, Nearby, kinds
from knowledge.names import named_in
from storage import facilities
from storage.people import Community
from wording import Say

topic = Topic("circle", keys={"circle.key": "circle"})

_LINES = Markup("\n")
_BLANK = Markup("\n\n")
_A_NAME, _BESIDE = 24, 4
"""Characters of a text that names a place and nothing else, and what may stand beside the name: 那…呢."""


@dataclass(frozen=True, slots=True)
class From:
    """Where to count from, and what to call it."""

    name: str
    point: Point


async def _around(turn: Turn, services: Services) -> Around | None:
    """The asker's community; a stranger's by the place they shared now or before."""
    here = _shared(turn) or _remembered(turn)
    return await around_asker(turn, services, here.point if here else None)


@topic.action("circle", roles=ANYONE, strangers=True, command="circle.command")
async def home(turn: Turn, services: Services) -> Answer:
    """Which kind?"""
    around = await _around(turn, services)
    if around is None:
        return _ask_where(turn, "", around)
    if not around.facilities:
        return _nothing_known(turn, around)
    text = _LINES.join([turn.say("circle.which"), turn.say("circle.share")])
    step = Step("circle.where", {"kind": ""})
    return Answer.of(Message(text, buttons=_kinds(turn.say, around)), step=step)


def _nothing_known(turn: Turn, around: Around | None) -> Answer:
    if around is None:
        return Answer.of(Message(turn.say("circle.nothing_near")), step=turn.step)
    whom = ring(turn.say, around.community)
    return Answer.of(Message(turn.say("circle.nothing_known", ring=whom)), step=turn.step)


def _kinds(say: Say, around: Around) -> Rows:
    """Buttons by the kind's first facility: an id is short, and forging one reaches nothing."""
    first = {f.type: f for f in reversed(around.facilities)}
    buttons = [
        Button(shipped_circle().name(kind, say.language), f"circle.kind:{first[kind].id}"[:64])
        for kind in offered(kinds(around.facilities))
    ]
    rows = tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))
    return (*rows, (Button(say.plain("circle.whole"), "circle.kind:"),))


@topic.action("circle.kind", roles=ANYONE, strangers=True)
async def chosen(turn: Turn, services: Services) -> Answer:
    """A kind by its button, from the place that was named last, or from home."""
    around = await _around(turn, services)
    if around is None:
        return _ask_where(turn, "", around)
    wanted = turn.args[0] if turn.args else ""
    kind = next((f.type for f in around.facilities if f.id == wanted), "")
    start = _remembered(turn) or await _home(turn, services)
    if start is None:
        return _ask_where(turn, kind, around)
    return await _found(turn, services, around, kind, start)


def _asks(turn: Turn, services: Services) -> bool:
    return shipped_circle().asked(turn.incoming.text) is not None


@topic.text(order=90, claim=_asks, roles=ANYONE, strangers=True)
async def asked(turn: Turn, services: Services) -> Answer:
    """最近的老年食堂在哪: the kind from the words, the place from them too, or from home."""
    around = await _around(turn, services)
    kind = _kind_asked(turn.incoming.text, around)
    reply = await services.knowledge.reply(turn.incoming.text, turn.language)
    more = _guide(turn, reply)
    if around is None:
        return _ask_where(turn, kind, around, more)
    here = kinds(around.facilities)
    if reply.kind is ReplyKind.ANSWER and here and kind not in here:
        return PASS
    start = await _start(turn, services, around, kind)
    if start is None:
        return _ask_where(turn, kind, around, more) if here else _nothing_known(turn, around)
    return await _found(turn, services, around, kind, start, more)


def _kind_asked(text: str, around: Around | None) -> str:
    """What is looked for, not where from: 卫生服务站附近的食堂 is a canteen."""
    words, start = shipped_circle(), _named(text, around, "") if around else None
    beside = words.asked(text.replace(start.name, "")) if start else None
    return beside or words.asked(text) or ""


def _guide(turn: Turn, reply: Reply) -> Rows:
    """The matter behind the place, one tap away."""
    about = reply.guide
    if about is None:
        return ()
    label = turn.say.plain("circle.guide", name=about.in_language(turn.language).name)
    return ((Button(label, f"ask.guide:{about.id}"),),)


async def _start(turn: Turn, services: Services, around: Around, kind: str) -> From | None:
    """A place that is named counts before home, and home before the place shared last."""
    named = _named(turn.incoming.text, around, kind)
    return named or await _home(turn, services) or _remembered(turn)


def _ask_where(turn: Turn, kind: str, around: Around | None, more: Rows = ()) -> Answer:
    """Whoever belongs nowhere can only send a location: 3幢 is in every community."""
    key = "circle.where" if around else "circle.where_stranger"
    step = Step("circle.where", {"kind": kind})
    return Answer.of(Message(turn.say(key), buttons=more), step=step)


@topic.text(order=80, claim=at_step("circle.where"), roles=ANYONE, strangers=True)
async def said_where(turn: Turn, services: Services) -> Answer:
    """A location, a place by its name; or another question: then it is for whoever answers that."""
    around = await _around(turn, services)
    assert turn.step is not None
    kind = str(turn.step.data["kind"])
    here = _shared(turn)
    if around is None:
        return _nothing_known(turn, around) if here else PASS
    if here is not None:
        return await _found(turn, services, around, kind, here)
    words = shipped_circle()
    wanted = words.kind_in(turn.incoming.text) if not kind else None
    start = _named(turn.incoming.text, around, wanted or kind)
    if wanted and (start := start or await _home(turn, services)) is None:
        return _ask_where(turn, wanted, around)
    if start is not None:
        return await _found(turn, services, around, wanted or kind, start)
    if kind and len(turn.incoming.text) < 8 and not _asks(turn, services):
        return Answer.of(Message(turn.say("circle.where_again")), step=turn.step)
    return PASS


@topic.text(order=80, claim=at_step("circle.at"), roles=ANYONE, strangers=True)
async def from_there(turn: Turn, services: Services) -> Answer:
    """那3幢呢: after a list a place by its name, and nothing else, is where to count from instead."""
    around = await _around(turn, services)
    assert turn.step is not None
    text = turn.incoming.text
    named = _named(text, around, "") if around and len(text) <= _A_NAME else None
    if around is None or named is None or len(text) > len(named.name) + _BESIDE:
        return PASS
    return await _found(turn, services, around, str(turn.step.data.get("kind", "")), named)


def _shares(turn: Turn, _services: Services) -> bool:
    return turn.incoming.location is not None


@topic.text(order=95, claim=_shares, roles=ANYONE, strangers=True)
async def shared(turn: Turn, services: Services) -> Answer:
    """A location out of the blue: all that is near it."""
    around, here = await _around(turn, services), _shared(turn)
    if around is None or here is None:
        return _nothing_known(turn, around)
    return await _found(turn, services, around, "", here)


def _shared(turn: Turn) -> From | None:
    place = turn.incoming.location
    if place is None:
        return None
    return From(turn.say.plain("circle.place_shared"), (place.latitude, place.longitude))


def _named(text: str, around: Around, kind: str) -> From | None:
    """A place of the community that the text names, besides the kind it asks for; the longest of
    those it names, and a building only by its whole number (13幢 is not 3幢)."""
    rest = text.replace(kind, "") if kind else text
    found = [
        (nearness, len(name), name)
        for name, nearness in named_in(rest, around.places, len(around.places))
        if not name[0].isdigit() or re.search(rf"(?<!\d){re.escape(name)}", rest)
    ]
    if not found:
        return None
    name = max(found)[-1]
    return From(name, around.places[name])


def _remembered(turn: Turn) -> From | None:
    if turn.step is None or turn.step.action != "circle.at":
        return None
    data: Mapping[str, Any] = turn.step.data
    return From(str(data["name"]), (float(data["lat"]), float(data["lon"])))


async def _home(turn: Turn, services: Services) -> From | None:
    household = turn.person.household_id if turn.person else None
    found = await facilities.home_place(services.work, household) if household else None
    return From(*found) if found else None


async def _found(
    turn: Turn, services: Services, around: Around, kind: str, start: From, more: Rows = ()
) -> Answer:
    """The list, the map, and the place kept for the next tap."""
    close = await near(services.work, around.community.id, kind, start.point)
    if not close.found:
        return _none_of_kind(turn, around, kind)
    lat, lon = start.point
    step = Step("circle.at", {"name": start.name, "lat": lat, "lon": lon, "kind": kind})
    text = _list(turn, services, around.community, kind, start, close)
    params = {
        "community": around.community.id,
        "kind": kind,
        "place": start.name,
        "lat": round(lat, 5),
        "lon": round(lon, 5),
        "language": turn.language,
    }
    drawing = Attachment("circle.map", "map.png", params, picture=True)
    return Answer.of(
        Message(turn.say("circle.map"), attachment=drawing),
        Message(text, buttons=more + _kinds(turn.say, around)),
        step=step,
    )


def _none_of_kind(turn: Turn, around: Around, kind: str) -> Answer:
    if not around.facilities:
        return _nothing_known(turn, around)
    name = shipped_circle().name(kind, turn.language)
    text = turn.say("circle.none_of_kind", kind=name)
    return Answer.of(Message(text, buttons=_kinds(turn.say, around)), step=turn.step)


def _list(
    turn: Turn,
    services: Services,
    community: Community,
    kind: str,
    start: From,
    close: Near,
) -> Markup:
    say = turn.say
    name = shipped_circle().name(kind, say.language)
    head = "circle.head" if kind else "circle.head_all"
    parts = [say(head, place=start.name, kind=name)]
    local = turn.now.astimezone(community.zone)
    for number, one in enumerate(close.found, 1):
        schedule = read_hours(one.facility.hours)
        now = schedule.now(local, services.policies.calendar) if schedule else UNKNOWN
        told = openness(say, now, local.date().toordinal())
        parts.append(_facility(say, number, one, told, close.of.get(one.facility, "")))
    if close.found[0].metres > REACH_M:
        parts.append(say("circle.beyond"))
    return _BLANK.join(parts)


def _facility(say: Say, number: int, near: Nearby, now: Markup, of: str) -> Markup:
    facility = near.facility
    lines = [
        say(
            "circle.facility",
            number=number,
            name=facility.name,
            metres=near.rounded,
            minutes=near.minutes,
        ),
        *([say("circle.neighbour", community=of)] if of else ()),
        now,
        *([say("circle.address", address=facility.address)] if facility.address else ()),
        say("circle.hours", hours=facility.hours),
    ]
    if any(sign.isdigit() for sign in facility.phone):  # an import may not know it
        dial = facility.phone.replace("-", "")
        lines.append(say("circle.phone", dial=dial, phone=facility.phone))
    if facility.accessible:
        lines.append(say("circle.barrier_free"))
    return _LINES.join(lines)


def openness(say: Say, now: Now, today: int) -> Markup:
    """Open or not, in words; `today` is the ordinal of the day."""
    if now.is_ is Openness.OPEN and now.until is not None:
        whole = now.until.hour == 23 and now.until.minute == 59
        return say("circle.open_whole") if whole else say(
            "circle.open_until", until=f"{now.until:%H:%M}"
        )  # fmt: skip
    if now.is_ is Openness.UNSURE:
        return say("circle.unsure")
    if now.is_ is Openness.UNKNOWN:
        return say("circle.unknown")
    if now.opens is None:
        return say("circle.closed")
    ahead = now.opens.toordinal() - today
    key = {0: "circle.opens_today", 1: "circle.opens_tomorrow"}.get(ahead, "circle.opens_later")
    return say(key, time=f"{now.opens:%H:%M}", month=now.opens.month, day=now.opens.day)
