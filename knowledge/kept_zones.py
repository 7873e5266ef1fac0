"""What was learned of the shipped guides: while nothing that can be found has changed, a desk opens without
learning it again, which is half of what opening its shelf costs. `knowledge.learn_zones` writes the file.
"""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

import yaml

from knowledge.index import Entry
from knowledge.source import Source
from knowledge.value import Value, read_value
from knowledge.zones import Zones

SHIPPED = Path(__file__).parent / "content" / "zones.yaml"


class _Kept(Value):
    learned_of: str
    """Names the entries: their ids, phrasings and bodies, and the sentences that no guide answers."""
    answer: float
    choices: float
    exact: float
    weights: tuple[float, ...]


def kept_zones(entries: Sequence[Entry], others: Sequence[Entry]) -> Zones | None:
    """The limits that were learned, by letters and sounds alone, of exactly these; None of any others."""
    kept = _shipped()
    if kept.learned_of != _name(entries, others):
        return None
    return Zones(kept.answer, kept.choices, kept.exact, kept.weights)


def keep(zones: Zones, entries: Sequence[Entry], others: Sequence[Entry]) -> str:
    """The file's text."""
    kept = {
        "learned_of": _name(entries, others),
        "answer": zones.answer,
        "choices": zones.choices,
        "exact": zones.exact,
        "weights": list(zones.weights),
    }
    return yaml.safe_dump(kept, sort_keys=False)


@cache
def _shipped() -> _Kept:
    return read_value(_Kept, Source.shipped(SHIPPED.name), lambda place: ("file", place))


def _name(entries: Sequence[Entry], others: Sequence[Entry]) -> str:
    named = sha256()
    for entry in (*entries, None, *others):
        named.update(repr(entry).encode())
    return named.hexdigest()
