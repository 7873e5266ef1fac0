"""The messages about a help request that both a conversation and the clock send."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from domain.duty import Duty, DutyState, Outcome
from domain.help import Call
from domain.messages import Button, Lane, Message, Owed, Rows
from domain.people import Person
from wording.phrases import Phrases, Say

STATE_KEYS = {
    DutyState.TAKEN: "taken",
    DutyState.ON_THE_WAY: "on_the_way",
    DutyState.ARRIVED: "arrived",
    DutyState.CLOSED: "closed",
}


def clock_time(moment: datetime, zone: ZoneInfo) -> str:
    """`14:02` as the community's clock shows it."""
    return moment.astimezone(zone).strftime("%H:%M")


def worker_card(say: Say, call: Call, reader_id: int) -> Message:
    """All that is needed on one screen; at a change the newest card of the request is edited.

    `reader_id`: who has it sees other buttons than those who can only help out.
    """
    return Message(
        Markup("\n").join([*_facts(say, call), _state(say, call)]),
        buttons=_buttons(say, call.duty, call.duty.owner_id == reader_id),
        card=card_name(call.duty.id),
    )


def card_name(duty_id: int) -> str:
    """The card under which every message about one request stands."""
    return f"help:{duty_id}"


def _facts(say: Say, call: Call) -> list[Markup]:
    person, duty = call.person, call.duty
    lines = [
        say(
            "help.card",
            name=person.name,
            place=person.place or say("help.unknown_place"),
            phone=person.phone or say("help.unknown_phone"),
            time=clock_time(duty.opened_at, call.zone),
            presses=duty.presses,
        )
    ]
    if call.raised_by:
        lines.append(say("help.card_by", relative=call.raised_by))
    if call.kind:
        lines.append(say("help.card_kind", kind=say(f"help.kind_{call.kind}")))
    if person.health:
        lines.append(say("help.card_health", health=person.health))
    if person.key_holder:
        lines.append(say("help.card_key", key_holder=person.key_holder))
    lines += [
        say("help.card_family", relation=r.relation, name=r.name, phone=r.phone or "")
        for r in person.family
    ]
    lines += [
        say("help.card_looks_after", name=name, place=place) for name, place in call.looks_after
    ]
    return lines + [say("help.card_words", words=words) for words in call.words]


def _state(say: Say, call: Call) -> Markup:
    duty = call.duty
    if duty.state is DutyState.OPEN:
        return say("help.card_open")
    time = clock_time(duty.moved_at or duty.opened_at, call.zone)
    if duty.outcome in (Outcome.FALSE_ALARM, Outcome.REDIRECTED):
        return say(f"help.card_{duty.outcome}", time=time)
    key = "done" if duty.state is DutyState.CLOSED else STATE_KEYS[duty.state]
    return say(f"help.card_{key}", worker=call.worker, time=time)


_OWN = {
    DutyState.OPEN: (("take",),),
    DutyState.TAKEN: (("go", "arrive"), ("done",)),
    DutyState.ON_THE_WAY: (("arrive", "done"),),
    DutyState.ARRIVED: (("done",),),
    DutyState.CLOSED: (),
}
_OTHERS = _OWN | {
    DutyState.TAKEN: (("over", "arrive"),),
    DutyState.ON_THE_WAY: (("arrive",),),
}


def _buttons(say: Say, duty: Duty, own: bool) -> Rows:
    def button(name: str) -> Button:
        return Button(say.plain(f"help.{name}"), f"calls.{name}:{duty.id}")

    rows = (_OWN if own else _OTHERS)[duty.state]
    return tuple(tuple(button(name) for name in row) for row in rows)


def family_card(say: Say, call: Call, staff_told: bool) -> Message:
    """What the family reads at the same moment as the worker, if one could be told."""
    time = clock_time(call.duty.opened_at, call.zone)
    key = "family_card_by" if call.raised_by else "family_card"
    head = say(f"help.{key}", name=call.person.name, who=call.raised_by, time=time)
    return Message(head + "\n" + say("help.family_told" if staff_told else "help.family_untold"))


def reminder(say: Say, call: Call, reader_id: int, now: datetime) -> Message:
    """The card again for who has been silent, and for the supervisor who should ask after them."""
    card = worker_card(say, call, reader_id)
    minutes = int((now - (call.duty.moved_at or now)).total_seconds() // 60)
    key = "help.remind" if call.duty.owner_id == reader_id else "help.remind_head"
    state = say(f"help.state_{STATE_KEYS[call.duty.state]}")
    head = say(key, name=call.person.name, worker=call.worker, minutes=minutes, state=state)
    return replace(card, text=head + "\n\n" + card.text)


def call_of(say: Say, call: Call, reader_id: int) -> Markup:
    """`您的求助` for whom it is, `陈奶奶的求助` for everybody else."""
    if reader_id == call.duty.subject_id:
        return say("help.your_call")
    return say("help.their_call", name=call.person.name)


def home_news(
    phrases: Phrases, call: Call, home: Iterable[Person], what: str, now: datetime
) -> tuple[Owed, ...]:
    """`what` has happened (`taken` … `closed`, `given_back`), in plain words for each at home."""
    time = clock_time(now, call.zone)
    owed = []
    for person in home:
        say = phrases[person.language]
        whose = call_of(say, call, person.id)
        text = say(f"help.news_{what}", worker=call.worker, time=time, call=whose)
        if person.id == call.duty.subject_id and what in ("arrived", "closed"):
            text += "\n" + say(f"help.unless_{what}")
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
