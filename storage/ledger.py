"""Months that are closed: their facts, stored once and never changed."""

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime, time

import sqlalchemy as sa
from pydantic import TypeAdapter

from domain.calendar import Month
from domain.ledger_facts import Facts, forgotten
from domain.people import Role
from domain.privacy import Sight
from storage import merging
from storage.database import Work
from storage.inbox import insert_new
from storage.ledger_facts import gather
from storage.ledger_span import Rules
from storage.people import Community
from storage.tables.duties import duties
from storage.tables.ledger import ledger_months
from storage.tables.people import communities, roles
from storage.tables.visit import visits

_FACTS: TypeAdapter[Facts] = TypeAdapter(Facts)


async def closed(work: Work, community_id: int, month: Month) -> Facts | None:
    """The month as it was when it was closed; None while it is open."""
    found = await work.conn.scalar(
        sa.select(ledger_months.c.facts).where(
            ledger_months.c.community_id == community_id, ledger_months.c.month == str(month)
        )
    )
    return None if found is None else _FACTS.validate_json(found)


async def facts(work: Work, community: Community, month: Month, rules: Rules) -> Facts:
    """The month: as it was closed, else as it stands now."""
    kept = await closed(work, community.id, month)
    return kept or await reckoned(work, community, month, rules)


async def reckoned(work: Work, community: Community, month: Month, rules: Rules) -> Facts:
    """The month as it stands now, with what was set right of the one before since that was closed."""
    before = await closed(work, community.id, month.previous())
    return await gather(work, community, month, rules, before.visits if before else None)


async def close(work: Work, community_id: int, made: Facts) -> bool:
    """Keep these facts for good; False where the month was closed before."""
    kept = _FACTS.dump_json(replace(made, closed=True))
    row = insert_new(work, ledger_months).values(
        community_id=community_id, month=made.month, made_at=made.made_at, facts=kept
    )
    done = await work.conn.execute(row.returning(ledger_months.c.community_id))
    return done.first() is not None


async def forget(work: Work, community_id: int, person_id: int, name: str) -> None:
    """Take out of a community's closed months what says who somebody was; nothing else ever changes them."""
    rows = await work.conn.execute(
        sa.select(ledger_months.c.month, ledger_months.c.facts).where(
            ledger_months.c.community_id == community_id
        )
    )
    for row in rows.all():
        kept = _FACTS.validate_json(row.facts)
        without = forgotten(kept, person_id, name)
        if without != kept:
            await work.conn.execute(
                sa.update(ledger_months)
                .where(
                    ledger_months.c.community_id == community_id,
                    ledger_months.c.month == row.month,
                )
                .values(facts=_FACTS.dump_json(without))
            )


async def is_closed(work: Work, community_id: int, month: Month) -> bool:
    """Whether the month is closed, without reading it."""
    wanted = sa.select(sa.literal(1)).where(
        ledger_months.c.community_id == community_id, ledger_months.c.month == str(month)
    )
    return await work.conn.scalar(wanted) is not None


async def closed_in(work: Work, month: Month) -> set[int]:
    """The communities whose month is closed."""
    rows = await work.conn.scalars(
        sa.select(ledger_months.c.community_id).where(ledger_months.c.month == str(month))
    )
    return set(rows)


async def to_close(work: Work, month: Month) -> set[int]:
    """The communities of which something is on record from that month or before, and whose month is
    open: a desk on its first day closes nothing, for it was not there to see it."""
    lived = sa.or_(
        sa.exists().where(
            visits.c.community_id == communities.c.id, visits.c.day <= month.last_day
        ),
        sa.exists().where(
            duties.c.community_id == communities.c.id,
            duties.c.opened_at < datetime.combine(month.next().first_day, time(), UTC),
        ),
    )
    rows = await work.conn.scalars(sa.select(communities.c.id).where(lived))
    return set(rows) - await closed_in(work, month)


async def closed_months(work: Work, community_id: int, limit: int = 24) -> list[Month]:
    """A community's closed months, the newest first."""
    rows = await work.conn.scalars(
        sa.select(ledger_months.c.month)
        .where(ledger_months.c.community_id == community_id)
        .order_by(ledger_months.c.month.desc())
        .limit(limit)
    )
    return [month_of(text) for text in rows]


def month_of(text: str) -> Month:
    """`2026-10` as a month. Raises ValueError for anything else."""
    year, _, number = text.partition("-")
    if not (len(year) == 4 and len(number) == 2 and f"{year}{number}".isascii()):
        raise ValueError(f"{text!r} is no month: write it as 2026-10")
    return Month(int(year), int(number))


_SEES = {
    Role.SUPERVISOR: Sight.HEAD,
    Role.STREET: Sight.FIGURES,
    Role.BUREAU: Sight.FIGURES,
    Role.WORKER: Sight.OWN,
}
"""By role, whoever sees most of a whole community first; a worker sees what is their own."""


async def sight(work: Work, person_id: int, community_id: int) -> Sight | None:
    """How much a person sees of a community's ledgers, as the register says now; None: nothing."""
    held = await _roles(work, person_id, community_id)
    return next((sees for role, sees in _SEES.items() if role in held), None)


async def is_worker(work: Work, person_id: int, community_id: int) -> bool:
    """Whether somebody has a diary of their own there."""
    return Role.WORKER in await _roles(work, person_id, community_id)


async def _roles(work: Work, person_id: int, community_id: int) -> Collection[str]:
    """Where it is a part of another now, what they are there."""
    heir = await merging.heir(work, community_id)
    rows = await work.conn.scalars(
        sa.select(roles.c.role).where(roles.c.person_id == person_id, roles.c.community_id == heir)
    )
    return rows.all()
