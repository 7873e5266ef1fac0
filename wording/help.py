"""The messages about a help request that both a conversation and the clock send."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from domain.duty import Asking, Duty, DutyState, Outcome
from domain.help import Call
from domain.messages import Lane, MediaKind, Message, Owed, Rows
from domain.people import Person
from wording.help_buttons import buttons
from wording.phrases import Phrases, Say
from wording.ring import to_ring

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
        buttons=buttons(say, call.duty, reader_id),
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
    if call.device:
        lines.append(say("device.card", number=call.device))
    if call.silent:
        lines.append(say("device.card_silent"))
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
    return lines + [say("help.card_words", words=said(say, words)) for words in call.words]


def said(say: Say, added: str) -> str:
    """What was added to a call: words as they were typed, and of what cannot be read here what it was."""
    return say.plain(f"help.sent_{added}") if added in list(MediaKind) else added


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
    if call.lost:
        lines.append(say("help.card_lost", worker=call.worker))
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


def _since(duty: Duty) -> datetime:
    """Since when it is as it is, in the hands it is in."""
    moved = duty.moved_at or duty.opened_at
    return max(moved, duty.handed_at or moved)


def _how_far(say: Say, call: Call) -> Markup:
    duty, key = call.duty, state_key(call.duty)
    if key == "open":
        return say("help.card_open")
    time = clock_time(_since(duty), call.zone)
    if duty.outcome in (Outcome.FALSE_ALARM, Outcome.REDIRECTED):
        return say(f"help.card_{duty.outcome}", time=time)
    outcome = say(f"help.outcome_{duty.outcome}") if duty.outcome else ""
    return say(f"help.card_{key}", worker=call.worker, time=time, outcome=outcome)


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
    if call.device:
        ring = " · ".join(dict.fromkeys(n for n in (call.device, call.person.phone) if n))
        head += "\n" + say("device.family", number=ring, place=call.person.place or "—")
    return Message(head + "\n" + say("help.family_told" if staff_told else "help.family_untold"))


def reminder(say: Say, call: Call, reader_id: int, now: datetime) -> Message:
    """The card again for who has been silent, and for the supervisor who should ask after them."""
    minutes = int((now - _since(call.duty)).total_seconds() // 60)
    own = call.duty.owner_id == reader_id
    about = "remind_end" if call.duty.asking is Asking.OUTCOME else "remind"
    key = f"help.{about}" if own else f"help.{about}_{'lost' if call.lost else 'head'}"
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
    """`what` has happened (`taken` … `closed_hospital`, `given_back`), or that nothing has (`waits`), in
    plain words for each at home."""
    time = clock_time(now, call.zone)
    owed = []
    for person in home:
        say = phrases[person.language]
        whose = call_of(say, call, person.id)
        text = say(
            f"help.news_{what}",
            worker=call.worker,
            time=time,
            call=whose,
            ring=to_ring(say, call.community_phone),
        )
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
