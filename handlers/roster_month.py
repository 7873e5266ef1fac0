"""值班表: the supervisor sees the weeks ahead, fills gaps, and puts somebody on a shift by hand."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from markupsafe import Markup

from domain.calendar import day_bounds, local_day
from domain.messages import Button, Message, Rows
from domain.people import Role
from domain.roster import AHEAD, Span, uncovered
from handlers.base import Answer, Services, Topic, Turn
from handlers.roster_told import here, names
from handlers.visit_card import chunks
from storage import leave, roster
from storage.people import Community
from storage.roster import Change, Stand
from wording import Say
from wording.roster import days, leave_days, moment, short, span, weekday
from wording.visit import LINE, day_of

topic = Topic("month", keys={"roster.month_key": "roster"})

HEADS = frozenset({Role.SUPERVISOR, Role.STREET})
_WEEKS = 5
_GAPS = 6
"""Gaps that are named; more are counted."""
_LINES = 15


@topic.action("roster", roles=HEADS, command="roster.month_command")
async def month(turn: Turn, services: Services) -> Answer:
    """The five weeks ahead: who stands how much, who is on leave, and when nobody is there."""
    community = await here(turn, services)
    today = local_day(turn.now, community.zone)
    last = today + timedelta(days=7 * _WEEKS - 1)
    found = await _between(services, community, today, last)
    if not found:
        return Answer.of(Message(turn.say("roster.month_none")), step=turn.step)
    head = turn.say("roster.month", community=community.name, days=days(turn.say, today, last))
    gaps = await open_spans(
        services, community, found, turn.now, day_bounds(last, community.zone)[1]
    )
    lines = [
        head,
        *await _loads(turn, services, found),
        *await _on_leave(turn, services, community),
        *gap_lines(turn.say, gaps, community),
    ]
    return Answer.of(
        Message(LINE.join(lines), buttons=_month_buttons(turn, today, gaps, community)),
        step=turn.step,
    )


async def _between(
    services: Services, community: Community, first: date, last: date
) -> list[Stand]:
    since, until = day_bounds(first, community.zone)[0], day_bounds(last, community.zone)[1]
    return await roster.stands(services.work, community.id, since, until)


async def open_spans(
    services: Services,
    community: Community,
    found: list[Stand],
    since: datetime,
    until: datetime,
) -> tuple[Span, ...]:
    """When nobody who may be called is on duty."""
    able = await roster.able(services.work, community.id)
    spans = [
        Span(stand.post.since, stand.post.until)
        for stand in found
        if stand.post.person in able or stand.post.backup in able
    ]
    return uncovered(spans, since, until)


def gap_lines(say: Say, gaps: tuple[Span, ...], community: Community) -> list[Markup]:
    """The gaps by name, as many as fit."""
    if not gaps:
        return [say("roster.no_gaps")]
    lines = [say("roster.gaps")]
    lines += [
        say("roster.gap_line", span=span(say, gap.since, gap.until, community.zone))
        for gap in gaps[:_GAPS]
    ]
    if len(gaps) > _GAPS:
        lines.append(say("roster.gaps_more", count=len(gaps) - _GAPS))
    return lines


async def _loads(turn: Turn, services: Services, found: list[Stand]) -> list[Markup]:
    """Shifts and hours of everyone, most hours first."""
    by_person: dict[int, list[float]] = {}
    for stand in found:
        hours = Span(stand.post.since, stand.post.until).hours
        by_person.setdefault(stand.post.person, []).append(hours)
    called = await names(services, by_person)
    return [
        turn.say("roster.month_line", name=called[who], shifts=len(hours), hours=round(sum(hours)))
        for who, hours in sorted(by_person.items(), key=lambda each: -sum(each[1]))
    ]


async def _on_leave(turn: Turn, services: Services, community: Community) -> list[Markup]:
    agreed = await leave.in_community(services.work, community.id)
    ids = {i for each in agreed for i in (each.person_id, each.deputy_id)}
    called = await names(services, ids)
    return [
        turn.say(
            "roster.on_leave",
            name=called[each.person_id],
            deputy=called[each.deputy_id],
            days=leave_days(turn.say, each),
        )
        for each in agreed
    ]


def _month_buttons(turn: Turn, today: date, gaps: tuple[Span, ...], community: Community) -> Rows:
    fills = [fill_button(turn.say, gap, community) for gap in gaps[:_GAPS]]
    weeks = [
        Button(
            turn.say.plain(
                "roster.week_button", first=first.day, last=(first + timedelta(days=6)).day
            ),
            f"month.week:{first:%Y%m%d}",
        )
        for first in (today + timedelta(days=7 * week) for week in range(_WEEKS))
    ]
    log = Button(turn.say.plain("roster.log_button"), "month.log")
    check = Button(turn.say.plain("readiness.key"), "readiness")
    return (*chunks(fills, 2), *chunks(weeks, 3), (log, check))


def fill_button(say: Say, gap: Span, community: Community) -> Button:
    """Put somebody on where nobody is."""
    label = say.plain("roster.fill_button", shift=short(say, gap.since, community.zone))
    return Button(label, f"put.fill:{gap.since.timestamp():.0f}:{gap.until.timestamp():.0f}")


def named_day(turn: Turn, community: Community) -> date | None:
    """The day a button names, where shifts can stand on it at all."""
    try:
        day = date.fromisoformat(turn.args[0])
    except (IndexError, ValueError):
        return None
    today = local_day(turn.now, community.zone)
    return day if abs(day - today) <= AHEAD else None


def _old(turn: Turn) -> Answer:
    return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)


@topic.action("month.week", roles=HEADS)
async def week(turn: Turn, services: Services) -> Answer:
    """The days of a week, to choose one."""
    community = await here(turn, services)
    first = named_day(turn, community)
    if first is None:
        return _old(turn)
    shown = [first + timedelta(days=n) for n in range(7)]
    buttons = [
        Button(
            turn.say.plain("roster.day_button", day=day.day, weekday=weekday(turn.say, day)),
            f"month.day:{day:%Y%m%d}",
        )
        for day in shown
    ]
    title = turn.say(
        "roster.week", community=community.name, days=days(turn.say, shown[0], shown[-1])
    )
    return Answer.of(Message(title, buttons=chunks(buttons, 4), in_place=True), step=turn.step)


@topic.action("month.day", roles=HEADS)
async def day_page(turn: Turn, services: Services) -> Answer:
    """One day's shifts, each a button, and its gaps."""
    community = await here(turn, services)
    day = named_day(turn, community)
    if day is None:
        return _old(turn)
    start, end = day_bounds(day, community.zone)
    found = await roster.stands(services.work, community.id, start, end)
    begun = [stand for stand in found if start <= stand.post.since < end]
    gaps = await open_spans(services, community, found, max(start, turn.now), end)
    called = await names(services, _everyone(begun))
    lines = [turn.say("roster.day", day=day_of(turn.say, day), weekday=weekday(turn.say, day))]
    lines += [_day_line(turn.say, stand, called, community) for stand in begun]
    if not begun:
        lines.append(turn.say("roster.day_none"))
    if gaps and turn.now < end:
        lines += gap_lines(turn.say, gaps, community)
    buttons = [_shift_button(turn, stand, called, community) for stand in begun]
    fills = [fill_button(turn.say, gap, community) for gap in gaps if turn.now < end]
    back = Button(turn.say.plain("roster.week_back"), f"month.week:{day:%Y%m%d}")
    rows = (*chunks(list(filter(None, buttons)), 2), *chunks(fills, 2), (back,))
    return Answer.of(Message(LINE.join(lines), buttons=rows, in_place=True), step=turn.step)


