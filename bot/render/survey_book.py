"""A round as a workbook: frame, outcomes, weights, results, order, changes, and how all of it was made."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.render.sheet import (
    GRID,
    aligned,
    fill,
    for_paper,
    height_for,
    look_like,
    merged,
    quoted,
    to_bytes,
    write,
)
from domain.ballot import Turnout
from domain.outcome import CODES, Outcome
from domain.sampling import Part
from domain.survey import Questionnaire
from domain.survey_compared import INDEX, Apart, Wave, Waves, changes
from domain.survey_estimate import Estimate
from domain.survey_paper import Paper
from domain.survey_ranks import Place
from domain.survey_result import Result, Results
from wording import Say
from wording.survey import subject_name
from wording.survey_result import why

Value = str | int | float
Cells = Sequence[Value]


@dataclass(frozen=True, slots=True)
class Counted:
    """A round of one community, with a paper for each of those who are rated; or the rounds of several
    communities counted together, without papers. `results` and `waves` are by the number of who is rated,
    `names` call the communities by id, `places` are whatever is put in order; `apart` is why `waves` are
    missing."""

    title: str
    questionnaire: Questionnaire
    results: Sequence[tuple[int, Results]]
    turnout: Turnout
    zone: ZoneInfo
    made: datetime
    names: Mapping[int, str]
    places: Sequence[Place]
    papers: Sequence[Paper] = ()
    waves: Waves = ()
    apart: Apart | None = None

    def called(self, say: Say) -> dict[Any, str]:
        """The names of what is put in order: departments, communities or aspects."""
        asked = self.questionnaire
        if asked.subjects:
            numbers = range(1, len(asked.subjects) + 1)
            return {number: subject_name(say, asked, number) for number in numbers}
        if not self.papers:
            return dict(self.names)
        return {aspect.id: aspect.name.get(say.language) for aspect in asked.aspects}


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Cells]


def survey_book(counted: Counted, say: Say) -> bytes:
    """The workbook; the same round gives the same bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for table in tables(counted, say):
        _fill(book.create_sheet(table.name), counted.title, table, say)
    _method(book.create_sheet(say.plain("surveyed.sheet_method")), say)
    return to_bytes(book, counted.made)


def tables(counted: Counted, say: Say) -> list[Table]:
    """All that is counted, in the order in which it is read; what may not be shown is not in it."""
    made = [
        _table(say, "frame", ("what", "value"), _frame(counted, say)),
        _table(say, "outcomes", ("what", "value"), _outcomes(counted.turnout, say)),
        _table(say, "weights", _WEIGHTS, _weights(counted, say)),
        _table(say, "results", _RESULTS, _results(counted, say)),
        Table(say.plain("surveyed.sheet_steps"), *_steps(counted, say)),
        _table(say, "ranks", _RANKS, _ranks(counted, say)),
    ]
    if counted.waves:
        made.append(_table(say, "waves", _WAVES, _waves(counted, say)))
    for line in why(say, counted.apart):
        made.append(_table(say, "waves", ("verdict",), iter([(line.striptags(),)])))
    return made


_WEIGHTS = (
    "place",
    "part",
    "homes",
    "drawn",
    "empty",
    "answered",
    "cell",
    "design",
    "adjust",
    "final",
)
_RESULTS = (
    "group",
    "aspect",
    "n",
    "unknown",
    "mean",
    "low",
    "high",
    "share",
    "share_low",
    "share_high",
    "deff",
    "effective",
)
_RANKS = ("what", "mean", "low", "high", "best", "worst")
_WAVES = ("aspect", "old", "new", "change", "low", "high", "p", "verdict")


def _table(say: Say, name: str, columns: Sequence[str], rows: Iterator[Cells]) -> Table:
    heads = [say.plain(f"surveyed.col_{column}") for column in columns]
    return Table(say.plain(f"surveyed.sheet_{name}"), heads, list(rows))


def _frame(counted: Counted, say: Say) -> Iterator[Cells]:
    def told(key: str) -> str:
        return say.plain(f"surveyed.frame_{key}")

    yield told("asked"), counted.questionnaire.title.get(say.language)
    if counted.papers:
        round_ = counted.papers[0].round
        yield told("round"), round_.number
        yield told("open"), _moment(round_.opened_at, counted.zone)
        yield told("closed"), _moment(round_.closed_at or round_.closes_at, counted.zone)
    _, first = counted.results[0]
    yield told("least"), first.least
    if (reason := counted.questionnaire.minimum_reason) is not None:
        yield told("least_because"), reason.get(say.language)
    if first.left_out:
        yield told("left_out"), len(first.left_out)


def _moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"


def _outcomes(total: Turnout, say: Say) -> Iterator[Cells]:
    """Everyone who was asked, whatever became of them, with the code that the book of outcomes gives."""
    outcomes = total.outcomes
    yield say.plain("surveyed.out_sampled"), outcomes.sampled
    for outcome in Outcome:
        name = say.plain(f"survey.outcome_{outcome}")
        code = say.plain("surveyed.out_code", name=name, code=CODES[outcome].number)
        yield code, outcomes.counts.get(outcome, 0)
    if outcomes.rr1 is not None and outcomes.rr2 is not None:
        yield say.plain("surveyed.out_rr1"), round(outcomes.rr1, 4)
        yield say.plain("surveyed.out_rr2"), round(outcomes.rr2, 4)


def _weights(counted: Counted, say: Say) -> Iterator[Cells]:
    _, first = counted.results[0]
    for weight in first.weights:
        stratum = weight.stratum
        yield (
            counted.names.get(stratum.community_id, say.plain("surveyed.part_all")),
            _part(stratum.part, say),
            stratum.homes,
            stratum.drawn,
            stratum.empty,
            weight.answered,
            weight.cell + 1,
            round(weight.design, 4),
            round(weight.adjustment, 4),
            round(weight.final, 4),
        )


