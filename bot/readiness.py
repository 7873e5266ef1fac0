"""The rota check for the operator: a line for each finding, and few lines for a whole city."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from domain.policies import Policies
from domain.readiness import Report, examine
from domain.surge import Surge
from storage import people, readiness, surge
from storage.database import Work

Level = Literal["ok", "note", "fault"]
Line = tuple[Level, str, str]
"""How bad it is, what it is about, and what it says."""

NAMED = 10
"""Communities that are named for one kind of finding; of a city, more are counted."""


async def check(work: Work, policies: Policies) -> list[Line]:
    """Every community's rota, reach, ladder and surge mode, by the same few statements for all."""
    reports = [
        examine(facts, policies.ladders["help"], work.now) for facts in await readiness.facts(work)
    ]
    communities = {each.id: each for each in await people.all_communities(work)}
    lines = [line for report in reports for line in _lines(report, communities)]
    running = await surge.of_communities(work, communities)
    lines += [_surge(communities[each.community_id], each) for each in running]
    if len(reports) > NAMED:
        lines.sort(key=lambda line: ("fault", "note", "ok").index(line[0]))
    return list(few(lines))


def _lines(report: Report, communities: dict[int, people.Community]) -> Iterator[Line]:
    facts, name = report.facts, report.facts.name
    if report.gaps:
        zone = communities[facts.community_id].zone
        when = report.gaps[0].since.astimezone(zone).strftime("%m-%d %H:%M")
        says = f"{report.gap_hours} hours of the next 14 days without anyone on duty, first {when}"
        yield "fault", "roster", f"{name}: {says}"
    else:
        yield "ok", "roster", f"{name}: no gap in the next 14 days"
    if report.unheard and facts.shared:
        says = f"{report.unheard} elders would reach nobody at some hours"
        yield "fault", "ladder", f"{name}: {says}: invite their workers or family"
    for rung in report.silent:
        says = f"rung {rung.number} reaches nobody for up to {rung.elders} elders in {rung.hours} hours"
        yield "note", "ladder", f"{name}: {says}"
    yield from _people(report)
    if facts.homes_of_nobody:
        says = f"{facts.homes_of_nobody} homes have no worker: name one in the register and load it"
        yield "note", "homes", f"{name}: {says}"
    if facts.elders_alone or facts.elders_family_unreachable:
        says = (
            f"{facts.elders_alone} elders without family, {facts.elders_family_unreachable} whose"
        )
        yield "note", "elders", f"{name}: {says} family cannot be reached"
    if report.overloaded or report.underloaded:
        says = f"{len(report.overloaded)} workers have too much, {len(report.underloaded)} little"
        yield "note", "load", f"{name}: {says}"


def _people(report: Report) -> Iterator[Line]:
    """Who cannot be reached: of the staff, and of those whom the rota names."""
    facts = report.facts
    for role, (lost, of_all) in facts.staff.items():
        if lost:
            says = f"{lost} of {of_all} {role}s have no channel: invite them"
            yield "note", "reach", f"{facts.name}: {says}"
        elif of_all:
            yield "ok", "reach", f"{facts.name}: all {of_all} {role}s can be reached"
    if facts.on_duty_unreachable:
        why = Counter(str(each) for each in facts.on_duty_unreachable.values())
        told = ", ".join(f"{count} {each}" for each, count in sorted(why.items()))
        says = f"{len(facts.on_duty_unreachable)} people on duty cannot be reached ({told})"
        yield "note", "duty", f"{facts.name}: {says}"


def _surge(community: people.Community, each: Surge) -> Line:
    until = each.ends_at.astimezone(community.zone).strftime("%m-%d %H:%M")
    return "note", "surge", f"{community.name}: surge mode ({each.reason}) until {until}"


def few(lines: Sequence[Line]) -> Iterator[Line]:
    """Each kind of finding in the order of its first; of many the first, and how many more."""
    kinds: dict[tuple[Level, str], list[Line]] = {}
    for line in lines:
        kinds.setdefault(line[:2], []).append(line)
    for (level, about), same in kinds.items():
        if level == "ok" and len(same) > NAMED:
            yield level, about, f"{len(same)} such as: {same[0][2]}"
            continue
        yield from same[:NAMED]
        if len(same) > NAMED:
            yield level, about, f"and {len(same) - NAMED} more such lines"
