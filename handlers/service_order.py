"""Arranging a service, calling it off, and what is arranged: each tap authorised from the database."""

from dataclasses import replace
from datetime import date

from markupsafe import Markup

from domain.calendar import local_day
from domain.duty import SERVICES, Duty, DutyEvent, DutyKind, DutyState, Outcome
from domain.messages import Button, Message, Owed, Rows
from domain.people import ANYONE, Person
from domain.service import Chore, Order, Part, Slot
from handlers.base import PASS, Answer, Services, Step, Topic, Turn
from handlers.help_adds import answers
from handlers.help_news import LISTENS, reached
from handlers.lasting import holds, lasting
from handlers.places import ring
from handlers.service import AT_HOME, choices, elder_of, elders, not_for_them, offers
from handlers.service_times import every_slot, tag
from knowledge.service import shipped_service
from storage import duties, meal_plans, people, service, told
from storage.meal_plans import Plan
from storage.people import Community
from storage.service import Asked
from wording.service import LINE, card_in_place, home_news, how, state, what, when

topic = Topic("arrange")

SAID = "wish.said"
"""The step that keeps what was said, so that it goes with what is arranged by the next tap."""

WORDS = "arrange.words"
"""The step at which what is said joins the service that was just asked for."""


@topic.action("arrange.do", roles=AT_HOME)
async def arrange(turn: Turn, services: Services) -> Answer:
    """The third tap: it is arranged, or it is plainly too late and the next time is offered."""
    elder = await elder_of(turn, services)
    if elder is None:
        return await not_for_them(turn, services)
    community = await people.community(services.work, elder.community_id)
    slot = _tapped(turn, services, community)
    if slot is None:
        return await _too_late(turn, services, community)
    if (before := await service.same(services.work, elder.id, slot)) is not None:
        return _arranged_before(turn, before)
    return await _arrange(turn, services, elder, community, slot)


def _tapped(turn: Turn, services: Services, community: Community) -> Slot | None:
    """The time a button names, if it can still be had."""
    if len(turn.args) < 6 or turn.args[1] not in SERVICES:
        return None
    _, kind, day, part, _, point = turn.args[:6]
    return next(
        (
            slot
            for slot in every_slot(turn, services, community, DutyKind(kind))
            if (f"{slot.day:%Y%m%d}", slot.part, tag(slot.point)) == (day, part, point)
        ),
        None,
    )


async def _too_late(turn: Turn, services: Services, community: Community) -> Answer:
    """What was tapped cannot be had any more: said first, then what can."""
    named = _named(turn, community)
    if not named:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    answer = await offers(replace(turn, args=turn.args[:1]), services, DutyKind(turn.args[1]))
    late = Message(turn.say("service.too_late", what=named))
    return replace(answer, messages=(late, *answer.messages))


def _named(turn: Turn, community: Community) -> str:
    """The time an old button names, in words; "" where it names none."""
    try:
        kind, day, part = DutyKind(turn.args[1]), date.fromisoformat(turn.args[2]), turn.args[3]
        slot = Slot(kind, day, Part(part), turn.now, turn.now, turn.now)
    except (IndexError, ValueError):
        return ""
    return when(turn.say, slot, turn.now, community.zone) if kind in SERVICES else ""


def _arranged_before(turn: Turn, before: Order) -> Answer:
    """A second tap is no second order."""
    named = what(turn.say, before, turn.now)
    text = turn.say("service.ordered_before", what=named, state=state(turn.say, before))
    return Answer.of(Message(text, buttons=(_off(turn, before),)), step=turn.step)


def _off(turn: Turn, arranged: Order) -> tuple[Button, ...]:
    return (Button(turn.say.plain("service.cancel"), f"arrange.off:{arranged.duty.id}"),)


async def _arrange(
    turn: Turn, services: Services, elder: Person, community: Community, slot: Slot
) -> Answer:
    extra = turn.args[4]
    asked = Asked(
        slot,
        at_home=slot.kind is not DutyKind.MEAL or (slot.home and extra == "1"),
        chore=(Chore(extra) if extra in list(Chore) else Chore.OTHER)
        if slot.kind is DutyKind.CHORE
        else None,
    )
    source = f"turn:{turn.inbox_id}"
    opening = await service.opening(
        services.work, services.policies, elder, slot, turn.who.id, source
    )
    duty = await service.order(services.work, opening, asked)
    if duty is None:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    await _keep_words(turn, services, duty)
    owed: tuple[Owed, ...] = ()
    if duty.next_at is not None and duty.next_at <= turn.now:
        owed = await services.climb(services.work, duty)
    arranged = await service.get(services.work, duty.id)
    assert arranged is not None, "it was arranged just now"
    text = await _arranged(turn, services, community, arranged, owed)
    told_home = home_news(
        services.phrases, arranged, await _others(turn, services, arranged), "ordered", turn.now
    )
    rows = (_off(turn, arranged), *_daily(turn, arranged))
    message = Message(text, buttons=rows)
    step = _listening(turn, services, duty)
    return Answer(messages=(message,), owed=(*owed, *told_home), step=step)


