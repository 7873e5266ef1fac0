"""问事周报, on demand: what was asked of the desk, for the heads of a community."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from domain.calendar import local_day
from domain.enquiry_week import new_words, week_of, who_asked
from domain.messages import Button, Message
from domain.people import OVERSEERS, Role
from handlers.base import Answer, Services, Topic, Turn
from knowledge.words import guide_names, known_text, unwritten
from storage import drafts, enquiries, help_board, people
from wording.enquiry import places_picture, places_report, week_report

topic = Topic("report", keys={"report.key": "report"})

HEADS = frozenset({Role.SUPERVISOR, Role.STREET})
_WEEK = timedelta(weeks=1)


@topic.action("report", roles=HEADS, command="report.command")
async def report(turn: Turn, services: Services) -> Answer:
    """This week so far; with an argument of 1, the one before."""
    community = await people.community(services.work, turn.who.community_id)
    ago = 1 if turn.number() == 1 else 0
    first = week_of(local_day(turn.now, community.zone)) - ago * _WEEK
    week = await enquiries.week(services.work, community, first)
    if week.is_empty:
        return Answer.of(Message(turn.say("report.nothing")), step=turn.step)
    words = new_words((text for text, _ in week.missed_texts), known_text(services.knowledge.book))
    names = guide_names(services.knowledge.book, turn.language)
    wanted = unwritten(services.knowledge.book, await drafts.wanted(services.work, community.id))
    messages = week_report(turn.say, week, community.name, community.id, names, words, wanted)
    return Answer(messages=await _with_places(turn, services, messages), step=turn.step)


async def _with_places(
    turn: Turn, services: Services, messages: Sequence[Message]
) -> tuple[Message, ...]:
    """Whoever oversees several communities gets to the table of all."""
    *others, sheet = messages
    if len(await help_board.overseen(services.work, turn.who.id)) < 2:
        return tuple(messages)
    row = (Button(turn.say.plain("report.places_button"), "reports:0"),)
    return (*others, replace(sheet, buttons=(*sheet.buttons, row)))


@topic.action("reports", roles=OVERSEERS, command="report.places_command")
async def places(turn: Turn, services: Services) -> Answer:
    """All communities that the reader oversees, as picture and table: figures, nobody's words."""
    theirs = await help_board.overseen(services.work, turn.who.id)
    if len(theirs) < 2:
        return Answer.of(Message(turn.say("report.places_none")), step=turn.step)
    ago = 1 if turn.number() == 1 else 0
    first = week_of(local_day(turn.now, theirs[0].zone)) - ago * _WEEK
    found = await enquiries.places_week(services.work, theirs, first)
    if not who_asked(found):
        return Answer.of(Message(turn.say("report.places_nothing")), step=turn.step)
    return Answer.of(*places_report(turn.say, first, found), step=turn.step)


@topic.action("report.page", roles=OVERSEERS)
async def page(turn: Turn, services: Services) -> Answer:
    """下一张: a further picture of this week or the last, whichever the button was under."""
    theirs = await help_board.overseen(services.work, turn.who.id)
    now = week_of(local_day(turn.now, theirs[0].zone)) if theirs else turn.now.date()
    first = next((each for each in (now, now - _WEEK) if each.toordinal() == turn.number()), None)
    if len(theirs) < 2 or first is None:
        return Answer.of(Message(turn.say("report.places_old")), step=turn.step)
    asked = len(who_asked(await enquiries.places_week(services.work, theirs, first)))
    message = places_picture(turn.say, first, turn.number(1), asked)
    return Answer.of(message, step=turn.step)
