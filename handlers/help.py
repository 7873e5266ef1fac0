"""One-touch help: a press is stored, answered and told to others in one transaction."""

from dataclasses import replace
from datetime import datetime

from markupsafe import Markup

from domain.duty import Duty, DutyEvent, DutyKind, DutyState, Outcome, may_cancel
from domain.help import Call, HelpKind
from domain.messages import Button, Incoming, Lane, Message, Owed, Rows
from domain.people import ANYONE, Person, Role
from handlers.base import PASS, Answer, Services, Step, Topic, Turn
from handlers.emergency import emergency_message
from storage import duties, help, people
from storage.duties import Opening
from wording.help import STATE_KEYS, call_of, cards_now, clock_time

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
        duty = await duties.open_duty(services.work, _opening(turn, services, subject))
        if duty is not None:
            return await _opened(turn, services, duty, subject, others)
        running = await duties.open_help(services.work, subject.id)
        again = running and await duties.press_again(services.work, running, turn.who.id)
        if again:
            return await _again(turn, services, again)
    return Answer.of(Message(turn.say("help.cancel_gone")), lane=Lane.EMERGENCY)


def _opening(turn: Turn, services: Services, subject: Person) -> Opening:
    return Opening(
        kind=DutyKind.HELP,
        community_id=subject.community_id,
        ladder=services.policies.ladders["help"],
        source_key=f"turn:{turn.inbox_id}",
        household_id=subject.household_id,
        subject_id=subject.id,
        raised_by=turn.who.id,
    )


async def _opened(
    turn: Turn, services: Services, duty: Duty, subject: Person, others: list[Person]
) -> Answer:
    owed = await services.climb(services.work, duty)
    call = await help.call(services.work, duty)
    text = await _received(turn, services, call, owed)
    rows = _more(turn, duty)
    if others and subject.id == turn.who.id:
        text += "\n\n" + turn.say("help.for_whom")
        rows = (*_instead(turn, duty, others), *rows[-1:])
    else:
        text += "\n\n" + turn.say("help.tell_more")
        rows = (*rows[:-1], *_instead(turn, duty, others), *rows[-1:])
    return Answer(
        messages=(Message(text, buttons=rows),),
        owed=tuple(o for o in owed if o.person_id != turn.who.id),
        step=_listening(turn, services, duty),
        lane=Lane.EMERGENCY,
    )


async def _received(turn: Turn, services: Services, call: Call, owed: tuple[Owed, ...]) -> Markup:
    """What has been done, and nothing that has not: it names only whom a message is on its way to."""
    told = {o.person_id for o in owed} - {turn.who.id}
    family = {relative.person_id for relative in call.person.family}
    who = {(False, False): "nobody", (True, False): "staff", (False, True): "family"}.get(
        (bool(told - family), bool(told & family)), "both"
    )
    time = clock_time(call.duty.opened_at, call.zone)
    head = "received" if call.duty.subject_id == turn.who.id else "received_for"
    lines = [
        turn.say(f"help.{head}", time=time, name=call.person.name),
        turn.say(f"help.telling_{who}", phone=call.community_phone or "12345"),
        turn.say("help.numbers"),
    ]
    return Markup("\n").join(lines)


def _more(turn: Turn, duty: Duty) -> Rows:
    kinds = [
        (Button(turn.say.plain(f"help.kind_{kind}"), f"help.kind:{duty.id}:{kind}"),)
        for kind in HelpKind
    ]
    return (*kinds, (Button(turn.say.plain("help.wrong"), f"help.wrong:{duty.id}"),))


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


def _listening(turn: Turn, services: Services, duty: Duty) -> Step:
    """What is said next joins the request, for as long as it can be meant for it."""
    until = turn.now + services.policies.help_listens
    return Step("help.more", {"duty": duty.id, "until": until.isoformat()})


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
    """Close the presser's own request that meant another, while nobody has set out for it."""
    mine = duty is not None and duty.raised_by == turn.who.id
    if duty is None or not mine or duty.state >= DutyState.ON_THE_WAY:
        return ()
    closed = await duties.close(services.work, duty.id, Outcome.REDIRECTED, turn.who.id)
    if closed is None:
        return ()
    call = await help.call(services.work, closed)
    staff = await help.helpers(services.work, closed)
    told = cards_now(services.phrases, call, staff, Lane.EMERGENCY)
    return (*told, *await _tell_family(turn, services, call, "help.family_cancelled"))


