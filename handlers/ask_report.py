"""问事周报, on demand: what was asked of the desk, for the heads of a community."""

from datetime import timedelta

from domain.calendar import local_day
from domain.enquiry_week import new_words, week_of
from domain.messages import Message
from domain.people import Role
from handlers.base import Answer, Services, Topic, Turn
from knowledge.words import guide_names, known_text, unwritten
from storage import drafts, enquiries, people
from wording.enquiry import week_report

topic = Topic("report", keys={"report.key": "report"})

HEADS = frozenset({Role.SUPERVISOR, Role.STREET})


@topic.action("report", roles=HEADS, command="report.command")
async def report(turn: Turn, services: Services) -> Answer:
    """This week so far; with an argument of 1, the one before."""
    community = await people.community(services.work, turn.who.community_id)
    ago = 1 if turn.number() == 1 else 0
    first = week_of(local_day(turn.now, community.zone)) - timedelta(weeks=ago)
    week = await enquiries.week(services.work, community, first)
    if week.is_empty:
        return Answer.of(Message(turn.say("report.nothing")), step=turn.step)
    words = new_words((text for text, _ in week.missed_texts), known_text(services.knowledge.book))
    names = guide_names(services.knowledge.book, turn.language)
    wanted = unwritten(services.knowledge.book, await drafts.wanted(services.work, community.id))
    messages = week_report(turn.say, week, community.name, community.id, names, words, wanted)
    return Answer(messages=messages, step=turn.step)
