"""How calls for help stand and how fast they were taken: for who oversees, in words and as a picture, with
the figures as a table and the way to the live board."""

from datetime import timedelta

from markupsafe import Markup, escape

from domain.calendar import local_day
from domain.help_board import PERIODS, by_community, figures, standing
from domain.messages import Attachment, Button, Message, Rows
from domain.people import OVERSEERS
from handlers.base import Answer, Services, Topic, Turn
from storage import help_board, passes
from storage.help_board import View
from storage.looked import looked
from wording import Say
from wording.helpboard import (
    figure_lines,
    head,
    now_line,
    oldest_line,
    overdue_line,
    period_of,
    place_of,
    worst_line,
)

topic = Topic("helpboard", keys={"helpboard.key": "helpboard"})

_USUAL = 7
"""Days that a board looks back when nothing else is asked."""


@topic.action("helpboard", roles=OVERSEERS, command="helpboard.command")
async def board(turn: Turn, services: Services) -> Answer:
    """求助看板: what is open, and how fast help was, in words and as a picture."""
    view = await _view(turn, services, _days(turn))
    if view is None:
        return _nothing_theirs(turn)
    await looked(services.work, turn.who.id, "board")
    words = Message(_in_words(turn.say, view), buttons=_buttons(turn, view.days))
    return Answer.of(_picture(turn.say, view), words, step=turn.step)


def _days(turn: Turn) -> int:
    days = turn.number()
    return days if days in PERIODS else _USUAL


async def _view(turn: Turn, services: Services, days: int) -> View | None:
    return await help_board.view(services.work, turn.who.id, days)


def _nothing_theirs(turn: Turn) -> Answer:
    return Answer.of(Message(turn.say("helpboard.no_access")), step=turn.step)


def _in_words(say: Say, view: View) -> Markup:
    now = standing(view.cases, view.now)
    theirs = by_community(case for case in view.cases if case.open)
    worst = worst_line(say, {p.name: len(theirs.get(p.id, ())) for p in view.places})
    standing_now = [now_line(say, now), oldest_line(say, now, view.now), worst]
    late = overdue_line(say, now)
    return Markup("\n").join(
        [
            Markup("<b>{}</b>").format(head(say, view.names, view.days)),
            *(escape(line) for line in standing_now if line),
            *([say("helpboard.alert", line=late)] if late else []),
            "",
            *map(escape, figure_lines(say, figures(view.cases, view.now))),
        ]
    )


def _buttons(turn: Turn, days: int) -> Rows:
    others = tuple(
        Button(period_of(turn.say, other), f"helpboard:{other}")
        for other in PERIODS
        if other != days
    )
    say = turn.say.plain
    ways = (
        Button(say("helpboard.open_button"), "helpboard.open"),
        Button(say("helpboard.sheet_button"), f"helpboard.sheet:{days}"),
    )
    return (ways, others)


def _picture(say: Say, view: View) -> Message:
    today = local_day(view.now, view.zone)
    return Message(
        say("helpboard.picture", place=place_of(say, view.names), period=period_of(say, view.days)),
        attachment=Attachment(
            "help.board",
            say.plain("helpboard.picture_file", day=today.isoformat()),
            {"days": view.days},
            picture=True,
        ),
    )


@topic.action("helpboard.sheet", roles=OVERSEERS)
async def sheet(turn: Turn, services: Services) -> Answer:
    """The figures as a table, without names or homes."""
    view = await _view(turn, services, _days(turn))
    if view is None:
        return _nothing_theirs(turn)
    await looked(services.work, turn.who.id, "sheet")
    last = local_day(view.now, view.zone)
    days = {"first": (last - timedelta(days=view.days - 1)).isoformat(), "last": last.isoformat()}
    message = Message(
        turn.say("helpboard.sheet", **days),
        attachment=Attachment(
            "help.sheet", turn.say.plain("helpboard.sheet_file", **days), {"days": view.days}
        ),
    )
    return Answer.of(message, step=turn.step)


@topic.action("helpboard.open", roles=OVERSEERS)
async def open_board(turn: Turn, services: Services) -> Answer:
    """打开看板: a link for this person, once and soon; the key is behind the # and reaches no log."""
    if not await help_board.overseen(services.work, turn.who.id):
        return _nothing_theirs(turn)
    key = await passes.issue(services.work, turn.who.id)
    minutes = int(passes.KEY_LASTS.total_seconds() // 60)
    link = Button(
        turn.say.plain("helpboard.link_button"), url=f"{services.policies.web_url}/board#key={key}"
    )
    message = Message(turn.say("helpboard.link", minutes=minutes), buttons=((link,),))
    return Answer.of(message, step=turn.step)