async def _again(turn: Turn, services: Services, duty: Duty) -> Answer:
    """A second press is no second request: it is noted, passed on to all who know of it, and answered
    with how things stand."""
    call = await help.call(services.work, duty)
    whose = call_of(turn.say, call, turn.who.id)
    if duty.state is DutyState.OPEN:
        time = clock_time(duty.opened_at, call.zone)
        text = turn.say("help.again_open", call=whose, time=time, presses=duty.presses)
    else:
        doing = turn.say(f"help.doing_{STATE_KEYS[duty.state]}")
        text = turn.say("help.again_taken", call=whose, worker=call.worker, doing=doing)
    text += "\n" + turn.say("help.numbers_short")
    staff = await help.helpers(services.work, duty)
    owed = (
        *cards_now(services.phrases, call, staff, Lane.EMERGENCY),
        *_lines(
            turn, services, call, staff, f"help.again_card_{STATE_KEYS.get(duty.state, 'open')}"
        ),
    )
    message = Message(text, buttons=_more(turn, duty))
    step = _listening(turn, services, duty)
    return Answer(messages=(message,), owed=owed, step=step, lane=Lane.EMERGENCY)


def _lines(
    turn: Turn, services: Services, call: Call, staff: list[Person], key: str, **values: object
) -> tuple[Owed, ...]:
    """A line about a running request, with whom and where, for some of the staff."""
    about = {
        "name": call.person.name,
        "place": call.person.place,
        "worker": call.worker,
        "presses": call.duty.presses,
    }
    return tuple(
        Owed(
            person.id,
            Message(services.phrases[person.language](key, **about, **values)),
            Lane.EMERGENCY,
            duty_id=call.duty.id,
        )
        for person in staff
        if person.id != turn.who.id
    )


async def _in_charge(services: Services, duty: Duty) -> list[Person]:
    """Whoever has the request; while nobody has, all who were told."""
    staff = await help.helpers(services.work, duty)
    owner = [person for person in staff if person.id == duty.owner_id]
    return owner or staff


@topic.action("help.kind", roles=ANYONE)
async def say_kind(turn: Turn, services: Services) -> Answer:
    """One tap says what it is about."""
    duty = await _own(turn, services)
    kind = turn.args[1] if len(turn.args) > 1 else ""
    if duty is None or kind not in list(HelpKind):
        return Answer.of(Message(turn.say("help.cancel_gone")))
    await _add(turn, services, duty, help.KIND + kind)
    call = await help.call(services.work, duty)
    staff = await help.helpers(services.work, duty)
    owed = cards_now(services.phrases, call, staff, Lane.EMERGENCY)
    text = turn.say(f"help.noted_{kind}", passed_on=_passed_on(turn, bool(owed)))
    step = _listening(turn, services, duty)
    return Answer(messages=(Message(text),), owed=owed, step=step, lane=Lane.EMERGENCY)


def _passed_on(turn: Turn, reached: bool) -> Markup:
    return turn.say("help.passed_on" if reached else "help.will_pass_on")


def _talking(turn: Turn, _: Services) -> bool:
    """Whether what is said now belongs to a request that was pressed a moment ago."""
    step = turn.step
    if step is None or step.action != "help.more":
        return False
    return turn.now <= datetime.fromisoformat(step.data["until"])


@topic.text(order=0, claim=_talking, roles=ANYONE)
async def more(turn: Turn, services: Services) -> Answer:
    """What is said, sent or shown after a press joins the request and reaches who has it.

    Words of a danger to life get the advice and the number first, and make haste.
    """
    assert turn.step is not None
    duty = await help.get(services.work, int(turn.step.data["duty"]))
    if duty is None or duty.state is DutyState.CLOSED:
        return PASS
    incoming = turn.incoming
    words = incoming.text or (incoming.contact.phone if incoming.contact else "")
    await _add(turn, services, duty, words or _shape(incoming))
    call = await help.call(services.work, duty)
    staff = await _in_charge(services, duty)
    owed: tuple[Owed, ...] = ()
    if words:
        owed += _lines(turn, services, call, staff, "help.card_adds", words=words)
    if incoming.media or incoming.location:
        owed += _sent_on(services, call, staff, incoming)
    noted = Message(_passed_on(turn, bool(owed)))
    alarm = services.knowledge.emergencies.recognise(words) if words else None
    if alarm is not None:
        await duties.hurry(services.work, duty)
        advice = emergency_message(turn.say, alarm, may_press=False)
        noted = Message(advice.text + "\n\n" + noted.text)
    step = _listening(turn, services, duty)
    return Answer(messages=(noted,), owed=owed, step=step, lane=Lane.EMERGENCY)


