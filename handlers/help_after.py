"""A day after help: has it been solved? 还没有 is a duty of whoever closed it, 又需要帮忙 is a press."""

from dataclasses import replace

from domain.duty import Duty, DutyKind, DutyState, Outcome
from domain.help import MISTAKES, MISTAKES_WITHIN, Later, Saw, may_serve
from domain.messages import Message, Owed
from domain.people import ANYONE, STAFF
from domain.question import in_office_time
from handlers import help as pressing
from handlers.base import Answer, Services, Topic, Turn
from handlers.help_card import not_yours
from handlers.help_news import reached
from handlers.places import office_of, ring
from storage import duties, help, help_after, leave, looks, people, roster, told
from storage.duties import Opening
from wording.help_after import after_card, answered, done_news

topic = Topic("after")

_STAFF = frozenset(STAFF)


async def _asked_about(turn: Turn, services: Services) -> Duty | Answer:
    """The request that the question names, for whom it was and their family."""
    duty = await help.get(services.work, turn.number())
    if duty is None or duty.state is not DutyState.CLOSED:
        return _no(turn)
    if turn.who.id == duty.subject_id:
        return duty
    elders = await people.elders_of(services.work, turn.who.id)
    return duty if duty.subject_id in elders else _no(turn)


def _no(turn: Turn) -> Answer:
    return Answer.of(Message(turn.say("menu.not_for_you")), step=turn.step)


@topic.action("after.solved", roles=ANYONE)
async def solved(turn: Turn, services: Services) -> Answer:
    """解决了."""
    duty = await _asked_about(turn, services)
    if isinstance(duty, Answer):
        return duty
    if not await help_after.answer(services.work, duty.id, Later.SOLVED, turn.who.id):
        return await _said_before(turn, services, duty)
    thanks = Message(turn.say("after.thanks"))
    return Answer.of(await _kept(turn, services, duty, Later.SOLVED), thanks, step=turn.step)


async def _kept(turn: Turn, services: Services, duty: Duty, said: Later) -> Message:
    call = await help.call(services.work, duty)
    return answered(turn.say, call, turn.who.id, turn.now, said)


async def _said_before(turn: Turn, services: Services, duty: Duty) -> Answer:
    """Somebody has answered; or nobody was asked, and an old or forged button asks for nothing."""
    said = await help_after.said(services.work, duty.id)
    if said is None:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    return Answer.of(await _kept(turn, services, duty, said), step=turn.step)


@topic.action("after.unsolved", roles=ANYONE)
async def unsolved(turn: Turn, services: Services) -> Answer:
    """还没有: whoever closed it has it again, as something to see to."""
    duty = await _asked_about(turn, services)
    if isinstance(duty, Answer):
        return duty
    if not await help_after.answer(services.work, duty.id, Later.UNSOLVED, turn.who.id):
        return await _said_before(turn, services, duty)
    opened, owed = await _opened(turn, services, duty, turn.who.id)
    kept = await _kept(turn, services, duty, Later.UNSOLVED)
    text = Message(await _passed_on(turn, services, opened, owed))
    return Answer(messages=(kept, text), owed=owed, step=turn.step)


async def look_in(turn: Turn, services: Services, mistake: Duty) -> tuple[Owed, ...]:
    """What was pressed by mistake is over; who does so again and again is somebody's to see to."""
    since = turn.now - MISTAKES_WITHIN
    count = await help.mistakes(services.work, mistake.subject_id or -1, since)
    if count % MISTAKES:
        return ()
    _, owed = await _opened(turn, services, mistake, None)
    return owed


async def _opened(
    turn: Turn, services: Services, duty: Duty, by: int | None
) -> tuple[Duty, tuple[Owed, ...]]:
    """What is to be seen to after a request, and what its first rung owes where it is due now."""
    opened = await duties.open_duty(services.work, await _opening(turn, services, duty, by))
    assert opened is not None, "a request is called off once, or one answer about it kept"
    due = opened.next_at == turn.now
    return opened, await services.climb(services.work, opened) if due else ()


