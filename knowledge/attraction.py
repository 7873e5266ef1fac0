"""Guides that draw others' questions: what an editor should look at.

In all guides they are found by leaving out, which takes a minute; what one new phrasing would draw
is told by its letters at once.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from knowledge.index import Entry, Index, Match
from knowledge.meaning import NO_MEANINGS
from knowledge.normalise import core
from knowledge.zones import FOLDS, ask_left_out

NEAR = 16
"""Entries whose phrasings are compared with a new one: what it finds today."""
ALIKE = 70.0
"""Of a hundred: how alike two phrasings are that differ in a word or two."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A phrasing of the entry `id` that would find another; `same` where it is the new one itself."""

    id: str
    question: str
    same: bool


def drawn_by(index: Index, phrasing: str, wanted: str) -> tuple[Drawn, ...]:
    """Known phrasings of others that the new phrasing of `wanted` would take away, the nearest first:
    those that are the same, or more like it than like any other phrasing of their own entry."""
    entries = {entry.id: entry for entry in index.entries}
    others = [match for match in index.search(phrasing, NEAR) if match.id != wanted]
    found = [each for match in others for each in _drawn_from(entries[match.id], match, phrasing)]
    return tuple(drawn for _, drawn in sorted(found, key=lambda pair: -pair[0]))


def _drawn_from(entry: Entry, match: Match, phrasing: str) -> list[tuple[float, Drawn]]:
    if match.is_same:
        return [(100.0, Drawn(entry.id, match.phrasing, same=True))]
    said = [core(one) for one in entry.phrasings]
    alike = process.extract(core(phrasing), said, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None)
    return [
        (score, Drawn(entry.id, entry.phrasings[place], same=False))
        for text, score, place in alike
        if score > _next_alike(text, [*said[:place], *said[place + 1 :]])
    ]


def _next_alike(text: str, others: Sequence[str]) -> float:
    return max((fuzz.ratio(text, other) for other in others), default=0.0)


@dataclass(frozen=True, slots=True)
class Attraction:
    """An entry, how many left-out phrasings of others it came first for, and the worst of them."""

    id: str
    drawn: int
    asked: int
    examples: tuple[str, ...]

    @property
    def share(self) -> float:
        """Phrasings of others for each of its own."""
        return self.drawn / max(self.asked, 1)


def attractions(
    entries: Sequence[Entry], folds: Iterable[int] = range(FOLDS)
) -> tuple[Attraction, ...]:
    """Every entry that came first for another's left-out phrasing, the greediest first.

    By letters and sounds alone: words are what an editor can mend.
    """
    drawn: dict[str, list[str]] = defaultdict(list)
    own: Counter[str] = Counter()
    for asked in ask_left_out(entries, folds, meanings=NO_MEANINGS):
        own[asked.wanted] += 1
        if asked.matches and not asked.is_right:
            drawn[asked.matches[0].id].append(f"{asked.question} ({asked.wanted})")
    found = (
        Attraction(name, len(texts), own[name], tuple(texts[:5])) for name, texts in drawn.items()
    )
    return tuple(sorted(found, key=lambda each: (-each.share, each.id)))
