"""Names of people, buildings, places and offices inside what people say: letters, not meaning."""

from collections.abc import Iterable

from rapidfuzz import fuzz, process

from knowledge.normalise import core

NEAR = 80.0
"""Of 100: one sign of five may be wrong or missing."""
SHORTEST = 2
"""Signs of a name that can be told from chance."""


def named_in(text: str, names: Iterable[str], limit: int = 3) -> list[tuple[str, float]]:
    """The names a text says, wholly or nearly, the nearest first, with 0 to 1 for how nearly."""
    known = {name: plain for name in names if len(plain := core(name)) >= SHORTEST}
    asked = core(text)
    if len(asked) < SHORTEST:
        return []
    found = process.extract(
        asked, known, scorer=_nearness, processor=None, score_cutoff=NEAR, limit=limit
    )
    return [(name, score / 100) for _, score, name in found]


def _nearness(asked: str, name: str, *, score_cutoff: float | None = None) -> float:
    """How much of the name stands in the text; a text shorter than the name is compared whole."""
    compare = fuzz.partial_ratio if len(asked) >= len(name) else fuzz.ratio
    return float(compare(asked, name, score_cutoff=score_cutoff))
