"""What an office does with its guides: import, publish, take back. Whole or not at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from bot.content import book_of
from bot.standards import hsds, items
from bot.workbook import read_book, write_book
from domain.content import GOOD_FOR, Signed, State, Version
from domain.draft import Draft
from knowledge.guides import Guide, GuideBook, body_of, head_of, load_guides
from knowledge.source import ContentError
from storage import content
from storage.database import Work
from wording import Say

FORMATS = ("guides", "hsds", "items")


@dataclass(frozen=True, slots=True)
class Imported:
    """The guides of a file that differ from what residents read, and how many are the same; `replaced`
    are drafts that waited and say something else, with the number of what stands before them now."""

    drafts: tuple[str, ...]
    same: int
    replaced: tuple[tuple[Version, int], ...] = ()


def to_file(
    book: GuideBook,
    path: Path,
    style: str,
    say: Say,
    wanted: Sequence[Draft] = (),
    places: Sequence[hsds.Json] = (),
) -> bytes:
    """The book in the format that the file's ending and `style` name; a workbook of ours also lists
    the guides `wanted`, HSDS the services at `places`."""
    match style, path.suffix.lower():
        case "guides", ".xlsx":
            return write_book(book, say, datetime.now(UTC), wanted)
        case "guides", ".yaml" | ".yml":
            return to_yaml(book).encode()
        case "hsds", ".zip":
            return hsds.to_package(book, places)
        case "hsds", ".json":
            return hsds.to_json(book, places)
        case "items", ".xlsx":
            return items.to_workbook(book, say, datetime.now(UTC))
    raise ContentError([_no_format(path, style)])


def from_file(
    path: Path, style: str, say: Say, now: GuideBook, on: date
) -> tuple[GuideBook, list[str]]:
    """The book in a file that is read on that day, and what of the file has no place in it. Raises
    ContentError.

    An open standard says less than a guide: what it does not say stays as it is in `now`.
    """
    match style, path.suffix.lower():
        case "guides", ".xlsx":
            return read_book(path.read_bytes(), say), []
        case "guides", ".yaml" | ".yml":
            return load_guides(path), []
        case "hsds", ".zip" | ".json":
            return hsds.read(path.read_bytes(), now, on)
        case "items", ".xlsx":
            return items.read_workbook(path.read_bytes(), say, now, on)
    raise ContentError([_no_format(path, style)])


def _no_format(path: Path, style: str) -> str:
    known = "guides: .xlsx .yaml; hsds: .zip .json; items: .xlsx"
    return f"{path.name}: no such file for {style!r}; known are {known}"


def to_yaml(book: GuideBook) -> str:
    """The book as one YAML file, English beside the Chinese of each guide."""
    bodies = [body_of(guide) for guide in book.guides]
    whole = {**head_of(book), "count": len(bodies), "guides": bodies}
    return yaml.dump(whole, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=100)


async def current(work: Work) -> GuideBook:
    """What residents read now; raises ContentError where the database holds no guides yet."""
    stock = await content.stock(work)
    if not stock.guides:
        raise ContentError(["the database holds no guides yet: run python -m bot migrate"])
    return checked(stock)


def checked(stock: content.Stock) -> GuideBook:
    """The published book; raises ContentError, in the transaction that would have spoilt it."""
    try:
        return book_of(stock)
    except ValidationError as error:
        told = [f"{'.'.join(map(str, p['loc']))}: {p['msg']}" for p in error.errors()]
        raise ContentError(told) from None


async def bring(work: Work, book: GuideBook, signed: Signed) -> Imported:
    """Write a draft for every guide of the book that differs from what residents read."""
    live = {guide_id: v.body for guide_id, v in (await content.live(work)).items()}
    waiting = {draft.guide_id: draft for draft in await content.drafts(work)}
    drafts: list[str] = []
    replaced: list[tuple[Version, int]] = []
    same = 0
    for guide in book.guides:
        body = body_of(guide)
        if _same(body, live.get(guide.id)):
            same += 1
            continue
        drafts.append(guide.id)
        old = waiting.get(guide.id)
        if old is None or not _same(body, old.body):
            number = await content.add(work, body, signed)
            replaced += [(old, number)] if old is not None else []
    stock = await content.stock(work)
    english = {**stock.head.get("english_categories", {}), **book.english_categories}
    if stock.head and english != stock.head.get("english_categories"):
        await content.move_on(work, {**stock.head, "english_categories": english})
    return Imported(tuple(drafts), same, tuple(replaced))


def _same(body: Mapping[str, Any], other: Mapping[str, Any] | None) -> bool:
    """Whether two bodies say the same, whatever a release has written them like."""
    return other is not None and body_of(Guide.model_validate(other)) == body


async def publish(work: Work, drafts: Iterable[Version]) -> list[str]:
    """Let residents read the drafts. Raises ContentError, and nothing is published, where the book
    could not be used afterwards."""
    done = []
    for draft in drafts:
        guide = Guide.model_validate(draft.body)
        if await content.publish(work, draft.guide_id, draft.number):
            due = (guide.checked or guide.as_of) + GOOD_FOR
            await content.keep(work, [guide.id], review_on=due)
            done.append(draft.guide_id)
    checked(await content.stock(work))
    return done


async def roll_back(work: Work, guide_id: str, number: int, signed: Signed) -> Version | None:
    """Say again what an earlier version said, as a new version; None where there is none."""
    old = await content.get(work, guide_id, number)
    if old is None or old.state is State.PUBLISHED:
        return None
    made = await content.add(work, old.body, signed)
    new = await content.get(work, guide_id, made)
    assert new is not None, "it was written in this transaction"
    await publish(work, [new])
    return new
