"""Letters as somebody types them: pinyin in one go, with a slip of the finger, and English with one."""

from collections.abc import Iterable, Iterator
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.syllables import LONGEST, LONGEST_WORD, syllables

SLIP = 3.0
"""Nats for a letter of pinyin too many, too few, wrong or in its neighbour's place."""
LEAST = 6
"""Letters of an English word from which one wrong letter is put right; from half as many again, two.
`horse` is no wrong `house`."""
Span = tuple[int, int, str, float]
"""From, to, the syllable that may have been meant, and what it costs to think so."""


def cuts(word: str, *, slips: bool = False) -> list[Span]:
    """A word of letters as syllables, every way it can be cut; empty where it is no pinyin at all.

    With `slips`, one of its syllables may be a letter off.
    """
    if len(word) > LONGEST_WORD:
        return []
    exact = [(a, b) for a, b in _parts(word) if _is_syllable(word[a:b])]
    begun, ended = _reached(exact, len(word))
    found = [(a, b, word[a:b], 0.0) for a, b in exact if b in ended or (slips and a in begun)]
    slipped = (
        [(a, b, meant, SLIP) for a, b in _parts(word) if a in begun and b in ended
         for meant in _near(word[a:b])] if slips else []
    )  # fmt: skip
    return [*found, *slipped] if slipped or 0 in ended else []


class Speller:
    """The English words that are known, for those that are written a little otherwise."""

    def __init__(self, words: Iterable[str]) -> None:
        self._all = frozenset(words)
        self._long = tuple(sorted(word for word in self._all if len(word) >= LEAST - 1))

    def __contains__(self, word: str) -> bool:
        return word in self._all

    def meant(self, word: str) -> str:
        """The known word that is nearest to an unknown one; the word itself where none is near."""
        if len(word) < LEAST or word in self._all or not self._long:
            return word
        most = 1 if 2 * len(word) < 3 * LEAST else 2
        near = process.extractOne(word, self._long, scorer=OSA.distance, score_cutoff=most)
        return near[0] if near else word


def _parts(word: str) -> Iterator[tuple[int, int]]:
    size = len(word)
    return ((a, b) for a in range(size) for b in range(a + 1, min(size, a + LONGEST) + 1))


def _is_syllable(part: str) -> bool:
    return part in syllables() and (len(part) > 1 or part in "aeo")


def _reached(spans: list[tuple[int, int]], size: int) -> tuple[set[int], set[int]]:
    """Places that whole syllables lead to from the beginning, and those that they lead from to the end."""
    begun, ended = {0}, {size}
    for a, b in spans:
        if a in begun:
            begun.add(b)
    for a, b in reversed(spans):
        if b in ended:
            ended.add(a)
    return begun, ended


@lru_cache(maxsize=4096)
def _near(part: str) -> tuple[str, ...]:
    """Syllables that are one slip away from letters that are none, or another."""
    if len(part) < 2:
        return ()
    known = sorted(syllables())
    near = process.extract(part, known, scorer=OSA.distance, score_cutoff=1, limit=None)
    return tuple(syllable for syllable, distance, _ in near if distance and len(syllable) > 1)
