"""报平安 for the staff: who has not answered, who goes and asks, and the figures of the day."""

from dataclasses import replace
from datetime import timedelta

from markupsafe import Markup

from domain.calendar import local_day
from domain.duty import DutyKind, DutyState
from domain.help import Saw, may_serve
from domain.messages import Button, Message
from domain.people import STAFF
from handlers.base import Answer, Services, Topic, Turn
from handlers.help_log import history
from handlers.pages import Page
from storage import checkin, checkin_count, duties, looks, people, told
from wording.checkin import LINE, cards_now, staff_card

topic = Topic("silent", keys={"checkin.board_key": "silent"})

_WEEK = timedelta(days=6)


@topic.action("silent", roles=STAFF, command="checkin.board_command")
async def board(turn: Turn, services: Services) -> Answer:
    """Today in figures, and every elder who was not found yet."""
    community = await people.community(services.work, turn.who.community_id)
    open_now = await duties.unclosed(services.work, community.id, DutyKind.CHECKIN)
    names = await people.persons(services.work, {d.subject_id or 0 for d in open_now})
    page = Page.of(open_now, turn.number())
    lines = await _figures(turn, services)
    rows: list[tuple[Button, ...]] = []
    if open_now:
        lines.append(turn.say("checkin.board_list"))
        rows = [
            (Button(f"{number}. {names[d.subject_id or 0].name}", f"silent.open:{d.id}"),)
            for number, d in page.numbered()
        ]
    rows += page.turns(turn.say, "silent")
    rows.append((Button(turn.say.plain("checkin.board_invite"), "silent.invite"),))
    message = Message(LINE.join(lines), buttons=tuple(rows), in_place=bool(turn.args))
    return Answer.of(message, step=turn.step)


async def _figures(turn: Turn, services: Services) -> list[Markup]:
    """The day, and the week; a silence counts whether or not somebody was found since."""
    work = services.work
    community = await people.community(work, turn.who.community_id)
    today = local_day(turn.now, community.zone)
    day = await checkin_count.count(work, community.id, today, today)
    week = await checkin_count.count(work, community.id, today - _WEEK, today)
    members, away = await checkin_count.members(work, community.id, today)
    lines = [
        turn.say(
            "checkin.board",
            date=f"{today:%Y-%m-%d}",
            members=members,
            away=away,
            safe=day.safe,
            waiting=day.waiting,
            silent=day.silent,
            still=day.still_silent,
        )
    ]
    if day.unasked:
        lines.append(turn.say("checkin.board_unasked", count=day.unasked))
    if day.unreached:
        lines.append(turn.say("checkin.board_unreached", count=day.unreached))
    if week.asked:
        share = f"{100 * week.silent / week.asked:.1f}"
        lines.append(
            turn.say("checkin.board_week", asked=week.asked, silent=week.silent, share=share)
        )
    return lines


@topic.action("silent.open", roles=STAFF)
async def open_one(turn: Turn, services: Services) -> Answer:
    """One elder who did not answer, with all that is needed to find them."""
    duty = await checkin.get_silence(services.work, turn.number())
    if duty is None or not may_serve(turn.who, duty):
        return Answer.of(Message(turn.say("checkin.not_yours")), step=turn.step)
    await looks.note(services.work, [turn.who.id], [duty], Saw.CARD)
    silence = await checkin.silence(services.work, duty)
    card = staff_card(turn.say, silence)
    log = (Button(turn.say.plain("help.log_button"), f"silent.log:{duty.id}"),)
    return Answer.of(replace(card, buttons=(*card.buttons, log)), step=turn.step)


@topic.action("silent.log", roles=STAFF)
async def log(turn: Turn, services: Services) -> Answer:
    """Every step, and every reason for waiting, in order."""
    duty = await checkin.get_silence(services.work, turn.number())
    if duty is None or not may_serve(turn.who, duty):
        return Answer.of(Message(turn.say("checkin.not_yours")), step=turn.step)
    await looks.note(services.work, [turn.who.id], [duty], Saw.LOG)
    return Answer.of(Message(await history(turn, services, duty)), step=turn.step)


@topic.action("silent.take", roles=STAFF)
async def take(turn: Turn, services: Services) -> Answer:
    """我去问: the first to say so has it; everybody else sees who."""
    duty = await checkin.get_silence(services.work, turn.number())
    if duty is None or not may_serve(turn.who, duty):
        return Answer.of(Message(turn.say("checkin.not_yours")), step=turn.step)
    moved = await duties.move(services.work, duty, DutyState.TAKEN, turn.who.id)
    now = moved or await checkin.get_silence(services.work, duty.id) or duty
    await looks.note(services.work, [turn.who.id], [now], Saw.CARD)
    silence = await checkin.silence(services.work, now)
    card = replace(staff_card(turn.say, silence), in_place=True)
    if moved is None:
        return Answer(messages=(card,), step=turn.step)
    staff = [one for one in await told.staff(services.work, now) if one.id != turn.who.id]
    owed = cards_now(services.phrases, silence, staff)
    notice = turn.say.plain("checkin.took")
    return Answer(messages=(card,), owed=owed, notice=notice, step=turn.step)


@topic.action("silent.invite", roles=STAFF)
async def whom(turn: Turn, services: Services) -> Answer:
    """Which elder of the worker's own homes is asked to take part."""
    found = await checkin.elders_to_invite(services.work, turn.who.id)
    if not found:
        return Answer.of(Message(turn.say("checkin.invite_none")), step=turn.step)
    page = Page.of(found, turn.number())
    rows = [(Button(name, f"checkin.invite:{id_}"),) for _, (id_, name) in page.numbered()]
    buttons = (*rows, *page.turns(turn.say, "silent.invite"))
    message = Message(turn.say("checkin.invite_which"), buttons=buttons, in_place=bool(turn.args))
    return Answer.of(message, step=turn.step)