def _daily(turn: Turn, arranged: Order) -> Rows:
    """A meal may be had every day."""
    if arranged.duty.kind is not DutyKind.MEAL:
        return ()
    part = turn.say.plain(f"service.part_{arranged.slot.part}")
    label = turn.say.plain("service.daily", part=part)
    return ((Button(label, f"daily.on:{arranged.duty.id}"),),)


async def _keep_words(turn: Turn, services: Services, duty: Duty) -> None:
    """Whoever asked for it in words need not say them again."""
    if turn.step is not None and holds(turn, SAID):
        words = str(turn.step.data["text"])[:500]
        await duties.log(
            services.work, duty.id, DutyEvent.ADDED, actor_id=turn.who.id, detail=words
        )


async def _others(turn: Turn, services: Services, arranged: Order) -> list[Person]:
    """The elder hears what their family has arranged for them."""
    home = await service.at_home(services.work, arranged)
    return [person for person in home if person.id != turn.who.id]


async def _arranged(
    turn: Turn, services: Services, community: Community, arranged: Order, owed: tuple[Owed, ...]
) -> Markup:
    """What is arranged, and who is being told; nothing that is not so."""
    say, own = turn.say, arranged.duty.subject_id == turn.who.id
    names = {"name": arranged.person.name, "what": what(say, arranged, turn.now)}
    head = say("service.ordered" if own else "service.ordered_for", how=how(say, arranged), **names)
    lines = [head, await _told(turn, services, community, arranged, owed)]
    if arranged.duty.kind is not DutyKind.MEAL:
        lines += [Markup(""), say(f"service.say_more_{arranged.duty.kind}")]
    return LINE.join(lines)


async def _told(
    turn: Turn, services: Services, community: Community, arranged: Order, owed: tuple[Owed, ...]
) -> Markup:
    # Only the staff's messages are cards; those at home are not who it is passed on to.
    hearing = await reached(services, {one.person_id for one in owed if one.message.card})
    if not hearing:
        waits = (arranged.duty.next_at or turn.now) > turn.now
        key = "service.ordered_later" if waits and not owed else "service.ordered_nobody"
        return turn.say(key, ring=ring(turn.say, community))
    first = arranged.duty.owner_id if arranged.duty.owner_id in hearing else min(hearing)
    worker = await people.person(services.work, first or 0)
    return turn.say("service.ordered_told", worker=worker.name if worker else "")


def _listening(turn: Turn, services: Services, duty: Duty) -> Step | None:
    """What is said next joins the service; but a call for help that is open hears it first."""
    if holds(turn, LISTENS):
        return turn.step
    if duty.kind is DutyKind.MEAL:
        return None
    return lasting(turn, WORDS, services.policies.context_for, duty=duty.id)


@topic.text(order=85, claim=lambda turn, _: holds(turn, WORDS), roles=ANYONE)
async def more(turn: Turn, services: Services) -> Answer:
    """Which hospital, what time: passed on to whoever sees to it."""
    assert turn.step is not None
    arranged = await service.get(services.work, int(turn.step.data["duty"]))
    incoming = turn.incoming
    said = incoming.text or (incoming.media is not None)
    if arranged is None or arranged.duty.state is DutyState.CLOSED or not said:
        return PASS
    if arranged.duty.subject_id not in await elders(turn, services):
        return PASS  # whoever was taken out of the family meanwhile says nothing for them
    if _means_else(turn, services, arranged):
        return PASS
    words = incoming.text[:500] or str(incoming.media.kind if incoming.media else "")
    await duties.log(
        services.work, arranged.duty.id, DutyEvent.ADDED, actor_id=turn.who.id, detail=words
    )
    owed = await _pass_on(turn, services, arranged, words)
    buttons = await answers(turn, services) if incoming.text else ()
    message = Message(turn.say("service.added", words=words), buttons=buttons)
    return Answer(messages=(message,), owed=owed, step=turn.step)


def _means_else(turn: Turn, services: Services, arranged: Order) -> bool:
    """Another service, or 我很好: not a word about this one."""
    words, today = shipped_service(), local_day(turn.now, services.policies.zone)
    wish = words.wish(turn.incoming.text, today)
    return words.is_fine(turn.incoming.text) or (
        wish is not None and wish.kind is not arranged.duty.kind
    )


