"""服务单: what elders have asked for, as who sees to it reads it; accepted, done or declined by a tap."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import groupby

from markupsafe import Markup

from domain.calendar import local_day
from domain.duty import DutyKind, DutyState, Outcome
from domain.help import Saw, may_serve
from domain.messages import Button, Message, Owed, Rows
from domain.people import STAFF
from domain.service import Order, Reason
from handlers.base import Answer, Services, Topic, Turn
from handlers.help_log import history
from handlers.help_news import reached
from handlers.pages import Page
from storage import looks, people, service, told
from wording.service import LINE, card_in_place, home_news, staff_card, what, when

topic = Topic("orders", keys={"service.orders_key": "orders"})

_STAFF = frozenset(STAFF)
_MEALS_SHOWN = 6
"""Meals of a point that have buttons of their own; a telephone shows no more."""


@topic.action("orders", roles=STAFF, command="service.orders_command")
async def orders(turn: Turn, services: Services) -> Answer:
    """Today's and tomorrow's meals by dining point, and everything that is not finished."""
    community = await people.community(services.work, turn.who.community_id)
    today = local_day(turn.now, community.zone)
    meals = [
        *await service.meals_of(services.work, community.id, today),
        *await service.meals_of(services.work, community.id, today + timedelta(days=1)),
    ]
    last = today + timedelta(days=14)
    running = await service.of_community(services.work, community.id, last)
    page = Page.of(running, turn.number())
    date = f"{today:%Y-%m-%d}"
    lines = [turn.say("service.orders_head", date=date), *_counted(turn, meals)]
    others = [one for one in running if one.duty.kind is not DutyKind.MEAL]
    free = sum(one.duty.state is DutyState.OPEN for one in others)
    lines.append(turn.say("service.orders_others", count=len(others), open=free))
    if running:
        lines += [Markup(""), turn.say("service.orders_list"), *_listed(turn, page)]
    rows = (*_at_once(turn, running), _openers(page), *page.turns(turn.say, "orders"))
    rows = (*rows, (Button(turn.say.plain("service.orders_numbers"), "orders.numbers"),))
    message = Message(
        LINE.join(lines), buttons=tuple(row for row in rows if row), in_place=bool(turn.args)
    )
    return Answer.of(message, step=turn.step)


def _counted(turn: Turn, meals: list[Order]) -> list[Markup]:
    """How many of each meal a kitchen cooks: brought and eaten there, and not accepted yet."""
    if not meals:
        return [turn.say("service.orders_no_meals")]
    return [
        turn.say(
            "service.orders_meals",
            point=some[0].point_name,
            when=when(turn.say, some[0].slot, turn.now, some[0].zone),
            count=len(some),
            home=sum(one.at_home for one in some),
            there=sum(not one.at_home for one in some),
            open=sum(one.duty.state is DutyState.OPEN for one in some),
        )
        for some in _by_meal(meals)
    ]


def _by_meal(meals: Iterable[Order]) -> list[list[Order]]:
    def key(one: Order) -> tuple[object, ...]:
        return one.slot.day.isoformat(), one.slot.part, one.point_id

    return [list(some) for _, some in groupby(sorted(meals, key=key), key)]


def _listed(turn: Turn, page: Page[Order]) -> list[Markup]:
    marks = {DutyState.OPEN: "⏳", DutyState.TAKEN: "✅"}
    return [
        turn.say(
            "service.orders_line",
            number=number,
            mark=marks.get(one.duty.state, ""),
            name=one.person.name,
            place=one.person.place,
            what=what(turn.say, one, turn.now),
        )
        for number, one in page.numbered()
    ]


def _openers(page: Page[Order]) -> tuple[Button, ...]:
    return tuple(
        Button(str(number), f"orders.open:{one.duty.id}") for number, one in page.numbered()
    )


def _at_once(turn: Turn, running: list[Order]) -> Rows:
    """One tap for all of a meal: a kitchen accepts thirty orders, not thirty times one."""
    rows = []
    for some in _by_meal(one for one in running if one.duty.kind is DutyKind.MEAL):
        for state, key in ((DutyState.OPEN, "take"), (DutyState.TAKEN, "done")):
            these = [one for one in some if one.duty.state is state]
            if not these or (key == "done" and these[0].slot.starts_at > turn.now):
                continue
            label = turn.say.plain(
                f"service.orders_all_{key}",
                when=when(turn.say, these[0].slot, turn.now, these[0].zone),
                point=these[0].point_name,
                count=len(these),
            )
            rows.append((Button(label, f"orders.all:{key}:{these[0].duty.id}"),))
    return tuple(rows[:_MEALS_SHOWN])


@topic.action("orders.all", roles=_STAFF)
async def all_of_a_meal(turn: Turn, services: Services) -> Answer:
    """Accept, or close, every order of the meal that the named one belongs to."""
    named = await _served(turn, services, 1)
    if named is None:
        return _not_yours(turn)
    takes = turn.args[0] == "take"
    state = DutyState.OPEN if takes else DutyState.TAKEN
    running = await service.of_community(services.work, named.duty.community_id, named.slot.day)
    same = [
        one
        for one in running
        if one.duty.kind is DutyKind.MEAL
        and (one.slot.day, one.slot.part, one.point_id)
        == (named.slot.day, named.slot.part, named.point_id)
        and one.duty.state is state
    ]
    changed = await _moved(turn, services, same, takes)
    owed = await _told(turn, services, changed, "taken" if takes else "done")
    key = "service.orders_all_took" if takes else "service.orders_all_closed"
    text = turn.say(key, count=len(changed)) + await _unheard(turn, services, changed)
    return Answer(messages=(Message(text),), owed=owed, step=turn.step)


async def _unheard(turn: Turn, services: Services, orders: Collection[Order]) -> Markup:
    """Whom no message reaches, so that somebody rings them; "" where everybody reads it."""
    homes = await service.homes(services.work, orders)
    heard = await reached(services, {person.id for home in homes.values() for person in home})
    names = [
        one.person.name
        for one in orders
        if not any(person.id in heard for person in homes[one.duty.id])
    ]
    join = turn.say.plain("menu.names_join")
    return turn.say("service.unheard", names=join.join(names)) if names else Markup("")


async def _moved(
    turn: Turn, services: Services, orders: Iterable[Order], takes: bool
) -> list[Order]:
    if takes:
        return await service.accept_all(services.work, orders, turn.who.id)
    return await service.close_all(services.work, orders, Outcome.DONE, turn.who.id)


async def _told(
    turn: Turn, services: Services, orders: Collection[Order], key: str, *, family: bool = False
) -> tuple[Owed, ...]:
    """The elders and who asked for it, and the card of everybody else who was asked."""
    homes = await service.homes(services.work, orders, family=family)
    staff = await told.staff_of(services.work, [order.duty for order in orders])
    owed: list[Owed] = []
    for order in orders:
        of = order.duty.id
        owed += home_news(services.phrases, order, homes[of], key, turn.now)
        owed += [
            Owed(who.id, card_in_place(services.phrases, order, who, turn.now), duty_id=of)
            for who in staff[of]
            if who.id != turn.who.id
        ]
    return tuple(owed)


async def _served(turn: Turn, services: Services, index: int = 0) -> Order | None:
    """The service that a button names, if this person may see to it."""
    order = await service.get(services.work, turn.number(index))
    return order if order is not None and may_serve(turn.who, order.duty) else None


def _not_yours(turn: Turn) -> Answer:
    return Answer.of(Message(turn.say("service.not_yours")), step=turn.step)


@topic.action("orders.open", roles=STAFF)
async def open_one(turn: Turn, services: Services) -> Answer:
    """One service with its buttons."""
    order = await _served(turn, services)
    if order is None:
        return _not_yours(turn)
    await looks.note(services.work, [turn.who.id], [order.duty], Saw.CARD)
    card = staff_card(turn.say, order, turn.now)
    log = (Button(turn.say.plain("help.log_button"), f"orders.log:{order.duty.id}"),)
    return Answer.of(replace(card, buttons=(*card.buttons, log)), step=turn.step)


@topic.action("orders.log", roles=STAFF)
async def log(turn: Turn, services: Services) -> Answer:
    """Every step, and every reason for not acting, in order."""
    order = await _served(turn, services)
    if order is None:
        return _not_yours(turn)
    await looks.note(services.work, [turn.who.id], [order.duty], Saw.LOG)
    return Answer.of(Message(await history(turn, services, order.duty)), step=turn.step)


@topic.action("orders.take", roles=_STAFF)
async def take(turn: Turn, services: Services) -> Answer:
    """我来: the first to say so has it, and the elder reads the name."""
    order = await _served(turn, services)
    if order is None:
        return _not_yours(turn)
    moved = await service.accept(services.work, order, turn.who.id)
    return await _after(turn, services, order, moved, "taken", "service.took")


@topic.action("orders.done", roles=_STAFF)
async def done(turn: Turn, services: Services) -> Answer:
    """办好了: a named person closes it."""
    order = await _served(turn, services)
    if order is None:
        return _not_yours(turn)
    moved = await service.close(services.work, order, Outcome.DONE, turn.who.id)
    return await _after(turn, services, order, moved, "done", "service.closed")


@topic.action("orders.no", roles=_STAFF)
async def why_not(turn: Turn, services: Services) -> Answer:
    """办不了: why? The elder reads the reason, and what else there is."""
    order = await _served(turn, services)
    if order is None:
        return _not_yours(turn)
    if order.duty.state is DutyState.CLOSED:
        return await _after(turn, services, order, None, "", "")
    rows = [
        (
            Button(
                turn.say.plain(f"service.reason_{reason}"), f"orders.why:{order.duty.id}:{reason}"
            ),
        )
        for reason in Reason
    ]
    rows.append((Button(turn.say.plain("service.decline_back"), f"orders.open:{order.duty.id}"),))
    text = turn.say(
        "service.decline_which", name=order.person.name, what=what(turn.say, order, turn.now)
    )
    return Answer.of(Message(text, buttons=tuple(rows)), step=turn.step)


@topic.action("orders.why", roles=_STAFF)
async def decline(turn: Turn, services: Services) -> Answer:
    """It is declined for a reason; the family hears it too, for now somebody else must see to it."""
    order = await _served(turn, services)
    reason = turn.args[1] if len(turn.args) > 1 else ""
    if order is None or reason not in list(Reason):
        return _not_yours(turn)
    closed = await service.close(
        services.work, order, Outcome.DECLINED, turn.who.id, Reason(reason)
    )
    return await _after(turn, services, order, closed, "declined", "service.closed", family=True)


async def _after(
    turn: Turn,
    services: Services,
    before: Order,
    moved: Order | None,
    key: str,
    notice: str,
    *,
    family: bool = False,
) -> Answer:
    """The card as it stands now; where somebody was first, who."""
    now = moved or await service.get(services.work, before.duty.id) or before
    await looks.note(services.work, [turn.who.id], [now.duty], Saw.CARD)
    card = card_in_place(services.phrases, now, turn.who, turn.now)
    if moved is None:
        state = staff_card(turn.say, now, turn.now).plain.splitlines()[-1]
        note = turn.say.plain("service.too_late_worker", state=state)
        return Answer(messages=(card,), notice=note, step=turn.step)
    owed = await _told(turn, services, [moved], key, family=family)
    unheard = await _unheard(turn, services, [moved])
    said = (card, Message(turn.say(notice) + unheard)) if unheard else (card,)
    return Answer(messages=said, owed=owed, notice=turn.say.plain(notice), step=turn.step)


@topic.action("orders.numbers", roles=STAFF)
async def numbers(turn: Turn, services: Services) -> Answer:
    """This week in figures; what is open or late counts with the rest."""
    community = await people.community(services.work, turn.who.community_id)
    today = local_day(turn.now, community.zone)
    first = today - timedelta(days=today.weekday())
    last = first + timedelta(days=6)
    counted = await service.counts(services.work, community.id, first, last)
    head = turn.say("service.numbers_head", community=community.name, first=first, last=last)
    lines = [head]
    for kind, count in counted.items():
        icon = turn.say.plain(f"service.icon_{kind}")
        figures = {name: getattr(count, name) for name in count.__slots__}
        lines.append(turn.say("service.numbers_line", icon=icon, **figures))
    lines.append(turn.say("service.numbers_note" if counted else "service.numbers_none"))
    return Answer.of(Message(LINE.join(lines)), step=turn.step)
