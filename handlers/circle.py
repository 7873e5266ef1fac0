"""十分钟社区服务圈: the nearest of what is asked for, how far, open or not, and on a small map."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from domain.help_map import Point
from domain.messages import Attachment, Button, Message, Rows
from domain.opening import UNKNOWN, Now, Openness, read_hours
from domain.people import ANYONE
from handlers.base import PASS, Answer, Services, Step, Topic, Turn
from handlers.router import at_step
from knowledge.answers import ReplyKind
from knowledge.circle import offered, shipped_circle
from knowledge.facilities import REACH_M, Facility, Nearby, check_facilities, kinds, nearest
from knowledge.names import named_in
from storage import facilities, people
from storage.people import Community
from wording import Say

topic = Topic("circle", keys={"circle.key": "circle"})

SHOWN = 3
SHOWN_OF_ALL = 6
_LINES = Markup("\n")
_BLANK = Markup("\n\n")


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of the community: its facilities, and names of places with where they are."""

    community: Community
    facilities: tuple[Facility, ...]
    places: Mapping[str, Point]


@dataclass(frozen=True, slots=True)
class From:
    """Where to count from, and what to call it."""

    name: str
    point: Point


async def _around(turn: Turn, services: Services) -> Around | None:
    """The community of whoever asks; a stranger's, where the desk serves only one."""
    work = services.work
    if turn.person is not None:
        community = await people.community(work, turn.person.community_id)
    else:
        every = await people.all_communities(work)
        if len(every) != 1:
            return None
        community = every[0]
    known = check_facilities(await facilities.facilities(work, community.id))
    places = {f.name: (f.lat, f.lon) for f in known}
    places |= await facilities.building_places(work, community.id)
    return Around(community, known, places)


@topic.action("circle", roles=ANYONE, strangers=True, command="circle.command")
async def home(turn: Turn, services: Services) -> Answer:
    """Which kind?"""
    around = await _around(turn, services)
    if around is None or not around.facilities:
        return _nothing_known(turn, around)
    text = _LINES.join([turn.say("circle.which"), turn.say("circle.share")])
    step = Step("circle.where", {"kind": ""})
    return Answer.of(Message(text, buttons=_kinds(turn.say, around)), step=step)


def _nothing_known(turn: Turn, around: Around | None) -> Answer:
    phone = str(around.community.details.get("phone", "12345")) if around else "12345"
    return Answer.of(Message(turn.say("circle.nothing_known", phone=phone)), step=turn.step)


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
    if around is None or not around.facilities:
        return _nothing_known(turn, around)
    wanted = turn.args[0] if turn.args else ""
    kind = next((f.type for f in around.facilities if f.id == wanted), "")
    start = _remembered(turn) or await _home(turn, services)
    return _found(turn, services, around, kind, start) if start else _ask_where(turn, kind)


def _asks(turn: Turn, services: Services) -> bool:
    return shipped_circle().asked(turn.incoming.text) is not None


@topic.text(order=90, claim=_asks, roles=ANYONE, strangers=True)
async def asked(turn: Turn, services: Services) -> Answer:
    """最近的老年食堂在哪: the kind from the words, the place from them too, or from home."""
    around = await _around(turn, services)
    kind = shipped_circle().asked(turn.incoming.text) or ""
    if around is None or not around.facilities:
        return _nothing_known(turn, around)
    reply = await services.knowledge.reply(turn.incoming.text, turn.language)
    if reply.kind is ReplyKind.ANSWER and kind not in kinds(around.facilities):
        return PASS
    start = _named(turn.incoming.text, around, kind) or await _home(turn, services)
    if start is None:
        return _ask_where(turn, kind)
    about = reply.guide
    more: Rows = ()
    if about is not None:
        label = turn.say.plain("circle.guide", name=about.in_language(turn.language).name)
        more = ((Button(label, f"ask.guide:{about.id}"),),)
    return _found(turn, services, around, kind, start, more)


def _ask_where(turn: Turn, kind: str) -> Answer:
    return Answer.of(Message(turn.say("circle.where")), step=Step("circle.where", {"kind": kind}))


