"""The month in figures, a line for each worker: visits, coverage of homes, matters, calls."""

from collections.abc import Sequence

from bot.ledgers.form import Form
from domain.ledger import Cell, Kind, Ledger, Row, Sources
from domain.ledger_facts import Cover
from domain.ledger_sums import Counted, WorkerMonth, homes_of, together, worker_months

_AGES = ("cover30", "cover90", "cover180", "cover_over", "cover_never")


def ledger(form: Form) -> Ledger:
    """A community's, or one worker's own line of it."""
    columns = form.columns(
        ("number", 6),
        ("worker", 11),
        ("target", 9),
        ("visits", 9),
        ("rate", 9),
        ("homes", 10),
        ("attempts", 8),
        ("other", 10),
        ("special", 11),
        *((age, 11.0) for age in _AGES),
        ("matters", 10),
        ("done", 9),
        ("overdue", 10),
        ("calls", 9),
    )
    months = worker_months(form.facts)
    rows = [_row(form, month, number) for number, month in enumerate(months, 1)]
    total = None if form.worker or not months else _total(form, months)
    return form.ledger(Kind.SUMMARY, columns, rows, total, notes=_notes(form))


def _row(form: Form, month: WorkerMonth, number: int) -> Row:
    cover = month.cover
    cells = [
        Cell(number),
        Cell(month.name),
        Cell(month.target),
        _cell(month.visits),
        Cell(_rate(form, month.visits.count, month.target)),
        Cell(month.homes, month.visits.sources),
        _cell(month.attempts),
        _cell(month.other),
        Cell(_special(form, cover)),
        *(Cell(homes) for homes in cover.ages),
        _cell(month.matters),
        _cell(month.kept),
        _cell(month.overdue),
        _cell(month.calls),
    ]
    return Row(tuple(cells))


def _cell(counted: Counted) -> Cell:
    return Cell(counted.count, counted.sources)


def _rate(form: Form, done: int, target: int) -> str:
    return f"{done * 100 / target:.0f}%" if target else form.say("none")


def _special(form: Form, cover: Cover) -> str:
    if not cover.special:
        return form.say("none")
    return form.say("share", hit=cover.special_seen, of=cover.special)


def _sum(counts: Sequence[Counted]) -> Cell:
    sources: Sources = tuple(source for one in counts for source in one.sources)
    return Cell(sum(one.count for one in counts), sources)


def _total(form: Form, months: Sequence[WorkerMonth]) -> Row:
    """The community's line: what workers did is added up, a home that two of them went to is one."""
    cover = together(form.facts.cover)
    visits, target = _sum([one.visits for one in months]), sum(one.target for one in months)
    cells = [
        Cell(form.say("total")),
        Cell(""),
        Cell(target),
        visits,
        Cell(_rate(form, int(visits.value), target)),
        Cell(homes_of(form.facts.visits), visits.sources),
        _sum([one.attempts for one in months]),
        _sum([one.other for one in months]),
        Cell(_special(form, cover)),
        *(Cell(homes) for homes in cover.ages),
        _sum([one.matters for one in months]),
        _sum([one.kept for one in months]),
        _sum([one.overdue for one in months]),
        _sum([one.calls for one in months]),
    ]
    return Row(tuple(cells))


def _notes(form: Form) -> list[str]:
    notes = [form.say("note_diary"), form.say("note_summary")]
    alone = sum(one.homes for one in form.facts.cover if one.worker_id is None)
    if alone and not form.worker:
        notes.append(form.say("note_no_worker", count=alone))
    return notes
