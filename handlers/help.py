"""One-touch help: a press is stored, answered and told to others in one transaction."""

from dataclasses import replace

from markupsafe import Markup

from domain.duty import Duty, DutyKind, DutyState, Outcome
from domain.help import Call, HelpKind
from domain.messages import Button, Lane, Message, Owed, Rows
from domain.people import ANYONE, STAFF, Person, Role
from handlers.base import Answer, Services, Topic, Turn
from handlers.help_news import alone_in, lines, listening, reached, rung_again, tell_home
from storage import duties, help, help_press, people, surge, told
from storage.duties import Opening
from wording.help import call_of, cards_now, clock_time, state_key
from wording.ring import to_ring

topic = Topic("help", keys={"help.key": "help.press", "help.list_key": "helplist"})


@topic.action("help.press", roles=ANYONE, strangers=True)
async def press(turn: Turn, services: Services) -> Answer:
    """One press is the request: no question comes before it counts.

    Family presses for their elder. With elders in several homes only they know which is meant: until
    they say so by a tap, the request is their own, and the workers ring them.
    """
    if turn.person is None:
        return Answer.of(Message(turn.say("help.stranger")), lane=Lane.EMERGENCY)
    elders = await _elders(turn, services)
    if len(elders) == 1:
        return await _press_for(turn, services, elders[0], others=[turn.who])
    return await _press_for(turn, services, turn.who, others=elders)


async def press_about(turn: Turn, services: Services, subject: Person) -> Answer:
    """A press where it is plain for whom it is."""
    return await _press_for(turn, services, subject, others=[])


@topic.action("sos", roles=ANYONE, strangers=True, command="help.command")
async def command(turn: Turn, services: Services) -> Answer:
    """The typed way to press."""
    return await press(turn, services)


async def _elders(turn: Turn, services: Services) -> list[Person]:
    """The elders for whom somebody is here as family, one a home; none where they are an elder."""
    person = turn.who
    if not person.is_any(Role.FAMILY) or person.is_any(Role.ELDER):
        return []
    ids = await people.elders_of(services.work, person.id)
    elders = (await people.persons(services.work, ids)).values()
    homes = {elder.household_id or -elder.id: elder for elder in reversed(list(elders))}
    return list(reversed(homes.values()))


async def _press_for(
    turn: Turn, services: Services, subject: Person, others: list[Person]
) -> Answer:
    """Open a request, or press again on the one that is open; `others` are offered instead."""
    for _ in range(3):  # it may be closed or opened by somebody else at the same moment
        opening = await _opening(turn, services, subject)
        duty = await duties.open_duty(services.work, opening)
        if duty is not None:
            return await _opened(turn, services, duty, others)
        running = await duties.open_help(services.work, subject.id)
        again = running and await help_press.again(services.work, running, turn.who.id)
        if again:
            return await _again(turn, services, again, others)
    return Answer.of(Message(turn.say("help.cancel_gone")), lane=Lane.EMERGENCY)


async def _opening(turn: Turn, services: Services, subject: Person) -> Opening:
    work, here = services.work, subject.community_id
    return Opening(
        kind=DutyKind.HELP,
        community_id=here,
        ladder=await surge.ladder(work, services.policies, DutyKind.HELP, here),
        source_key=f"turn:{turn.inbox_id}",
        household_id=subject.household_id,
        subject_id=subject.id,
        raised_by=turn.who.id,
    )


async def _opened(turn: Turn, services: Services, duty: Duty, others: list[Person]) -> Answer:
    call = await help.call(services.work, duty, new=True)
    owed = await services.climb(services.work, duty, call)
    text = _received(turn, call, owed)
    choose = bool(others) and duty.subject_id == turn.who.id
    more = "help.tell_more_voice" if turn.hears else "help.tell_more"
    text += "\n\n" + turn.say("help.for_whom" if choose else more)
    if not turn.who.is_any(Role.ELDER, Role.FAMILY, *STAFF):
        text += "\n" + turn.say("help.for_neighbour")
    theirs = await _pressed_for(turn, services, call)
    return Answer(
        messages=(Message(text, buttons=_buttons(turn, duty, others)),),
        owed=(*theirs, *(o for o in owed if o.person_id != turn.who.id)),
        step=listening(turn, services, duty),
        lane=Lane.EMERGENCY,
    )


async def _pressed_for(turn: Turn, services: Services, call: Call) -> tuple[Owed, ...]:
    """Whom somebody pressed for hears at once that help is on its way, and can say what it is or that it is
    not needed: nobody is to be startled by a stranger at the door."""
    if call.person.person_id == turn.who.id:
        return ()  # asked first: most presses are one's own, and cost no look at all
    subject = await people.person(services.work, call.person.person_id)
    if subject is None:
        return ()
    theirs = replace(turn, say=services.phrases[subject.language])
    time = clock_time(call.duty.opened_at, call.zone)
    text = theirs.say("help.pressed_for_you", who=turn.who.name, time=time)
    message = Message(text, buttons=(*_kinds(theirs, call.duty), (_wrong(theirs, call.duty),)))
    return (Owed(subject.id, message, Lane.EMERGENCY, duty_id=call.duty.id),)


