"""延期: a case may take longer once, with a reason that its resident reads."""

from domain.case import PUT_OFF, Case
from domain.case import put_off as later
from domain.messages import Button, Message
from domain.people import STAFF
from handlers.base import Answer, Services, Topic, Turn
from handlers.case_open import ladders, office_for
from handlers.case_told import changed, held, home, reads, stale
from handlers.lasting import lasting
from storage import cases
from wording.ask import moment
from wording.case import when
from wording.cases import button

topic = Topic("caselater")

_STAFF = frozenset(STAFF)


@topic.action("caselater", roles=_STAFF)
async def choose(turn: Turn, services: Services) -> Answer:
    """To which day; then why."""
    case = await held(turn, services)
    if isinstance(case, Answer):
        return case
    if case.postponed is not None:
        return Answer.of(Message(turn.say("cases.later_before")), step=turn.step)
    _, office = await office_for(services, case.duty.community_id)
    base = max(case.promised_at, turn.now)
    days = turn.number(1)
    if days in PUT_OFF:
        to = moment(turn.say, later(office, base, days), turn.now, case.zone)
        step = lasting(
            turn,
            "casestep.words",
            services.policies.reply_within,
            duty=case.duty.id,
            what="later",
            days=days,
        )
        drop = ((Button(turn.say.plain("cases.drop"), "cancel"),),)
        why = turn.say(reads(case, "cases.later_why"), when=to)
        return Answer.of(Message(why, buttons=drop), step=step)
    rows = []
    for count in PUT_OFF:
        to = moment(turn.say, later(office, base, count), turn.now, case.zone)
        label = turn.say.plain("cases.later_to", when=to, days=count)
        rows.append((Button(label, f"caselater:{case.duty.id}:{count}"),))
    rows.append((button(turn.say, "back", case.duty.id),))
    text = turn.say(reads(case, "cases.later_which"), when=when(turn.say, case, turn.now))
    return Answer.of(Message(text, buttons=tuple(rows)), step=turn.step)


async def put_off(turn: Turn, services: Services, case: Case, days: int, why: str) -> Answer:
    """It is put off, and everybody concerned reads until when."""
    _, office = await office_for(services, case.duty.community_id)
    to = later(office, max(case.promised_at, turn.now), days)
    ladder = ladders(services).in_hand(office, case.duty, to)
    moved = await cases.put_off(services.work, case, ladder, to, why)
    now = await cases.get(services.work, case.duty.id)
    if moved is None or now is None:
        return await stale(turn, services, case)
    told = await home(turn, services, now, "postponed", note=why)
    said = turn.say(reads(now, "cases.later_done"), when=when(turn.say, now, turn.now))
    return await changed(turn, services, moved.id, said, told)
