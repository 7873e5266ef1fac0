"""Phrases of the emergency rules as patterns: as they are written, and as they sound.

A phrase is plain words, `{word}` for any entry of a list, `…` for a few characters or none, and `~`
for a few characters that name no thing (so that a lost card is no lost child).

Whoever is in need types what the keyboard offers: 晕道了 for 晕倒了, or `yun dao le`. So a text is also
looked at as a row of syllables, one sign each, in which dialect's merged sounds are one.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self, TypeAlias

from knowledge.normalise import clean, written_out
from knowledge.syllables import blurred, readings, spelled

LOOKED_AT = 1000
"""Characters looked at from each end of a text; a cry for help comes first or last."""
HEARD, HEARD_APART = 3, 4
"""Syllables from which a phrase is recognised by its sound, in one piece and with a gap; shorter ones
sound like too much."""
GAP, GAP_LATIN = 8, 24
"""The most characters that `…` stands for, in a Chinese and in an English phrase."""
THINGS = "的卡证本包钱钥匙手机狗猫表单车票件号码书"
"""What `~` does not pass over."""
ALSO_READ = {"着": "zhao", "了": "liao", "血": "xie", "重": "chong", "吓": "he", "给": "ji"}
"""Everyday second readings, for letters typed as pinyin; in characters the first one decides."""
WORD = re.compile(r"\{(\w+)\}")
_PIECE = re.compile(r"(…|~|\{\w+\})")
_FIRST_SIGN = 0xE000
"""Private characters stand for syllables."""


@dataclass(frozen=True)
class Phrases:
    """Many phrases as one pattern for the text and one for its sound."""

    written: re.Pattern[str]
    heard: re.Pattern[str]

    @classmethod
    def of(cls, phrases: Iterable[str], words: Mapping[str, Sequence[str]]) -> Self:
        """The phrases, `{word}` standing for the entries of `words`."""
        told = tuple(phrases)
        written = [_written(phrase, words) for phrase in told]
        return cls(_any_of(written), _any_of(_heard(phrase, words) for phrase in told))

    def are_in(self, said: str, heard: str) -> bool:
        """Whether a text has any of them, as it is written or as it sounds."""
        return self.written.search(said) is not None or self.heard.search(heard) is not None


def plain(text: str) -> str:
    """A text as the rules compare it: words of letters stay apart, Chinese closes up."""
    written = written_out(clean(text, 2 * LOOKED_AT + 1)).replace("'", "")
    spaced = re.sub(r"[\W_]+", " ", written)
    return re.sub(r"(?<=[^\x00-\x7f]) | (?=[^\x00-\x7f])", "", spaced).strip()


def sounded(said: str) -> str:
    """A text as a row of signs, one a syllable; letters that are no pinyin stay."""
    return re.sub(r"[a-z]+(?: [a-z]+)*", _typed, said).translate(_signs_of_characters())


def syllables(heard: str) -> list[str]:
    """The syllables of what `sounded` made, by name: signs are numbered anew in each process."""
    names = list(_numbers())
    numbers = ((sign, ord(sign) - _FIRST_SIGN) for sign in heard)
    return [names[n] if 0 <= n < len(names) else sign for sign, n in numbers]


def _typed(letters: re.Match[str]) -> str:
    told = [spelled(word) for word in letters[0].split()]
    if not all(told):
        return letters[0]
    return "".join(_sign(syllable) for word in told for syllable in word)


@lru_cache(maxsize=2048)
def _sign(syllable: str) -> str:
    return chr(_FIRST_SIGN + _numbers().setdefault(blurred(syllable), len(_numbers())))


@lru_cache(maxsize=1)
def _numbers() -> dict[str, int]:
    return {}


@lru_cache(maxsize=1)
def _signs_of_characters() -> Mapping[int, str]:
    return {ord(char): _sign(told[0]) for char, told in readings().items() if told}


LISTS = 512
"""Lists of words that are made once, though a thousand phrases name the same few dozen."""

Pieces: TypeAlias = tuple[str, ...]
"""A pattern in its pieces: each stands for itself, for a list or for a gap."""


def _any_of(patterns: Iterable[Pieces]) -> re.Pattern[str]:
    return re.compile(_branches([each for each in patterns if each]) or r"(?!)")


def _branches(patterns: Sequence[Pieces], *, ends: bool = True) -> str:
    """Patterns that begin alike share their beginning, so that it is tried once in each place.

    Where nothing follows (`ends`), the shortest of them says all; else 老人家 counts beside 老人.
    """
    by_first: dict[str, list[Pieces]] = defaultdict(list)
    for first, *rest in dict.fromkeys(patterns):
        by_first[first].append(tuple(rest))
    return "|".join(first + _rest(rests, ends=ends) for first, rests in by_first.items())


def _rest(rests: Sequence[Pieces], *, ends: bool) -> str:
    longer = [rest for rest in rests if rest]
    if () not in rests:
        return f"(?:{_branches(longer, ends=ends)})"
    return "" if ends or not longer else f"(?:{_branches(longer, ends=ends)})?"


def _is_latin(phrase: str) -> bool:
    return re.search(r"[a-z]", WORD.sub("", phrase)) is not None


def _written(phrase: str, words: Mapping[str, Sequence[str]]) -> Pieces:
    is_latin = _is_latin(phrase)
    gap = GAP_LATIN if is_latin else GAP
    told = (_piece(piece, gap, words) for piece in _PIECE.split(phrase) if piece)
    inner = tuple(each for pieces in told for each in pieces)
    return (rf"\b{inner[0]}", *inner[1:], r"\b") if is_latin else inner


def _piece(piece: str, gap: int, words: Mapping[str, Sequence[str]]) -> Pieces:
    if piece == "…":
        return (rf".{{0,{gap}}}?",)
    if piece == "~":
        return (rf"[^{THINGS}]{{0,{gap}}}?",)
    if word := WORD.fullmatch(piece):
        told = _list_written(tuple(words[word[1]]))
        return (rf"\b{told}\b" if gap == GAP_LATIN else told,)
    # A blank between a Latin word and a {word} is part of the phrase.
    before, after = piece.startswith(" "), piece.endswith(" ")
    return _signs(" " * before + plain(piece) + " " * (after and bool(piece.strip())))


@lru_cache(maxsize=LISTS)
def _list_written(words: tuple[str, ...]) -> str:
    return _list([_signs(plain(word)) for word in words])


@lru_cache(maxsize=LISTS)
def _list_heard(words: tuple[str, ...]) -> str:
    return _list([_sounds(word) for word in words])


def _list(texts: Sequence[Pieces]) -> str:
    """Any of the texts; that none begins here is mostly seen at the first sign."""
    firsts = "".join(dict.fromkeys(text[0].strip("[]") for text in texts))
    return f"(?=[{firsts}])(?:{_branches(texts, ends=False)})"


def _signs(text: str) -> Pieces:
    """A text sign by sign, so that what begins alike can share it."""
    return tuple(map(re.escape, text))


def _heard(phrase: str, words: Mapping[str, Sequence[str]]) -> Pieces:
    """The phrase as it sounds, with those words only that make it long enough; else nothing.

    With a gap its own words alone must be long enough: lists name people, who are in every text.
    What `~` excludes is known as it is written only.
    """
    pieces = [piece for piece in _PIECE.split(phrase) if piece]
    said = sum(len(plain(piece)) for piece in pieces if not _PIECE.fullmatch(piece))
    if _is_latin(phrase) or "~" in pieces or ("…" in pieces and said < HEARD_APART):
        return ()
    named = [words[word[1]] for piece in pieces if (word := WORD.fullmatch(piece))]
    if len(named) > 1 and said < HEARD:
        return ()
    told = [tuple(word for word in each if said + len(word) >= HEARD) for each in named]
    return _sound_of(pieces, told) if all(told) and (named or said >= HEARD) else ()


def _sound_of(pieces: Sequence[str], named: Sequence[tuple[str, ...]]) -> Pieces:
    rest = iter(named)
    told = (
        (rf".{{0,{GAP}}}?",) if piece == "…"
        else (_list_heard(next(rest)),) if WORD.fullmatch(piece)
        else _sounds(piece)
        for piece in pieces
    )  # fmt: skip
    return tuple(each for pieces in told for each in pieces)


@lru_cache(maxsize=4096)
def _sounds(text: str) -> Pieces:
    """What a rule says, as it sounds; never what a person said."""
    return tuple(map(_either, sounded(plain(text)), plain(text)))


def _either(sign: str, char: str) -> str:
    """The sign of a character, or either of two where it is read in two ways."""
    return f"[{sign}{_sign(ALSO_READ[char])}]" if char in ALSO_READ else re.escape(sign)
