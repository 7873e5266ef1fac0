"""The messages about a help request that both a conversation and the clock send."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from domain.duty import Asking, Duty, DutyState, Outcome
from domain.help import OUTCOMES, Call
from domain.messages import Button, Lane, Message, Owed, Rows
from domain.people import Person
from wording.phrases import Phrases, Say

STATE_KEYS = {
    DutyState.TAKEN: "taken",
    DutyState.ON_THE_WAY: "on_the_way",
    DutyState.ARRIVED: "arrived",
    DutyState.CLOSED: "closed",
}


def state_key(duty: Duty) -> str:
    """Under which key its state is said; `handed` where a colleague took it over who has not come as far
    as the one before."""
    beyond_taken = DutyState.TAKEN < duty.state < DutyState.CLOSED
    if beyond_taken and duty.handed_at and duty.handed_at >= (duty.moved_at or duty.opened_at):
        return "handed"
    return STATE_KEYS.get(duty.state, "open")


def clock_time(moment: datetime, zone: ZoneInfo) -> str:
    """`14:02` as the community's clock shows it."""
    return moment.astimezone(zone).strftime("%H:%M")


def worker_card(say: Say, call: Call, reader_id: int) -> Message:
    """All that is needed on one screen; at a change the newest card of the request is edited.

    `reader_id`: who has it sees other buttons than those who can only help out.
    """
    return Message(
        Markup("\n").join([*facts(say, call, "help.card"), *_state(say, call, reader_id)]),
        buttons=_buttons(say, call.duty, reader_id),
        card=card_name(call.duty.id),
    )


def card_name(duty_id: int) -> str:
    """The card under which every message about one request stands."""
    return f"help:{duty_id}"


def facts(say: Say, call: Call, head: str) -> list[Markup]:
    """Who, where, how to get in, what matters of their health, whom else to ring, and what was before."""
    person, duty = call.person, call.duty
    lines = [
        say(
            head,
            name=person.name,
            place=_place(say, call),
            phone=dial(say, person.phone) or say("help.unknown_phone"),
            time=clock_time(duty.opened_at, call.zone),
            presses=duty.presses,
        )
    ]
    if person.way:
        lines.append(say("help.card_way", way=person.way))
    if call.raised_by:
        lines.append(say("help.card_by", relative=call.raised_by))
    if call.kind:
        lines.append(say("help.card_kind", kind=say(f"help.kind_{call.kind}")))
    if person.health:
        lines.append(say("help.card_health", health=person.health))
    if person.key_holder:
        lines.append(say("help.card_key", key_holder=person.key_holder))
    lines += [
        say("help.card_family", relation=r.relation, name=r.name, phone=dial(say, r.phone))
        for r in person.family
    ]
    lines += [
        say("help.card_looks_after", name=name, place=place) for name, place in call.looks_after
    ]
    if call.past.count:
        lines.append(_past(say, call))
    return lines + [say("help.card_words", words=words) for words in call.words]


def _place(say: Say, call: Call) -> Markup:
    person = call.person
    if not person.place:
        return say("help.unknown_place")
    if person.floor is None:
        return say("help.place", place=person.place)
    return say("help.place_floor", place=person.place, floor=person.floor)


def dial(say: Say, phone: str | None) -> Markup:
    """A number that rings when it is touched, where the channel can; "" where there is none."""
    if not phone:
        return Markup("")
    number = "".join(sign for sign in phone if sign.isdigit() or sign == "+")
    return say("help.dial", dial=number, phone=phone)


def _past(say: Say, call: Call) -> Markup:
    past = call.past
    line = say("help.card_past", count=past.count)
    if past.mistakes:
        line += say("help.card_past_mistakes", mistakes=past.mistakes)
    if past.last_at and past.last:
        day = past.last_at.astimezone(call.zone)
        outcome = say(f"help.outcome_{past.last}")
        line += say("help.card_past_last", month=day.month, day=day.day, outcome=outcome)
    return line


