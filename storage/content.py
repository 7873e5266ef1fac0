"""Guides in the database: versions that are only ever added, one of each published at a time.

Whatever changes what residents read also moves the content's version on, in the same transaction;
every process looks at that number and takes the content in anew. The move comes first, so that two
people who publish at the same time do so one after the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from domain.content import Signed, State, Version
from storage.database import Work
from storage.inbox import insert_new
from storage.tables.content import content, guide_overrides, guide_versions, guides
from storage.tables.duties import questions

_ROW = 1
FEW = 20
"""Guides that are read in one go: a guide is some kilobytes of JSON, which is unpacked on the loop."""

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stock:
    """All that is published: the head of the book, guides in order, what communities say otherwise."""

    version: int
    head: Body
    guides: tuple[Body, ...]
    local: Mapping[int, Mapping[str, Body]]


async def version(work: Work) -> int:
    """The number that moves with every change of what residents read; 0 where nothing is kept yet."""
    found = await work.conn.scalar(sa.select(content.c.version).where(content.c.id == _ROW))
    return int(found or 0)


async def move_on(work: Work, head: Body | None = None) -> None:
    """Tell every process that the content is to be taken in anew."""
    first = {"id": _ROW, "version": 0, "head": {}}
    await work.conn.execute(insert_new(work, content).values(**first))
    values: dict[str, Any] = {"version": content.c.version + 1}
    if head is not None:
        values["head"] = dict(head)
    await work.conn.execute(sa.update(content).where(content.c.id == _ROW).values(**values))


async def stock(work: Work) -> Stock:
    """Everything that residents read now.

    Few guides at a time, so that reading many holds nobody up. What is published meanwhile, outside
    a transaction, moves the version on, so whoever took this in takes it in anew.
    """
    kept = (await work.conn.execute(sa.select(content))).one_or_none()
    ids = (await work.conn.scalars(_published().with_only_columns(guides.c.id))).all()
    bodies: list[Body] = []
    for first in range(0, len(ids), FEW):
        some = guide_versions.c.guide_id.in_(ids[first : first + FEW])
        bodies += [row.body for row in await work.conn.execute(_published().where(some))]
    return Stock(
        version=kept.version if kept else 0,
        head=kept.head if kept else {},
        guides=tuple(bodies),
        local=await _local(work),
    )


def _published() -> sa.Select[Any]:
    return (
        sa.select(guide_versions)
        .join(guides, guides.c.id == guide_versions.c.guide_id)
        .where(guide_versions.c.state == State.PUBLISHED)
        .order_by(guides.c.position, guides.c.id)
    )


async def _local(work: Work) -> dict[int, dict[str, Body]]:
    rows = await work.conn.execute(
        sa.select(guide_overrides)
        .where(guide_overrides.c.state == State.PUBLISHED)
        .order_by(guide_overrides.c.id)
    )
    found: dict[int, dict[str, Body]] = {}
    for row in rows:
        found.setdefault(row.community_id, {})[row.guide_id] = row.body
    return found


async def live(work: Work) -> dict[str, Version]:
    """The published version of every guide, in the order of the menu."""
    return {row.guide_id: _version(row) for row in await work.conn.execute(_published())}


async def drafts(work: Work) -> list[Version]:
    """The newest draft of every guide that has one behind its published version."""
    rows = await work.conn.execute(
        sa.select(guide_versions)
        .join(guides, guides.c.id == guide_versions.c.guide_id)
        .where(guide_versions.c.state == State.DRAFT)
        .order_by(guides.c.position, guides.c.id, guide_versions.c.number)
    )
    return list({row.guide_id: _version(row) for row in rows}.values())


async def history(work: Work, guide_id: str) -> list[Version]:
    """All versions of a guide, newest first."""
    rows = await work.conn.execute(
        sa.select(guide_versions)
        .where(guide_versions.c.guide_id == guide_id)
        .order_by(guide_versions.c.number.desc())
    )
    return [_version(row) for row in rows]


async def get(work: Work, guide_id: str, number: int) -> Version | None:
    """One version, or None."""
    same = guide_versions.c.guide_id == guide_id, guide_versions.c.number == number
    row = (await work.conn.execute(sa.select(guide_versions).where(*same))).one_or_none()
    return _version(row) if row else None


async def newest(work: Work, guide_id: str, state: State) -> Version | None:
    """The newest version of a guide that is in that state."""
    row = await work.conn.execute(
        sa.select(guide_versions)
        .where(guide_versions.c.guide_id == guide_id, guide_versions.c.state == state)
        .order_by(guide_versions.c.number.desc())
        .limit(1)
    )
    return next((_version(found) for found in row), None)


async def shipped_known(work: Work) -> dict[str, set[str]]:
    """Which shipped texts of each guide have been taken in or offered already."""
    rows = await work.conn.execute(sa.select(guide_versions.c.guide_id, guide_versions.c.shipped))
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row.guide_id, set()).update([row.shipped] if row.shipped else [])
    return found


async def add(
    work: Work, body: Body, signed: Signed, *, shipped: str | None = None, position: int = 9999
) -> int:
    """Write a draft of a guide; returns its number. A guide that is new gets its place in the menu."""
    guide_id = str(body["id"])
    await work.conn.execute(insert_new(work, guides).values(id=guide_id, position=position))
    newest = await work.conn.scalar(
        sa.select(sa.func.max(guide_versions.c.number)).where(guide_versions.c.guide_id == guide_id)
    )
    number = int(newest or 0) + 1
    await work.conn.execute(
        sa.insert(guide_versions).values(
            guide_id=guide_id,
            number=number,
            body=dict(body),
            state=State.DRAFT,
            shipped=shipped,
            by=signed.by[:60],
            by_id=signed.person_id,
            made_at=work.now,
            why=signed.why[:500],
        )
    )
    return number


async def publish(work: Work, guide_id: str, number: int) -> bool:
    """Let residents read this version from now on; False where it is not a draft any more.

    Older drafts of the guide are withdrawn: they would take back what this one says.
    """
    await move_on(work)
    found = await get(work, guide_id, number)
    if found is None or found.state is not State.DRAFT:
        return False
    same = guide_versions.c.guide_id == guide_id
    await _settle(work, same, guide_versions.c.state == State.PUBLISHED)
    older = guide_versions.c.number < number
    await _settle(work, same, older, guide_versions.c.state == State.DRAFT)
    await work.conn.execute(
        sa.update(guide_versions)
        .where(same, guide_versions.c.number == number)
        .values(state=State.PUBLISHED)
    )
    return True


async def withdraw(work: Work, guide_id: str) -> bool:
    """Take a guide off the shelf; False where it is not on it. Its versions stay."""
    await move_on(work)
    same = guide_versions.c.guide_id == guide_id
    return bool(await _settle(work, same, guide_versions.c.state == State.PUBLISHED))


async def drop(work: Work, guide_id: str) -> int:
    """Let the drafts of a guide go; returns how many there were."""
    same = guide_versions.c.guide_id == guide_id
    return await _settle(work, same, guide_versions.c.state == State.DRAFT)


async def _settle(work: Work, *which: sa.ColumnElement[bool]) -> int:
    done = await work.conn.execute(
        sa.update(guide_versions).where(*which).values(state=State.WITHDRAWN)
    )
    return int(done.rowcount)


async def recent_questions(work: Work, limit: int = 500) -> list[str]:
    """What was handed to a person lately, in the residents' words: what a change may answer."""
    found = await work.conn.scalars(
        sa.select(questions.c.text).order_by(questions.c.duty_id.desc()).limit(limit)
    )
    return list(found)


