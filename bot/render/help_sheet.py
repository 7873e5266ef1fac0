"""The figures of calls for help as a workbook and as CSV: counts and seconds, no names and no homes."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from math import ceil

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.render.sheet import GRID, aligned, for_paper, guarded, merged, to_bytes, write
from domain.help_board import (
    TARGETS,
    Case,
    Figures,
    Measure,
    by_community,
    by_day,
    by_week,
    figures,
    shares,
    standing,
    wait,
)
from domain.help_board import End as Ended
from storage.help_board import View
from wording import Say
from wording.helpboard import bars, head, percent, state, verdict, what

Cells = Sequence[str | int]


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet: its name, the heads of its columns, and its rows."""

    name: str
    heads: Sequence[str]
    rows: Sequence[Cells]


def as_workbook(view: View, say: Say) -> bytes:
    """Every table on a sheet of its own, ready to be printed; the same view gives the same bytes."""
    book = Workbook()
    book.remove(book.worksheets[0])
    title = head(say, view.names, view.days)
    for table in tables(view, say):
        _fill(book.create_sheet(table.name), title, table, say)
    return to_bytes(book, view.now)


def as_csv(view: View, say: Say) -> bytes:
    """The tables below one another, each under its name; with the mark by which Excel knows UTF-8."""
    out = StringIO()
    lines = csv.writer(out)
    for table in tables(view, say):
        for row in ([table.name], table.heads, *table.rows, []):
            lines.writerow([guarded(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig")


def tables(view: View, say: Say) -> list[Table]:
    """All that is counted, in the order in which it is read."""
    name = {place.id: place.name for place in view.all_places}
    days, weeks = by_day(view.cases, view.zone), by_week(view.cases, view.zone)
    here, sums = by_community(view.cases), figures(view.cases, view.now)
    places = [(place.name, here.get(place.id, [])) for place in view.places]
    return [
        Table(_say(say, "sheet_sums"), _heads(say, "what", "count"), list(_sums(view, sums, say))),
        Table(
            _say(say, "how_fast"),
            _heads(say, "what", "hit", "of", "percent", "target", "verdict"),
            list(_targets(sums, say)),
        ),
        Table(
            _say(say, "sheet_spread"),
            _heads(say, "what", "count"),
            list(_spreads(sums, say)),
        ),
        _grouped(view, say, "day", [(day.isoformat(), cases) for day, cases in days.items()]),
        _grouped(view, say, "week", [(day.isoformat(), cases) for day, cases in weeks.items()]),
        _grouped(view, say, "place", places),
        Table(
            _say(say, "sheet_calls"),
            _heads(say, "number", "place", "opened", "taken_s", "door_s", "state", "back"),
            [_call(case, view, name[case.community_id], say) for case in view.cases],
        ),
    ]


def _say(say: Say, key: str) -> str:
    return say.plain(f"helpboard.{key}")


def _heads(say: Say, *columns: str) -> list[str]:
    return [say.plain(f"helpboard.col_{column}") for column in columns]


def _sums(view: View, sums: Figures, say: Say) -> Iterator[Cells]:
    now = standing(view.cases, view.now)
    counts = {
        "pressed": sums.pressed,
        "open": now.total,
        "overdue": now.overdue,
        "called_off": sums.called_off,
        "given_back": sums.given_back,
        "not_visited": sums.not_visited,
    }
    for name, count in counts.items():
        yield say.plain(f"helpboard.sum_{name}"), count
    for measure, timing in sums.timings.items():
        for name, seconds in (("half", timing.half), ("nine", timing.nine_in_ten)):
            yield say.plain(f"helpboard.sum_{name}_{measure}"), _seconds(seconds, say)


def _seconds(seconds: float | None, say: Say) -> str | int:
    return say.plain("helpboard.not_yet") if seconds is None else ceil(seconds)


def _targets(sums: Figures, say: Say) -> Iterator[Cells]:
    for share, target in zip(sums.shares, TARGETS, strict=True):
        kept = "" if share.value is None else percent(share.value)
        yield (
            what(say, target),
            share.hit,
            share.of,
            kept,
            percent(target.share),
            verdict(say, share, target),
        )


def _spreads(sums: Figures, say: Say) -> Iterator[Cells]:
    for measure, timing in sums.timings.items():
        yield say.plain(f"helpboard.waiting_{measure}"), timing.spread.total
        for bar in bars(say, measure, timing):
            yield bar.label, bar.count


def _grouped(
    view: View, say: Say, column: str, groups: Sequence[tuple[str, Sequence[Case]]]
) -> Table:
    """A row for each group: how many, how many are open and overdue, and each target as hit and of."""
    heads = _heads(say, column, "pressed", "open", "overdue")
    for target in TARGETS:
        heads += [what(say, target), say.plain("helpboard.col_of")]
    rows: list[Cells] = []
    for name, cases in groups:
        now = standing(cases, view.now)
        pairs = [(share.hit, share.of) for share in shares(cases, view.now)]
        counted = [number for pair in pairs for number in pair]
        rows.append([name, len(cases), now.total, now.overdue, *counted])
    return Table(say.plain(f"helpboard.sheet_{column}s"), heads, rows)


def _call(case: Case, view: View, place: str, say: Say) -> Cells:
    taken, door = (
        ceil(one.seconds) if one.end is Ended.REACHED else ""
        for one in (wait(case, measure, view.now) for measure in Measure)
    )
    opened = f"{case.opened_at.astimezone(view.zone):%Y-%m-%d %H:%M:%S}"
    ended = say.plain(f"help.outcome_{case.outcome}") if case.outcome else state(say, case.state)
    return (case.id, place, opened, taken, door, ended, case.given_back)


def _fill(sheet: Worksheet, title: str, table: Table, say: Say) -> None:
    columns = len(table.heads)
    top = write(merged(sheet, 1, 1, columns), title, size=14, bold=True)
    top.alignment = aligned("center")
    sheet.row_dimensions[1].height = 30
    for row, cells in enumerate([table.heads, *table.rows], 2):
        for column, value in enumerate(cells, 1):
            cell = write(merged(sheet, row, column, column), value, bold=row == 2)
            cell.alignment = aligned("center" if row == 2 or column > 1 else "left")
            cell.border = GRID
    for column in range(1, columns + 1):
        wide = 22 if column == 1 or table.name == _say(say, "sheet_calls") else 13
        sheet.column_dimensions[get_column_letter(column)].width = wide
    for_paper(sheet, "1:2", say.plain("papers.page", page="&P", pages="&N"))
    sheet.freeze_panes = "A3"