def _shape(incoming: Incoming) -> str:
    if incoming.location:
        return f"{incoming.location.latitude:.5f},{incoming.location.longitude:.5f}"
    return str(incoming.media.kind) if incoming.media else "…"


def _sent_on(
    services: Services, call: Call, staff: list[Person], incoming: Incoming
) -> tuple[Owed, ...]:
    about = {"name": call.person.name, "place": call.person.place}
    return tuple(
        Owed(
            person.id,
            Message(
                services.phrases[person.language]("help.card_sends", **about),
                media=incoming.media,
                location=incoming.location,
            ),
            Lane.EMERGENCY,
            duty_id=call.duty.id,
        )
        for person in staff
    )


async def _add(turn: Turn, services: Services, duty: Duty, detail: str) -> None:
    await duties.log(
        services.work, duty.id, DutyEvent.ADDED, actor_id=turn.who.id, detail=detail[:1000]
    )


async def _own(turn: Turn, services: Services) -> Duty | None:
    """The open request named in the tap, if it is the person's own or they raised it."""
    duty = await help.get(services.work, turn.number())
    mine = duty is not None and turn.who.id in (duty.subject_id, duty.raised_by)
    return duty if mine and duty and duty.state is not DutyState.CLOSED else None


@topic.action("help.wrong", roles=ANYONE)
async def wrong(turn: Turn, services: Services) -> Answer:
    """按错了: closes as a false alarm, soon after the press and while nobody is on the way yet.

    Later it is passed on: somebody who is being looked for, or is coming, had better hear a voice.
    """
    duty = await _own(turn, services)
    if duty is None:
        return Answer.of(Message(turn.say("help.cancel_gone")))
    within = services.policies.false_alarm_within.total_seconds()
    if duty.state >= DutyState.ON_THE_WAY or not may_cancel(duty.opened_at, turn.now, within):
        return await _regretted(turn, services, duty)
    closed = await duties.close(services.work, duty.id, Outcome.FALSE_ALARM, turn.who.id)
    if closed is None:
        return Answer.of(Message(turn.say("help.cancel_gone")))
    call = await help.call(services.work, closed)
    staff = await help.helpers(services.work, closed)
    owed = cards_now(services.phrases, call, staff, Lane.EMERGENCY)
    owed += await _tell_family(turn, services, call, "help.family_cancelled")
    return Answer(messages=(Message(turn.say("help.cancelled")),), owed=owed, lane=Lane.EMERGENCY)


async def _regretted(turn: Turn, services: Services, duty: Duty) -> Answer:
    await duties.log(services.work, duty.id, DutyEvent.REGRETTED, actor_id=turn.who.id)
    call = await help.call(services.work, duty)
    staff = await _in_charge(services, duty)
    owed = _lines(turn, services, call, staff, "help.card_regrets")
    key = "help.cancel_open" if duty.state is DutyState.OPEN else "help.cancel_late"
    text = turn.say(key, worker=call.worker)
    return Answer(messages=(Message(text),), owed=owed, step=turn.step, lane=Lane.EMERGENCY)


async def _tell_family(turn: Turn, services: Services, call: Call, key: str) -> tuple[Owed, ...]:
    """A sentence about the elder for their family, but for who is talking."""
    ids = [relative.person_id for relative in call.person.family]
    return tuple(
        Owed(
            person.id,
            Message(services.phrases[person.language](key, name=call.person.name)),
            Lane.EMERGENCY,
            duty_id=call.duty.id,
        )
        for person in (await people.persons(services.work, ids)).values()
        if person.id != turn.who.id
    )