def _everyone(stands: list[Stand]) -> set[int]:
    return {i for stand in stands for i in (stand.post.person, stand.person_id)}


def _day_line(say: Say, stand: Stand, called: Mapping[int, str], community: Community) -> Markup:
    since, until = (t.astimezone(community.zone) for t in (stand.post.since, stand.post.until))
    return say(
        "roster.day_line",
        since=f"{since:%H:%M}",
        until=f"{until:%H:%M}",
        name=called[stand.post.person],
        for_whom=for_whom(say, stand, called),
        mark=say("roster.added_mark") if stand.added else "",
    )


def for_whom(say: Say, stand: Stand, called: Mapping[int, str]) -> Markup:
    """For which colleague on leave somebody stands a shift; empty where it is their own."""
    if stand.post.person == stand.person_id:
        return Markup("")
    return say("roster.for_whom", name=called[stand.person_id])


def _shift_button(
    turn: Turn, stand: Stand, called: Mapping[int, str], community: Community
) -> Button | None:
    if stand.post.until <= turn.now:
        return None
    since = stand.post.since.astimezone(community.zone).strftime("%H:%M")
    label = turn.say.plain("roster.shift_button", since=since, name=called[stand.post.person])
    return Button(label, f"put.shift:{stand.post.id}")


@topic.action("month.log", roles=HEADS)
async def log(turn: Turn, services: Services) -> Answer:
    """What has changed last, and who did it."""
    community = await here(turn, services)
    changes = await roster.latest(services.work, community.id, _LINES)
    if not changes:
        return Answer.of(Message(turn.say("roster.log_none")), step=turn.step)
    ids = {i for c in changes for i in (c.actor_id, c.person_id, c.other_id) if i}
    called = await names(services, ids)
    lines = [turn.say("roster.log"), *(_log_line(turn.say, c, called, community) for c in changes)]
    return Answer.of(Message(LINE.join(lines)), step=turn.step)


def _log_line(say: Say, change: Change, called: Mapping[int, str], community: Community) -> Markup:
    event = say(
        f"roster.event_{change.event}",
        actor=called.get(change.actor_id or -1, ""),
        giver=called.get(change.person_id or -1, ""),
        taker=called.get(change.other_id or -1, ""),
        span=_spanned(say, change.detail, community),
    )
    at = moment(say, change.at, community.zone) if change.at else ""
    return say("roster.log_line", at=at, event=event)


def _spanned(say: Say, detail: str, community: Community) -> str:
    """The log's two days or two instants in words."""
    since, _, until = detail.partition(" ")
    if not until:
        return ""
    if "T" not in since:
        return days(say, date.fromisoformat(since), date.fromisoformat(until))
    return span(say, datetime.fromisoformat(since), datetime.fromisoformat(until), community.zone)