def _state(say: Say, call: Call, reader_id: int) -> list[Markup]:
    """How far it is, what is waited for, who else has come, and what was noted."""
    lines = [_how_far(say, call)]
    if call.duty.asking:
        lines.append(_asking(say, call, reader_id))
    if call.joined:
        lines.append(say("help.card_joined", names=say.plain("help.and").join(call.joined)))
    return lines + [say("help.card_note", note=note) for note in call.notes]


def _asking(say: Say, call: Call, reader_id: int) -> Markup:
    duty = call.duty
    if duty.asking is Asking.OUTCOME and duty.owner_id == reader_id:
        return say("help.how_ended")
    need = say(f"help.need_{call.need}") if call.need else ""
    return say(f"help.asking_{duty.asking}", worker=call.worker, asked=call.asked, need=need)


def _how_far(say: Say, call: Call) -> Markup:
    duty, key = call.duty, state_key(call.duty)
    if key == "open":
        return say("help.card_open")
    moved = duty.moved_at or duty.opened_at
    in_hand_since = max(moved, duty.handed_at or moved)
    time = clock_time(moved if key == "closed" else in_hand_since, call.zone)
    if duty.outcome in (Outcome.FALSE_ALARM, Outcome.REDIRECTED):
        return say(f"help.card_{duty.outcome}", time=time)
    outcome = say(f"help.outcome_{duty.outcome}") if duty.outcome else ""
    return say(f"help.card_{key}", worker=call.worker, time=time, outcome=outcome)


_OWN: dict[DutyState, tuple[tuple[str, ...], ...]] = {
    DutyState.OPEN: (("take",),),
    DutyState.TAKEN: (("go", "arrive"), ("done",), ("give", "support")),
    DutyState.ON_THE_WAY: (("arrive", "done"), ("give", "support")),
    DutyState.ARRIVED: (("done",), ("give", "support")),
    DutyState.CLOSED: (),
}
_OTHERS = _OWN | {
    DutyState.TAKEN: (("over", "arrive"),),
    DutyState.ON_THE_WAY: (("arrive",),),
    DutyState.ARRIVED: (("done",),),
}
_INSTEAD = {
    Asking.OFFER: {"give": "unoffer"},
    Asking.ANYONE: {"give": "unoffer"},
    Asking.SUPPORT: {"support": "uncall"},
}
_HANDS = {
    "give": "give",
    "accept": "accept",
    "decline": "decline",
    "support": "support",
    "join": "join",
    "unoffer": "keep",
    "uncall": "keep",
    "not_over": "keep",
    "back": "keep",
}
"""Which tap asks something of colleagues, or takes that back."""


def _buttons(say: Say, duty: Duty, reader_id: int) -> Rows:
    own = duty.owner_id == reader_id
    if own and duty.asking is Asking.OUTCOME:
        return outcome_rows(say, duty)
    if duty.state is DutyState.CLOSED and duty.closed_by == reader_id:
        return ((Button(say.plain("help.note_button"), f"closing.note:{duty.id}"),),)
    rows = _own_rows(duty) if own else _other_rows(duty, reader_id)
    return tuple(tuple(call_button(say, name, duty) for name in row) for row in rows)


def call_button(say: Say, name: str, duty: Duty) -> Button:
    """A button of a request's card."""
    action = f"hands.{_HANDS[name]}" if name in _HANDS else f"calls.{name}"
    return Button(say.plain(f"help.{name}"), f"{action}:{duty.id}")


def _own_rows(duty: Duty) -> tuple[tuple[str, ...], ...]:
    instead = _INSTEAD.get(duty.asking, {}) if duty.asking else {}
    return tuple(tuple(instead.get(name, name) for name in row) for row in _OWN[duty.state])


def _other_rows(duty: Duty, reader_id: int) -> tuple[tuple[str, ...], ...]:
    """What somebody who does not have it can do, first of all what they are asked for."""
    rows = _OTHERS[duty.state]
    if duty.asking is Asking.SUPPORT:
        return (("join",), *rows)
    asked = duty.asking is Asking.OFFER and duty.asked_id == reader_id
    if not asked and duty.asking is not Asking.ANYONE:
        return rows
    rest = (tuple(name for name in row if name != "over") for row in rows)
    return (("accept", "decline") if asked else ("accept",), *rest)


