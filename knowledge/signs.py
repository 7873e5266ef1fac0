"""What a desk's entries say, sign by sign: which follows which, how often, and how they sound in pairs."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log
from typing import Self

from knowledge.syllables import blurred, readings, syllables

SEEN = 0.9
"""Weight of pairs that were seen against characters by themselves."""
UNSEEN = log(1 - SEEN)
NEVER = log(1e-6)
"""A character that no entry has."""
MOST = 8
"""Readings of one pair of sounds that are offered, the frequent ones first."""
LEARNT_FROM = 600_000
"""Characters of the entries that are learned from, phrasings before bodies; ten times the shipped."""
RARE_IN = 50_000
"""From so many different pairs on, those seen once only are left to the search itself."""

Sounds = tuple[str, ...]


@dataclass(frozen=True)
class Signs:
    """The entries' characters: by themselves, after one another, by their sound, between two others."""

    alone: Mapping[str, float]
    after: Mapping[str, float]
    by_sound: Mapping[str, Sequence[str]]
    by_first: Mapping[str, Sequence[str]]
    between: Mapping[str, Sequence[str]]
    usual: Mapping[str, str]
    syllables: frozenset[str]
    starting: Mapping[Sounds, Sounds]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Learn from what the entries say."""
        alone: Counter[str] = Counter()
        pairs: Counter[str] = Counter()
        threes: Counter[str] = Counter()
        for text in texts:
            for run in re.findall(r"[\u4e00-\u9fff]+", text):
                alone.update(run)
                pairs.update(map("".join, pairwise(run)))
                threes.update(map("".join, zip(run, run[1:], run[2:], strict=False)))
        whole = sum(alone.values()) or 1
        least = 2 if len(pairs) > RARE_IN else 1
        kept = {pair: n for pair, n in pairs.most_common() if n >= least}
        usual = _usual(alone)
        known = frozenset(s for s in syllables() if blurred(s) in usual)
        return cls(
            alone={c: log(n / whole) for c, n in alone.items()},
            after={p: _chance(n, alone[p[0]], alone[p[1]] / whole) for p, n in kept.items()},
            by_sound=_pairs_by(kept, heard, " "),
            by_first=_pairs_by(kept, _firsts, ""),
            between=_by_neighbours(threes, least),
            usual=usual,
            syllables=known,
            starting=_by_start(known),
        )

    def know(self, text: str) -> bool:
        """Whether some entry has these characters, each pair of them side by side."""
        return all(pair in self.after for pair in map("".join, pairwise(text)))

    def pairs(self, first: Sounds, second: Sounds) -> list[str]:
        """Pairs of characters that sound so; a sound may be known by its first letter only."""
        if first in self.starting and second in self.starting:
            return [*self.by_first.get(first[0] + second[0], ())]
        own, other = self._heard(first), self._heard(second)
        by_sound = self.by_sound
        return [pair for a in own for b in other for pair in by_sound.get(f"{a} {b}", ())]

    def _heard(self, sounds: Sounds) -> Sounds:
        return self.starting.get(sounds) or heard(sounds)


@lru_cache(maxsize=8192)
def heard(sounds: Sounds) -> Sounds:
    """Sounds as an ear has them that merges some."""
    return tuple(dict.fromkeys(map(blurred, sounds)))


@lru_cache(maxsize=65536)
def sounds_so(char: str, sounds: Sounds) -> bool:
    """Whether a character has one of these sounds, or the first letter where only that is known."""
    told = readings().get(char, ())
    if len(sounds) == 1 == len(sounds[0]):
        return any(reading.startswith(sounds[0]) for reading in told)
    return not set(sounds).isdisjoint(told)


def first_of(texts: Iterable[str], characters: int = LEARNT_FROM) -> Iterator[str]:
    """As many of the texts as are learned from."""
    for text in texts:
        if characters <= 0:
            return
        yield text
        characters -= len(text)


def _chance(together: int, first: int, second: float) -> float:
    return log(SEEN * together / first + (1 - SEEN) * second)


def _firsts(sounds: Sounds) -> Sounds:
    return tuple(dict.fromkeys(sound[0] for sound in sounds))


def _pairs_by(
    pairs: Mapping[str, int], told: Callable[[Sounds], Sounds], between: str
) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    sound = readings()
    for pair in pairs:
        for a in told(sound.get(pair[0], ())):
            for b in told(sound.get(pair[1], ())):
                if len(found[a + between + b]) < MOST:
                    found[a + between + b].append(pair)
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
            found.setdefault(blurred(sound), char)
    return found


def _by_start(known: Iterable[str]) -> dict[Sounds, Sounds]:
    """By a consonant as a sound of its own, all the sounds that begin with it."""
    found: dict[Sounds, dict[str, None]] = defaultdict(dict)
    for syllable in sorted(known):
        if syllable[0] not in "aeo":
            found[(syllable[0],)][blurred(syllable)] = None
    return {letter: tuple(each) for letter, each in found.items()}
