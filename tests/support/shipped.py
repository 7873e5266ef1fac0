"""The shipped content, loaded once for all tests of a process: it takes seconds, and never changes."""

from functools import cache

from bot.building import built, lasting
from knowledge import Knowledge
from knowledge.answers import entries_of
from knowledge.guides import GuideBook
from knowledge.index import Entry, Index
from knowledge.zones import Zones

_built: dict[tuple[Entry, ...], tuple[Index, Zones]] = {}


@cache
def shipped_knowledge() -> Knowledge:
    """For tests that ask it while they are collected; the others have the fixture `knowledge`."""
    with lasting():
        return Knowledge.shipped()


async def built_once(book: GuideBook) -> tuple[Index, Zones]:
    """Built beside us as ever; but the same story on the other database finds it built already, and what
    comes to the shipped entries again is what has been loaded."""
    shipped, entries = shipped_knowledge(), entries_of(book)
    _built.setdefault(shipped.index.entries, (shipped.index, shipped.zones))
    if entries not in _built:
        _built[entries] = await built(book)
    return _built[entries]
