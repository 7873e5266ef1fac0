"""Texts as terms: characters (or Latin words) and neighbouring pairs of them, as numbers.

A Chinese character is its code point, a Latin word or number its checksum in the range above; a
pair is both, side by side in one integer. So a term needs no dictionary and means the same in
every index.
"""

from collections.abc import Sequence
from itertools import chain
from typing import TypeAlias
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from knowledge.inflection import stem
from knowledge.normalise import units

Terms: TypeAlias = NDArray[np.int64]
_WORDS = 0x110000
"""Above all code points; words and pairs must fit in 21 bits each."""
_WIDTH = 21
_EMPTY = frozenset(
    "的了吗呢啊吧呀我你他她您们是在有要能可以怎么什哪里多少去个一不这那就还会到得着给把被让和跟与也都很想办"
) | {
    "how", "do", "i", "my", "the", "a", "an", "is", "to", "for", "can", "what", "of", "in", "if",
    "me", "are", "it", "and", "on", "at", "where", "when", "there", "any", "get", "we", "our", "with",
}  # fmt: skip
"""What every question has: says nothing alone, and two in a row say nothing either."""
_EMPTY_CODES = frozenset(
    ord(u)
    if len(u) == 1 and not u.isascii()
    else _WORDS + crc32(stem(u).encode()) % ((1 << _WIDTH) - _WORDS)
    for u in _EMPTY
)


def terms_of(text: str) -> Terms:
    """The terms of a text, in order and as often as they come; a text of empty words keeps them."""
    pieces = [_code(unit) for unit in units(text)]
    telling = [piece not in _EMPTY_CODES for piece in pieces]
    alone = [piece for piece, tells in zip(pieces, telling, strict=True) if tells]
    pairs = [
        (pieces[n] << _WIDTH) | pieces[n + 1]
        for n in range(len(pieces) - 1)
        if telling[n] or telling[n + 1]
    ]
    return np.array(alone + pairs or pieces, dtype=np.int64)


def tells(unit: str) -> bool:
    """Whether a character or word says something alone."""
    return _code(unit) not in _EMPTY_CODES


def joined(texts: Sequence[Terms]) -> tuple[Terms, NDArray[np.int64]]:
    """All terms in one row, and for each the position of its text."""
    lengths = [len(text) for text in texts]
    row = np.concatenate(texts) if texts else np.empty(0, np.int64)
    return row, np.repeat(np.arange(len(texts), dtype=np.int64), lengths)


def together(texts: Sequence[Terms]) -> Terms:
    """Several texts as one."""
    return np.fromiter(chain.from_iterable(texts), np.int64)


def _code(unit: str) -> int:
    if len(unit) == 1 and not unit.isascii():
        return ord(unit)
    return _WORDS + crc32(unit.encode()) % ((1 << _WIDTH) - _WORDS)
