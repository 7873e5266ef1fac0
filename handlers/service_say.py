"""A service in plain words: 明天中午给我送份饭, 后天想去医院有人陪吗. One tap more, and it is arranged."""

from dataclasses import replace

from markupsafe import Markup

from domain.calendar import local_day
from domain.duty import DutyKind
from domain.messages import Button, Message, Rows
from domain.people import ANYONE, STAFF, Person
from domain.service import Part, Slot, Wish, still
from handlers import ask
from handlers.base import PASS, Answer, Services, Topic, Turn
from handlers.lasting import holds, lasting
from handlers.places import ring
from handlers.service import (
    AT_HOME,
    action_of,
    elders,
    meal_buttons,
    meal_message,
    menu,
    which_chore,
)
from handlers.service_order import SAID
from handlers.service_times import Kitchen, kitchen, other_times
from knowledge.service import shipped_service
from storage import people
from storage.people import Community
from wording.help import clock_time
from wording.service import LINE, when

topic = Topic("wish")


def _wish(turn: Turn, services: Services) -> Wish | None:
    today = local_day(turn.now, services.policies.zone)
    return shipped_service().wish(turn.incoming.text, today)


def _wishes(turn: Turn, services: Services) -> bool:
    """Elders and their family only; what staff type is a note, a question, or an answer."""
    person = turn.person
    if person is None or not person.is_any(*AT_HOME) or person.is_any(*STAFF):
        return False
    return bool(turn.incoming.text) and _wish(turn, services) is not None


@topic.text(order=88, claim=_wishes, roles=AT_HOME)
async def wished(turn: Turn, services: Services) -> Answer:
    """What was asked for as large buttons, with the way out for who only wanted to ask."""
    wish = _wish(turn, services)
    known = await elders(turn, services)
    if wish is None or not known:
        return PASS
    elder = known.get(turn.who.id) or (next(iter(known.values())) if len(known) == 1 else None)
    if elder is None:
        return await menu(turn, services)
    community = await people.community(services.work, elder.community_id)
    message = await _offer(turn, services, elder, community, wish)
    no = (Button(turn.say.plain("service.not_that"), "wish.ask"),)
    step = lasting(turn, SAID, services.policies.context_for, text=turn.incoming.text)
    return Answer.of(replace(message, buttons=(*message.buttons, no)), step=step)


async def _offer(
    turn: Turn, services: Services, elder: Person, community: Community, wish: Wish
) -> Message:
    if wish.kind is DutyKind.MEAL:
        return await _meal(turn, services, elder, community, wish)
    if wish.kind is DutyKind.CHORE:
        answer = await which_chore(replace(turn, args=(str(elder.id),)), services)
        return answer.messages[0]
    slots = other_times(turn, services, community, wish.kind)
    fitting = [slot for slot in slots if _fits(slot, wish)]
    name = turn.say.plain(f"service.what_name_{wish.kind}")
    if not slots:
        return Message(turn.say("service.when_none", ring=ring(turn.say, community)))
    rows = tuple(
        (Button(when(turn.say, s, turn.now, community.zone), action_of(elder, s, "")),)
        for s in (fitting or slots)[:4]
    )
    key = "service.offer_open" if fitting else "service.when_which"
    lines = [turn.say(key, what=name)]
    if not fitting:
        lines = [*_not_then(turn, community, wish), *lines]
    return Message(LINE.join(lines), buttons=rows)


def _not_then(turn: Turn, community: Community, wish: Wish) -> list[Markup]:
    """The day that was asked for cannot be had: said first, with whom to ring."""
    if wish.day is None:
        return []
    slot = Slot(wish.kind, wish.day, wish.part or Part.ANY, turn.now, turn.now, turn.now)
    named = when(turn.say, slot, turn.now, community.zone)
    return [turn.say("service.not_then", when=named, ring=ring(turn.say, community))]


def _fits(slot: Slot, wish: Wish) -> bool:
    return wish.day in (None, slot.day) and wish.part in (None, slot.part)


async def _meal(
    turn: Turn, services: Services, elder: Person, community: Community, wish: Wish
) -> Message:
    """That very meal; where it is too late for it, or it is not cooked, what can be had next."""
    found = await kitchen(turn, services, elder, community)
    if found is None:
        return Message(turn.say("service.meal_no_point", ring=ring(turn.say, community)))
    named = [slot for slot in found.every if _fits(slot, wish)]
    fitting = still(named, turn.now)
    if not fitting or (wish.day is None and wish.part is None):
        missed = next(iter(named), found.missed)
        message = meal_message(turn, elder, community, replace(found, missed=missed))
        known = [] if named else _not_then(turn, community, wish)
        return replace(message, text=LINE.join([*known, message.html]))
    slot = fitting[0]
    return _this(turn, elder, community, found, slot, wish.at_home)


def _this(
    turn: Turn,
    elder: Person,
    community: Community,
    found: Kitchen,
    slot: Slot,
    at_home: bool | None,
) -> Message:
    named = when(turn.say, slot, turn.now, community.zone)
    rows: Rows = meal_buttons(turn, elder, community, slot)
    if at_home is False:
        rows = rows[-1:]
    by = turn.say("service.meal_until", when=named, time=clock_time(slot.order_by, community.zone))
    head = turn.say("service.offer", what=named)
    return Message(LINE.join([head, found.point.name + " " + by]), buttons=rows)


@topic.action("wish.ask", roles=ANYONE)
async def only_asking(turn: Turn, services: Services) -> Answer:
    """It was a question: it goes to whoever answers those."""
    if turn.step is None or not holds(turn, SAID):
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    incoming = replace(turn.incoming, action="", text=turn.step.data["text"])
    return await ask.said(replace(turn, incoming=incoming, step=None), services)
