"""生活服务: a meal, company to the hospital, a chore, a visit, asked for in three taps at most."""

from dataclasses import replace
from datetime import date

from domain.duty import SERVICES, DutyKind
from domain.messages import Button, Message, Rows
from domain.people import Person, Role
from domain.service import Chore, Part, Slot
from handlers.base import Answer, Services, Topic, Turn
from handlers.places import phone_of, ring
from handlers.service_times import Kitchen, kitchen, other_times, tag
from storage import meal_plans, people, service
from storage.people import Community
from wording.help import clock_time
from wording.service import LINE, ring_point, when

topic = Topic("service", keys={"service.menu_key": "services"})

AT_HOME = frozenset({Role.ELDER, Role.FAMILY})
_FEW = 4
"""Times that are offered at once; the rest behind one more tap."""


async def elders(turn: Turn, services: Services) -> dict[int, Person]:
    """For whom somebody may ask: themselves where they are an elder, and whose family they are."""
    person = turn.who
    own = {person.id: person} if person.is_any(Role.ELDER) else {}
    ids = await people.elders_of(services.work, person.id)
    found = await people.persons(services.work, ids)
    here = {id_: one for id_, one in found.items() if one.community_id == person.community_id}
    return own | here


async def elder_of(turn: Turn, services: Services) -> Person | None:
    """Whom the button names, or the only one there is; None where nobody may be meant."""
    known = await elders(turn, services)
    named = known.get(turn.number())
    if named is None and not turn.args and (len(known) == 1 or turn.who.id in known):
        return next(iter(known.values()))
    return named


@topic.action("services", roles=AT_HOME, command="service.menu_command")
async def menu(turn: Turn, services: Services) -> Answer:
    """What is there? For family of several elders first: for whom?"""
    known = await elders(turn, services)
    if not known:
        return await not_for_them(turn, services)
    elder = await elder_of(turn, services)
    if elder is None:
        rows = tuple((Button(one.name, f"services:{one.id}"),) for one in known.values())
        return Answer.of(Message(turn.say("service.for_whom"), buttons=rows), step=turn.step)
    own = elder.id == turn.who.id
    head = turn.say("service.menu" if own else "service.menu_for", name=elder.name)
    message = Message(head, buttons=await choices(turn, services, elder))
    return Answer.of(message, step=turn.step)


async def not_for_them(turn: Turn, services: Services) -> Answer:
    """Whoever is no elder's and no elder is told whom to ring."""
    community = await people.community(services.work, turn.who.community_id)
    text = turn.say("service.only_elders", ring=ring(turn.say, community))
    return Answer.of(Message(text), step=turn.step)


async def choices(turn: Turn, services: Services, elder: Person) -> Rows:
    """One large button for each service, and for what is arranged."""
    rows = [(Button(turn.say.plain(f"service.{k}"), f"service.{k}:{elder.id}"),) for k in SERVICES]
    arranged = await service.waiting(services.work, (elder.id,))
    # A meal of every day may have no order yet; it is ended in the same place.
    if count := len(arranged) or len(await meal_plans.of(services.work, (elder.id,))):
        label = turn.say.plain("service.mine", count=count)
        rows.append((Button(label, f"arrange.mine:{elder.id}"),))
    rows.append((Button(turn.say.plain("service.checkin"), f"checkin:{elder.id}"),))
    return tuple(rows)


@topic.action("service.meal", roles=AT_HOME)
async def which_meal(turn: Turn, services: Services) -> Answer:
    """The next two meals, each at home or there; what has just been missed is said plainly."""
    elder = await elder_of(turn, services)
    if elder is None:
        return await not_for_them(turn, services)
    community = await people.community(services.work, elder.community_id)
    wanted = turn.args[1] if len(turn.args) > 1 else ""
    found = await kitchen(turn, services, elder, community, wanted)
    if found is None:
        text = turn.say("service.meal_no_point", ring=ring(turn.say, community))
        return Answer.of(Message(text), step=turn.step)
    return Answer.of(meal_message(turn, elder, community, found), step=turn.step)


