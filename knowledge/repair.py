"""What was probably meant: wrong characters of the right sound put right, pinyin letters read.

Every place of a question keeps what was written and is offered what the entries have there: for
the same sound, for a sound that dialect merges with it, or between the same neighbours. A small
model of the entries' own characters (which follows which) and the cost of each swap decide.
Clean text keeps its characters, since a swap has to gain more than it costs. Letters that are read
so to words that no entry has were perhaps typed with slips: there the syllables a slip away are
offered, too, and the search is asked which reading finds more.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest
from itertools import groupby, pairwise
from typing import Self, TypeAlias

from knowledge.signs import NEVER, UNSEEN, Signs, Sounds, first_of, heard, sounds_so
from knowledge.spelling import Span, Speller, begin_alike, cuts, is_short, near
from knowledge.syllables import blurred, readings, without_tones

SAME_SOUND, MERGED_SOUND, OTHER_SIGN = 4.0, 5.5, 10.0
"""Nats a swap costs. The first two are measured on voice errors of elders; a sign that looks alike
or slipped from a finger must fit both its neighbours and costs more."""
PINYIN_MERGED = 3.0
"""Nats for reading typed letters by a merged sound; by their own sound they cost nothing."""
SLIP_IN_SYLLABLE = 7.0
"""Nats for reading letters that are a syllable as one that is a slip away; of 400 questions with random
slips 5 to 9 read as many."""
LONGEST_TEXT = 160
"""Characters of a question that are put right; what is longer has enough that is right."""
LETTERS_A_SLIP = 8
"""Letters of a word of pinyin for each slip that it may have beyond one."""
KEPT = 16
"""Ways to a place that are gone on with, the likeliest."""
NUMERALS = frozenset("一二三四五六七八九十百千万两半")
"""Ages and sums are never guessed: what was typed stays."""
_PIECES = re.compile(r"[a-z]+(?: [a-z]+)*|[\u4e00-\u9fff]+|.")
_BESIDE = re.compile(r"(?<=[a-z]) (?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff]) (?=[a-z])")

Options = dict[str, float]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in the text: from, to, and what may stand there with what each costs."""

    start: int
    end: int
    sounds: Sounds
    options: Options
    is_typed: bool = False
    slip: float = 0.0


Read: TypeAlias = tuple[Slot, str]
"""A place and what is read there."""


