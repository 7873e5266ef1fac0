"""What was probably meant: wrong characters of the right sound put right, pinyin letters read.

Every place of a question keeps what was written and is offered what the entries have there: for
the same sound, for a sound that dialect merges with it, or between the same neighbours. A small
model of the entries' own characters (which follows which) and the cost of each swap decide.
Clean text keeps its characters, since a swap has to gain more than it costs.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log
from typing import Self

from knowledge.spelling import Span, Speller, cuts
from knowledge.syllables import blurred, readings, without_tones

SAME_SOUND, MERGED_SOUND, OTHER_SIGN = 4.0, 5.5, 10.0
"""Nats a swap costs. The first two are measured on voice errors of elders; a sign that looks alike
or slipped from a finger must fit both its neighbours and costs more."""
PINYIN_MERGED = 2.0
"""Nats for reading typed letters by a merged sound; by their own sound they cost nothing."""
SEEN = 0.9
"""Weight of pairs that were seen against characters by themselves."""
UNSEEN = log(1 - SEEN)
NEVER = log(1e-6)
"""A character that no entry has."""
LONGEST_TEXT = 160
"""Characters of a question that are put right; what is longer has enough that is right."""
MOST = 8
"""Readings of one pair of sounds that are offered, the frequent ones first."""
NUMERALS = frozenset("一二三四五六七八九十百千万两半")
"""Ages and sums are never guessed: what was typed stays."""
LEARNT_FROM = 600_000
"""Characters of the entries that are learned from, phrasings before bodies; ten times the shipped."""
RARE_IN = 50_000
"""From so many different pairs on, those seen once only are left to the search itself."""

Options = dict[str, float]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the text: from, to, and what may stand there with what each costs."""

    start: int
    end: int
    sounds: tuple[str, ...]
    options: Options
    is_typed: bool = False
    slip: float = 0.0


@dataclass(frozen=True)
class Repairer:
    """The entries' characters, and how they sound in pairs."""

    _alone: Mapping[str, float]
    _after: Mapping[str, float]
    _by_sound: Mapping[str, Sequence[str]]
    _between: Mapping[str, Sequence[str]]
    _usual: Mapping[str, str]
    _english: Speller

    @classmethod
    def build(cls, texts: Iterable[str], words: Iterable[str] = ()) -> Self:
        """Learn from what the entries say, and English `words` that are known besides."""
        alone: Counter[str] = Counter()
        pairs: Counter[str] = Counter()
        threes: Counter[str] = Counter()
        english = set(words)
        for text in _first(texts, LEARNT_FROM):
            english.update(re.findall(r"[a-z]{3,}", text))
            for run in re.findall(r"[\u4e00-\u9fff]+", text):
                alone.update(run)
                pairs.update(map("".join, pairwise(run)))
                threes.update(map("".join, zip(run, run[1:], run[2:], strict=False)))
        whole = sum(alone.values()) or 1
        least = 2 if len(pairs) > RARE_IN else 1
        kept = {pair: n for pair, n in pairs.most_common() if n >= least}
        return cls(
            _alone={c: log(n / whole) for c, n in alone.items()},
            _after={p: _chance(n, alone[p[0]], alone[p[1]] / whole) for p, n in kept.items()},
            _by_sound=_pairs_by_sound(kept),
            _between=_by_neighbours(threes, least),
            _usual=_usual(alone),
            _english=Speller(english),
        )

    def repair(self, text: str) -> str:
        """The likeliest reading of a text; the text itself where nothing is likelier."""
        if not self._alone or len(text) > LONGEST_TEXT:
            return text
        pieces = re.findall(r"[a-z]+(?: [a-z]+)*|[\u4e00-\u9fff]+|.", without_tones(text))
        read = (self._read(piece) for piece in pieces)
        return " ".join("".join(read).split())

    def knows(self, pairs: Iterable[str]) -> bool:
        """Whether the entries have all these characters side by side."""
        return all(pair in self._after for pair in pairs)

    def _read(self, piece: str) -> str:
        if "\u4e00" <= piece[0] <= "\u9fff":
            if all(map(self._after.__contains__, map("".join, pairwise(piece)))):
                return piece
            written = [_written(place, char) for place, char in enumerate(piece)]
            return self._best(self._offered(written), len(piece))
        if not "a" <= piece[0] <= "z":
            return piece
        words = piece.split()
        slots = self._spelled(words)
        read = self._best(self._offered(slots), len("".join(words))) if slots else ""
        return read or " ".join(map(self._english.meant, words))

    def _spelled(self, words: Sequence[str]) -> list[Slot]:
        """Letters as syllables, every way they can be cut, a word that is none with a slip in it; empty
        where that is more than half of them, or known English."""
        cut = {word: cuts(word) for word in words}
        odd = [word for word in words if not cut[word]]
        if 2 * len(odd) > len(words) + 1 or any(map(self._english.__contains__, odd)):
            return []
        cut |= {word: cuts(word, slips=True) for word in odd}
        return _slots([cut[word] for word in words]) if all(cut.values()) else []

    def _offered(self, slots: list[Slot]) -> list[Slot]:
        starting: dict[int, list[Slot]] = defaultdict(list)
        for slot in slots:
            starting[slot.start].append(slot)
        odd = self._odd(slots)
        for slot in slots:
            for after in starting[slot.end] if slot.start in odd or slot.is_typed else ():
                self._offer_by_sound(slot, after)
            if slot.is_typed and not slot.options:
                slot.options.update(dict.fromkeys(self._usual.get(slot.sounds[0], ""), slot.slip))
        for before, middle, after in zip(slots, slots[1:], slots[2:], strict=False):
            self._offer_by_neighbours(before, middle, after)
        return slots

    def _odd(self, slots: list[Slot]) -> set[int]:
        """Places at or beside two written characters that no entry has side by side."""
        written = "".join(next(iter(slot.options), " ") for slot in slots)
        unseen = {
            n for n, pair in enumerate(map("".join, pairwise(written))) if pair not in self._after
        }
        return {near for n in unseen for near in (n - 1, n, n + 1)}

    def _offer_by_sound(self, first: Slot, second: Slot) -> None:
        for a in _heard(first.sounds):
            for b in _heard(second.sounds):
                for pair in self._by_sound.get(f"{a} {b}", ()):
                    _offer(first, pair[0])
                    _offer(second, pair[1])

    def _offer_by_neighbours(self, before: Slot, middle: Slot, after: Slot) -> None:
        if not (before.end == middle.start and middle.end == after.start):
            return
        for a in before.options:
            for b in after.options if before.options[a] == 0 else ():
                for c in self._between.get(a + b, ()) if after.options[b] == 0 else ():
                    if middle.sounds and not middle.is_typed:
                        middle.options.setdefault(c, OTHER_SIGN)

    def _best(self, slots: list[Slot], length: int) -> str:
        """Viterbi: the dearest way through never wins, the way as written is always there."""
        ways: dict[int, dict[str, tuple[float, str]]] = defaultdict(dict)
        ways[0][""] = (0.0, "")
        for slot in sorted(slots, key=lambda s: s.start):
            before, at_end = ways[slot.start], ways[slot.end]
            for char, swap in slot.options.items():
                alone = self._alone.get(char, NEVER)
                best = at_end.get(char, (1e9, ""))
                for last, (cost, said) in before.items():
                    total = cost + swap - self._chance_of(last, char, alone)
                    if total < best[0]:
                        best = (total, said + char)
                at_end[char] = best
        return min(ways[length].values(), default=(0.0, ""))[1]

    def _chance_of(self, last: str, char: str, alone: float) -> float:
        return self._after.get(last + char, alone + UNSEEN) if last else alone


