"""民情: what is open, one by one; whose it is, of what kind, and the photos that came with it."""

from dataclasses import replace

from domain.case import HEADS, Case, is_head_of, promised
from domain.duty import DutyState
from domain.help import Saw
from domain.messages import Button, Message, Rows
from domain.people import STAFF
from handlers.base import Answer, Services, Topic, Turn
from handlers.case_again import not_solved
from handlers.case_open import days_of, ladders, office_for
from handlers.case_told import (
    card_for,
    changed,
    held,
    home,
    looked,
    named,
    reads,
    say_of,
    stale,
    to_home,
)
from handlers.help_log import history
from handlers.pages import Page
from knowledge.cases import case_kind, kind_name, shipped_cases
from storage import case_end, case_media, cases, people
from wording.ask import LINE
from wording.cases import button, line

topic = Topic("cases", keys={"cases.key": "cases"})

_STAFF = frozenset(STAFF)


@topic.action("cases", roles=STAFF, command="cases.command")
async def listed(turn: Turn, services: Services) -> Answer:
    """A worker's own; for who leads, all of the community. What is overdue stands first."""
    work, here = services.work, turn.who.community_id
    everything = turn.who.is_any(*HEADS)
    found = (
        await cases.waiting(work, here)
        if everything
        else await cases.in_hands(work, here, turn.who.id)
    )
    window = ((Button(turn.say.plain("cases.window_key"), "walkin"),),)
    if not found:
        message = Message(turn.say("cases.list_none"), buttons=window, in_place=bool(turn.args))
        return Answer.of(message, step=turn.step)
    page = Page.of(found, turn.number())
    await looked(turn, services, [one for _, one in page.numbered()], Saw.LIST)
    late = sum(one.is_late(turn.now) for one in found)
    key = "cases.list_all" if everything else "cases.list_mine"
    lines = [turn.say(key, count=len(found), late=late)]
    for number, one in page.numbered():
        kind = kind_name(one.kind, turn.say.language)
        lines.append(line(turn.say, one, kind, number, turn.now))
    openers = tuple(Button(str(n), f"cases.open:{one.duty.id}") for n, one in page.numbered())
    rows: Rows = (openers, *page.turns(turn.say, "cases"), *window)
    message = Message(LINE.join(lines), buttons=rows, in_place=bool(turn.args))
    return Answer.of(message, step=turn.step)


@topic.action("cases.open", roles=_STAFF)
async def open_one(turn: Turn, services: Services) -> Answer:
    """One case with its buttons."""
    case = await named(turn, services)
    if isinstance(case, Answer):
        return case
    card = await card_for(turn, services, case)
    log = (Button(turn.say.plain("help.log_button"), f"cases.log:{case.duty.id}"),)
    return Answer.of(replace(card, buttons=(*card.buttons, log)), step=turn.step)


@topic.action("cases.log", roles=_STAFF)
async def log(turn: Turn, services: Services) -> Answer:
    """Every step, and every reason for not acting, in order."""
    case = await named(turn, services)
    if isinstance(case, Answer):
        return case
    await looked(turn, services, [case], Saw.LOG)
    return Answer.of(Message(await history(turn, services, case.duty)), step=turn.step)


@topic.action("cases.see", roles=_STAFF)
async def see(turn: Turn, services: Services) -> Answer:
    """The photos and voice that came with it."""
    case = await named(turn, services)
    if isinstance(case, Answer):
        return case
    kept = await case_media.of(services.work, case.duty.id)
    said = turn.say("cases.files_of", count=len(kept))
    return Answer.of(*(Message(said, media=media) for media in kept), step=turn.step)


@topic.action("cases.kind", roles=_STAFF)
async def kind(turn: Turn, services: Services) -> Answer:
    """改类别: another kind, and with it another promised date, counted from when it was raised."""
    case = await held(turn, services)
    if isinstance(case, Answer):
        return case
    duty, wanted = case.duty, turn.args[1] if len(turn.args) > 1 else ""
    if wanted not in {kind.id for kind in shipped_cases()}:
        return Answer.of(_which_kind(turn, case), step=turn.step)
    if case.postponed is not None or wanted == case.kind:
        return await stale(turn, services, case)
    community, office = await office_for(services, duty.community_id)
    chosen = case_kind(wanted)
    to = promised(office, duty.opened_at, days_of(community, chosen))
    ladder = ladders(services).in_hand(office, duty, to)
    name = chosen.names[turn.say.language]
    await cases.sort(services.work, case, ladder, wanted, to, name)
    now = await cases.get(services.work, duty.id) or case
    return await changed(turn, services, duty.id, "", await home(turn, services, now, "sorted"))


def _which_kind(turn: Turn, case: Case) -> Message:
    kinds = shipped_cases()
    buttons = [
        Button(one.names[turn.say.language], f"cases.kind:{case.duty.id}:{one.id}") for one in kinds
    ]
    rows = tuple(tuple(buttons[i : i + 2]) for i in range(0, len(buttons), 2))
    back = (button(turn.say, "back", case.duty.id),)
    return Message(turn.say(reads(case, "cases.kind_which")), buttons=(*rows, back))


@topic.action("cases.whose", roles=_STAFF)
async def whose(turn: Turn, services: Services) -> Answer:
    """谁提的: one of those who live there, who hears from now on how it stands."""
    case = await held(turn, services)
    if isinstance(case, Answer):
        return case
    home_id = case.duty.household_id
    if case.duty.subject_id is not None or home_id is None:
        return await stale(turn, services, case)
    there = (await people.members(services.work, [home_id])).get(home_id, [])
    if turn.number(1) in {person.id for person in there}:
        await cases.name_whose(services.work, case, turn.number(1))
        now = await cases.get(services.work, case.duty.id) or case
        owed = await home(turn, services, now, "taken")
        return await changed(turn, services, case.duty.id, "", owed)
    rows = [(Button(person.name, f"cases.whose:{case.duty.id}:{person.id}"),) for person in there]
    back = (button(turn.say, "back", case.duty.id),)
    return Answer.of(Message(turn.say("cases.whose_which"), buttons=(*rows, back)), step=turn.step)


@topic.action("cases.said", roles=_STAFF)
async def said(turn: Turn, services: Services) -> Answer:
    """Whoever closed it has asked by telephone whether it was solved."""
    case = await named(turn, services)
    if isinstance(case, Answer):
        return case
    closed_by_me = case.duty.closed_by == turn.who.id or is_head_of(turn.who, case.duty)
    if not closed_by_me or case.duty.state is not DutyState.CLOSED or case.asked_at is None:
        return await stale(turn, services, case)
    yes = turn.args[1:] == ("1",)
    if not await case_end.settle(services.work, case, solved=yes, by=turn.who.id):
        return await stale(turn, services, case)
    kept = turn.say("cases.ring_kept")
    if yes:
        return await changed(turn, services, case.duty.id, kept)
    resident = await people.person(services.work, case.duty.subject_id or -1)
    say = await say_of(services, case, resident)
    text, owed = await not_solved(turn, services, case, say)
    told = to_home(case, resident, text)
    anew = [one.person_id for one in owed if one.duty_id == case.duty.id]
    return await changed(turn, services, case.duty.id, kept, (*owed, *told), *anew)