@dataclass(frozen=True)
class Repairer:
    """Reads a text by the entries' signs and by the English words that are known."""

    _signs: Signs
    _english: Speller

    @classmethod
    def build(cls, texts: Iterable[str], words: Iterable[str] = ()) -> Self:
        """Learn from what the entries say, and English `words` that are known besides."""
        told = tuple(first_of(texts))
        english = {word for text in told for word in re.findall(r"[a-z]{3,}", text)}
        return cls(Signs.of(told), Speller(english.union(words)))

    def readings(self, text: str) -> tuple[str, ...]:
        """The likeliest reading, the text itself where nothing is likelier; and where letters read so
        make what no entry says, another with slips."""
        if not self._signs.alone or len(text) > LONGEST_TEXT:
            return (text,)
        firm, freely = [], []
        for piece, slots in self._pieces(_BESIDE.sub("", without_tones(text))):
            way = self._best(self._offered(slots)) if slots else []
            firm.append(_said(way) or self._plain(piece))
            freely.append(_said(self._with_slips(way)) or firm[-1])
        return tuple(dict.fromkeys(" ".join("".join(read).split()) for read in (firm, freely)))

    def knows(self, pairs: Iterable[str]) -> bool:
        """Whether the entries have all these characters side by side."""
        return all(map(self._signs.know, pairs))

    def _pieces(self, text: str) -> Iterator[tuple[str, list[Slot]]]:
        """The text in pieces, and the places of those that may be read otherwise; letters that are read by
        their sound are read together with the characters beside them."""
        told = [(piece, self._places(piece)) for piece in _PIECES.findall(text)]
        for is_read, run in groupby(told, key=lambda each: bool(each[1])):
            pieces = list(run)
            if is_read and (len(pieces) > 1 or not self._signs.know(pieces[0][0])):
                whole = "".join(piece for piece, _ in pieces)
                yield whole, _one_behind_the_other([slots for _, slots in pieces])
            else:
                yield from ((piece, []) for piece, _ in pieces)

    def _places(self, piece: str) -> list[Slot]:
        """The places of a piece; none where it is neither characters nor letters to be read by sound."""
        if "\u4e00" <= piece[0] <= "\u9fff":
            return [_written(place, char) for place, char in enumerate(piece)]
        return self._spelled(piece.split()) if "a" <= piece[0] <= "z" else []

    def _plain(self, piece: str) -> str:
        words = piece.split() if "a" <= piece[0] <= "z" else ()
        return " ".join(map(self._english.meant, words)) or piece

    def _spelled(self, words: Sequence[str]) -> list[Slot]:
        """Letters as syllables, every way they can be cut with the fewest slips, blanks in the wrong
        places before slips; empty where that takes too many, or some are known English."""
        known, whole = self._signs.syllables, "".join(words)
        cut: dict[str, list[Span]] = {}
        if len(whole) < 2:
            return []
        for word in words:
            cut[word] = _letters(word) if is_short(word) else cuts(word, known)
            if not cut[word] and word in self._english:
                return []
        odd = [word for word in words if not cut[word]]
        if odd and (spans := cuts(whole, known)):
            return _typed(spans)
        cut |= {word: cuts(word, known, _slips(word)) for word in odd}
        if all(cut.values()):
            return _one_behind_the_other(_typed(cut[word]) for word in words)
        return _typed(cuts(whole, known, _slips(whole)))

    def _offered(self, slots: list[Slot]) -> list[Slot]:
        starting: dict[int, list[Slot]] = defaultdict(list)
        for slot in slots:
            starting[slot.start].append(slot)
        odd = self._odd(slots)
        for n, slot in enumerate(slots):
            for after in starting[slot.end] if n in odd or slot.is_typed else ():
                for pair in self._signs.pairs(slot.sounds, after.sounds):
                    _offer(slot, pair[0])
                    _offer(after, pair[1])
            if slot.is_typed and not slot.options:
                slot.options.update(self._usual(slot))
        for before, middle, after in zip(slots, slots[1:], slots[2:], strict=False):
            self._offer_by_neighbours(before, middle, after)
        return slots

    def _usual(self, slot: Slot) -> Options:
        for sound in (*slot.sounds, *heard(slot.sounds)):
            if char := self._signs.usual.get(sound):
                return {char: slot.slip}
        return {}

    def _odd(self, slots: list[Slot]) -> set[int]:
        """Places at or beside two written characters that no entry has side by side."""
        written = "".join(next(iter(slot.options), " ") for slot in slots)
        return self._unknown_in(written)

    def _unknown_in(self, text: str) -> set[int]:
        unseen = [
            n
            for n, pair in enumerate(map("".join, pairwise(text)))
            if pair not in self._signs.after
        ]
        return {near for n in unseen for near in (n - 1, n, n + 1)}

    def _offer_by_neighbours(self, before: Slot, middle: Slot, after: Slot) -> None:
        if middle.is_typed or not middle.sounds:
            return
        if not (before.end == middle.start and middle.end == after.start):
            return
        for a in before.options:
            for b in after.options if before.options[a] == 0 else ():
                for c in self._signs.between.get(a + b, ()) if after.options[b] == 0 else ():
                    middle.options.setdefault(c, OTHER_SIGN)

    def _best(self, slots: list[Slot]) -> list[Read]:
        """Viterbi: the dearest way through never wins, the way as written is always there."""
        ways: dict[int, dict[str, _Way]] = defaultdict(dict, {0: {"": (0.0, None)}})
        for start, here in groupby(sorted(slots, key=lambda s: s.start), key=lambda s: s.start):
            before = _likeliest(ways.pop(start, {}))
            for slot in here:
                self._go_on(before, slot, ways[slot.end])
        ends = ways[max(slot.end for slot in slots)]
        return _read(min(ends.values(), key=lambda way: way[0])) if ends else []

    def _go_on(
        self, before: Sequence[tuple[str, "_Way"]], slot: Slot, ways: dict[str, "_Way"]
    ) -> None:
        """Every way to the beginning of a place, one sign further."""
        after, alone = self._signs.after, self._signs.alone
        for char, swap in slot.options.items():
            rare = alone.get(char, NEVER)
            best = ways.get(char, (1e9, None))
            for last, way in before:
                chance = after.get(last + char, rare + UNSEEN) if last else rare
                total = way[0] + swap - chance
                if total < best[0]:
                    best = (total, (slot, char, way))
            ways[char] = best

    def _with_slips(self, way: list[Read]) -> list[Read]:
        """The same places, with the syllables that are a slip away where what was read is no word."""
        odd = [n for n in sorted(self._unknown_in(_said(way))) if 0 <= n < len(way)]
        if not any(way[n][0].is_typed for n in odd):
            return []
        slots = [_at(slot, n, n + 1) for n, (slot, _) in enumerate(way)]
        for n in odd:
            if slots[n].is_typed:
                self._offer_slips(slots[n], slots[n - 1 : n], slots[n + 1 : n + 2])
        return self._best(slots)

    def _offer_slips(self, slot: Slot, before: Sequence[Slot], after: Sequence[Slot]) -> None:
        for sound in _slipped(slot.sounds):
            for other in before:
                for pair in self._signs.pairs(other.sounds, (sound,)):
                    _offer(other, pair[0])
                    _offer(slot, pair[1], SLIP_IN_SYLLABLE)
            for other in after:
                for pair in self._signs.pairs((sound,), other.sounds):
                    _offer(slot, pair[0], SLIP_IN_SYLLABLE)
                    _offer(other, pair[1])