@topic.text(order=80, claim=at_step("circle.where"), roles=ANYONE, strangers=True)
async def said_where(turn: Turn, services: Services) -> Answer:
    """A location, a place by its name; or another question: then it is for whoever answers that."""
    around = await _around(turn, services)
    assert turn.step is not None
    kind = str(turn.step.data["kind"])
    if around is None or not around.facilities:
        return PASS
    if (here := _shared(turn)) is not None:
        return _found(turn, services, around, kind, here)
    words = shipped_circle()
    wanted = words.kind_in(turn.incoming.text) if not kind else None
    start = _named(turn.incoming.text, around, wanted or kind)
    if wanted and (start := start or await _home(turn, services)) is None:
        return _ask_where(turn, wanted)
    if start is not None:
        return _found(turn, services, around, wanted or kind, start)
    if kind and len(turn.incoming.text) < 8 and not _asks(turn, services):
        return Answer.of(Message(turn.say("circle.where_again")), step=turn.step)
    return PASS


def _shares(turn: Turn, _services: Services) -> bool:
    return turn.incoming.location is not None


@topic.text(order=95, claim=_shares, roles=ANYONE, strangers=True)
async def shared(turn: Turn, services: Services) -> Answer:
    """A location out of the blue: all that is near it."""
    around, here = await _around(turn, services), _shared(turn)
    if around is None or not around.facilities or here is None:
        return _nothing_known(turn, around)
    return _found(turn, services, around, "", here)


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


def _found(
    turn: Turn, services: Services, around: Around, kind: str, start: From, more: Rows = ()
) -> Answer:
    """The list, the map for whoever the desk knows, and the place kept for the next tap."""
    fitting = nearest(around.facilities, *start.point, kind=kind or None, limit=SHOWN)
    if kind and not fitting:
        return _none_of_kind(turn, around, kind)
    if not kind:
        fitting = nearest(around.facilities, *start.point, limit=SHOWN_OF_ALL)
    lat, lon = start.point
    step = Step("circle.at", {"name": start.name, "lat": lat, "lon": lon})
    text = _list(turn, services, around.community, kind, start, fitting)
    messages = [Message(text, buttons=more + _kinds(turn.say, around))]
    if turn.person is not None:
        params = {
            "community": around.community.id,
            "kind": kind,
            "place": start.name,
            "lat": round(lat, 5),
            "lon": round(lon, 5),
        }
        drawing = Attachment("circle.map", "map.png", params, picture=True)
        messages.insert(0, Message(turn.say("circle.map"), attachment=drawing))
    return Answer(messages=tuple(messages), step=step)


def _none_of_kind(turn: Turn, around: Around, kind: str) -> Answer:
    name = shipped_circle().name(kind, turn.language)
    text = turn.say("circle.none_of_kind", kind=name)
    return Answer.of(Message(text, buttons=_kinds(turn.say, around)), step=turn.step)


def _list(
    turn: Turn,
    services: Services,
    community: Community,
    kind: str,
    start: From,
    found: Sequence[Nearby],
) -> Markup:
    say = turn.say
    name = shipped_circle().name(kind, say.language)
    head = "circle.head" if kind else "circle.head_all"
    parts = [say(head, place=start.name, kind=name)]
    local = turn.now.astimezone(community.zone)
    for number, near in enumerate(found, 1):
        schedule = read_hours(near.facility.hours)
        now = schedule.now(local, services.policies.calendar) if schedule else UNKNOWN
        parts.append(_facility(say, number, near, openness(say, now, local.date().toordinal())))
    if found and found[0].metres > REACH_M:
        parts.append(say("circle.beyond"))
    return _BLANK.join(parts)


def _facility(say: Say, number: int, near: Nearby, now: Markup) -> Markup:
    facility = near.facility
    lines = [
        say(
            "circle.facility",
            number=number,
            name=facility.name,
            metres=near.rounded,
            minutes=near.minutes,
        ),
        now,
        *([say("circle.address", address=facility.address)] if facility.address else ()),
        say("circle.hours", hours=facility.hours),
        say("circle.phone", dial=facility.phone.replace("-", ""), phone=facility.phone),
    ]
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
