"""The week of questions by community, as a spreadsheet: figures only."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from bot.render import Saying
from bot.render.sheet import GRID, aligned, for_paper, height_for, merged, to_bytes, write
from domain.enquiry_week import PlaceWeek, all_places

COLUMNS = {
    "name": 30, "asked": 12, "found": 12, "offered": 12, "missed": 12, "wrong": 12,
    "people": 12, "in_time": 14, "solved": 12,
}  # fmt: skip
"""Each column's width in characters."""


def places_sheet(places: Sequence[PlaceWeek], first: date, say: Saying) -> bytes:
    """A line for each community, all together in the last one, as XLSX."""
    book = Workbook()
    sheet, widest = book.worksheets[0], len(COLUMNS)
    sheet.title = say("report.places_tab")
    last = first + timedelta(days=6)
    title = say("report.places_title", first=f"{first:%Y-%m-%d}", last=f"{last:%Y-%m-%d}")
    write(merged(sheet, 1, 1, widest), title, size=14, bold=True).alignment = aligned("center")
    sheet.row_dimensions[1].height = 30
    heads = [say(f"report.place_{name}") for name in COLUMNS]
    total = all_places(say("report.places_total"), places)
    rows: list[Sequence[str | float]] = [heads, *map(_cells, (*places, total))]
    for row, cells in enumerate(rows, 2):
        for column, value in enumerate(cells, 1):
            cell = write(merged(sheet, row, column, column), value, bold=row in (2, len(rows) + 1))
            cell.alignment = aligned("left" if column == 1 and row > 2 else "center")
            cell.border = GRID
        sheet.cell(row, widest).number_format = "0%"
    note = say("report.places_note")
    write(merged(sheet, len(rows) + 2, 1, widest), note).alignment = aligned()
    sheet.row_dimensions[len(rows) + 2].height = height_for([note], [sum(COLUMNS.values())])
    for column, width in enumerate(COLUMNS.values(), 1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    for_paper(sheet, "1:2", say("papers.page", page="&P", pages="&N"))
    sheet.freeze_panes = "B3"
    return to_bytes(book, datetime(first.year, first.month, first.day, tzinfo=UTC))


def _cells(place: PlaceWeek) -> list[str | float]:
    share = place.solved_share
    return [
        place.name, place.asked, place.found, place.offered, place.missed, place.wrong,
        place.answers.asked, place.answers.in_time, "" if share is None else share,
    ]  # fmt: skip
