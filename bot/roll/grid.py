"""A sheet as its cells: merged ones filled, formulas as their last known value, each with its place."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from knowledge.register import RegisterError

MOST_ROWS, MOST_COLUMNS = 50_000, 100
"""A list of a community has some thousand rows; what is longer is formatted to its end, or another file."""

Told = Callable[[int], None]
"""Called with how many rows have been read since."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A value and where it stands; `unseen` is a formula whose value nobody has calculated."""

    value: Any = None
    at: str = ""
    unseen: bool = False
    fault: bool = False


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet; `rows[0]` is its first row."""

    title: str
    rows: list[list[Cell]]


class Book:
    """A workbook, opened for its values and for its formulas; RegisterError where it is none."""

    def __init__(self, file: bytes) -> None:
        self._values, self._formulas = _opened(file, values=True), _opened(file, values=False)

    @property
    def size(self) -> int:
        """How many rows there are to read."""
        return sum(page.max_row for page in self._values.worksheets)

    def grids(self, told: Told) -> Iterator[Grid]:
        """Its sheets, hidden ones too."""
        for page, source in zip(self._values.worksheets, self._formulas.worksheets, strict=True):
            yield Grid(page.title, _rows(page, source, told))


def _opened(file: bytes, *, values: bool) -> Workbook:
    try:
        return load_workbook(BytesIO(file), data_only=values)
    except (BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise RegisterError(f"This is no XLSX workbook ({type(error).__name__}).") from None


def _rows(page: Worksheet, source: Worksheet, told: Told) -> list[list[Cell]]:
    origin = {
        (row, column): (area.min_row, area.min_col)
        for area in page.merged_cells.ranges
        for row in range(area.min_row, area.max_row + 1)
        for column in range(area.min_col, area.max_col + 1)
    }
    if page.max_row > MOST_ROWS:
        raise RegisterError(f"{page.title}: {page.max_row} rows; {MOST_ROWS} can be read.")
    rows = []
    width = min(page.max_column, MOST_COLUMNS)
    for row in range(1, page.max_row + 1):
        places = ((row, column) for column in range(1, width + 1))
        rows.append([_cell(page, source, at, origin.get(at, at)) for at in places])
        told(1)
    return rows


def _cell(page: Worksheet, source: Worksheet, at: tuple[int, int], where: tuple[int, int]) -> Cell:
    shown, written = page.cell(*where), source.cell(*where)
    return Cell(
        _rounded(shown.value, str(shown.number_format)),
        f"{get_column_letter(at[1])}{at[0]}",
        unseen=written.data_type == "f" and shown.value is None,
        fault=shown.data_type == "e",
    )


def _rounded(value: Any, shown_as: str) -> Any:
    """A number that a spreadsheet took from the text 1.38E+10 has noughts where its digits were: it is
    told by its format, and read as that text again."""
    if isinstance(value, int | float) and "E+" in shown_as.upper() and not value % 100_000:
        return f"{value:.2E}"
    return value
