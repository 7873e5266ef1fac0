"""The messages about an everyday service that both a conversation and the clock send."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from domain.duty import DutyKind, DutyState
from domain.messages import Button, Message, Owed, Rows
from domain.people import Person
from domain.service import Order, Reason, Slot
from wording.help import clock_time
from wording.phrases import Phrases, Say
from wording.ring import to_ring

LINE = Markup("\n")
_NAMED = {0: "today", 1: "tomorrow", 2: "after_tomorrow"}


def named_day(say: Say, day: date, today: date) -> str:
    """`今天`, `后天`, `12月3日（周四）`."""
    days = (day - today) // timedelta(days=1)
    if days in _NAMED:
        return say.plain(f"service.{_NAMED[days]}")
    weekday = say.plain("papers.diary_weekdays").split()[day.weekday()]
    return say.plain("service.on_day", month=day.month, day=day.day, weekday=weekday)


def when(say: Say, slot: Slot, now: datetime, zone: ZoneInfo) -> str:
    """`明天午饭`, `后天上午`, `12月3日（周四）下午`."""
    day = named_day(say, slot.day, now.astimezone(zone).date())
    part = say.plain(f"service.part_{slot.part}")
    gap = " " if part and part.isascii() else ""
    return f"{day}{gap}{part}"


def what(say: Say, order: Order, now: datetime) -> str:
    """The service in a few words, with its day."""
    chore = say.plain(f"service.chore_{order.chore}") if order.chore else ""
    named = when(say, order.slot, now, order.zone)
    return say.plain(f"service.what_{order.duty.kind}", when=named, chore=chore)


def hours(order: Order) -> dict[str, str]:
    """From when until when, by the community's clock."""
    return {
        "from": clock_time(order.slot.starts_at, order.zone),
        "until": clock_time(order.slot.ends_at, order.zone),
    }


def how(say: Say, order: Order) -> Markup:
    """Where and when it takes place, for the elder."""
    if order.duty.kind is not DutyKind.MEAL:
        return say("service.how_at", **hours(order))
    key = "service.how_home" if order.at_home else "service.how_there"
    return say(key, point=order.point_name, **hours(order))


def state(say: Say, order: Order) -> Markup:
    """Whether somebody has accepted it."""
    taken = order.duty.state is DutyState.TAKEN
    return say("service.state_taken" if taken else "service.state_open", worker=order.worker)


def staff_card(say: Say, order: Order, now: datetime) -> Message:
    """All that whoever sees to it needs, on one screen; edited in place at a change."""
    person, meal = order.person, order.duty.kind is DutyKind.MEAL
    lines = [
        say(
            "service.card",
            icon=say.plain(f"service.icon_{order.duty.kind}"),
            name=person.name,
            place=person.place,
            what=what(say, order, now),
            phone=person.phone or say.plain("help.unknown_phone"),
        ),
        _where(say, order),
    ]
    if person.health and not meal:
        lines.append(say("service.card_health", health=person.health))
    if person.key_holder and not meal:
        lines.append(say("service.card_key", key_holder=person.key_holder))
    if order.raised_by:
        lines.append(say("service.card_by", relative=order.raised_by))
    lines += [say("service.card_words", words=words) for words in order.words]
    lines.append(_standing(say, order))
    return Message(LINE.join(lines), buttons=_buttons(say, order), card=card_name(order.duty.id))


def card_name(duty_id: int) -> str:
    """The card under which every message about one service stands with the staff."""
    return f"service:{duty_id}"


def _where(say: Say, order: Order) -> Markup:
    if order.duty.kind is not DutyKind.MEAL:
        return say("service.card_at", **hours(order))
    key = "service.card_home" if order.at_home else "service.card_there"
    return say(key, point=order.point_name)


def _standing(say: Say, order: Order) -> Markup:
    duty = order.duty
    if duty.state is DutyState.OPEN:
        return say("service.card_open")
    key = duty.outcome or "taken"
    time = clock_time(duty.moved_at or duty.opened_at, order.zone)
    reason = say.plain(f"service.reason_{order.reason}") if order.reason else ""
    return say(f"service.card_{key}", worker=order.worker, time=time, reason=reason)


def _buttons(say: Say, order: Order) -> Rows:
    duty = order.duty
    if duty.state is DutyState.CLOSED:
        return ()
    decline = Button(say.plain("service.decline"), f"orders.no:{duty.id}")
    if duty.state is DutyState.OPEN:
        key = "service.take_meal" if duty.kind is DutyKind.MEAL else "service.take"
        return ((Button(say.plain(key), f"orders.take:{duty.id}"), decline),)
    return ((Button(say.plain("service.done"), f"orders.done:{duty.id}"), decline),)


def card_in_place(phrases: Phrases, order: Order, reader: Person, now: datetime) -> Message:
    """The card that takes the place of the one the reader has."""
    return replace(staff_card(phrases[reader.language], order, now), in_place=True)


def late_card(say: Say, order: Order, now: datetime) -> Message:
    """The card once more: nobody has accepted it."""
    card = staff_card(say, order, now)
    return replace(card, text=say("service.line_late") + "\n" + card.text)


def reminder(say: Say, order: Order, reader_id: int, now: datetime) -> Message:
    """The card again when its time is over, for who accepted it, and for who should ask them."""
    card = staff_card(say, order, now)
    key = "remind" if order.duty.owner_id == reader_id else "remind_head"
    head = say(
        f"service.{key}", name=order.person.name, what=what(say, order, now), worker=order.worker
    )
    return replace(card, text=head + "\n\n" + card.text)


def news(say: Say, order: Order, reader_id: int, key: str, now: datetime) -> Message:
    """A change in plain words for the elder, and for their family with the elder's name."""
    whose = "" if reader_id == order.duty.subject_id else _whose(say, order)
    ring = ring_point(say, order.point_phone, order.community_phone)
    text = say(
        f"service.news_{key}",
        whose=whose,
        what=what(say, order, now),
        worker=order.worker or say.plain("service.some_worker"),
        how=how(say, order),
        time=clock_time(now, order.zone),
        reason=say.plain(f"service.reason_{order.reason or Reason.NOBODY}"),
        ring=ring,
        who=order.raised_by if key == "ordered" else order.worker,
    )
    if key == "taken" and (order.point_phone or order.community_phone):
        text += say("service.news_taken_phone", ring=ring)
    return Message(text, buttons=_again(say, order) if key == "declined" else ())


def ring_point(say: Say, phone: str, community_phone: str) -> Markup:
    """Whom to ring about it: the dining room, else the community, else the city's hotline."""
    return say("service.ring_point", phone=phone) if phone else to_ring(say, community_phone)


def home_news(
    phrases: Phrases, order: Order, home: Iterable[Person], key: str, now: datetime, once: str = ""
) -> tuple[Owed, ...]:
    """The change for each of them; with `once`, a key, each hears it a single time."""
    return tuple(
        Owed(
            person.id,
            news(phrases[person.language], order, person.id, key, now),
            key=f"{once}:{person.id}" if once else "",
            duty_id=order.duty.id,
        )
        for person in home
    )


def _whose(say: Say, order: Order) -> str:
    return say.plain("service.news_for", name=order.person.name)


def _again(say: Say, order: Order) -> Rows:
    action = f"service.{order.duty.kind}:{order.duty.subject_id}"
    return ((Button(say.plain("service.again"), action),),)
