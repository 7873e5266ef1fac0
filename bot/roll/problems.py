"""What is wrong in a name list, each with its sheet, row and column, so that an office corrects it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.roll import Severity
from wording import Say


@dataclass(frozen=True, slots=True)
class Problem:
    """One cell, or one row where `cell` is empty."""

    severity: Severity
    sheet: str
    row: int
    column: str
    cell: str
    why: str

    def told(self, say: Say) -> str:
        """For the office: how bad, where, and why."""
        key = "roll.at_cell" if self.cell else "roll.at_row" if self.row else "roll.at_sheet"
        return say.plain(
            key,
            severity=say.plain(f"roll.severity_{self.severity.value}"),
            sheet=self.sheet,
            row=self.row,
            column=self.column,
            cell=self.cell,
            why=self.why,
        )


@dataclass(slots=True)
class Problems:
    """All of them, in the order of the file."""

    say: Say
    found: dict[Problem, None] = field(default_factory=dict)
    """Each once: a cell is read more than once, and a list has thousands."""
    unread: dict[str, list[str]] = field(default_factory=dict)
    """By sheet, the headings whose columns are not read."""

    def add(
        self,
        severity: Severity,
        place: tuple[str, int, str, str],
        key: str,
        **said: str | int,
    ) -> None:
        """One more; `place` is sheet, row, heading and cell."""
        self.found.setdefault(Problem(severity, *place, self.say.plain(key, **said)))

    def count(self, severity: Severity) -> int:
        """How many of a kind there are."""
        return sum(problem.severity is severity for problem in self.found)

    @property
    def refused_rows(self) -> Mapping[tuple[str, int], Problem]:
        """Rows that cannot be loaded, each with the first reason."""
        rows: dict[tuple[str, int], Problem] = {}
        for problem in self.found:
            if problem.severity is Severity.REFUSED:
                rows.setdefault((problem.sheet, problem.row), problem)
        return rows
