"""The ledger of calls for help: who, where, how soon somebody took it, was at the door, and how it ended."""

from datetime import datetime
from math import ceil

from bot.ledgers.form import Form
from domain.ledger import Kind, Ledger, Row
from domain.ledger_facts import Called


def ledger(form: Form) -> Ledger:
    """Every call of the month, what was open from before first."""
    columns = form.columns(
        ("number", 6),
        ("called", 15),
        ("name", 11),
        ("address", 16),
        ("presses", 10),
        ("taken", 12),
        ("door", 12),
        ("ended", 15),
        ("hands", 12),
        ("outcome", 20),
        ("remark", 12),
    )
    calls = sorted(form.facts.calls, key=lambda one: (not one.carried, one.opened_at))
    rows = [_row(form, one, number) for number, one in enumerate(calls, 1)]
    total = [
        form.say("total_calls", count=len(calls)),
        form.say("total_taken", count=sum(one.taken_at is not None for one in calls)),
        form.say("total_open", count=sum(one.closed_at is None for one in calls)),
    ]
    sources = [one.source for one in calls]
    return form.ledger(Kind.HELP, columns, rows, total, sources, (form.say("note_help"),))


def _row(form: Form, call: Called, number: int) -> Row:
    ended = form.speak.plain(f"help.outcome_{call.outcome}") if call.outcome else ""
    values: list[str | int] = [
        number,
        form.moment(call.opened_at),
        form.name(call.name),
        form.place(call.spot),
        call.presses,
        _took(form, call, call.taken_at),
        _took(form, call, call.arrived_at),
        form.moment(call.closed_at),
        call.worker or form.say("none"),
        ended or form.say("over" if call.closed_at else "running"),
        form.say("carried") if call.carried else "",
    ]
    return Row.of(values, (call.source,))


def _took(form: Form, call: Called, at: datetime | None) -> str:
    """Minutes from the press, begun ones counted whole."""
    if at is None:
        return form.say("none")
    minutes = max(1, ceil((at - call.opened_at).total_seconds() / 60))
    return form.say("minutes", count=minutes)
