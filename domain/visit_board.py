"""The board of visits: every worker of a month against the pace, their homes, and what is overdue."""

from dataclasses import dataclass

from domain.ledger_facts import Cover, Facts
from domain.ledger_sums import together, worker_months
from domain.visit import Quota


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One worker. `expected` of the target is due by the day of the facts; `hopeless`: more is missing
    than the days left can bring."""

    id: int
    name: str
    done: int
    target: int
    expected: int
    hopeless: bool
    cover: Cover
    overdue: int

    @property
    def short(self) -> int:
        """How many visits are missing by the pace."""
        return max(0, self.expected - self.done)


_QUOTA = Quota()


def board_lines(facts: Facts, quota: Quota = _QUOTA) -> list[BoardLine]:
    """Every worker, whoever is furthest behind first."""
    staff = {one.id: one for one in facts.staff}
    lines = []
    for month in worker_months(facts):
        its = staff[month.id]
        missing = its.target - month.visits.count
        lines.append(
            BoardLine(
                id=month.id,
                name=month.name,
                done=month.visits.count,
                target=its.target,
                expected=its.expected,
                hopeless=missing > its.left * quota.most_a_day,
                cover=month.cover,
                overdue=month.overdue.count,
            )
        )
    return sorted(lines, key=lambda line: (-line.short, line.name, line.id))


def all_homes(facts: Facts) -> Cover:
    """The coverage of all homes of the facts."""
    return together(facts.cover)
