"""Guides: what a resident must know to get one matter done, as checked values.

A guide file is YAML: `version`, `retrieved`, `region`, `guides`. English names and summaries come
from a second file beside it and are joined to the guides when both are loaded.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from domain.content import GOOD_FOR
from domain.people import Language
from knowledge.index import Entry
from knowledge.source import ContentError, Source
from knowledge.value import Day, Text, Texts, Value, Wrong, naming_entries, read_value

Name = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class Material(Value):
    """One paper to bring: original or copy, and where to get it."""

    name: Text
    form: Text
    where: Text


class Where(Value):
    """A place where the matter is done."""

    type: Literal[
        "community", "street", "district", "police", "hospital", "bank", "court", "school",
        "utility", "property", "online",
    ]  # fmt: skip
    text: Text


class TimeLimit(Value):
    """How long the office may take: by law, and as it promises itself."""

    statutory: Text | None
    promised: Text | None


class Reference(Value):
    """Where a fact was read. `date` is as exact as its page: a day, a month or a year."""

    title: Text
    address: Text | None
    date: str | None

    @field_validator("date")
    @classmethod
    def _a_day_month_or_year(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", value):
            told = f"must be a date such as 2026-11-23, 2026-11 or 2026, not {value!r}"
            raise Wrong("date", told)
        return value


class Translation(Value):
    """A guide as a reader of another language first meets it."""

    name: Text
    summary: Text
    questions: Annotated[Texts, Field(min_length=1)]


class Guide(Value):
    """One matter. `note` is for residents, `editor_note` for the office only.

    `as_of` is the day the rule can be traced back to, not a promise that it still holds.
    """

    id: Name
    name: Text
    category: Text
    audience: Text
    summary: Text
    eligibility: Texts
    materials: tuple[Material, ...]
    steps: Annotated[Texts, Field(min_length=1)]
    where: Annotated[tuple[Where, ...], Field(min_length=1)]
    hours: Text
    time_limit: TimeLimit
    fee: Text
    phone: Texts
    legal_basis: Texts
    can_community_stamp: bool | Literal["na"]
    stamp_note: Text | None = None
    questions: Annotated[Texts, Field(min_length=1)]
    source: Reference | None
    source_grade: Literal["A", "B", "C"] | None
    more_sources: tuple[Reference, ...] = ()
    verified: bool
    unverified_fields: Texts
    note: Text | None = None
    editor_note: Text | None = None
    as_of: Day
    checked: Day | None = None
    english: Translation | None = None

    @field_validator("unverified_fields")
    @classmethod
    def _names_fields(cls, value: Texts) -> Texts:
        if unknown := [name for name in value if name not in cls.model_fields]:
            names = ", ".join(unknown)
            raise Wrong("field", f"names what is not a field of a guide: {names}", said=names)
        return value

    @model_validator(mode="after")
    def _sources_are_graded(self) -> Self:
        if (self.source is None) != (self.source_grade is None):
            raise Wrong("grade", "source and source_grade must both be given or both be null")
        return self

    def is_stale(self, today: date) -> bool:
        """Whether nobody has checked the guide for a year (`checked`, else the file's date)."""
        return self.checked is None or today - self.checked > GOOD_FOR

    def is_unknown(self, field: Literal["materials", "can_community_stamp"]) -> bool:
        """Whether nothing is known of it, rather than that there are none or it does not apply."""
        return field in self.unverified_fields and getattr(self, field) in ((), "na")

    @property
    def is_hearsay(self) -> bool:
        """Whether it rests on what somebody said, no page of rules or press behind it."""
        return self.source_grade == "C" and self.source is not None and not self.source.address

    def in_language(self, language: Language | str) -> Translation:
        """Name, summary and questions in a language; Chinese where it has no other."""
        if language == "en" and self.english is not None:
            return self.english
        return Translation(name=self.name, summary=self.summary, questions=self.questions)

    @property
    def is_of_stamps(self) -> bool:
        """Whether the matter is the community's stamp itself."""
        return "盖章" in self.name

    @property
    def short_name(self) -> str:
        """The name without what stands in brackets, as a button shows it."""
        return re.split(r"[（(：:]", self.name)[0]


class GuideBook(Value):
    """All guides of one place, in the order of the file."""

    version: int
    retrieved: Day
    language: Text = "zh-CN"
    region: Text
    count: int | None = None
    guides: Annotated[tuple[Guide, ...], Field(min_length=1)]
    english_categories: Mapping[str, str] = {}

    def with_guides(self, guides: Iterable[Guide]) -> "GuideBook":
        """The book with other guides. Made anew: a copy would keep `by_id` and the like."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return GuideBook(**(fields | {"guides": tuple(guides), "count": None}))

    @cached_property
    def by_id(self) -> Mapping[str, Guide]:
        """Every guide under its id."""
        return {guide.id: guide for guide in self.guides}

    @cached_property
    def categories(self) -> tuple[str, ...]:
        """Chinese category names in the order in which the file first uses them."""
        return tuple(dict.fromkeys(guide.category for guide in self.guides))

    def guides_in(self, category: str) -> tuple[Guide, ...]:
        """The guides of a category, given by its Chinese name."""
        return tuple(guide for guide in self.guides if guide.category == category)

    def category_name(self, category: str, language: Language | str) -> str:
        """A category as a reader of the language knows it."""
        return self.english_categories.get(category, category) if language == "en" else category


class _English(Value):
    categories: Mapping[Text, Text]
    guides: Mapping[Name, Translation]


def load_guides(
    path_or_text: Path | str | Source, english: Path | str | Source | None = None
) -> GuideBook:
    """Read and check a guide file; raises ContentError with a sentence for each thing wrong."""
    source = Source.read(path_or_text)
    book = _dated(read_value(GuideBook, source, naming_entries(source, "guides", "guide")))
    if problems := [*_doubled_ids(book, source), *_wrong_count(book, source)]:
        raise ContentError(problems)
    if english is None:
        return book
    return _joined(book, Source.read(english))


def shipped_guides() -> GuideBook:
    """The guides that come with the program."""
    return load_guides(Source.shipped("guides.yaml"), Source.shipped("guides.en.yaml"))


def _dated(book: GuideBook) -> GuideBook:
    dated = (
        guide.model_copy(update={"checked": guide.checked or book.retrieved})
        for guide in book.guides
    )
    return book.model_copy(update={"guides": tuple(dated)})


def _doubled_ids(book: GuideBook, source: Source) -> Iterator[str]:
    times = Counter(guide.id for guide in book.guides)
    for number, guide in enumerate(book.guides):
        if times[guide.id] > 1:
            place = source.at(("guides", number, "id"))
            yield f'{place}: guide "{guide.id}", field "id": is used {times[guide.id]} times'


def _wrong_count(book: GuideBook, source: Source) -> Iterator[str]:
    if book.count is not None and book.count != len(book.guides):
        says = f"says {book.count}, but the file has {len(book.guides)} guides"
        yield f'{source.at(("count",))}: file, field "count": {says}'


def _joined(book: GuideBook, source: Source) -> GuideBook:
    english = read_value(_English, source, naming_entries(source, "guides", "guide"))
    if problems := [*_strangers(book, english, source)]:
        raise ContentError(problems)
    guides = (
        guide.model_copy(update={"english": english.guides.get(guide.id, guide.english)})
        for guide in book.guides
    )
    named = book.model_copy(update={"english_categories": english.categories})
    return named.with_guides(guides)


def _strangers(book: GuideBook, english: _English, source: Source) -> Iterator[str]:
    for name in english.guides.keys() - book.by_id.keys():
        yield f'{source.at(("guides", name))}: guide "{name}": is in no guide file'
    for name in english.categories.keys() - set(book.categories):
        yield f'{source.at(("categories", name))}: category "{name}": no guide has it'


def body_of(guide: Guide) -> dict[str, Any]:
    """The whole guide as JSON. What is as usual is left out, so a field that a later release adds
    makes no guide look edited."""
    return guide.model_dump(mode="json", exclude_defaults=True)


def fingerprint(guide: Guide) -> str:
    """Names the text of a guide: the same for the same text, in whatever file or row it stands."""
    text = json.dumps(body_of(guide), ensure_ascii=False, sort_keys=True)
    return sha256(text.encode()).hexdigest()


def head_of(book: GuideBook) -> dict[str, Any]:
    """What a book says besides its guides, as JSON."""
    return book.model_dump(mode="json", exclude={"guides", "count"})


def entry_of(guide: Guide) -> Entry:
    """A guide as the index finds it: asked for in either language, told by what stands in it."""
    english = guide.english
    names = (guide.name, guide.short_name, *((english.name,) if english else ()))
    asked = (*guide.questions, *(english.questions if english else ()))
    told = (
        guide.name, guide.category, guide.summary, guide.summary, guide.summary, guide.audience,
        *guide.eligibility, *(material.name for material in guide.materials), *guide.steps,
        guide.note or "", english.summary if english else "",
    )  # fmt: skip
    return Entry(guide.id, (*names, *asked), " ".join(told))
