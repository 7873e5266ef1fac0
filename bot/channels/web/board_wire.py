"""How the board of calls for help travels to the console: already in words, in the viewer's language."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from bot.channels.web.board_map import board_map
from domain.duty import DutyState
from domain.help_board import (
    TARGETS,
    Case,
    Figures,
    Measure,
    Share,
    Target,
    by_community,
    by_day,
    figures,
    is_overdue,
    shares,
    standing,
)
from domain.help_map import Point
from storage.help_board import View
from storage.help_listed import Listed
from wording import Say
from wording.helpboard import (
    apart_lines,
    bars,
    head,
    now_line,
    overdue_line,
    percent,
    pressed_line,
    state,
    timing_line,
    verdict,
    what,
)


def board(
    view: View,
    waiting: Sequence[Listed],
    ended: Sequence[Listed],
    where: Mapping[int, Point],
    say: Say,
) -> dict[str, Any]:
    """All that the console shows. Nothing in it changes by mere waiting, but for what waiting makes
    overdue: the page counts the seconds itself, so an unchanged board need not be sent again."""
    now, sums = standing(view.cases, view.now), figures(view.cases, view.now)
    names = {place.id: place.name for place in view.places} if len(view.places) > 1 else {}
    late = {case.id for case in view.cases if is_overdue(case, view.now)}
    return {
        "title": head(say, view.names, view.days),
        "places": [[place.id, place.name] for place in view.all_places],
        "now": now_line(say, now),
        "late": overdue_line(say, now),
        "open": [_call(one, names, late, say) for one in waiting],
        "ended": [_call(one, names, late, say) for one in ended],
        "pressed": pressed_line(say, sums),
        "targets": [_target(*pair, say) for pair in zip(sums.shares, TARGETS, strict=True)],
        "timings": [_timing(sums, measure, say) for measure in Measure] if sums.pressed else [],
        "notes": apart_lines(say, sums) if sums.pressed else [],
        "heads": [what(say, target) for target in TARGETS],
        "by_place": _by_place(view),
        "map": board_map(view, where, say),
        "by_day": [
            _row(day.isoformat(), cases, view.now) for day, cases in _newest_days(view).items()
        ],
    }


def _call(one: Listed, names: dict[int, str], late: set[int], say: Say) -> dict[str, Any]:
    outcome = say.plain(f"help.outcome_{one.outcome}") if one.outcome else state(say, one.state)
    return {
        "id": one.id,
        "who": one.name,
        "where": one.place,
        "community": names.get(one.community_id, ""),
        "state": outcome,
        "waits": one.state is DutyState.OPEN,
        "ended": one.state is DutyState.CLOSED,
        "opened": one.opened_at.isoformat(),
        "since": one.moved_at.isoformat(),
        "presses": one.presses,
        "worker": one.worker,
        "late": one.id in late,
    }


def _target(share: Share, target: Target, say: Say) -> dict[str, Any]:
    return {
        "what": what(say, target),
        "share": f"{share.hit}/{share.of}",
        "percent": "—" if share.value is None else percent(share.value),
        "value": share.value,
        "target": say.plain("helpboard.target", target=percent(target.share)),
        "at": target.share,
        "kept": share.meets(target),
        "verdict": verdict(say, share, target),
    }


def _timing(sums: Figures, measure: Measure, say: Say) -> dict[str, Any]:
    timing = sums.timings[measure]
    these = bars(say, measure, timing)
    most = max(bar.count for bar in these) or 1
    return {
        "title": say.plain(f"helpboard.waiting_{measure}"),
        "line": timing_line(say, measure, timing),
        "bars": [[bar.label, bar.count, bar.count / most, bar.tone] for bar in these],
    }


def _by_place(view: View) -> list[list[Any]]:
    """Each community, whoever has most overdue and open first; none where there is one alone."""
    if len(view.all_places) < 2:
        return []
    theirs = by_community(view.cases)
    rows = [_row(place.name, theirs.get(place.id, []), view.now) for place in view.places]
    return sorted(rows, key=lambda row: (-row[3], -row[2], -row[1]))


def _newest_days(view: View) -> dict[Any, list[Case]]:
    return dict(reversed(by_day(view.cases, view.zone).items()))


def _row(name: str, cases: Sequence[Case], now: datetime) -> list[Any]:
    """A name, the number of calls, of the open and of the overdue, and each target's share."""
    stands = standing(cases, now)
    return [
        name,
        len(cases),
        stands.total,
        stands.overdue,
        *(
            "—" if share.value is None else f"{percent(share.value)} ({share.hit}/{share.of})"
            for share in shares(cases, now)
        ),
    ]