def _part(part: Part, say: Say) -> str:
    key = "surveyed.part_all" if part is Part.ALL else f"surveyed.part_name_{part}"
    return say.plain(key)


def _results(counted: Counted, say: Say) -> Iterator[Cells]:
    for subject, results in counted.results:
        rated = subject_name(say, counted.questionnaire, subject)
        for result in results.groups.values():
            yield from _group(rated or _called(result, counted, say), result, results, say)


def _called(result: Result, counted: Counted, say: Say) -> str:
    if isinstance(result.key, Part):
        return _part(result.key, say)
    return counted.names.get(result.key, "")


def _group(name: str, result: Result, results: Results, say: Say) -> Iterator[Cells]:
    for aspect, figure in zip(results.questionnaire.aspects, result.figures, strict=True):
        called = aspect.name.get(say.language)
        if not figure.shown:
            yield name, called, say.plain("surveyed.hidden")
            continue
        numbers = [*_spread(figure.mean, 2), *_spread(figure.satisfied, 4)]
        yield (name, called, figure.n, figure.unknown, *numbers, *_worth(figure.mean))
    if result.index is not None:
        total = say.plain("surveyed.total_row")
        index = _spread(result.index, 2)
        yield (name, total, result.index.n, "", *index, "", "", "", *_worth(result.index))


def _spread(one: Estimate | None, digits: int) -> list[Value]:
    if one is None:
        return ["", "", ""]
    low, high = one.interval or ("", "")
    return [
        round(one.value, digits),
        *(v if v == "" else round(float(v), digits) for v in (low, high)),
    ]


def _worth(one: Estimate | None) -> list[Value]:
    if one is None or one.deff is None:
        return ["", ""]
    return [round(one.deff, 3), round(one.effective, 1)]


def _steps(counted: Counted, say: Say) -> tuple[list[str], list[Cells]]:
    """The part of each step of the scale, best first."""
    options = [o for o in counted.questionnaire.scale if not o.dont_know]
    heads = [say.plain("surveyed.col_group"), say.plain("surveyed.col_aspect")]
    heads += [option.words.get(say.language) for option in options]
    rows: list[Cells] = []
    for subject, results in counted.results:
        rated = subject_name(say, counted.questionnaire, subject)
        for result in results.groups.values():
            name = rated or _called(result, counted, say)
            for aspect, figure in zip(results.questionnaire.aspects, result.figures, strict=True):
                if figure.steps is not None:
                    parts = [round(figure.steps.get(option.code, 0), 4) for option in options]
                    rows.append((name, aspect.name.get(say.language), *parts))
    return heads, rows


def _ranks(counted: Counted, say: Say) -> Iterator[Cells]:
    names = counted.called(say)
    for place in counted.places:
        figures = (round(number, 2) for number in (place.value, place.low, place.high))
        yield (names[place.key], *figures, place.best, place.worst)


def _waves(counted: Counted, say: Say) -> Iterator[Cells]:
    names = {a.id: a.name.get(say.language) for a in counted.questionnaire.aspects}
    names[INDEX] = say.plain("surveyed.total_row")
    waves = dict(counted.waves)
    for (subject, key), one in changes(counted.waves).items():
        rated = subject_name(say, counted.questionnaire, subject)
        old, new = _old_and_new(waves[subject], str(key))
        yield (
            f"{rated} · {names[str(key)]}" if rated else names[str(key)],
            round(old, 2),
            round(new, 2),
            *(round(number, 2) for number in (one.value, one.low, one.high)),
            round(one.p, 4),
            say.plain(f"surveyed.verdict_{one.change}"),
        )


def _old_and_new(wave: Wave, key: str) -> tuple[float, float]:
    results = (wave.old.whole, wave.new.whole)
    old, new = (one.index if key == INDEX else one.of(key).mean for one in results)
    assert old is not None
    assert new is not None
    return old.value, new.value


def _fill(sheet: Worksheet, title: str, table: Table, say: Say) -> None:
    columns = len(table.heads)
    top = write(merged(sheet, 1, 1, columns), title, size=14, bold=True)
    top.alignment = aligned("center")
    sheet.row_dimensions[1].height = 30
    looks: dict[tuple[bool, bool, bool], Cell] = {}
    for row, cells in enumerate([table.heads, *table.rows], 2):
        for column in range(1, columns + 1):
            value = cells[column - 1] if column <= len(cells) else ""
            look = (row == 2, row == 2 or column > 2, quoted(value))
            cell = merged(sheet, row, column, column)
            if look in looks:
                look_like(cell, looks[look])
                fill(cell, value)
            else:
                looks[look] = _first(cell, value, bold=look[0], centred=look[1])
    for column in range(1, columns + 1):
        sheet.column_dimensions[get_column_letter(column)].width = 26 if column < 3 else 12
    for_paper(sheet, "1:2", say.plain("papers.page", page="&P", pages="&N"))
    sheet.freeze_panes = "A3"


def _first(cell: Cell, value: Value, *, bold: bool, centred: bool) -> Cell:
    """The first cell of its look in the table."""
    write(cell, value, bold=bold)
    cell.alignment = aligned("center" if centred else "left")
    cell.border = GRID
    return cell


def _method(sheet: Worksheet, say: Say) -> None:
    sheet.column_dimensions["A"].width = 110
    for row, line in enumerate(say.plain("surveyed.method_lines").split("\n"), 1):
        write(merged(sheet, row, 1, 1), line).alignment = aligned()
        sheet.row_dimensions[row].height = height_for([line], [110])
    for_paper(sheet, "1:1", say.plain("papers.page", page="&P", pages="&N"))
