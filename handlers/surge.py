"""应急模式: one switch for a supervisor's community, or for all that a street or the bureau oversees."""

from datetime import UTC, datetime

from domain.messages import Button, Message, Rows
from domain.people import OVERSEERS
from domain.surge import LENGTHS, LONGEST, Reason, Surge, end_of
from handlers.base import Answer, Services, Topic, Turn
from handlers.roster_told import names
from handlers.visit_card import chunks
from storage import help_board, people, roster, surge
from storage.roster import Change
from wording import Say
from wording.roster import moment
from wording.visit import LINE

topic = Topic("surge", keys={"surge.key": "surge"})

_NAMED = 5
"""Communities that are named; more are counted."""


async def _theirs(turn: Turn, services: Services) -> dict[int, str]:
    """The communities that whoever speaks oversees, with their names."""
    return {one.id: one.name for one in await help_board.overseen(services.work, turn.who.id)}


@topic.action("surge", roles=OVERSEERS, command="surge.command")
async def show(turn: Turn, services: Services) -> Answer:
    """Whether it is on, and the switch."""
    theirs = await _theirs(turn, services)
    if not theirs:
        return Answer.of(Message(turn.say("menu.not_for_you")), step=turn.step)
    found = await surge.of_communities(services.work, theirs)
    if not found:
        text = turn.say("surge.is_off", places=places(turn.say, list(theirs.values())))
        return Answer.of(Message(text, buttons=_switches(turn.say)), step=turn.step)
    called = await names(services, {each.started_by for each in found})
    lines = [await _line(turn, services, each, theirs, called) for each in found[:_NAMED]]
    last = f"{max(each.ends_at for each in found).timestamp():.0f}"
    more = tuple(
        Button(turn.say.plain("surge.more_button", hours=hours), f"surge.more:{hours}:{last}")
        for hours in LENGTHS
    )
    rows: Rows = (more, (Button(turn.say.plain("surge.off_button"), "surge.end"),))
    if len(found) < len(theirs):
        lines.append(turn.say("surge.also"))
        rows = (*rows, *_switches(turn.say))
    return Answer.of(Message(LINE.join(lines), buttons=rows), step=turn.step)


async def _line(
    turn: Turn, services: Services, each: Surge, theirs: dict[int, str], called: dict[int, str]
) -> str:
    community = await people.community(services.work, each.community_id)
    return turn.say(
        "surge.running",
        place=theirs[each.community_id],
        reason=turn.say(f"surge.reason_{each.reason}"),
        by=called.get(each.started_by, ""),
        until=moment(turn.say, each.ends_at, community.zone),
    )


def _switches(say: Say) -> Rows:
    buttons = [
        Button(
            say.plain("surge.on_button", reason=say.plain(f"surge.reason_{reason}"), hours=hours),
            f"surge.on:{reason}:{hours}",
        )
        for reason in Reason
        for hours in LENGTHS
    ]
    return chunks(buttons, len(LENGTHS))


def places(say: Say, named: list[str]) -> str:
    """The communities by name, as many as one reads."""
    joined = say.plain("menu.names_join").join(named[:_NAMED])
    if len(named) <= _NAMED:
        return joined
    return say.plain("surge.places_more", places=joined, count=len(named))


@topic.action("surge.on", roles=OVERSEERS)
async def switch_on(turn: Turn, services: Services) -> Answer:
    """On, for all that are theirs and where it is not on; it is logged and everybody is told. Whoever
    oversees several communities is asked first: a thousand workers are called by that tap."""
    reason, hours = turn.args[0] if turn.args else "", turn.number(1)
    if reason not in list(Reason) or hours not in LENGTHS:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    theirs = await _theirs(turn, services)
    if len(theirs) > 1 and turn.args[2:] != ("sure",):
        return Answer.of(_really(turn, Reason(reason), hours, theirs), step=turn.step)
    until = end_of(turn.now, turn.now, hours)
    started = await _start(turn, services, theirs, Reason(reason), until)
    if not started:
        return Answer.of(Message(turn.say("surge.started_already")), step=turn.step)
    await _log(turn, services, started, "surge_on")
    text = turn.say(
        "surge.started",
        reason=turn.say(f"surge.reason_{reason}"),
        until=await _until(turn, services, started[0]),
        places=_of(turn, theirs, started),
    )
    return Answer.of(Message(text, in_place=True), step=turn.step)


def _really(turn: Turn, reason: Reason, hours: int, theirs: dict[int, str]) -> Message:
    text = turn.say(
        "surge.sure",
        reason=turn.say(f"surge.reason_{reason}"),
        hours=hours,
        places=places(turn.say, list(theirs.values())),
    )
    yes = turn.say.plain("surge.sure_yes", count=len(theirs))
    rows: Rows = (
        (Button(yes, f"surge.on:{reason}:{hours}:sure"),),
        (Button(turn.say.plain("surge.sure_no"), "surge"),),
    )
    return Message(text, buttons=rows, in_place=True)


async def _start(
    turn: Turn, services: Services, theirs: dict[int, str], reason: Reason, until: datetime
) -> list[Surge]:
    if not theirs:
        return []
    return await surge.start(services.work, theirs, reason, turn.who.id, until)


def _of(turn: Turn, theirs: dict[int, str], found: list[Surge]) -> str:
    return places(turn.say, [theirs[each.community_id] for each in found])


async def _until(turn: Turn, services: Services, each: Surge) -> str:
    community = await people.community(services.work, each.community_id)
    return moment(turn.say, each.ends_at, community.zone)


async def _log(turn: Turn, services: Services, found: list[Surge], event: str) -> None:
    """A line in each community's roster, which it changes while it lasts."""
    zones = {each.id: each.zone for each in await people.all_communities(services.work)}
    lines = []
    for each in found:
        zone = zones[each.community_id]
        since, until = turn.now.astimezone(zone), each.ends_at.astimezone(zone)
        detail = f"{since.isoformat(timespec='seconds')} {until.isoformat(timespec='seconds')}"
        change = Change(since.date(), event, turn.who.id, None, None, detail)
        lines.append((each.community_id, change))
    await roster.log_all(services.work, lines)


@topic.action("surge.more", roles=OVERSEERS)
async def extend(turn: Turn, services: Services) -> Answer:
    """A later end, as far as it may: so much after the end that was shown, so that twice is once."""
    hours, shown = turn.number(), turn.number(1)
    if hours not in LENGTHS or not 0 < shown <= (turn.now + LONGEST).timestamp() + 1:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    theirs = await _theirs(turn, services)
    until = end_of(datetime.fromtimestamp(shown, UTC), turn.now, hours)
    found = await surge.of_communities(services.work, theirs)
    done = await surge.extend(services.work, found, until)
    if not done:
        return Answer.of(Message(turn.say("surge.extended_not")), step=turn.step)
    await _log(turn, services, done, "surge_more")
    when = await _until(turn, services, done[0])
    text = turn.say("surge.extended", until=when, places=_of(turn, theirs, done))
    return Answer.of(Message(text, in_place=True), step=turn.step)


@topic.action("surge.end", roles=OVERSEERS)
async def switch_off(turn: Turn, services: Services) -> Answer:
    """Off before its time."""
    theirs = await _theirs(turn, services)
    found = await surge.of_communities(services.work, theirs)
    done = await surge.end(services.work, found, turn.who.id)
    if not done:
        return Answer.of(Message(turn.say("surge.ended_already")), step=turn.step)
    await _log(turn, services, done, "surge_off")
    text = turn.say("surge.ended", places=_of(turn, theirs, done))
    return Answer.of(Message(text, in_place=True), step=turn.step)
