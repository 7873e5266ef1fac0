"""Drafts: misses that wait for an editor, and what was decided."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from domain.draft import Draft, DraftState, Why
from storage.database import Work
from storage.inbox import insert_new
from storage.tables.enquiries import drafts

MOST_OPEN = 500
"""Drafts a community keeps open; whoever decides on none is sent no more."""


async def add(
    work: Work,
    community_id: int,
    text: str,
    why: Why,
    guide: str | None,
    candidates: Sequence[str],
) -> None:
    """A miss, without personal data. The same words again are counted, and suggest anew while open."""
    same = sa.and_(drafts.c.community_id == community_id, drafts.c.text_key == work.blind(text))
    times = await work.conn.scalar(
        sa.update(drafts).where(same).values(times=drafts.c.times + 1).returning(drafts.c.times)
    )
    if times is not None:
        if guide is not None:
            await _suggest(work, same, guide)
        return
    if await count(work, community_id) >= MOST_OPEN:
        return
    await work.conn.execute(
        insert_new(work, drafts).values(
            community_id=community_id,
            text=text,
            text_key=work.blind(text),
            why=why,
            guide=guide,
            candidates=list(candidates),
            times=1,
            state=DraftState.OPEN,
            made_at=work.now,
        )
    )


async def suggest(work: Work, community_id: int, text: str, guide: str) -> None:
    """A worker answered these words with a guide: the best suggestion there can be."""
    same = sa.and_(drafts.c.community_id == community_id, drafts.c.text_key == work.blind(text))
    await _suggest(work, same, guide)


async def _suggest(work: Work, same: sa.ColumnElement[bool], guide: str) -> None:
    await work.conn.execute(
        sa.update(drafts).where(same, drafts.c.state == DraftState.OPEN).values(guide=guide)
    )


async def count(work: Work, community_id: int) -> int:
    """How many wait for an editor of the community."""
    query = (
        sa.select(sa.func.count())
        .select_from(drafts)
        .where(drafts.c.community_id == community_id, drafts.c.state == DraftState.OPEN)
    )
    return int(await work.conn.scalar(query) or 0)


async def first(work: Work, community_id: int, skip: int = 0) -> Draft | None:
    """The one missed most often, after `skip` others."""
    rows = await work.conn.execute(
        sa.select(drafts)
        .where(drafts.c.community_id == community_id, drafts.c.state == DraftState.OPEN)
        .order_by(drafts.c.times.desc(), drafts.c.id)
        .limit(1)
        .offset(skip)
    )
    return next((_read(row) for row in rows), None)


async def waiting(work: Work, draft_id: int, community_id: int) -> Draft | None:
    """A draft of the community that nobody has decided on."""
    rows = await work.conn.execute(
        sa.select(drafts).where(
            drafts.c.id == draft_id,
            drafts.c.community_id == community_id,
            drafts.c.state == DraftState.OPEN,
        )
    )
    return next((_read(row) for row in rows), None)


async def decide(
    work: Work, draft_id: int, community_id: int, state: DraftState, by: int, guide: str | None
) -> bool:
    """An editor's decision; False where there is none to take: decided before, or another's."""
    done = await work.conn.execute(
        sa.update(drafts)
        .where(
            drafts.c.id == draft_id,
            drafts.c.community_id == community_id,
            drafts.c.state == DraftState.OPEN,
        )
        .values(state=state, guide=guide, decided_by=by, decided_at=work.now)
    )
    return done.rowcount == 1


async def wanted(work: Work, community_id: int | None = None) -> list[Draft]:
    """Guides that editors want written, of one community or of all, the most asked for first."""
    query = sa.select(drafts).where(drafts.c.state == DraftState.WANTED)
    if community_id is not None:
        query = query.where(drafts.c.community_id == community_id)
    rows = await work.conn.execute(query.order_by(drafts.c.times.desc(), drafts.c.id))
    return [_read(row) for row in rows]


def _read(row: sa.Row[Any]) -> Draft:
    return Draft(
        id=row.id,
        community_id=row.community_id,
        text=row.text,
        why=Why(row.why),
        guide=row.guide,
        candidates=tuple(row.candidates),
        times=row.times,
        state=DraftState(row.state),
        made_at=row.made_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )
