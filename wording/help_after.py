"""The question a day after help, and what a worker reads where the answer was no."""

from collections.abc import Iterable
from datetime import datetime

from markupsafe import Markup

from domain.calendar import local_day
from domain.duty import Duty, DutyState
from domain.help import Call, Later
from domain.messages import Button, Lane, Message, Owed, Rows
from domain.people import Person
from wording.help import call_of, clock_time, facts
from wording.phrases import Phrases, Say


def question(say: Say, call: Call, reader_id: int, now: datetime) -> Message:
    """昨天的事解决了吗？"""
    rows = tuple(
        (Button(say.plain(f"after.{later}"), f"after.{later}:{call.duty.id}"),) for later in Later
    )
    return Message(_asked(say, call, reader_id, now), buttons=rows, card=card_name(call.duty.id))


def answered(say: Say, call: Call, reader_id: int, now: datetime, said: Later) -> Message:
    """The same with what was said, and without its buttons."""
    text = _asked(say, call, reader_id, now) + "\n" + say(f"after.said_{said}")
    return Message(text, card=card_name(call.duty.id), in_place=True)


def card_name(duty_id: int) -> str:
    """The card under which the question about a request stands."""
    return f"after:{duty_id}"


def _asked(say: Say, call: Call, reader_id: int, now: datetime) -> Markup:
    outcome = say(f"help.outcome_{call.duty.outcome}")
    return say(
        "after.ask",
        when=_day(say, call, now),
        call=call_of(say, call, reader_id),
        worker=call.worker,
        outcome=outcome,
    )


def _day(say: Say, call: Call, now: datetime) -> Markup:
    closed = local_day(call.duty.moved_at or call.duty.opened_at, call.zone)
    if (local_day(now, call.zone) - closed).days == 1:
        return say("after.yesterday")
    return say("after.day", month=closed.month, day=closed.day)


def after_card(say: Say, call: Call, _reader_id: int) -> Message:
    """Who says that it has not been solved, or presses by mistake again and again, with all that a worker
    needs to ring or go there."""
    head = "after.card" if call.duty.raised_by else "after.card_mistakes"
    text = Markup("\n").join([*facts(say, call, head), _state(say, call)])
    return Message(text, buttons=_buttons(say, call.duty), card=card_name(call.duty.id))


def _state(say: Say, call: Call) -> Markup:
    duty = call.duty
    if duty.state is not DutyState.CLOSED:
        return say("after.card_waits")
    time = clock_time(duty.moved_at or duty.opened_at, call.zone)
    return say("after.card_done", worker=call.worker, time=time)


def _buttons(say: Say, duty: Duty) -> Rows:
    if duty.state is DutyState.CLOSED:
        return ()
    return ((Button(say.plain("after.done"), f"after.done:{duty.id}"),),)


def done_news(
    phrases: Phrases, call: Call, home: Iterable[Person], now: datetime
) -> tuple[Owed, ...]:
    """Those at home hear that it was seen to."""
    time = clock_time(now, call.zone)
    return tuple(
        Owed(
            person.id,
            Message(phrases[person.language]("after.news", worker=call.worker, time=time)),
            Lane.CONVERSATION,
            duty_id=call.duty.id,
        )
        for person in home
    )
