"""The rota check in words: a few lines, each with a button for its list."""

from zoneinfo import ZoneInfo

from markupsafe import Markup

from domain.messages import Button, Message, Rows
from domain.readiness import Report
from wording.phrases import Say
from wording.roster import span
from wording.visit import LINE


def readiness(say: Say, report: Report, zone: ZoneInfo) -> Message:
    """What would go wrong in the two weeks ahead, the worst first; or that nothing would."""
    head = say("readiness.head", community=report.facts.name)
    if report.is_clear:
        return Message(LINE.join([head, say("readiness.clear")]))
    lines, buttons = [head], []
    for name, line in _findings(say, report, zone).items():
        lines.append(line)
        buttons.append(Button(say.plain(f"readiness.{name}_button"), f"readiness.list:{name}"))
    rows: Rows = tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))
    return Message(LINE.join(lines), buttons=rows)


def _findings(say: Say, report: Report, zone: ZoneInfo) -> dict[str, Markup]:
    facts, found = report.facts, {}
    if report.gaps:
        first = span(say, report.gaps[0].since, report.gaps[0].until, zone)
        found["gaps"] = say("readiness.gaps", hours=report.gap_hours, first=first)
    if report.silent:
        key = "readiness.unheard" if report.unheard else "readiness.rungs"
        worst = max(report.silent, key=lambda rung: (rung.elders, rung.hours))
        found["rungs"] = say(
            key, elders=report.unheard, rungs=len(report.silent), worst=worst.elders
        )
    if facts.on_duty_unreachable:
        found["people"] = say("readiness.people", count=len(facts.on_duty_unreachable))
    if facts.elders_alone or facts.elders_family_unreachable:
        found["elders"] = say(
            "readiness.elders", alone=facts.elders_alone, away=facts.elders_family_unreachable
        )
    if facts.homes_of_nobody:
        found["homes"] = say("readiness.homes", count=facts.homes_of_nobody)
    if report.overloaded or report.underloaded:
        found["loads"] = say(
            "readiness.loads", over=len(report.overloaded), under=len(report.underloaded)
        )
    return found
