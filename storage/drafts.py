"""Drafts: misses that wait for an editor, and what was decided."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from domain.draft import Draft, DraftState, Why
from storage.database import Work
from storage.inbox import insert_new
from storage.tables.enquiries import drafts

MOST_OPEN = 500
"""Drafts a community keeps open; whoever decides on none is sent no more."""
SUPERVISORS = (DraftState.OPEN,)
STREETS = (DraftState.OPEN, DraftState.PROPOSED)
"""What waits for a supervisor, and for the street, which sees what was passed on to it as well."""


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


async def answered(work: Work, community_id: int, text: str, question_id: int) -> None:
    """A worker answered these words in words. What waits only for somebody to write it is open again."""
    await work.conn.execute(
        sa.update(drafts)
        .where(
            drafts.c.community_id == community_id,
            drafts.c.text_key == work.blind(text),
            sa.or_(
                drafts.c.state.in_(STREETS),
                sa.and_(drafts.c.state == DraftState.WANTED, drafts.c.guide.is_(None)),
            ),
        )
        .values(question_id=question_id, state=DraftState.OPEN, decided_by=None, decided_at=None)
    )


async def propose(work: Work, draft_id: int, by: int) -> bool:
    """Pass an open draft on to the street; False where there is none to pass on."""
    done = await work.conn.execute(
        sa.update(drafts)
        .where(drafts.c.id == draft_id, drafts.c.state == DraftState.OPEN)
        .values(state=DraftState.PROPOSED, decided_by=by)
    )
    return done.rowcount == 1


async def count(work: Work, community_id: int, states: Collection[DraftState] = SUPERVISORS) -> int:
    """How many wait for an editor of the community."""
    query = (
        sa.select(sa.func.count())
        .select_from(drafts)
        .where(drafts.c.community_id == community_id, drafts.c.state.in_(states))
    )
    return int(await work.conn.scalar(query) or 0)


async def first(
    work: Work,
    community_id: int,
    skip: int = 0,
    states: Collection[DraftState] = SUPERVISORS,
) -> Draft | None:
    """The one missed most often, after `skip` others."""
    rows = await work.conn.execute(
        sa.select(drafts)
        .where(drafts.c.community_id == community_id, drafts.c.state.in_(states))
        .order_by(drafts.c.times.desc(), drafts.c.id)
        .limit(1)
        .offset(skip)
    )
    return next((_read(row) for row in rows), None)


async def waiting(work: Work, draft_id: int, community_id: int | None = None) -> Draft | None:
    """A draft that nobody has decided on, of the community or, to be authorised by it, of any."""
    query = sa.select(drafts).where(drafts.c.id == draft_id, drafts.c.state.in_(STREETS))
    if community_id is not None:
        query = query.where(drafts.c.community_id == community_id)
    return next((_read(row) for row in await work.conn.execute(query)), None)


async def decide(
    work: Work, draft_id: int, community_id: int, state: DraftState, by: int, guide: str | None
) -> bool:
    """An editor's decision; False where there is none to take: decided before, or another's."""
    done = await work.conn.execute(
        sa.update(drafts)
        .where(
            drafts.c.id == draft_id,
            drafts.c.community_id == community_id,
            drafts.c.state.in_(STREETS),
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
        question_id=row.question_id,
    )
