"""How Chinese characters sound, and which sounds a Ningbo ear or a microphone confuses."""

import json
import re
import unicodedata
from functools import lru_cache

from knowledge.traditional import data_file

_SAME_START = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("r", "l"))
_SAME_H = {"hu": "fu", "hua": "fa", "huan": "fan", "huang": "fang", "hui": "fei", "hun": "fen"}
LONGEST = 6
"""Letters of the longest syllable, `zhuang`."""
LONGEST_WORD = 60
"""Letters that somebody types without a blank; what is longer is no pinyin."""


@lru_cache(maxsize=1)
def readings() -> dict[str, tuple[str, ...]]:
    """Every common character's syllables without tones, the usual one first.

    Read from pypinyin's table, without importing it: its phrases would cost 50 MB and 0.3 s.
    """
    table = json.loads(data_file("pypinyin", "pinyin_dict.json").read_text("utf-8"))
    # Beyond the first block of Chinese characters nothing is typed, only looked up.
    common = {chr(int(code)): told for code, told in table.items() if 0x4E00 <= int(code) <= 0x9FFF}
    known: dict[str, tuple[str, ...]] = {}
    return {c: known.setdefault(told, _plain(told)) for c, told in common.items()}


@lru_cache(maxsize=1)
def syllables() -> frozenset[str]:
    """Every syllable that some common character has."""
    return frozenset(s for each in readings().values() for s in each)


@lru_cache(maxsize=1024)
def blurred(syllable: str) -> str:
    """The syllable as it is heard where n and l, zh and z, h and f, ng and n are one."""
    heard = _SAME_H.get(syllable, syllable)
    for strong, weak in _SAME_START:
        if heard.startswith(strong):
            heard = weak + heard[len(strong) :]
            break
    return re.sub(r"(?<=[aei])ng$", "n", heard)


@lru_cache(maxsize=4096)
def spelled(word: str) -> tuple[str, ...]:
    """A word of letters as syllables, the longest first; empty where it is none."""
    if len(word) > LONGEST_WORD:
        return ()
    for size in range(min(len(word), LONGEST), 0, -1):
        if word[:size] in syllables() and (size > 1 or word[0] in "aeo"):
            rest = spelled(word[size:]) if size < len(word) else ()
            if rest or size == len(word):
                return word[:size], *rest
    return ()


def without_tones(text: str) -> str:
    """`shēn fèn` and `shen1 fen4` as `shen fen`."""
    if text.isascii():
        apart = text
    else:
        marked = unicodedata.normalize("NFD", text).replace("u\u0308", "v")
        apart = "".join(c for c in marked if not unicodedata.combining(c))
    return re.sub(r"(?<=[a-z])[1-5](?![0-9])", "", apart)


def _plain(told: str) -> tuple[str, ...]:
    bare = (without_tones(unicodedata.normalize("NFD", s).replace("u\u0308", "v").lower())
            for s in told.split(","))  # fmt: skip
    return tuple(dict.fromkeys(s for s in bare if s.isascii() and s.isalpha()))