def outcome_rows(say: Say, duty: Duty) -> Rows:
    """How it may have ended, two in a row, and the way back: one tap closes it."""
    ends = [
        Button(say.plain(f"help.end_{outcome}"), f"calls.done:{duty.id}:{outcome}")
        for outcome in OUTCOMES
    ]
    pairs = [tuple(ends[start : start + 2]) for start in range(0, len(ends), 2)]
    return (*pairs, (call_button(say, "not_over", duty),))


def asking_card(say: Say, call: Call, reader_id: int, question: str, rows: Rows) -> Message:
    """The card with a question under it, in the place of the card."""
    card = worker_card(say, call, reader_id)
    return replace(card, text=card.text + "\n\n" + question, buttons=rows, in_place=True)


def headed_card(say: Say, call: Call, reader_id: int, head: Markup) -> Message:
    """The card again with a line above it: what is new rings, and all that is needed stands below."""
    card = worker_card(say, call, reader_id)
    return replace(card, text=head + "\n\n" + card.text)


def family_card(say: Say, call: Call, staff_told: bool) -> Message:
    """What the family reads at the same moment as the worker, if one could be told."""
    time = clock_time(call.duty.opened_at, call.zone)
    key = "family_card_by" if call.raised_by else "family_card"
    head = say(f"help.{key}", name=call.person.name, who=call.raised_by, time=time)
    return Message(head + "\n" + say("help.family_told" if staff_told else "help.family_untold"))


def reminder(say: Say, call: Call, reader_id: int, now: datetime) -> Message:
    """The card again for who has been silent, and for the supervisor who should ask after them."""
    minutes = int((now - (call.duty.moved_at or now)).total_seconds() // 60)
    own = call.duty.owner_id == reader_id
    key = "help.remind" if own else "help.remind_head"
    if call.duty.asking is Asking.OUTCOME:
        key = "help.remind_end" if own else "help.remind_end_head"
    state = say(f"help.state_{state_key(call.duty)}")
    head = say(key, name=call.person.name, worker=call.worker, minutes=minutes, state=state)
    return headed_card(say, call, reader_id, head)


def call_of(say: Say, call: Call, reader_id: int) -> Markup:
    """`您的求助` for whom it is, `陈奶奶的求助` for everybody else."""
    if reader_id == call.duty.subject_id:
        return say("help.your_call")
    return say("help.their_call", name=call.person.name)


def home_news(
    phrases: Phrases, call: Call, home: Iterable[Person], what: str, now: datetime
) -> tuple[Owed, ...]:
    """`what` has happened (`taken` … `closed_hospital`, `given_back`), in plain words for each at home."""
    time = clock_time(now, call.zone)
    owed = []
    for person in home:
        say = phrases[person.language]
        whose = call_of(say, call, person.id)
        text = say(f"help.news_{what}", worker=call.worker, time=time, call=whose)
        unless = "closed" if what.startswith("closed") else what
        if person.id == call.duty.subject_id and unless in ("arrived", "closed"):
            text += "\n" + say(f"help.unless_{unless}")
        owed.append(Owed(person.id, Message(text), Lane.EMERGENCY, duty_id=call.duty.id))
    return tuple(owed)


def cards_now(
    phrases: Phrases, call: Call, staff: Iterable[Person], lane: Lane
) -> tuple[Owed, ...]:
    """The request's card as it stands now, edited in place for those who have it."""
    return tuple(
        Owed(person.id, card_in_place(phrases, call, person), lane, duty_id=call.duty.id)
        for person in staff
    )


def card_in_place(phrases: Phrases, call: Call, reader: Person) -> Message:
    """The card that takes the place of the one the reader has."""
    return replace(worker_card(phrases[reader.language], call, reader.id), in_place=True)


def given_back(phrases: Phrases, was: Call, staff: Iterable[Person]) -> tuple[Owed, ...]:
    """Whose hands it was taken out of is told so."""
    return tuple(
        Owed(
            person.id,
            Message(phrases[person.language]("help.given_back", name=was.person.name)),
            Lane.EMERGENCY,
            duty_id=was.duty.id,
        )
        for person in staff
        if person.id == was.duty.owner_id
    )