async def _opening(turn: Turn, services: Services, duty: Duty, by: int | None) -> Opening:
    """For who closed it, else the home's worker, else who is on duty; at hours when they are there."""
    community = await people.community(services.work, duty.community_id)
    owner_id = await _owner(services, duty)
    ladder = in_office_time(
        services.policies.ladders["after"],
        office_of(community, services),
        turn.now,
        owned=owner_id is not None,
        quiet=services.policies.is_quiet(turn.now),
    )
    return Opening(
        kind=DutyKind.AFTER,
        community_id=duty.community_id,
        ladder=ladder,
        source_key=f"after:{duty.id}",
        household_id=duty.household_id,
        subject_id=duty.subject_id,
        raised_by=by,
        owner_id=owner_id,
    )


async def _owner(services: Services, duty: Duty) -> int | None:
    home = await people.home(services.work, duty.household_id)
    theirs = [duty.closed_by, home.worker_id if home else None]
    candidates = [await leave.deputy(services.work, one) for one in theirs]
    known = await people.persons(services.work, [one for one in candidates if one is not None])
    for candidate in candidates:
        if candidate is not None and may_serve(known[candidate], duty):
            return candidate
    return await roster.first_on_duty(services.work, duty.community_id, services.work.now)


async def _passed_on(turn: Turn, services: Services, opened: Duty, owed: tuple[Owed, ...]) -> str:
    owner = await people.person(services.work, opened.owner_id) if opened.owner_id else None
    hearing = await reached(services, {item.person_id for item in owed})
    if owner is not None and owner.id in hearing:
        return turn.say("after.passed_on", worker=owner.name)
    community = await people.community(services.work, opened.community_id)
    return turn.say("after.will_pass_on", ring=ring(turn.say, community))


@topic.action("after.again", roles=ANYONE)
async def again(turn: Turn, services: Services) -> Answer:
    """又需要帮忙: a press like any other, for whom the request was."""
    duty = await _asked_about(turn, services)
    if isinstance(duty, Answer):
        return duty
    await help_after.answer(services.work, duty.id, Later.AGAIN, turn.who.id)
    subject = await people.person(services.work, duty.subject_id or -1)
    assert subject is not None, "a help request is about somebody"
    answer = await pressing.press_about(turn, services, subject)
    kept = await _kept(turn, services, duty, Later.AGAIN)
    return replace(answer, messages=(kept, *answer.messages))


@topic.action("after.done", roles=_STAFF)
async def done(turn: Turn, services: Services) -> Answer:
    """办好了: a named person has seen to what was not solved."""
    duty = await duties.get(services.work, turn.number(), DutyKind.AFTER)
    if duty is None or not may_serve(turn.who, duty):
        return not_yours(turn)
    closed = await duties.close(services.work, duty.id, Outcome.DONE, turn.who.id)
    now = closed or await duties.get(services.work, duty.id, DutyKind.AFTER) or duty
    call = await help.call(services.work, now)
    await looks.note(services.work, [turn.who.id], [now], Saw.CARD)
    card = replace(after_card(turn.say, call, turn.who.id), in_place=True)
    if closed is None:
        notice = turn.say.plain("after.done_by", worker=call.worker)
        return Answer(messages=(card,), notice=notice, step=turn.step)
    staff = [one for one in await told.staff(services.work, closed) if one.id != turn.who.id]
    cards = tuple(
        Owed(
            one.id,
            replace(after_card(services.phrases[one.language], call, one.id), in_place=True),
            duty_id=closed.id,
        )
        for one in staff
    )
    home = await help.at_home(services.work, call) if now.raised_by else []
    news = done_news(services.phrases, call, home, turn.now)
    return Answer(messages=(card,), owed=(*news, *cards), step=turn.step)
