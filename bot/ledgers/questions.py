"""The ledger of questions that residents put to a person: what, whose, by when, and whether it helped."""

from bot.ledgers import matters
from bot.ledgers.form import Form
from domain.ledger import Event, Kind, Ledger, Row
from domain.ledger_facts import Matter


def ledger(form: Form) -> Ledger:
    """Every question of the month, what was carried over first."""
    columns = form.columns(
        ("number", 6),
        ("asked", 16),
        ("asker", 12),
        ("address", 15),
        ("question", 44),
        ("owner", 13),
        ("promised", 16),
        ("answered", 16),
        ("kept", 6),
        ("solved", 14),
        ("remark", 11),
    )
    asked = [one for one in form.facts.matters if one.event is Event.QUESTION]
    asked.sort(key=lambda one: (not one.carried, one.raised_at))
    rows = [_row(form, one, number) for number, one in enumerate(asked, 1)]
    total = matters.totals(form, asked)
    if said := [one for one in asked if one.solved is not None]:
        hit = sum(one.solved is True for one in said)
        total.append(form.say("total_solved", hit=hit, of=len(said)))
    sources = [one.source for one in asked]
    return form.ledger(Kind.QUESTIONS, columns, rows, total, sources, (form.say("note_questions"),))


def _row(form: Form, matter: Matter, number: int) -> Row:
    solved = {True: "is_yes", False: "is_no", None: "none"}[matter.solved]
    values: list[str | int] = [
        number,
        form.moment(matter.raised_at),
        form.name(matter.name, otherwise="stranger"),
        form.place(matter.spot),
        form.words(matter.words),
        matter.worker or form.say("none"),
        form.moment(matter.due_at),
        form.moment(matter.closed_at) if matter.closed_at else matters.result(form, matter),
        matters.kept(form, matter),
        form.say(solved),
        form.say("carried") if matter.carried else "",
    ]
    return Row.of(values, (matter.source,))
