"""值班检查: what would go wrong in the two weeks ahead, and the list behind each line."""

from collections.abc import Awaitable, Callable, Mapping

from markupsafe import Markup

from domain.duty import DutyKind
from domain.messages import Message, Rows
from domain.people import Home
from domain.readiness import Report, examine
from handlers.base import Answer, Services, Topic, Turn
from handlers.roster_month import HEADS, fill_button, gap_lines
from handlers.roster_told import here
from handlers.visit_card import chunks
from storage import people
from storage import readiness as found
from wording import Say
from wording.readiness import readiness
from wording.visit import LINE

topic = Topic("readiness")

_LINES = 30
"""Lines of a list that are shown; more are counted."""
_FILLS = 6

Lines = tuple[list[Markup], Rows]


async def _report(turn: Turn, services: Services) -> Report:
    """The check of whoever's community, as of this moment."""
    (facts,) = await found.facts(services.work, turn.who.community_id)
    return examine(facts, services.policies.ladders[DutyKind.HELP], turn.now)


@topic.action("readiness", roles=HEADS, command="readiness.command")
async def check(turn: Turn, services: Services) -> Answer:
    """All of it in a few lines."""
    community = await here(turn, services)
    report = await _report(turn, services)
    return Answer.of(readiness(turn.say, report, community.zone), step=turn.step)


@topic.action("readiness.list", roles=HEADS)
async def listed(turn: Turn, services: Services) -> Answer:
    """The list behind a line, as things stand now."""
    lister = _LISTS.get(turn.args[0] if turn.args else "")
    if lister is None:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    lines, buttons = await lister(turn, services, await _report(turn, services))
    shown = lines[: _LINES + 1]
    if len(lines) > len(shown):
        shown.append(turn.say("readiness.more", count=len(lines) - len(shown)))
    return Answer.of(Message(LINE.join(shown), buttons=buttons), step=turn.step)


async def _gaps(turn: Turn, services: Services, report: Report) -> Lines:
    community = await here(turn, services)
    fills = [fill_button(turn.say, gap, community) for gap in report.gaps[:_FILLS]]
    return gap_lines(turn.say, report.gaps, community), chunks(fills, 2)


async def _people(turn: Turn, services: Services, report: Report) -> Lines:
    lines = [turn.say("readiness.list_people")]
    for name, why in report.facts.on_duty_unreachable.items():
        lines.append(turn.say(f"readiness.person_{why}", name=name))
    return lines, ()


async def _elders(turn: Turn, services: Services, report: Report) -> Lines:
    community_id = turn.who.community_id
    rows = await found.elders_without_family(services.work, community_id, 10 * _LINES)
    homes = await _homes(services, {home_id for _, home_id, _ in rows if home_id})
    lines = [turn.say("readiness.list_elders")]
    for name, home_id, entered in rows:
        key = "readiness.elder_away" if entered else "readiness.elder_alone"
        home = homes.get(home_id or -1)
        lines.append(turn.say(key, name=name, place=home.place if home else ""))
    return lines, ()


async def _homes(services: Services, ids: set[int]) -> dict[int, Home]:
    return {home.id: home for home in await people.homes(services.work, ids)}


async def _nobody(turn: Turn, services: Services, report: Report) -> Lines:
    ids = await found.homes_without_worker(services.work, turn.who.community_id, 10 * _LINES)
    homes = await _homes(services, set(ids))
    lines = [turn.say("readiness.home", place=homes[home_id].place) for home_id in ids]
    return [turn.say("readiness.list_homes"), *lines], ()


async def _rungs(turn: Turn, services: Services, report: Report) -> Lines:
    lines = [
        turn.say("readiness.rung", number=rung.number, elders=rung.elders, hours=rung.hours)
        for rung in report.silent
    ]
    return [turn.say("readiness.list_rungs"), *lines], ()


async def _loads(turn: Turn, services: Services, report: Report) -> Lines:
    facts = report.facts
    everyone = sorted({*facts.homes, *facts.hours}, key=lambda name: -facts.homes.get(name, 0))
    lines = [
        turn.say(
            "readiness.load",
            name=name,
            homes=facts.homes.get(name, 0),
            hours=round(facts.hours.get(name, 0)),
            mark=_mark(turn.say, report, name),
        )
        for name in everyone
    ]
    return [turn.say("readiness.list_loads"), *lines], ()


def _mark(say: Say, report: Report, name: str) -> str:
    if name in report.overloaded:
        return say.plain("readiness.load_over")
    return say.plain("readiness.load_under") if name in report.underloaded else ""


_Lister = Callable[[Turn, Services, Report], Awaitable[Lines]]
_LISTS: Mapping[str, _Lister] = {
    "gaps": _gaps,
    "people": _people,
    "elders": _elders,
    "homes": _nobody,
    "rungs": _rungs,
    "loads": _loads,
}
