"""What people say to the desk that no guide answers, as entries that are found and never shown."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from knowledge.index import Entry, Match
from knowledge.source import Source
from knowledge.value import Text, Texts, Value, read_value

MARK = "~"
"""No guide's id begins with it."""


class _Elsewhere(Value):
    topics: Mapping[Text, Annotated[Texts, Field(min_length=1)]]


def load_elsewhere(path_or_text: Path | str | Source) -> tuple[Entry, ...]:
    """Read and check a file of topics; raises ContentError with a sentence for each thing wrong."""
    source = Source.read(path_or_text)
    topics = read_value(_Elsewhere, source, lambda place: ("file", place)).topics
    return tuple(Entry(MARK + name, texts) for name, texts in topics.items())


@lru_cache(maxsize=1)
def shipped_elsewhere() -> tuple[Entry, ...]:
    """The topics that come with the program."""
    return load_elsewhere(Source.shipped("elsewhere.yaml"))


def ours(matches: Sequence[Match]) -> tuple[Match, ...]:
    """The matches that are guides."""
    return tuple(match for match in matches if not match.id.startswith(MARK))


def is_elsewhere(matches: Sequence[Match]) -> bool:
    """Whether the best match is something that no guide answers."""
    return bool(matches) and matches[0].id.startswith(MARK)


def topic_of(matches: Sequence[Match]) -> str:
    """The topic that was said letter for letter; empty where it is only like one."""
    said = is_elsewhere(matches) and matches[0].is_same
    return matches[0].id.removeprefix(MARK) if said else ""
