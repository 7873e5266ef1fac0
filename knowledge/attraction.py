"""Guides that draw others' questions: what an editor should look at, found by leaving out."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.index import Entry
from knowledge.meaning import NO_MEANINGS
from knowledge.zones import FOLDS, ask_left_out


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
