"""Letters as somebody types them: pinyin in one go, with slips of the finger, and English with one."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge.syllables import LONGEST, LONGEST_WORD, spelled, syllables

SLIP = 3.0
"""Nats for a letter of pinyin too many, too few, wrong or in its neighbour's place."""
LEAST = 6
"""Letters of an English word from which one wrong letter is put right; from half as many again, two.
`horse` is no wrong `house`."""
LONGEST_SHORT = 5
"""Letters of what may be a name by its first letters, sfz for shen fen zheng."""
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = frozenset("aeiouv")
Span = tuple[int, int, str, float]
"""From, to, the syllable that may have been meant, and what it costs to think so."""


def is_short(word: str) -> bool:
    """Whether a word may be the first letters of some syllables: it has no vowel to be read by."""
    return len(word) <= LONGEST_SHORT and _VOWELS.isdisjoint(word)


def cuts(text: str, known: Collection[str], slips: int = 0) -> list[Span]:
    """Letters as `known` syllables, every way they can be cut with as few slips as they need; empty
    where they need more than `slips`."""
    if len(text) > LONGEST_WORD or not (slips or spelled(text)):
        return []
    exact: Mapping[int, list[Span]] = defaultdict(list)
    for a, b in _parts(len(text)):
        if _is_syllable(text[a:b], known):
            exact[a].append((a, b, text[a:b], 0.0))
    reached = [_onward({0}, exact)]
    slipped: list[Span] = []
    while len(text) not in reached[-1] and len(reached) <= slips:
        more = [s for a in sorted(reached[-1]) for s in _slips_from(a, text, known)]
        slipped += more
        reached.append(_onward({b for _, b, _, _ in more}, exact))
    if len(text) not in reached[-1]:
        return []
    return _on_the_way([s for each in exact.values() for s in each] + slipped, len(text))


@lru_cache(maxsize=16384)
def near(part: str) -> tuple[str, ...]:
    """Syllables that are one slip away from letters that are none, or another."""
    if len(part) < 2:
        return ()
    found = {s for key in (part, *_shorter(part)) for s in _by_shorter().get(key, ())}
    return tuple(sorted(s for s in found if len(s) > 1 and OSA.distance(part, s) == 1))


def begin_alike(typed: str, meant: str) -> bool:
    """Whether two syllables begin with the same letter or with keys side by side."""
    a, b = typed[0], meant[0]
    return a == b or any(a + b in row or b + a in row for row in _KEYS)


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
        found = process.extractOne(word, self._long, scorer=OSA.distance, score_cutoff=most)
        return found[0] if found else word


def _parts(size: int) -> Iterator[tuple[int, int]]:
    return ((a, b) for a in range(size) for b in range(a + 1, min(size, a + LONGEST) + 1))


def _is_syllable(part: str, known: Collection[str]) -> bool:
    return part in known and (len(part) > 1 or part in "aeo")


def _onward(places: set[int], exact: Mapping[int, list[Span]]) -> set[int]:
    """Places that whole syllables lead to from these."""
    found, left = set(places), list(places)
    while left:
        ends = {b for _, b, _, _ in exact.get(left.pop(), ())} - found
        found |= ends
        left += ends
    return found


def _slips_from(start: int, text: str, known: Collection[str]) -> Iterator[Span]:
    for end in range(start + 2, min(len(text), start + LONGEST + 1) + 1):
        for meant in near(text[start:end]):
            if meant in known:
                yield start, end, meant, SLIP


def _on_the_way(spans: list[Span], size: int) -> list[Span]:
    """Those that are part of a cheapest way from the beginning to the end."""
    to: dict[int, float] = {0: 0.0}
    for a, b, _, cost in sorted(spans):
        if a in to:
            to[b] = min(to.get(b, 1e9), to[a] + cost)
    back: dict[int, float] = {size: 0.0}
    for a, b, _, cost in sorted(spans, key=lambda s: -s[1]):
        if b in back:
            back[a] = min(back.get(a, 1e9), back[b] + cost)
    return [s for s in dict.fromkeys(spans)
            if s[0] in to and s[1] in back and to[s[0]] + s[3] + back[s[1]] <= to[size]]  # fmt: skip


def _shorter(text: str) -> set[str]:
    return {text[:n] + text[n + 1 :] for n in range(len(text))}


@lru_cache(maxsize=1)
def _by_shorter() -> Mapping[str, list[str]]:
    """Syllables by themselves and by themselves without a letter: whatever is one slip away shares one."""
    found: dict[str, list[str]] = defaultdict(list)
    for syllable in syllables():
        for key in (syllable, *_shorter(syllable)):
            found[key].append(syllable)
    return found
