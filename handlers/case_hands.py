"""转给…: one colleague is asked; the case is theirs once they say so, and the trail is kept."""

from domain.messages import Message, Owed
from domain.people import STAFF
from handlers.base import Answer, Services, Topic, Turn
from handlers.case_told import card_of, changed, held, home, lines, named, stale
from handlers.colleagues import chosen, colleague_rows
from storage import cases, help_hands, people
from wording.cases import button

topic = Topic("casehand")

_STAFF = frozenset(STAFF)


@topic.action("casehand.give", roles=_STAFF)
async def give(turn: Turn, services: Services) -> Answer:
    """The colleagues who can be reached, who is on duty first."""
    case = await held(turn, services)
    if isinstance(case, Answer):
        return case
    duty = case.duty
    found = await help_hands.colleagues(services.work, duty.community_id, turn.who.id)
    text = turn.say("cases.give_whom" if found else "cases.give_nobody")
    back = button(turn.say, "back", duty.id)
    rows = colleague_rows(turn, duty.id, found, "casehand", back)
    return Answer.of(Message(text, buttons=rows), step=turn.step)


@topic.action("casehand.offer", roles=_STAFF)
async def offer(turn: Turn, services: Services) -> Answer:
    """Until they take it over, it stays with who has it."""
    case = await held(turn, services)
    if isinstance(case, Answer):
        return case
    asked = await chosen(turn, services, case.duty.community_id)
    if asked is None:
        return await give(turn, services)
    offered = await help_hands.offer(services.work, case.duty, turn.who.id, asked)
    person = await people.person(services.work, asked.id)
    now = await cases.get(services.work, case.duty.id)
    if offered is None or person is None or now is None:
        return await stale(turn, services, case)
    ask = Owed(person.id, card_of(services, turn, now, person, "offered"), duty_id=offered.id)
    said = turn.say("cases.offered", name=asked.name)
    return await changed(turn, services, offered.id, said, (ask,), asked.id)


@topic.action("casehand.accept", roles=_STAFF)
async def accept(turn: Turn, services: Services) -> Answer:
    """我接手: who had it hears so, and so does the resident."""
    case = await named(turn, services)
    if isinstance(case, Answer):
        return case
    taken = await help_hands.accept(services.work, case.duty, turn.who.id)
    now = await cases.get(services.work, case.duty.id)
    if taken is None or now is None:
        return await stale(turn, services, case)
    freed = await lines(turn, services, now, [case.duty.owner_id], "line_accepted")
    told = await home(turn, services, now, "handed")
    return await changed(turn, services, taken.id, "", (*told, *freed))


@topic.action("casehand.decline", roles=_STAFF)
async def decline(turn: Turn, services: Services) -> Answer:
    """我接不了: it is still with who has it."""
    case = await named(turn, services)
    if isinstance(case, Answer):
        return case
    if case.duty.asked_id != turn.who.id:
        return await stale(turn, services, case)
    refused = await help_hands.refuse(services.work, case.duty)
    if refused is None:
        return await stale(turn, services, case)
    told = await lines(turn, services, case, [refused.owner_id], "line_declined")
    return await changed(turn, services, refused.id, "", told)


@topic.action("casehand.keep", roles=_STAFF)
async def keep(turn: Turn, services: Services) -> Answer:
    """不转了: nobody is asked any more."""
    case = await held(turn, services)
    if isinstance(case, Answer):
        return case
    kept = await help_hands.keep(services.work, case.duty, turn.who.id)
    if kept is None:
        return await stale(turn, services, case)
    return await changed(turn, services, kept.id)
