"""The board of all workers, gathered for whoever may see it."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.ledgers.order import rules
from bot.render.visit import board_picture
from domain.calendar import Month
from domain.people import Person, Role
from domain.policies import Policies
from domain.visit import Quota
from domain.visit_board import all_homes, board_lines
from storage import ledger, people, visit
from storage.database import Work
from wording import Say

_HEADS = (Role.SUPERVISOR, Role.STREET)


async def board(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, policies: Policies
) -> bytes:
    """Every worker of `community` against the pace on `day` ("2026-11-23"), and its homes by their last
    visit: for its own heads only."""
    community_id = int(params["community"])
    if not viewer.is_any(*_HEADS) or viewer.community_id != community_id:
        raise PermissionError(f"person {viewer.id} may not see the board of {community_id}")
    day = date.fromisoformat(str(params["day"]))
    community = await people.community(work, community_id)
    rows = await visit.board(
        work, community_id, day, policies.calendar, Quota(policies.visits_a_month)
    )
    facts = await ledger.facts(work, community, Month.of(day), rules(policies))
    late = sum(line.overdue for line in board_lines(facts))
    return await asyncio.to_thread(
        board_picture, rows, community.name, day, say.plain, all_homes(facts), late
    )
