"""The visit diary and the board of all workers, gathered for whoever may see them."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.render.visit import board_picture, month_diary
from domain.calendar import Month
from domain.people import Person, Role
from domain.policies import Policies
from domain.visit import DiaryLine, MonthDiary, Presence, Quota, pace
from storage import people, visit, visit_workers
from storage.database import Work
from storage.visit import Recorded
from wording import Say

_HEADS = (Role.SUPERVISOR, Role.STREET)


async def diary(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, policies: Policies
) -> bytes:
    """《社工走访日记》 of `worker` for `month` ("2026-11") in `community`: their own, or the head's."""
    worker_id, community_id = int(params["worker"]), int(params["community"])
    here = {worker.id: worker for worker in await visit.workers(work, community_id)}
    own = viewer.id == worker_id and viewer.is_any(Role.WORKER)
    head = viewer.is_any(*_HEADS) and viewer.community_id == community_id
    if worker_id not in here or not (own or head):
        raise PermissionError(f"person {viewer.id} may not see the diary of {worker_id}")
    year, number = str(params["month"]).split("-")
    month = Month(int(year), int(number))
    community = await people.community(work, community_id)
    there = await visit_workers.presences(work, [worker_id], month)
    lines = await visit.lines(work, worker_id, month, community_id)
    paper = MonthDiary(
        community=community.name,
        worker=here[worker_id].name,
        month=month,
        target=_target(month, policies, there[worker_id]),
        zone=community.zone,
        lines=tuple(_line(saved, place, say) for saved, place in lines),
    )
    return await asyncio.to_thread(month_diary, paper, say.plain)


def _target(month: Month, policies: Policies, present: Presence) -> int:
    quota = Quota(policies.visits_a_month)
    return pace(0, month.last_day, month, policies.calendar, quota, present).target


def _line(saved: Recorded, place: str, say: Say) -> DiaryLine:
    again = saved.follow_up_on
    return DiaryLine(
        made_at=saved.made_at,
        home=saved.household_id,
        address=place,
        mode=saved.mode,
        topics=saved.topics,
        note=saved.note,
        follow_up=say.plain("visit.follow_up_on", month=again.month, day=again.day)
        if again
        else "",
    )


async def board(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, policies: Policies
) -> bytes:
    """Every worker of `community` against the pace on `day` ("2026-11-23"): for its own heads only."""
    community_id = int(params["community"])
    if not viewer.is_any(*_HEADS) or viewer.community_id != community_id:
        raise PermissionError(f"person {viewer.id} may not see the board of {community_id}")
    day = date.fromisoformat(str(params["day"]))
    community = await people.community(work, community_id)
    rows = await visit.board(
        work, community_id, day, policies.calendar, Quota(policies.visits_a_month)
    )
    return await asyncio.to_thread(board_picture, rows, community.name, day, say.plain)