@dataclass(frozen=True, slots=True)
class Keeping:
    """Who keeps a guide, and when it is to be looked at again."""

    owner_id: int | None
    review_on: date | None


async def keeping(work: Work) -> dict[str, Keeping]:
    """Owner and review date of every guide."""
    rows = await work.conn.execute(sa.select(guides))
    return {row.id: Keeping(row.owner_id, row.review_on) for row in rows}


async def keep(
    work: Work,
    guide_ids: Iterable[str],
    *,
    owner_id: int | None = None,
    review_on: date | None = None,
) -> None:
    """Set who keeps the guides, or when they are to be looked at again."""
    given = {"owner_id": owner_id, "review_on": review_on}
    values = {name: value for name, value in given.items() if value is not None}
    if values:
        await work.conn.execute(
            sa.update(guides).where(guides.c.id.in_(list(guide_ids))).values(**values)
        )


async def known_ids(work: Work) -> list[str]:
    """Every guide there is or ever was, so that a new one writes into nobody's history."""
    return list((await work.conn.scalars(sa.select(guides.c.id))).all())


async def order(work: Work, guide_ids: Sequence[str]) -> None:
    """Give the guides these places in the menu."""
    known: sa.BindParameter[str] = sa.bindparam("known")
    rows = [{"known": guide_id, "position": n} for n, guide_id in enumerate(guide_ids)]
    if rows:
        await work.conn.execute(sa.update(guides).where(guides.c.id == known), rows)


def _version(row: sa.Row[Any]) -> Version:
    return Version(
        row.guide_id,
        row.number,
        row.body,
        State(row.state),
        row.by,
        row.made_at,
        row.why,
        row.shipped,
        row.by_id,
    )
