"""The shipped content, loaded once for all tests of a process: it takes seconds, and never changes."""

from functools import cache

from knowledge import Knowledge


@cache
def shipped_knowledge() -> Knowledge:
    """For tests that ask it while they are collected; the others have the fixture `knowledge`."""
    return Knowledge.shipped()
