"""Several questions in one: where a text may be cut, before it is known whether it should be."""

import re
from collections.abc import Mapping
from itertools import accumulate, pairwise

from knowledge.normalise import clean, core

_ENDS = re.compile(r"[?？!！。;；\n]+")
_JOINED = re.compile(
    r"[,，、 ]*(?:顺便(?:再|也)?(?:想?问(?:一?下|问)?)?|另外(?:再|还)?"
    r"|还有(?:就是|一个|件事|那个)?|再问(?:一?下|问)?"
    r"|除此之外|同时(?:还|也)|\band also\b|\balso\b|\bbesides\b)[,，、 ]*"
)
_COMMAS = re.compile(r"[,，、]+")
_ASKS = re.compile(
    r"怎么|怎样|如何|什么|啥|哪|吗|多少|(?<![们好十])几|能不能|可不可以|是不是|要不要|谁|咋|伐|呢|不$|么$"
    r"|\bhow\b|\bwhat\b|\bwhere\b|\bwhen\b|\bcan\b|\bdo i\b"
)
_ASKED = re.compile(
    r"怎么[办领交补销弄搞去样]?理?|如何办理|什么(?:材料|条件|东西)?|哪里办?|哪儿|多少钱?|多久|吗|[呢伐]"
)
_HAN = r"[\u4e00-\u9fff]"
_BARE = re.compile(
    rf"(?:[,，、]|(?<={_HAN}) +(?={_HAN}))(?:还|再|也|又)?(?:想|要|帮)?"
    r"|(?P<word>以及|还[有要想]|和|跟|与|及|\band\b|\bplus\b|&|\+)"
)
_DENIES = re.compile(
    r"(?:我们?|我家|本人|[他她]|家里|老人|孩子)?(?:也|都|又)?(?:不是|不属于|不算|不符合)"
)
"""What begins a condition, and no wish: 我不是低保户，想申请公租房."""
_TOO = re.compile(r".{1,5}也")
SHORTEST = 3
"""Characters of a piece that can be a question."""
LONGEST_OF_TWO = 24
"""Characters of two wishes in one breath."""
OWN = 0.1
"""How much more often one matter's people say what stands on one side of a seam than the other's."""
CLEARLY = 4
"""How many times as often one matter's people must say a pair of signs for it to tell."""
MOST_CUTS = 2
"""Cuts that are tried; each costs two searches."""
MOST = 6
"""Questions that are looked at; nobody reads more answers at once."""


def pieces(text: str) -> tuple[str, ...]:
    """The questions in a text, at most six; one where nothing says that there are more."""
    said = clean(text)
    parts = [part for end in _ENDS.split(said) for part in _JOINED.split(end)]
    found = [piece for part in parts for piece in _at_commas(part)]
    kept = [piece.strip() for piece in found if len(core(piece)) >= SHORTEST]
    return tuple(kept[:MOST]) if len(kept) > 1 else (text,)


def is_long(text: str) -> bool:
    """Whether a text is too long for two wishes in one breath: a story."""
    return len(core(clean(text))) > LONGEST_OF_TWO


def halves(text: str) -> tuple[tuple[str, str], ...]:
    """Where a text may hold two wishes side by side and no word that asks: 办居住证和小孩上学. Many a cut
    is wrong; none where there are too many to look at, as in a story."""
    if is_long(text):
        return ()
    said = clean(text)
    found = []
    for at in _BARE.finditer(said):
        pair = said[: at.start()].strip(), said[at.end() :].strip()
        # At a comma, how things are may stand before what is asked.
        beside = at["word"] or asks(pair[0]) == asks(pair[1])
        denies = _DENIES.match(pair[0]) and not asks(pair[0])
        if beside and not denies and all(len(core(half)) >= SHORTEST - 1 for half in pair):
            found.append(pair)
    return tuple(found) if len(found) <= MOST_CUTS else ()


def twice(text: str) -> tuple[tuple[str, str], ...]:
    """Where a text that asks twice may be cut: behind what asks first, 老年证怎么办 | 高龄津贴怎么领."""
    if is_long(text):
        return ()
    said = clean(text)
    ends = [found.end() for found in _ASKED.finditer(said)][:-1]
    pairs = [(said[:end].strip(), said[end:].strip()) for end in ends]
    return tuple(pair for pair in pairs if len(core(pair[1])) >= SHORTEST)[:MOST_CUTS]


def seam(
    text: str, first: Mapping[str, float], second: Mapping[str, float]
) -> tuple[tuple[str, str], ...]:
    """Where a text passes from the words of one matter to those of another with nothing between them:
    养狗要办证吗电动车去哪里上牌. `first` and `second` say how often a matter's people use each pair of
    signs; what both use alike tells nothing, and without some of its own on either side there is no seam."""
    if is_long(text):
        return ()
    said = clean(text)
    pairs = list(map("".join, pairwise(said)))
    lead = [0.0, *accumulate(_leaning(first.get(p, 0.0), second.get(p, 0.0)) for p in pairs)]
    if lead[-1] > min(lead) + max(lead):
        lead = [-height for height in lead]
    at = len(lead) - 1 - lead[::-1].index(max(lead))
    pair = said[:at].strip(), said[at:].strip()
    apart = lead[at] >= OWN and lead[at] - lead[-1] >= OWN
    return (pair,) if apart and all(len(core(half)) >= SHORTEST - 1 for half in pair) else ()


def stands_alone(pair: tuple[str, str]) -> bool:
    """Whether the parts of a text are wishes side by side by their own words: the first asks, or the
    second says 也; 低收入家庭申请 | 公租房的条件 is one wish."""
    return asks(pair[0]) or _TOO.match(pair[1]) is not None


def asking(text: str) -> tuple[str, ...]:
    """Of a text of several clauses, those that ask: 房东不登记，我能办居住证吗 is about the permit;
    beside what somebody is not, what they say else."""
    clauses = [clause for clause in _COMMAS.split(clean(text)) if clause.strip()]
    denied = [clause for clause in clauses if _DENIES.match(clause) and not asks(clause)]
    wished = [c for c in clauses if asks(c) or (denied and c not in denied)]
    found = [clause for clause in wished if len(core(clause)) > SHORTEST]
    return tuple(found[:MOST_CUTS]) if len(clauses) > 1 else ()


def asks(piece: str) -> bool:
    """Whether a piece is a question by its own words, not a greeting or a part of a story."""
    return _ASKS.search(piece) is not None


def _leaning(first: float, second: float) -> float:
    """Which of two matters a pair of signs speaks for; what both are asked with, for neither."""
    return first - second if CLEARLY * min(first, second) < max(first, second) else 0.0


def _at_commas(text: str) -> list[str]:
    """Cut at commas where there is a question on both sides; a story stays whole."""
    pieces = [""]
    for clause in _COMMAS.split(text):
        if _ASKS.search(pieces[-1]) and _ASKS.search(clause):
            pieces.append(clause)
        else:
            pieces[-1] = f"{pieces[-1]} {clause}".strip()
    return pieces