def _received(turn: Turn, call: Call, owed: tuple[Owed, ...]) -> Markup:
    """What has been done, and nothing that has not: it names only whom a message is on its way to."""
    told = {o.person_id for o in owed} - {turn.who.id}
    family = {relative.person_id for relative in call.person.family}
    who = {(False, False): "nobody", (True, False): "staff", (False, True): "family"}.get(
        (bool(told - family), bool(told & family)), "both"
    )
    time, phone = clock_time(call.duty.opened_at, call.zone), call.community_phone
    head = "received" if call.duty.subject_id == turn.who.id else "received_for"
    lines = [
        turn.say(f"help.{head}", time=time, name=call.person.name),
        turn.say(f"help.telling_{who}", ring=to_ring(turn.say, phone)),
        turn.say("help.numbers"),
    ]
    if phone and who in ("staff", "both"):  # else it stands above, to be rung now
        lines.append(turn.say("help.numbers_ours", phone=phone))
    return Markup("\n").join(lines)


def _buttons(turn: Turn, duty: Duty, others: list[Person]) -> Rows:
    """What it is about, whom else it may be for, and the way back; with several elders to choose
    from, these come instead of what it is about."""
    choose = bool(others) and duty.subject_id == turn.who.id
    kinds = () if choose else _kinds(turn, duty)
    return (*kinds, *_instead(turn, duty, others), (_wrong(turn, duty),))


def _kinds(turn: Turn, duty: Duty) -> Rows:
    return tuple(
        (Button(turn.say.plain(f"help.kind_{kind}"), f"adds.kind:{duty.id}:{kind}"),)
        for kind in HelpKind
    )


def _wrong(turn: Turn, duty: Duty) -> Button:
    return Button(turn.say.plain("help.wrong"), f"adds.wrong:{duty.id}")


def _instead(turn: Turn, duty: Duty, others: list[Person]) -> Rows:
    """A button for each other person the presser may have meant."""
    return tuple(
        (
            Button(
                turn.say.plain("help.for_me")
                if person.id == turn.who.id
                else turn.say.plain("help.for_name", name=person.name),
                f"help.for:{person.id}:{duty.id}",
            ),
        )
        for person in others
    )


@topic.action("help.for", roles=frozenset({Role.FAMILY}))
async def press_for(turn: Turn, services: Services) -> Answer:
    """Family says whom the press was for; the request made until then goes over into another."""
    meant = {person.id: person for person in (turn.who, *await _elders(turn, services))}
    subject = meant.get(turn.number())
    if subject is None:
        return Answer.of(Message(turn.say("menu.not_for_you")))
    before = await help.get(services.work, turn.number(1))
    if before is not None and before.subject_id == subject.id:
        return Answer(step=turn.step, notice=turn.say.plain("help.moved"))
    called_off = await _call_off(turn, services, before)
    answer = await _press_for(turn, services, subject, others=[])
    return replace(answer, owed=(*called_off, *answer.owed))


async def _call_off(turn: Turn, services: Services, duty: Duty | None) -> tuple[Owed, ...]:
    """Close the request that meant another, where nobody else pressed for it and nobody has set out."""
    if duty is None or not await alone_in(turn, services, duty):
        return ()
    closed = await duties.call_off(services.work, duty, Outcome.REDIRECTED, turn.who.id)
    if closed is None:
        return ()
    call = await help.call(services.work, closed)
    staff = await told.staff(services.work, closed)
    return (
        *cards_now(services.phrases, call, staff, Lane.EMERGENCY),
        *lines(turn, services, call, staff, "help.line_redirected"),
        *await tell_home(turn, services, call, "help.home_cancelled"),
    )


async def _again(turn: Turn, services: Services, duty: Duty, others: list[Person]) -> Answer:
    """A second press is no second request: it is noted, passed on to all who know of it, and answered
    with how things stand."""
    call = await help.call(services.work, duty)
    staff = await told.staff(services.work, duty)
    state = state_key(duty)
    key = f"help.again_card_{state}"
    owed = (
        *cards_now(services.phrases, call, staff, Lane.EMERGENCY),
        *await rung_again(turn, services, call, staff, key),
    )
    text = await _how_it_stands(turn, services, call) + "\n" + turn.say("help.numbers_short")
    return Answer(
        messages=(Message(text, buttons=_buttons(turn, duty, others)),),
        owed=owed,
        step=listening(turn, services, duty),
        lane=Lane.EMERGENCY,
    )


async def _how_it_stands(turn: Turn, services: Services, call: Call) -> Markup:
    """Who has it and does what; where whoever has it cannot be reached, it is taken back at once."""
    duty, whose = call.duty, call_of(turn.say, call, turn.who.id)
    if duty.owner_id is None:
        time = clock_time(duty.opened_at, call.zone)
        return turn.say("help.again_open", call=whose, time=time, presses=duty.presses)
    if duty.state is not DutyState.ARRIVED and not await reached(services, [duty.owner_id]):
        await duties.stop_waiting(services.work, duty.id, duty.owner_id)
        return turn.say("help.again_lost", call=whose, worker=call.worker)
    doing = turn.say(f"help.doing_{state_key(duty)}")
    return turn.say("help.again_taken", call=whose, worker=call.worker, doing=doing)
