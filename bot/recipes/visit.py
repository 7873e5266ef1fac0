"""The visit diary and the board of all workers, gathered for whoever may see them."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.ledgers.order import rules
from bot.render.visit import board_picture, month_diary
from domain.calendar import Month
from domain.people import Person, Role
from domain.policies import Policies
from domain.privacy import Sight, words_for
from domain.visit import DiaryLine, MonthDiary, Presence, Quota, pace
from domain.visit_board import all_homes, board_lines
from storage import ledger, people, visit, visit_workers
from storage.database import Work
from storage.visit import Recorded
from wording import Say

_HEADS = (Role.SUPERVISOR, Role.STREET)


async def diary(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, policies: Policies
) -> bytes:
    """《社工走访日记》 of `worker` for `month` ("2026-11") in `community`: their own in full, or as far as a
    head of the community may read it."""
    worker_id, community_id = int(params["worker"]), int(params["community"])
    here = {worker.id: worker for worker in await visit.workers(work, community_id)}
    own = viewer.id == worker_id and viewer.is_any(Role.WORKER)
    head = viewer.is_any(*_HEADS) and viewer.community_id == community_id
    if worker_id not in here or not (own or head):
        raise PermissionError(f"person {viewer.id} may not see the diary of {worker_id}")
    year, number = str(params["month"]).split("-")
    month = Month(int(year), int(number))
    sight = Sight.OWN if own else await ledger.sight(work, viewer.id, community_id)
    community = await people.community(work, community_id)
    there = await visit_workers.presences(work, [worker_id], month)
    lines = await visit.lines(work, worker_id, month, community_id)
    paper = MonthDiary(
        community=community.name,
        worker=here[worker_id].name,
        month=month,
        target=_target(month, policies, there[worker_id]),
        zone=community.zone,
        lines=tuple(_line(saved, place, say, sight) for saved, place in lines),
    )
    return await asyncio.to_thread(month_diary, paper, say.plain)


def _target(month: Month, policies: Policies, present: Presence) -> int:
    quota = Quota(policies.visits_a_month)
    return pace(0, month.last_day, month, policies.calendar, quota, present).target


def _line(saved: Recorded, place: str, say: Say, sight: Sight | None) -> DiaryLine:
    sees = sight or Sight.FIGURES
    again = saved.follow_up_on
    return DiaryLine(
        made_at=saved.made_at,
        home=saved.household_id,
        address=place if sees is not Sight.FIGURES else say.plain("ledger.mark_withheld"),
        mode=saved.mode,
        topics=saved.topics,
        note=words_for(sees, saved.note),
        follow_up=say.plain("visit.follow_up_on", month=again.month, day=again.day)
        if again
        else "",
    )


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
