"""What loading a name list would do, before anything is done."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from bot.roll.difference import Difference, difference
from bot.roll.merge import merged
from bot.roll.problems import Problem, Problems
from bot.roll.read import Row
from domain.roll import Severity
from knowledge.register import CommunityEntry
from wording import Say


@dataclass(frozen=True, slots=True)
class Plan:
    """The community as it would be, what is wrong, and what was left out because it could not be read."""

    entry: CommunityEntry
    problems: Problems
    difference: Difference
    skipped: Sequence[Problem] = field(default=())

    @property
    def refused(self) -> bool:
        """Whether nothing can be loaded as it is."""
        return bool(self.problems.refused_rows)

    def told(self, say: Say) -> Iterator[str]:
        """The preview, a line each."""
        yield say.plain("roll.title", name=self.entry.name, code=self.entry.code)
        yield from (problem.told(say) for problem in self.problems.found)
        for sheet, columns in self.problems.unread.items():
            yield say.plain("roll.unread", sheet=sheet, columns="、".join(columns))
        yield from (
            say.plain("roll.skipped", sheet=one.sheet, row=one.row, why=one.why)
            for one in self.skipped
        )
        kinds = {kind.value: self.problems.count(kind) for kind in Severity}
        yield say.plain("roll.count_problems", **kinds)
        for what in ("homes", "people", "staff"):
            counts = getattr(self.difference, what)
            told = {"new": counts.new, "changed": counts.changed, "unchanged": counts.unchanged}
            yield say.plain(f"roll.count_{what}", **told)


def plan(
    before: CommunityEntry,
    rows: Sequence[Row],
    unreadable: Problems,
    today: date,
    blind: Callable[[str], str],
    *,
    skip_bad: bool = False,
) -> Plan:
    """Lay the rows over the community; with `skip_bad` again without those that are refused."""
    skipped: dict[tuple[str, int], Problem] = {}
    while True:
        problems = replace(unreadable, found=dict(unreadable.found))
        entry = merged(before, rows, problems, today, blind)
        if not skip_bad or not problems.refused_rows.keys() - skipped.keys():
            break
        skipped |= problems.refused_rows
        rows = [row for row in rows if (row.sheet, row.number) not in skipped]
    if skip_bad:
        kept = (one for one in problems.found if one.severity is not Severity.REFUSED)
        problems.found = dict.fromkeys(kept)
    return Plan(entry, problems, difference(before, entry), tuple(skipped.values()))
