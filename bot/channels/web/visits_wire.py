"""How the board of visits travels to the console: already in words, as far as the viewer may see."""

from collections.abc import Sequence
from typing import Any

from bot.ledgers.form import Form
from domain.ledger import OF_WORKER, Kind
from domain.ledger_facts import Cover, Facts, Made
from domain.privacy import Sight
from domain.visit_board import BoardLine, all_homes, board_lines
from storage.ledger import month_of
from storage.visit_view import HomeLine
from wording import Say

_COLUMNS = ("30", "90", "180", "over", "never")


def board(facts: Facts, sight: Sight, say: Say) -> dict[str, Any]:
    """All that the page shows of a month."""
    form = Form(facts, sight, say)
    month = month_of(facts.month)
    lines = board_lines(facts)
    homes = all_homes(facts)
    late = sum(line.overdue for line in lines)
    stamp = "visitboard.as_of_closed" if facts.closed else "visitboard.as_of"
    head = {"place": facts.community, "year": month.year, "month": month.number}
    return {
        "title": say.plain("visitboard.head", **head),
        "as_of": say.plain(stamp, at=form.stamp(facts.made_at)),
        "late": say.plain("visitboard.overdue", count=late) if late else "",
        "calm": say.plain("visitboard.overdue_none"),
        "special": _special(homes, say),
        "lines": [_line(line, say) for line in lines],
        "cover": _cover(facts, homes, say, whole=sight is not Sight.OWN),
        "heads": [say.plain(f"visitboard.col_{name}") for name in _COLUMNS],
    }


def _special(homes: Cover, say: Say) -> str:
    if not homes.special:
        return say.plain("visitboard.special_none")
    return say.plain("visitboard.special", hit=homes.special_seen, of=homes.special)


def _line(line: BoardLine, say: Say) -> dict[str, Any]:
    most = max(line.done, line.target, 1)
    special = f"{line.cover.special_seen}/{line.cover.special}" if line.cover.special else "—"
    state = _state(line)
    return {
        "id": line.id,
        "name": line.name,
        "done": f"{line.done}/{line.target}",
        "part": line.done / most,
        "at": line.expected / most if line.target else None,
        "state": say.plain(f"visitboard.state_{state}", count=line.short),
        "tone": "late" if state in ("behind", "hopeless") else "",
        "special": special,
        "overdue": line.overdue,
    }


def _state(line: BoardLine) -> str:
    if not line.target:
        return "none"
    if line.done >= line.target:
        return "kept"
    if not line.short:
        return "ahead"
    return "hopeless" if line.hopeless else "behind"


def _cover(facts: Facts, homes: Cover, say: Say, *, whole: bool) -> list[list[Any]]:
    """A row for each worker, for homes without one, and for all."""
    names = {staff.id: staff.name for staff in facts.staff}
    alone = say.plain("visitboard.no_worker")
    rows = [
        [names.get(one.worker_id or 0, alone), one.homes, *one.ages]
        for one in facts.cover
        if one.homes
    ]
    return [*rows, [say.plain("visitboard.all"), homes.homes, *homes.ages]] if whole else rows


def ledger_list(sight: Sight, say: Say) -> list[list[str]]:
    """What can be taken along: kind and name, the whole binder first."""
    kinds = OF_WORKER if sight is Sight.OWN else tuple(Kind)
    named = [[str(kind), say.plain(f"ledger.name_{kind}")] for kind in kinds]
    return [["all", say.plain("ledger.all_button").lstrip("📚 ")], *named]


def homes_of(homes: Sequence[HomeLine], form: Form) -> list[dict[str, Any]]:
    """A worker's homes; whoever sees figures only is not let into any."""
    return [
        {
            "id": one.id if form.sight is not Sight.FIGURES else None,
            "place": form.place(one.spot),
            "special": one.special,
            "last": one.last.isoformat() if one.last else form.speak.plain("visitboard.never"),
        }
        for one in homes
    ]


def visits_of(visits: Sequence[tuple[Made, str]], form: Form) -> list[list[str]]:
    """A home's visits: when, how, whose, and what was said as far as the viewer may read it."""
    say = form.speak.plain
    return [
        [
            f"{made.made_at.astimezone(form.zone):%Y-%m-%d %H:%M}",
            say(f"papers.mode_{made.mode}"),
            worker,
            form.words(made.note),
        ]
        for made, worker in visits
    ]