async def _pass_on(turn: Turn, services: Services, arranged: Order, words: str) -> tuple[Owed, ...]:
    """A line for whoever has it, or who were asked, and what was sent with it."""
    staff = await told.staff(services.work, arranged.duty)
    owner = [one for one in staff if one.id == arranged.duty.owner_id]
    return tuple(
        Owed(
            person.id,
            Message(
                services.phrases[person.language](
                    "service.line_adds",
                    name=arranged.person.name,
                    place=arranged.person.place,
                    what=what(services.phrases[person.language], arranged, turn.now),
                    words=words,
                ),
                media=turn.incoming.media,
            ),
            duty_id=arranged.duty.id,
        )
        for person in owner or staff
    )


@topic.action("arrange.mine", roles=AT_HOME)
async def mine(turn: Turn, services: Services) -> Answer:
    """What is arranged and how it stands, each with the way to call it off."""
    elder = await elder_of(turn, services)
    if elder is None:
        return await not_for_them(turn, services)
    arranged = await service.waiting(services.work, (elder.id,))
    plans = await meal_plans.of(services.work, (elder.id,))
    if not arranged and not plans:
        text = turn.say("service.mine_none")
        buttons = await choices(turn, services, elder)
        return Answer.of(Message(text, buttons=buttons), step=turn.step)
    own = elder.id == turn.who.id
    key = "service.mine_line" if own else "service.mine_line_for"
    named = {one.duty.id: what(turn.say, one, turn.now) for one in arranged}
    lines = [turn.say("service.mine_head")]
    lines += [
        turn.say(key, name=elder.name, what=named[one.duty.id], state=state(turn.say, one))
        for one in arranged
    ]
    rows = tuple(
        (
            Button(
                turn.say.plain("service.off_one", what=named[one.duty.id]),
                f"arrange.off:{one.duty.id}",
            ),
        )
        for one in arranged[:8]
    )
    return Answer.of(
        Message(LINE.join(lines), buttons=(*rows, *_stoppable(turn, plans))), step=turn.step
    )


def _stoppable(turn: Turn, plans: list[Plan]) -> Rows:
    """What comes every day, each with the way to end it."""
    return tuple(
        (
            Button(
                turn.say.plain(
                    "service.daily_stop", part=turn.say.plain(f"service.part_{plan.part}")
                ),
                f"daily.off:{plan.person_id}:{plan.part}",
            ),
        )
        for plan in plans
    )


@topic.action("arrange.off", roles=AT_HOME)
async def off(turn: Turn, services: Services) -> Answer:
    """不要了, by the elder or their family; whoever knows of it hears so."""
    arranged = await service.get(services.work, turn.number())
    if arranged is None or arranged.duty.subject_id not in await elders(turn, services):
        return Answer.of(Message(turn.say("menu.not_for_you")), step=turn.step)
    late = turn.now > arranged.slot.order_by
    closed = await service.close(services.work, arranged, Outcome.CALLED_OFF, turn.who.id)
    if closed is None:
        return Answer.of(Message(turn.say("service.off_gone")), step=turn.step)
    staff = await told.staff(services.work, arranged.duty)
    hearing = await reached(services, [one.id for one in staff])
    who = next((one.name for one in staff if one.id in hearing & {arranged.duty.owner_id}), "")
    key = "late" if late and hearing else "done" if hearing else "untold"
    text = turn.say(
        f"service.off_{key}",
        what=what(turn.say, arranged, turn.now),
        who=who or turn.say.plain("service.some_worker"),
    )
    home = await _others(turn, services, closed)
    return Answer(
        messages=(Message(text),),
        owed=(
            *off_lines(turn, services, closed, staff),
            *home_news(services.phrases, closed, home, "off", turn.now),
        ),
        step=None if holds(turn, WORDS) else turn.step,
    )


def off_lines(
    turn: Turn, services: Services, closed: Order, staff: list[Person]
) -> tuple[Owed, ...]:
    """The card as it stands, and a line that rings: nobody cooks or comes for nothing."""
    about = {"name": closed.person.name, "place": closed.person.place}
    owed = []
    for person in staff:
        say = services.phrases[person.language]
        line = say("service.line_off", what=what(say, closed, turn.now), **about)
        card = card_in_place(services.phrases, closed, person, turn.now)
        owed += [
            Owed(person.id, card, duty_id=closed.duty.id),
            Owed(person.id, Message(line), duty_id=closed.duty.id),
        ]
    return tuple(owed)
