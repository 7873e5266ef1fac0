"""The appraisal sheet: 工作实绩 and 群众满意率, with the formula, the weights and the counts behind them."""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

from bot.ledgers.form import Form
from bot.ledgers.survey import percent
from domain.appraisal import WORK, Measure
from domain.ledger import Cell, Column, Kind, Ledger, Row
from domain.ledger_sums import WorkerMonth, appraised, satisfaction, worker_months


def ledger(form: Form) -> Ledger:
    """A line for each worker; no rank, and no verdict on anything odd."""
    columns = form.columns(
        ("number", 6),
        ("worker", 12),
        *((f"{measure}_points", 19.0) for measure in WORK),
        ("work", 14),
        ("satisfied_points", 22),
        ("points", 11),
    )
    measured = (None, None, *WORK, None, Measure.SATISFIED, None)
    named = [
        column if measure is None else _with_full(form, column, measure)
        for column, measure in zip(columns, measured, strict=True)
    ]
    rows = [_row(form, one, number) for number, one in enumerate(worker_months(form.facts), 1)]
    return form.ledger(Kind.APPRAISAL, tuple(named), rows, notes=_notes(form))


def _with_full(form: Form, column: Column, measure: Measure) -> Column:
    full = form.facts.weights.points[measure]
    return replace(column, head=form.say("points_full", name=column.head, full=full))


def _row(form: Form, month: WorkerMonth, number: int) -> Row:
    result = appraised(form.facts, month)
    cells = [Cell(number), Cell(month.name)]
    for measure in WORK:
        reached = month.shares[measure]
        share = form.say("share", hit=reached.hit, of=reached.of)
        said = _said(form, result.points[measure], share)
        cells.append(Cell(said, month.behind_shares.get(measure, ())))
    asked = satisfaction(form.facts.rounds)
    satisfied = "" if asked is None else percent(asked.whole.satisfied or 0)
    behind = () if asked is None else (asked.source,)
    cells += [
        Cell(_tenth(result.work)),
        Cell(_said(form, result.points[Measure.SATISFIED], satisfied), behind),
        Cell(form.say("none") if result.total is None else _tenth(result.total)),
    ]
    return Row(tuple(cells))


def _said(form: Form, points: Fraction | None, share: str) -> str:
    if points is None:
        return form.say("none")
    return form.say("points", points=_tenth(points), share=share)


def _tenth(points: Fraction) -> str:
    """Half a tenth is rounded up, as on paper."""
    tenths = int(points * 10 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}"


def _notes(form: Form) -> Iterator[str]:
    yield form.say("note_formula", version=form.facts.weights.version)
    yield form.say("note_spread")
    asked = satisfaction(form.facts.rounds)
    whole = None if asked is None else asked.whole
    if whole is None or whole.satisfied is None or whole.low is None or whole.high is None:
        yield form.say("note_unrated")
    else:
        rate, low, high = (percent(one) for one in (whole.satisfied, whole.low, whole.high))
        yield form.say("head_months", rate=rate, low=low, high=high, n=whole.n)
        yield form.say("note_satisfied")
    yield form.say("note_no_verdict")
