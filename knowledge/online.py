"""Where a matter can be done online: the addresses behind the names that guides use."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from knowledge.guides import Guide
from knowledge.source import Source
from knowledge.value import Day, Text, Texts, Value, naming_entries, read_value


class OnlinePlace(Value):
    """A government's own site or app page. `called` are the names by which guides mean it.

    `source` says where the address was read; without one it is not `verified`, and residents are
    told so.
    """

    name: Text
    called: Annotated[Texts, Field(min_length=1)]
    address: Annotated[str, Field(pattern=r"^https://[\w.-]+/")]
    source: Text | None

    @property
    def verified(self) -> bool:
        """Whether somebody read the address in a source."""
        return self.source is not None


class _Online(Value):
    version: int
    retrieved: Day
    places: Annotated[tuple[OnlinePlace, ...], Field(min_length=1)]


def load_online(path_or_text: Path | str | Source) -> tuple[OnlinePlace, ...]:
    """Read and check a file of places; raises ContentError with a sentence for each thing wrong."""
    source = Source.read(path_or_text)
    return read_value(_Online, source, naming_entries(source, "places", "place")).places


@lru_cache(maxsize=1)
def shipped_online() -> tuple[OnlinePlace, ...]:
    """The places that come with the program."""
    return load_online(Source.shipped("online.yaml"))


def online_of(guide: Guide, places: Sequence[OnlinePlace]) -> tuple[OnlinePlace, ...]:
    """The places a guide names, in its order, each once."""
    named = [where.text for where in guide.where if where.type == "online"]
    found = (place for text in named for place in places if any(n in text for n in place.called))
    return tuple(dict.fromkeys(found))
