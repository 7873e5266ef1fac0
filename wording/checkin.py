"""The messages of the daily 报平安 that both a conversation and the clock send."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from markupsafe import Markup

from domain.checkin import HOURS, Silence
from domain.duty import DutyState
from domain.messages import Button, Message, Owed, Rows
from domain.people import Person
from wording.help import clock_time, dial, facts
from wording.phrases import Phrases, Say

LINE = Markup("\n")


def question_card(day: date) -> str:
    """The card of a morning's question: edited once the elder has given a sign."""
    return f"checkin:{day}"


def silence_card(duty_id: int) -> str:
    """The card of a silence with the family and the staff."""
    return f"silent:{duty_id}"


def _fine(say: Say) -> Rows:
    return ((Button(say.plain("checkin.fine"), "checkin.fine"),),)


def question(say: Say, name: str, hour: int, day: date, *, back: bool) -> Message:
    """The gentle message of the morning, with one large button."""
    key = "checkin.question_back" if back else "checkin.question"
    return Message(say(key, name=name, hour=hour), buttons=_fine(say), card=question_card(day))


def noted(say: Say, day: date, time: str) -> Message:
    """What takes the question's place."""
    text = say("checkin.noted", time=time)
    return Message(text, card=question_card(day), in_place=True)


def invitation(say: Say, who: str) -> Message:
    """Somebody proposes it; the elder alone decides."""
    decline = (Button(say.plain("checkin.decline"), "checkin.no"),)
    return Message(say("checkin.proposed", who=who), buttons=(*hours(say), decline))


def hours(say: Say) -> Rows:
    """The hours to choose from, large."""
    return tuple(
        (Button(say.plain("checkin.by_hour", hour=hour), f"checkin.by:{hour}"),) for hour in HOURS
    )


def reminder(say: Say, silence: Silence) -> Message:
    """The first step: the elder is asked once more."""
    day = silence.day.day if silence.day else silence.duty.opened_at.date()
    text = say("checkin.remind", name=silence.call.person.name)
    return Message(text, buttons=_fine(say), card=question_card(day))


def family_card(say: Say, silence: Silence) -> Message:
    """The second: the family is asked to ring."""
    phone = dial(say, silence.call.person.phone) or say("help.unknown_phone")
    text = say("checkin.family", name=silence.call.person.name, hour=silence.hour, phone=phone)
    seen = Button(say.plain("checkin.family_seen"), f"checkin.seen:{silence.duty.id}")
    over = silence.duty.state is DutyState.CLOSED
    return Message(text, buttons=() if over else ((seen,),), card=silence_card(silence.duty.id))


def staff_card(say: Say, silence: Silence, *, door: bool = False) -> Message:
    """The third and the last: a worker rings; then somebody goes and looks."""
    due = say("checkin.staff_due", hour=silence.hour)
    lines = [*facts(say, silence.call, "checkin.staff"), due]
    lines.append(_standing(say, silence, door=door))
    return Message(
        LINE.join(lines), buttons=_buttons(say, silence), card=silence_card(silence.duty.id)
    )


def _standing(say: Say, silence: Silence, *, door: bool) -> Markup:
    duty = silence.duty
    if duty.state is DutyState.OPEN:
        return say("checkin.staff_door" if door else "checkin.staff_phone")
    key = "checkin.staff_safe" if duty.state is DutyState.CLOSED else "checkin.staff_taken"
    time = clock_time(duty.moved_at or duty.opened_at, silence.call.zone)
    return say(key, worker=silence.call.worker, who=silence.call.worker, time=time)


def _buttons(say: Say, silence: Silence) -> Rows:
    duty = silence.duty
    if duty.state is DutyState.CLOSED:
        return ()
    seen = Button(say.plain("checkin.seen"), f"checkin.seen:{duty.id}")
    if duty.state is DutyState.OPEN:
        return ((Button(say.plain("checkin.take"), f"silent.take:{duty.id}"), seen),)
    return ((seen,),)


def cards_now(phrases: Phrases, silence: Silence, told: Iterable[Person]) -> tuple[Owed, ...]:
    """The card as it stands now, for each who has it; a closed one has no buttons any more."""
    family = {relative.person_id for relative in silence.call.person.family}
    return tuple(
        Owed(
            person.id,
            replace(make(phrases[person.language], silence), in_place=True),
            duty_id=silence.duty.id,
        )
        for person in told
        for make in [family_card if person.id in family else staff_card]
    )


def relief(
    phrases: Phrases, silence: Silence, told: Iterable[Person], now: datetime
) -> tuple[Owed, ...]:
    """Everybody who was worried reads who said that all is well."""
    own = silence.duty.closed_by == silence.duty.subject_id
    key = "checkin.news_self" if own else "checkin.news_seen"
    time = clock_time(now, silence.call.zone)
    about = {"name": silence.call.person.name, "who": silence.call.worker, "time": time}
    return tuple(
        Owed(
            person.id,
            Message(phrases[person.language](key, **about)),
            duty_id=silence.duty.id,
        )
        for person in told
    )
