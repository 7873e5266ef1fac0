"""The messages about a help request that both a conversation and the clock send."""

from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from domain.duty import Duty, DutyState, Outcome
from domain.help import Call
from domain.messages import Button, Message, Rows
from wording.phrases import Say

STATE_KEYS = {
    DutyState.TAKEN: "taken",
    DutyState.ON_THE_WAY: "on_the_way",
    DutyState.ARRIVED: "arrived",
    DutyState.CLOSED: "closed",
}


def clock_time(moment: datetime, zone: ZoneInfo) -> str:
    """`14:02` as the community's clock shows it."""
    return moment.astimezone(zone).strftime("%H:%M")


def worker_card(say: Say, call: Call) -> Message:
    """All that is needed on one screen; at a change the newest card of the request is edited."""
    return Message(
        Markup("\n").join([*_facts(say, call), _state(say, call)]),
        buttons=_buttons(say, call.duty),
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
    return lines + [say("help.card_words", words=words) for words in call.words]


def _state(say: Say, call: Call) -> Markup:
    duty = call.duty
    if duty.state is DutyState.OPEN:
        return say("help.card_open")
    time = clock_time(call.moved_at or duty.closed_at or duty.opened_at, call.zone)
    if duty.outcome is Outcome.FALSE_ALARM:
        return say("help.card_false_alarm", time=time)
    key = "done" if duty.state is DutyState.CLOSED else STATE_KEYS[duty.state]
    return say(f"help.card_{key}", worker=call.worker, time=time)


def _buttons(say: Say, duty: Duty) -> Rows:
    def button(name: str) -> Button:
        return Button(say.plain(f"help.{name}"), f"help.{name}:{duty.id}")

    rows = {
        DutyState.OPEN: (("take",),),
        DutyState.TAKEN: (("go", "arrive"), ("done",)),
        DutyState.ON_THE_WAY: (("arrive", "done"),),
        DutyState.ARRIVED: (("done",),),
        DutyState.CLOSED: (),
    }[duty.state]
    return tuple(tuple(button(name) for name in row) for row in rows)


def family_card(say: Say, call: Call) -> Message:
    """What the family reads at the same moment as the worker."""
    time = clock_time(call.duty.opened_at, call.zone)
    return Message(say("help.family_card", name=call.person.name, time=time))


def told_card(say: Say, call: Call, is_family: bool) -> Message:
    """The message for someone whom a rung of the ladder reaches."""
    return family_card(say, call) if is_family else worker_card(say, call)
