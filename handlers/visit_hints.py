"""For supervisors: what was changed in the diaries, and what strikes about a month; hints, no verdicts."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from domain.calendar import Month, local_day
from domain.messages import Button, Message
from domain.people import Role
from domain.privacy import Sight, place_for
from domain.visit import Mode, Topic
from domain.visit_odd import Hint, odd_patterns
from handlers.base import Answer, Services, Turn
from handlers.base import Topic as Conversation
from handlers.visit_card import zone_here
from storage import ledger, visit, visit_check, visit_hints, visit_trail
from storage.visit_trail import Trace
from wording import Say
from wording.ledger import told
from wording.visit import LINE, day_of

topic = Conversation("hints")

_HEADS = frozenset({Role.SUPERVISOR, Role.STREET})
SHOWN = 20
"""Changes in one message, the newest first."""


@topic.action("hints", roles=_HEADS, command="visit.hints_command")
async def hints(turn: Turn, services: Services) -> Answer:
    """What may be asked about, worker by worker, and what residents said of sampled visits."""
    month = _month(turn, await zone_here(turn, services))
    here, calendar = turn.who.community_id, services.policies.calendar
    names = {worker.id: worker.name for worker in await visit.workers(services.work, here)}
    last_days = calendar.last_workdays_of_month(month, 5)
    lines = [turn.say("visit.hints", month=month.number)]
    for worker_id, made in (await visit_hints.made(services.work, here, month)).items():
        for hint in odd_patterns(made, last_days):
            lines.append(_hint(turn.say, names.get(worker_id, "—"), hint))
    found, doubts = await visit_check.said(services.work, here, month)
    if found.asked:
        counts = {"asked": found.asked, "answered": found.answered, "yes": found.yes}
        lines.append(turn.say("visit.came_rate", **counts, no=found.no))
    sight = await _sight(turn, services)
    for one in doubts:
        day, home = day_of(turn.say, one.day), place_for(sight, one.spot.building, one.spot.room)
        lines.append(turn.say("visit.came_doubt", worker=one.worker, day=day, home=home))
    if len(lines) == 1:
        lines.append(turn.say("visit.hints_none"))
    buttons = _buttons(turn.say, last=_last(turn))
    return Answer.of(Message(LINE.join(lines), buttons=(buttons,)), step=turn.step)


def _last(turn: Turn) -> bool:
    return turn.args[:1] == ("last",)


def _month(turn: Turn, zone: ZoneInfo) -> Month:
    """This month, or the one before: what strikes about a month's end is seen when it is over."""
    month = Month.of(local_day(turn.now, zone))
    return month.previous() if _last(turn) else month


def _buttons(say: Say, *, last: bool) -> tuple[Button, ...]:
    key, other, trail = (
        ("board_this", "hints", "hints.trail:last")
        if last
        else ("board_last", "hints:last", "hints.trail")
    )
    changes = Button(say.plain("visit.trail_button"), trail)
    return Button(say.plain(f"visit.{key}"), other), changes


async def _sight(turn: Turn, services: Services) -> Sight:
    """As in the ledgers: a diary's changes are no way around what its readers may not see."""
    sight = await ledger.sight(services.work, turn.who.id, turn.who.community_id)
    return sight or Sight.FIGURES


def _hint(say: Say, worker: str, hint: Hint) -> Markup:
    day = day_of(say, hint.day) if hint.day else ""
    return say(f"visit.odd_{hint.odd}", worker=worker, count=hint.count, of=hint.of, day=day)


@topic.action("hints.trail", roles=_HEADS)
async def trail(turn: Turn, services: Services) -> Answer:
    """The newest changes of a month's visits: who, when, how it stood before and after."""
    zone = await zone_here(turn, services)
    month = _month(turn, zone)
    sight = await _sight(turn, services)
    found = await visit_trail.of_community(services.work, turn.who.community_id, month, SHOWN)
    lines = [turn.say("visit.trail" if found else "visit.trail_none", month=month.number)]
    for each in found:
        local = each.at.astimezone(zone)
        when = turn.say.plain(
            "visit.moment", month=local.month, day=local.day, time=f"{local:%H:%M}"
        )
        home = place_for(sight, each.spot.building, each.spot.room)
        what = _what(turn.say, sight, each)
        lines.append(turn.say("visit.trail_line", when=when, who=each.actor, home=home, what=what))
    return Answer.of(Message(LINE.join(lines)), step=turn.step)


def _what(say: Say, sight: Sight, trace: Trace) -> str:
    if not trace.before:
        return say.plain(f"visit.trail_{trace.event}")
    pairs = zip(trace.before.items(), trace.after.values(), strict=True)
    stood = [
        (_value(say, sight, name, old), _value(say, sight, name, new)) for (name, old), new in pairs
    ]
    changes = [say.plain("visit.trail_change", before=old, after=new) for old, new in stood]
    return say.plain("visit.join").join(changes)


def _value(say: Say, sight: Sight, name: str, value: Any) -> str:
    """A field as it stood, in words, as far as the reader sees it."""
    if not value:
        return say.plain("visit.trail_empty")
    if name == "mode":
        return say.plain(f"visit.mode_{Mode(value)}")
    if name == "topics":
        known = [each for each in Topic if each in value]
        return say.plain("visit.join").join(say.plain(f"papers.topic_{each}") for each in known)
    if name == "follow_up_on":
        return day_of(say, date.fromisoformat(value))
    return told(say, sight, str(value))
