"""Which results may be shown, so that no subtraction tells what fewer than k homes have said.

Every result is an equation over parts (the special homes of a community, say), for a mean is the sum of
what its parts said, each times a weight that anybody may know. Whoever reads several results may add and
subtract them at will: what they can learn is every combination of the equations, no more. So a result is
safe beside others as long as **no combination of them rests on parts with fewer than k homes together**.
A group of fewer than k is never shown (primary suppression); a result that would give one away with what
is shown already is held back as well (complementary suppression; L. H. Cox, Suppression Methodology and
Statistical Disclosure Control, JASA 75, 1980; the equations as in F. Y. Chin and G. Özsoyoğlu, Auditing
and Inference Control in Statistical Databases, IEEE TSE 8, 1982).

How it is decided: the equations shown are kept in echelon form, the parts with the most homes first. Each
row is led by its largest part, so a combination in which a row led by a part of k homes or more takes
part rests on k homes at least; only the few rows led by small parts need a closer look. That look is
exact for one row and for two; of three and more it takes the leading parts alone for what they rest on,
and so may hold back what could be shown, never the other way round.

It is about the figures shown to one reader at one time, in exact arithmetic. What two readers may put
together is kept small by a fixed order: a group that is shown to one is shown to all who may see it.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

HOMES, COMMUNITIES = 10, 5
"""The least that a group needs where a questionnaire states nothing else: homes where homes answer,
communities where communities do."""

Row = dict[Hashable, Fraction]


@dataclass(frozen=True, slots=True)
class Group:
    """A result: what it is called, and how much each part counts in it."""

    key: Hashable
    parts: Mapping[Hashable, float]

    def size(self, sizes: Mapping[Hashable, int]) -> int:
        """How many answers it rests on."""
        return sum(sizes.get(part, 0) for part, weight in self.parts.items() if weight)


def shown(
    groups: Iterable[Group], sizes: Mapping[Hashable, int], least: int
) -> frozenset[Hashable]:
    """Which of the groups may be shown together; of two that may not, the one that is named first.

    `sizes` says how many answered in each part; a part without answers is part of nothing.
    """
    ledger = _Ledger(sizes, least)
    return frozenset(group.key for group in groups if ledger.admits(group))


class _Ledger:
    """The equations that are shown, in echelon form."""

    def __init__(self, sizes: Mapping[Hashable, int], least: int) -> None:
        self._sizes = sizes
        self._least = least
        answered = [part for part, size in sizes.items() if size > 0]
        largest_first = sorted(answered, key=lambda part: (-sizes[part], repr(part)))
        self._rank = {part: number for number, part in enumerate(largest_first)}
        self._rows: dict[Hashable, Row] = {}

    def admits(self, group: Group) -> bool:
        """Take the group in if it gives nothing away; False where it is held back."""
        if group.size(self._sizes) < self._least:
            return False
        row = self._left_of(group.parts)
        if not row:
            return True  # it follows from what is shown already
        lead = self._lead(row)
        if self._sizes[lead] < self._least and not self._is_safe([*self._small_rows(), row]):
            return False
        self._rows[lead] = row
        return True

    def _lead(self, row: Row) -> Hashable:
        return min(row, key=self._rank.__getitem__)

    def _left_of(self, parts: Mapping[Hashable, float]) -> Row:
        """What the equation says that those before it do not, led by a part that leads none of them."""
        row = {part: Fraction(w) for part, w in parts.items() if w and part in self._rank}
        while row and (known := self._rows.get(lead := self._lead(row))) is not None:
            _subtract(row, known, row[lead] / known[lead])
        return row

    def _small_rows(self) -> list[Row]:
        """The rows that rest on small parts alone: no part before the leading one is in a row."""
        return [row for lead, row in self._rows.items() if self._sizes[lead] < self._least]

    def _is_safe(self, rows: Sequence[Row]) -> bool:
        reduced = _reduced(rows, self._lead)
        leads = {lead: self._sizes[lead] for lead in reduced}
        for count in range(1, len(reduced) + 1):
            light = [
                some
                for some in combinations(sorted(leads, key=repr), count)
                if sum(leads[lead] for lead in some) < self._least
            ]
            if not light:
                return True
            if any(self._rests_on([reduced[one] for one in some]) < self._least for some in light):
                return False
        return True

    def _rests_on(self, rows: Sequence[Row]) -> int:
        """The fewest homes on which a combination of all these rows can rest, or less."""
        if len(rows) == 1:
            return self._homes(rows[0])
        if len(rows) == 2:
            return min(self._homes(row) for row in _mixtures(*rows))
        return 0

    def _homes(self, row: Iterable[Hashable]) -> int:
        return sum(self._sizes[part] for part in row)


def _subtract(row: Row, other: Row, times: Fraction) -> None:
    for part, weight in other.items():
        left = row.get(part, Fraction(0)) - times * weight
        if left:
            row[part] = left
        else:
            row.pop(part, None)


def _reduced(rows: Sequence[Row], lead_of: Callable[[Row], Hashable]) -> dict[Hashable, Row]:
    """The same rows, each without the leading parts of the others."""
    done = {lead_of(row): dict(row) for row in rows}
    for lead, row in done.items():
        for other in done.values():
            if other is not row and lead in other:
                _subtract(other, row, other[lead] / row[lead])
    return done


def _mixtures(first: Row, second: Row) -> Iterable[Row]:
    """Every combination of two rows in which some common part vanishes, and one in which none does."""
    common = [part for part in first if part in second]
    for ratio in {first[part] / second[part] for part in common}:
        mixed = dict(first)
        _subtract(mixed, second, ratio)
        yield mixed
    yield {**first, **second}