def pairs_of(text: str) -> set[str]:
    """Chinese characters that stand side by side."""
    runs = re.findall(r"[\u4e00-\u9fff]+", text)
    return {a + b for run in runs for a, b in pairwise(run)}


def sound_alike(typed: str, meant: str) -> bool:
    """Whether every sign put right sounds like the one written; letters are read by sound anyway."""
    a, b = ([c for c in text if not c.isascii()] for text in (typed, meant))
    heard = [[set(_heard(readings().get(c, ()))) for c in pair] for pair in zip(a, b, strict=False)]
    return len(a) != len(b) or not any(x.isdisjoint(y) for x, y in heard if x != y)


def _first(texts: Iterable[str], characters: int) -> Iterator[str]:
    for text in texts:
        if characters <= 0:
            return
        yield text
        characters -= len(text)


def _chance(together: int, first: int, second: float) -> float:
    return log(SEEN * together / first + (1 - SEEN) * second)


def _pairs_by_sound(pairs: Mapping[str, int]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    sound = readings()
    for pair in pairs:
        for a in _heard(sound.get(pair[0], ())):
            for b in _heard(sound.get(pair[1], ())):
                if len(found[f"{a} {b}"]) < MOST:
                    found[f"{a} {b}"].append(pair)
    return found


def _by_neighbours(threes: Mapping[str, int], least: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for three, times in threes.items():
        if times >= least:
            found[three[0] + three[2]].append(three[1])
    return found


def _usual(alone: Counter[str]) -> dict[str, str]:
    """The most frequent character of every sound, for letters that pair with nothing."""
    found: dict[str, str] = {}
    for char, _ in alone.most_common():
        for sound in readings().get(char, ()):
            found.setdefault(sound, char)
    return found


def _written(place: int, char: str) -> Slot:
    sounds = () if char in NUMERALS else readings().get(char, ())
    return Slot(place, place + 1, sounds, {char: 0.0})


@lru_cache(maxsize=8192)
def _heard(sounds: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(blurred, sounds)))


def _offer(slot: Slot, char: str) -> None:
    cost = slot.slip + _cost(char, slot.sounds, slot.is_typed)
    if cost < slot.options.get(char, 1e9):
        slot.options[char] = cost


@lru_cache(maxsize=65536)
def _cost(char: str, sounds: tuple[str, ...], is_typed: bool) -> float:
    same, merged = (0.0, PINYIN_MERGED) if is_typed else (SAME_SOUND, MERGED_SOUND)
    return same if not set(sounds).isdisjoint(readings().get(char, ())) else merged


def _slots(words: Iterable[Sequence[Span]]) -> list[Slot]:
    """Places for the syllables of words one behind the other."""
    slots: list[Slot] = []
    start = 0
    for word in words:
        slots += [Slot(start + a, start + b, (s,), {}, True, slip) for a, b, s, slip in word]
        start += max(b for _, b, _, _ in word)
    return slots
