"""The buttons under a help request's card, by how far it is, who reads it and what is waited for."""

from domain.duty import Asking, Duty, DutyState
from domain.help import OUTCOMES
from domain.messages import Button, Rows
from wording.phrases import Say

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
    "back": "back",
}
"""Which tap asks something of colleagues, or takes that back."""


def buttons(say: Say, duty: Duty, reader_id: int) -> Rows:
    """What the reader may do with it: who has it can do other things than those who can only help."""
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
