"""The map on the board: communities where they lie, and a mark for what is open there."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from domain.duty import DutyState
from domain.help_board import Standing, by_community, standing
from domain.help_map import HIGH, WIDE, Point, Spot, laid_out
from storage.help_board import Overseen, View
from wording import Say


def board_map(view: View, where: Mapping[int, Point], say: Say) -> dict[str, Any] | None:
    """None for one community alone, of which there is nothing to find. What is most urgent comes last, so
    that it is drawn above the rest."""
    spots = laid_out({one.id: where[one.id] for one in view.places if one.id in where})
    if len(spots) < 2:
        return None
    cases = by_community(view.cases)
    marks = [
        _mark(place, spots[place.id], standing(cases.get(place.id, []), view.now), say)
        for place in view.places
        if place.id in spots
    ]
    missing = len(view.places) - len(spots)
    return {
        "size": [WIDE, HIGH],
        "marks": sorted(marks, key=lambda mark: (mark["late"], mark["waits"], mark["count"])),
        "line": say.plain("helpboard.map_line", count=len(spots)),
        "missing": say.plain("helpboard.map_missing", count=missing) if missing else "",
    }


def _mark(place: Overseen, spot: Spot, now: Standing, say: Say) -> dict[str, Any]:
    waits = now.by_state.get(DutyState.OPEN, 0)
    words = "helpboard.map_waits" if waits else "helpboard.map_open"
    return {
        "id": place.id,
        "name": place.name,
        "at": [spot.x, spot.y],
        "count": now.total,
        "waits": waits > 0,
        "late": now.overdue > 0,
        "since": _iso(now.oldest),
        "words": say.plain(words, count=now.total, waits=waits) if now.total else "",
    }


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
