"""What communities say otherwise of a guide: written as a draft, published, taken back."""

from typing import Any

import sqlalchemy as sa

from domain.content import LocalEdit, Signed, State
from storage.content import Body, move_on
from storage.database import Work
from storage.tables.content import guide_overrides as rows


async def draft(work: Work, community_id: int, guide_id: str, body: Body, signed: Signed) -> int:
    """Write a draft that replaces all that the community says otherwise of the guide."""
    made = await work.conn.execute(
        sa.insert(rows)
        .values(
            community_id=community_id,
            guide_id=guide_id,
            body=dict(body),
            state=State.DRAFT,
            by=signed.by[:60],
            by_id=signed.person_id,
            made_at=work.now,
            why=signed.why[:500],
        )
        .returning(rows.c.id)
    )
    return int(made.scalar_one())


async def get(work: Work, edit_id: int) -> LocalEdit | None:
    """One edit, or None."""
    row = (await work.conn.execute(sa.select(rows).where(rows.c.id == edit_id))).one_or_none()
    return _edit(row) if row else None


async def live(work: Work, community_id: int, guide_id: str) -> LocalEdit | None:
    """What the community says otherwise of the guide now."""
    row = (await work.conn.execute(_live(community_id, guide_id))).one_or_none()
    return _edit(row) if row else None


def _live(community_id: int, guide_id: str) -> sa.Select[Any]:
    return sa.select(rows).where(
        rows.c.community_id == community_id,
        rows.c.guide_id == guide_id,
        rows.c.state == State.PUBLISHED,
    )


async def publish(work: Work, edit: LocalEdit) -> bool:
    """Let the community's residents read it; False where it is not a draft any more."""
    await move_on(work)
    now = await get(work, edit.id)
    if now is None or now.state is not State.DRAFT:
        return False
    await _withdraw(work, edit.community_id, edit.guide_id)
    await work.conn.execute(
        sa.update(rows).where(rows.c.id == edit.id).values(state=State.PUBLISHED)
    )
    return True


async def drop(work: Work, edit_id: int) -> bool:
    """Let a draft go; False where it is none any more."""
    done = await work.conn.execute(
        sa.update(rows)
        .where(rows.c.id == edit_id, rows.c.state == State.DRAFT)
        .values(state=State.WITHDRAWN)
    )
    return bool(done.rowcount)


async def withdraw(work: Work, community_id: int, guide_id: str) -> bool:
    """Say what everybody says again; False where the community said nothing of its own."""
    await move_on(work)
    return bool(await _withdraw(work, community_id, guide_id))


async def _withdraw(work: Work, community_id: int, guide_id: str) -> int:
    done = await work.conn.execute(
        sa.update(rows)
        .where(
            rows.c.community_id == community_id,
            rows.c.guide_id == guide_id,
            rows.c.state == State.PUBLISHED,
        )
        .values(state=State.WITHDRAWN)
    )
    return int(done.rowcount)


def _edit(row: sa.Row[Any]) -> LocalEdit:
    return LocalEdit(
        row.id, row.community_id, row.guide_id, row.body, State(row.state), row.by, row.made_at
    )
