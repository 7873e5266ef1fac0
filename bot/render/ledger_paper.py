"""How a ledger lies on paper, whatever the file: spans of its head and foot, and its list of sources."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, groupby

from bot.render import Saying
from domain.ledger import Binder, Ledger, Row, Source, trace

MOST_IDS = 3000
"""Events named in one line of the list of sources: what a cell of a spreadsheet holds, and a reader bears."""


def spans(texts: Sequence[str], widths: Sequence[float]) -> list[tuple[str, int, int]]:
    """Texts side by side over the columns, each over about as much width: text, first and last column."""
    ends = list(accumulate(widths))
    found: list[tuple[str, int, int]] = []
    first = 1
    for number, text in enumerate(texts, 1):
        rest = len(texts) - number
        aim = ends[-1] * number / len(texts)
        columns = range(first, len(widths) - rest + 1)
        last = min(columns, key=lambda column: abs(ends[column - 1] - aim)) if rest else len(widths)
        found.append((text, first, last))
        first = last + 1
    return found


def in_words(row: Row) -> bool:
    """Whether a total is a sentence across the columns, not a number in each."""
    return len(row.cells) > 2 and not any(cell.value for cell in row.cells[2:])


SOURCE_WIDTHS = (16.0, 12.0, 18.0, 8.0, 96.0)


def source_heads(say: Saying) -> list[str]:
    """The headings of the list of sources."""
    keys = ("ledger", "row", "column", "count", "ids")
    return [say(f"ledger.source_{key}") for key in keys]


def source_rows(binder: Binder, say: Saying) -> Iterator[list[str | int]]:
    """The list of sources: a line for each cell that was added up, and for each total; a line of a ledger
    that is one event names it itself."""
    whole, total = say("ledger.source_whole"), say("ledger.total")
    words = _Words(say)
    for ledger in binder.ledgers:
        for traced in trace(ledger, total):
            if not traced.column and len(traced.sources) == 1 and traced.row != total:
                continue
            sources = sorted(traced.sources, key=lambda source: (source.event, source.number))
            for start in range(0, len(sources), MOST_IDS):
                ids = words.of(sources[start : start + MOST_IDS])
                yield [traced.ledger, traced.row, traced.column or whole, len(sources), ids]


class _Words:
    """Events by kind and number, in the order they stand: `走访 12、15；提问 3`."""

    def __init__(self, say: Saying) -> None:
        self._say = say
        self._join = say("ledger.join")
        self._apart = say("ledger.apart")

    def of(self, sources: Sequence[Source]) -> str:
        said = []
        for event, some in groupby(sources, key=lambda source: source.event):
            name = self._say(f"ledger.event_{event}")
            ids = self._join.join(str(source.number) for source in some)
            said.append(self._say("ledger.event_ids", event=name, ids=ids))
        return self._apart.join(said)


def widths(ledger: Ledger) -> list[float]:
    """The columns' widths in characters."""
    return [column.width for column in ledger.columns]


def values(rows: Iterable[Row]) -> Iterator[list[str | int]]:
    """What stands in the cells, row by row."""
    for row in rows:
        yield [cell.value for cell in row.cells]