_Way: TypeAlias = tuple[float, "tuple[Slot, str, _Way] | None"]
"""What it costs to read so far, the last place, what is read there, and the way to it."""


def pairs_of(text: str) -> set[str]:
    """Chinese characters that stand side by side."""
    runs = re.findall(r"[\u4e00-\u9fff]+", text)
    return {a + b for run in runs for a, b in pairwise(run)}


def sound_alike(typed: str, meant: str) -> bool:
    """Whether every sign put right sounds like the one written; letters are read by sound anyway."""
    a, b = ([c for c in text if not c.isascii()] for text in (typed, meant))
    sounds = [[set(heard(readings().get(c, ()))) for c in pair] for pair in zip(a, b, strict=False)]
    return len(a) != len(b) or not any(x.isdisjoint(y) for x, y in sounds if x != y)


def _likeliest(ways: dict[str, _Way]) -> list[tuple[str, _Way]]:
    if len(ways) <= KEPT:
        return list(ways.items())
    return nsmallest(KEPT, ways.items(), key=lambda way: way[1][0])


def _read(way: _Way) -> list[Read]:
    found: list[Read] = []
    while way[1] is not None:
        slot, char, way = way[1]
        found.append((slot, char))
    return found[::-1]


def _said(way: Iterable[Read]) -> str:
    return "".join(char for _, char in way)


def _written(place: int, char: str) -> Slot:
    sounds = () if char in NUMERALS else readings().get(char, ())
    return Slot(place, place + 1, sounds, {char: 0.0})


def _offer(slot: Slot, char: str, slip: float = 0.0) -> None:
    same, merged = (0.0, PINYIN_MERGED) if slot.is_typed else (SAME_SOUND, MERGED_SOUND)
    cost = slot.slip + (slip or (same if sounds_so(char, slot.sounds) else merged))
    if cost < slot.options.get(char, 1e9):
        slot.options[char] = cost


@lru_cache(maxsize=4096)
def _slipped(sounds: Sounds) -> Sounds:
    """Sounds that may have been meant, were a letter of one of these a slip."""
    own = {*sounds, *heard(sounds)}
    meant = {blurred(s) for sound in own for s in near(sound) if begin_alike(sound, s)}
    return tuple(sorted(meant - own))


def _slips(letters: str) -> int:
    return 1 + len(letters) // LETTERS_A_SLIP


def _letters(word: str) -> list[Span]:
    """Each letter as what a syllable begins with."""
    return [(n, n + 1, letter, 0.0) for n, letter in enumerate(word)]


def _typed(spans: Iterable[Span]) -> list[Slot]:
    return [Slot(a, b, (sound,), {}, True, slip) for a, b, sound, slip in spans]


def _one_behind_the_other(pieces: Iterable[list[Slot]]) -> list[Slot]:
    """The places of a whole text from those of its pieces."""
    slots: list[Slot] = []
    start = 0
    for piece in pieces:
        slots += [_at(slot, start + slot.start, start + slot.end) for slot in piece]
        start = max(slot.end for slot in slots)
    return slots


def _at(slot: Slot, start: int, end: int) -> Slot:
    return Slot(start, end, slot.sounds, dict(slot.options), slot.is_typed, slot.slip)
