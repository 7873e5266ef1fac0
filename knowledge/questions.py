"""Questions with the guides that answer them, to measure with: read from a reviewed file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from knowledge.index import Entry
from knowledge.source import Source
from knowledge.value import Text, Texts, Value, read_value

UNANSWERABLE = ("out", "abuse", "injection")
"""Kinds that no guide answers."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, how it is said, and the guides that answer it (none for some kinds).

    `part` is `tuning` or `test` (halves by guide of the questions read while building), `later` (written
    unseen in batches, each measured before it was learned from) or `fresh` (nothing learned from it).
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
    later: _Set = _Set(guides={})
    fresh: _Set = _Set(guides={})


def load_questions(path_or_text: Path | str | Source) -> tuple[Question, ...]:
    """Read and check a file of questions; raises ContentError with a sentence for each mistake."""
    source = Source.read(path_or_text)
    sets = read_value(_Sets, source, lambda place: ("file", place))
    first, later = _questions(sets.first, ""), _questions(sets.later, "later")
    return (*first, *later, *_questions(sets.fresh, "fresh"))


class _Asked(Value):
    ask: Texts
    asked: Texts
    body: str = ""


class _Office(Value):
    entries: Mapping[str, _Asked]
    unanswerable: Texts


def load_office(
    path_or_text: Path | str | Source,
) -> tuple[tuple[Entry, ...], tuple[Question, ...]]:
    """Another office's entries, and what people ask them; the part of its questions is `office`."""
    source = Source.read(path_or_text)
    office = read_value(_Office, source, lambda place: ("file", place))
    entries = tuple(Entry(name, each.ask, each.body) for name, each in office.entries.items())
    asked = [
        Question(text, "indirect", frozenset([name]), "office")
        for name, each in office.entries.items()
        for text in each.asked
    ]
    out = [Question(text, "out", frozenset(), "office") for text in office.unanswerable]
    return entries, (*asked, *out)


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