def meal_message(turn: Turn, elder: Person, community: Community, found: Kitchen) -> Message:
    """A dining point's next meals."""
    say, zone = turn.say, community.zone
    lines = [say("service.meal_which", point=found.point.name)]
    if found.missed:
        named = when(say, found.missed, turn.now, zone)
        time = clock_time(found.missed.order_by, zone)
        lines.append(say("service.meal_late", when=named, time=time))
        if found.offered:
            lines.append(say("service.meal_next"))
    if not found.offered:
        whom = ring_point(say, found.point.phone, phone_of(community))
        lines.append(say("service.meal_none", ring=whom))
    lines += [
        say(
            "service.meal_until",
            when=when(say, slot, turn.now, zone),
            time=_by(turn, slot, community),
        )
        for slot in found.offered
    ]
    rows = [row for slot in found.offered for row in meal_buttons(turn, elder, community, slot)]
    rows += [
        (
            Button(
                say.plain("service.meal_other", point=point.name),
                f"service.meal:{elder.id}:{tag(point)}",
            ),
        )
        for point in found.others[:2]
    ]
    return Message(LINE.join(lines), buttons=tuple(rows))


def _by(turn: Turn, slot: Slot, community: Community) -> str:
    """The hour until which a meal is ordered, with its day where that is another one."""
    time = clock_time(slot.order_by, community.zone)
    by = slot.order_by.astimezone(community.zone).date()
    if by == slot.day:
        return time
    return (
        f"{when(turn.say, replace(slot, day=by, part=Part.ANY), turn.now, community.zone)} {time}"
    )


def meal_buttons(turn: Turn, elder: Person, community: Community, slot: Slot) -> Rows:
    """A meal at home, where it is brought, and there."""
    named = when(turn.say, slot, turn.now, community.zone)
    rows = []
    if slot.home:
        label = turn.say.plain("service.meal_home", when=named)
        rows.append((Button(label, action_of(elder, slot, "1")),))
    label = turn.say.plain("service.meal_there", when=named)
    return (*rows, (Button(label, action_of(elder, slot, "0")),))


def action_of(elder: Person, slot: Slot, extra: str) -> str:
    day = f"{slot.day:%Y%m%d}"
    return f"arrange.do:{elder.id}:{slot.kind}:{day}:{slot.part}:{extra}:{tag(slot.point)}"


@topic.action("service.escort", roles=AT_HOME)
async def which_day_to_hospital(turn: Turn, services: Services) -> Answer:
    """Which day, morning or afternoon."""
    return await which_time(turn, services, DutyKind.ESCORT)


@topic.action("service.visit", roles=AT_HOME)
async def which_day_to_come(turn: Turn, services: Services) -> Answer:
    """The same for somebody who looks in."""
    return await which_time(turn, services, DutyKind.VISIT)


async def which_time(
    turn: Turn, services: Services, kind: DutyKind, day: date | None = None
) -> Answer:
    """The next times as large buttons; the later ones behind one more. `day`: of that day only, where
    it has any."""
    elder = await elder_of(turn, services)
    if elder is None:
        return await not_for_them(turn, services)
    community = await people.community(services.work, elder.community_id)
    slots = other_times(turn, services, community, kind)
    slots = [slot for slot in slots if slot.day == day] or slots
    if not slots:
        text = turn.say("service.when_none", ring=ring(turn.say, community))
        return Answer.of(Message(text), step=turn.step)
    name = turn.say.plain(f"service.what_name_{kind}")
    more = len(turn.args) > 1
    rows = [
        (
            Button(
                when(turn.say, slot, turn.now, community.zone),
                action_of(elder, slot, ""),
            ),
        )
        for slot in (slots if more else slots[:_FEW])
    ]
    if not more and len(slots) > _FEW:
        label = turn.say.plain("menu.more", count=len(slots) - _FEW)
        rows.append((Button(label, f"service.{kind}:{elder.id}:more"),))
    message = Message(turn.say("service.when_which", what=name), buttons=tuple(rows), in_place=more)
    return Answer.of(message, step=turn.step)


@topic.action("service.chore", roles=AT_HOME)
async def which_chore(turn: Turn, services: Services) -> Answer:
    """What is to be done; the worker rings to say when, on the first day that is left."""
    elder = await elder_of(turn, services)
    if elder is None:
        return await not_for_them(turn, services)
    community = await people.community(services.work, elder.community_id)
    slots = other_times(turn, services, community, DutyKind.CHORE)
    if not slots:
        text = turn.say("service.when_none", ring=ring(turn.say, community))
        return Answer.of(Message(text), step=turn.step)
    rows = tuple(
        (Button(turn.say.plain(f"service.chore_{chore}"), action_of(elder, slots[0], chore)),)
        for chore in Chore
    )
    return Answer.of(Message(turn.say("service.chore_which"), buttons=rows), step=turn.step)


async def offers(turn: Turn, services: Services, kind: DutyKind) -> Answer:
    """What of a kind can be asked for now, as its button shows it."""
    if kind is DutyKind.MEAL:
        return await which_meal(turn, services)
    if kind is DutyKind.CHORE:
        return await which_chore(turn, services)
    return await which_time(turn, services, kind)
