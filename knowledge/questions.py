"""Questions with the guides that answer them, to measure with: read from a reviewed file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from pydantic import Field

from knowledge.source import Source
from knowledge.value import Text, Texts, Value, read_value

UNANSWERABLE = ("out", "abuse", "injection")
"""Kinds that no guide answers."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, how it is said, and the guides that answer it (none for some kinds).

    `part` is `tuning` or `test` (halves by guide of the questions read while building) or `fresh`.
    """

    text: str
    kind: str
    guides: frozenset[str]
    part: str


class _Several(Value):
    text: Text
    guides: Texts


class _Set(Value):
    guides: Mapping[str, Mapping[str, Texts]]
    several: tuple[_Several, ...] = ()
    out: Texts = ()
    abuse: Texts = ()
    injection: Texts = ()
    emergency: Texts = ()


class _Sets(Value):
    first: _Set
    fresh: _Set = Field(default_factory=lambda: _Set(guides={}))


def load_questions(path_or_text: Path | str | Source) -> tuple[Question, ...]:
    """Read and check a file of questions; raises ContentError with a sentence for each mistake."""
    source = Source.read(path_or_text)
    sets = read_value(_Sets, source, lambda place: ("file", place))
    return (*_questions(sets.first, ""), *_questions(sets.fresh, "fresh"))


def half_of(guide: str) -> str:
    """`tuning` or `test`, by a checksum of the guide's id."""
    return ("tuning", "test")[crc32(guide.encode()) % 2]


def _questions(asked: _Set, part: str) -> Iterator[Question]:
    for guide, kinds in asked.guides.items():
        for kind, texts in kinds.items():
            for text in texts:
                yield Question(text, kind, frozenset([guide]), part or half_of(guide))
    for each in asked.several:
        yield Question(
            each.text, "several", frozenset(each.guides), part or half_of(min(each.guides))
        )
    for kind in (*UNANSWERABLE, "emergency"):
        for text in getattr(asked, kind):
            yield Question(text, kind, frozenset(), part or half_of(text))
