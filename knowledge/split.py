"""Several questions in one: where a text may be cut, before it is known whether it should be."""

import re

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
_HAN = r"[\u4e00-\u9fff]"
_BARE = re.compile(
    rf"(?:[,，、]|(?<={_HAN}) +(?={_HAN}))(?:还|再|也|又)?(?:想|要|帮)?"
    r"|(?P<word>以及|还[有要想]|和|跟|与|及|\band\b|\bplus\b|&|\+)"
)
SHORTEST = 3
"""Characters of a piece that can be a question."""
LONGEST_OF_TWO = 24
"""Characters of two wishes in one breath."""
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


def halves(text: str) -> tuple[tuple[str, str], ...]:
    """Where a text may hold two wishes side by side and no word that asks: 办居住证和小孩上学. Many a cut
    is wrong; none where there are too many to look at, as in a story."""
    said = clean(text)
    if len(core(said)) > LONGEST_OF_TWO:
        return ()
    found = []
    for at in _BARE.finditer(said):
        pair = said[: at.start()].strip(), said[at.end() :].strip()
        # At a comma, how things are may stand before what is asked.
        beside = at["word"] or asks(pair[0]) == asks(pair[1])
        if beside and all(len(core(half)) >= SHORTEST - 1 for half in pair):
            found.append(pair)
    return tuple(found) if len(found) <= MOST_CUTS else ()


def asking(text: str) -> tuple[str, ...]:
    """Of a text of several clauses, those that ask: 房东不登记，我能办居住证吗 is about the permit."""
    clauses = [clause for clause in _COMMAS.split(clean(text)) if clause.strip()]
    found = [clause for clause in clauses if asks(clause) and len(core(clause)) > SHORTEST]
    return tuple(found[:MOST_CUTS]) if len(clauses) > 1 else ()


def asks(piece: str) -> bool:
    """Whether a piece is a question by its own words, not a greeting or a part of a story."""
    return _ASKS.search(piece) is not None


def _at_commas(text: str) -> list[str]:
    """Cut at commas where there is a question on both sides; a story stays whole."""
    pieces = [""]
    for clause in _COMMAS.split(text):
        if _ASKS.search(pieces[-1]) and _ASKS.search(clause):
            pieces.append(clause)
        else:
            pieces[-1] = f"{pieces[-1]} {clause}".strip()
    return pieces
