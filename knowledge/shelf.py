"""Everything the desk knows, on one shelf: loaded once, never changed, replaced whole."""

import asyncio
from collections.abc import Mapping, Sequence
from copy import copy
from typing import Self

from domain.people import Language
from knowledge.answers import Answerer, Reply, entries_of
from knowledge.certificates import Certificates, load_certificates
from knowledge.emergencies import Emergencies, load_emergencies
from knowledge.guides import Guide, GuideBook, shipped_guides
from knowledge.hotlines import Hotline, load_hotlines
from knowledge.index import Index
from knowledge.local import Local, applied
from knowledge.meaning import Meanings
from knowledge.source import Source
from knowledge.zones import Zones


class Knowledge:
    """What handlers ask. Build another one when content changes, and swap it in whole."""

    def __init__(
        self,
        *,
        book: GuideBook,
        emergencies: Emergencies,
        hotlines: Sequence[Hotline],
        certificates: Certificates,
        meanings: Meanings | None = None,
    ) -> None:
        self.book = book
        self.emergencies = emergencies
        self.certificates = certificates
        self.hotlines = tuple(line for line in hotlines if line.may_be_told)
        self._answerer = Answerer.build(book, emergencies, meanings)
        self._local: Mapping[int, Knowledge] = {}

    @classmethod
    def shipped(cls, meanings: Meanings | None = None) -> Self:
        """The content that comes with the program; some seconds, so once a process.

        Found by meaning too where a sentence model is installed; `meanings` are for measuring.
        """
        return cls(
            book=shipped_guides(),
            emergencies=load_emergencies(Source.shipped("emergencies.yaml")),
            hotlines=load_hotlines(Source.shipped("hotlines.yaml")),
            certificates=load_certificates(Source.shipped("certificates.yaml")),
            meanings=meanings,
        )

    def with_book(self, book: GuideBook, learnt: tuple[Index, Zones] | None = None) -> "Knowledge":
        """The same desk with another book. `learnt` is needed where `finds_alike` says no."""
        renewed = copy(self)
        renewed.book = book
        renewed._answerer = self._answerer.with_book(book, learnt)
        renewed._local = {}
        return renewed

    def finds_alike(self, book: GuideBook) -> bool:
        """Whether the book is asked for in the same words, so that the index need not be built anew."""
        return entries_of(book) == self.index.entries

    def with_local(self, local: Mapping[int, Mapping[str, Local]]) -> "Knowledge":
        """The same desk with what each community, by its id, says otherwise of hours and places."""
        renewed = copy(self)
        renewed._local = {
            community: self.with_book(applied(self.book, said)) for community, said in local.items()
        }
        return renewed

    def at(self, community_id: int | None) -> "Knowledge":
        """What a resident of the community is told."""
        return self if community_id is None else self._local.get(community_id, self)

    @property
    def zones(self) -> Zones:
        """From where the desk answers or offers choices, as learned from the content."""
        return self._answerer.zones

    @property
    def index(self) -> Index:
        """The index behind the answers, for reports on it."""
        return self._answerer.index

    def answer(
        self, text: str, language: Language | str = Language.ZH, context: str | None = None
    ) -> Reply:
        """A reply to any text whatever; never raises, a few milliseconds.

        `context` is the id of the guide that was shown last, for a question that leans on it.
        """
        return self._answerer.answer(text, language, context)

    async def reply(
        self, text: str, language: Language | str = Language.ZH, context: str | None = None
    ) -> Reply:
        """The same while others go on: reading what a question means takes a thread some 20 ms, in
        which the interpreter is free; without a sentence model there is nothing to wait for."""
        if self._answerer.index.reads_meaning:
            return await asyncio.to_thread(self.answer, text, language, context)
        return self.answer(text, language, context)

    def guide(self, guide_id: str) -> Guide | None:
        """A guide by its id; None for one that is not, or no longer, on the shelf."""
        return self.book.by_id.get(guide_id)

    def categories(self) -> tuple[str, ...]:
        """Chinese category names in the order of the menu."""
        return self.book.categories

    def category_name(self, category: str, language: Language | str) -> str:
        """A category as a reader of the language knows it."""
        return self.book.category_name(category, language)

    def guides_in(self, category: str) -> tuple[Guide, ...]:
        """The guides of a category, given by its Chinese name."""
        return self.book.guides_in(category)
