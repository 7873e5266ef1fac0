"""Content in the database: shipped guides are brought in, what is published is taken up."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from pydantic import ValidationError

from bot.building import BuildFailed, built, lasting, let_go, parts_of
from bot.metrics import Metrics
from bot.turns import Desk
from domain.content import GOOD_FOR, Signed
from knowledge import Knowledge
from knowledge.guides import Guide, GuideBook, body_of, fingerprint, head_of
from knowledge.local import Local
from storage import content
from storage.content import Stock
from storage.content_learn import learned, with_phrasings
from storage.database import Database, Work

log = structlog.get_logger()

SHIPPED = Signed("Linli", "shipped content")
PATIENCE = 30
"""Looks after which content that could not be taken up is tried again."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of the shipped guides: taken in, or only offered, since the office has its own."""

    taken: int = 0
    offered: int = 0


async def bring_in(database: Database, book: GuideBook) -> Brought:
    """Bring shipped guides in. What an office has edited or withdrawn is left as it is: the newer
    shipped text lies beside it as a draft. What residents taught a guide goes with it. The same
    book twice changes nothing."""
    async with database.reading() as work:
        known = await content.shipped_known(work)
    new = [g for g in book.guides if fingerprint(g) not in known.get(g.id, ())]
    if not new:
        return Brought()
    async with database.writing() as work:
        return await _bring_in(work, book, new)


async def _bring_in(work: Work, book: GuideBook, new: list[Guide]) -> Brought:
    await content.move_on(work, head_of(book))
    known, live = await content.shipped_known(work), await content.live(work)
    places = {guide.id: place for place, guide in enumerate(book.guides)}
    taken = offered = 0
    for guide in new:
        text = fingerprint(guide)
        if text in known.get(guide.id, ()):  # another process was first
            continue
        body = with_phrasings(body_of(guide), await learned(work, guide.id))
        number = await content.add(work, body, SHIPPED, shipped=text, position=places[guide.id])
        now = live.get(guide.id)
        if guide.id in known and (now is None or now.shipped is None):
            offered += 1
            continue
        await content.publish(work, guide.id, number)
        await content.keep(work, [guide.id], review_on=(guide.checked or guide.as_of) + GOOD_FOR)
        taken += 1
    log.info("content.shipped", taken=taken, offered=offered)
    return Brought(taken, offered)


def book_of(stock: Stock) -> GuideBook:
    """The book as published, checked; raises ValidationError where it cannot be used. Guide by guide:
    one check of all would keep the interpreter from everything else."""
    guides = [Guide.model_validate(body) for body in stock.guides]
    return GuideBook.model_validate({**stock.head, "guides": guides})


def local_of(stock: Stock) -> Mapping[int, Mapping[str, Local]]:
    """What communities say otherwise; a row that cannot be used is left out, and the log says so."""
    found: dict[int, dict[str, Local]] = {}
    for community_id, said in stock.local.items():
        for guide_id, body in said.items():
            try:
                found.setdefault(community_id, {})[guide_id] = Local.model_validate(body)
            except ValidationError:
                log.error("content.local_refused", community=community_id, guide=guide_id)
    return found


class Librarian:
    """Looks whether something was published, and swaps the desk's knowledge whole.

    What cannot be taken up never replaces what is there: it is logged, and tried again now and then.
    """

    def __init__(self, database: Database, desk: Desk, metrics: Metrics) -> None:
        self._database = database
        self._desk = desk
        self._metrics = metrics
        self._seen = 0
        self._refused = 0
        self._waits = 0

    async def look(self) -> bool:
        """Take up what is published, if it has changed; whether the desk knows something new."""
        async with self._database.reading() as work:
            now = await content.version(work)
            if now == self._seen or (now == self._refused and self._still_waits()):
                return False
            with lasting():  # a million small things of 10,000 guides
                stock = await content.stock(work)
        gone = let_go(stock.guides)  # as JSON they are as many small things again
        taken = await self._take_up(stock)
        del stock
        await asyncio.to_thread(gone)
        return taken

    async def _take_up(self, stock: Stock) -> bool:
        try:
            await self._swap(await _taken_up(self._desk.knowledge, stock))
        except (ValidationError, BuildFailed, TimeoutError, OSError) as error:
            self._refused, self._waits = stock.version, PATIENCE
            log.error("content.refused", version=stock.version, why=_briefly(error))
            self._metrics.content_refused.set(1)
            return False
        self._seen, self._refused = stock.version, 0
        self._metrics.content_refused.set(0)
        self._metrics.content_version.set(stock.version)
        log.info("content.taken_up", version=stock.version, guides=len(stock.guides))
        return True

    async def _swap(self, renewed: Knowledge) -> None:
        """Put new knowledge on the desk; the old goes in a thread, where it holds nobody up."""
        gone = let_go(parts_of(self._desk.knowledge.book, self._desk.knowledge.index))
        self._desk.knowledge = renewed
        await asyncio.to_thread(gone)

    def _still_waits(self) -> bool:
        self._waits -= 1
        return self._waits > 0


async def _taken_up(knowledge: Knowledge, stock: Stock) -> Knowledge:
    """In threads what is short, in another process what is long: turns go on meanwhile."""
    book, alike = await asyncio.to_thread(_checked, knowledge, stock)
    renewed = knowledge.with_book(book, None if alike else await built(book))
    return await asyncio.to_thread(renewed.with_local, local_of(stock))


def _checked(knowledge: Knowledge, stock: Stock) -> tuple[GuideBook, bool]:
    """The book, and whether the index at hand finds in it."""
    with lasting():
        book = book_of(stock)
        book.by_id  # noqa: B018  (worked out here, not in the first turn)
        return book, knowledge.finds_alike(book)


def _briefly(error: Exception) -> str:
    """Where it is wrong, without what people wrote."""
    if isinstance(error, ValidationError):
        problems: list[Any] = error.errors(include_input=False, include_url=False)
        return "; ".join(f"{p['loc']}: {p['type']}" for p in problems)[:300]
    return f"{type(error).__name__}: {error}"[:300]
