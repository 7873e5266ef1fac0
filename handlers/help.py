"""One-touch help: a press is stored, answered and told to others in one transaction."""

from dataclasses import replace

from domain.duty import Duty, DutyEvent, DutyKind, DutyState, Outcome, may_cancel
from domain.help import Call, HelpKind, may_serve
from domain.messages import Button, Incoming, Lane, Media, Message, Owed, Rows
from domain.people import ANYONE, STAFF, Person, Role
from handlers.base import PASS, Answer, Services, Step, Topic, Turn
from storage import duties, help, people
from storage.duties import Opening
from wording.help import STATE_KEYS, clock_time, worker_card

topic = Topic("help", keys={"help.key": "help.press", "help.list_key": "helplist"})

_STAFF = frozenset(STAFF)


@topic.action("help.press", roles=ANYONE, strangers=True)
async def press(turn: Turn, services: Services) -> Answer:
    """One press is the request: no question comes before it counts."""
    if turn.person is None:
        return Answer.of(Message(turn.say("help.stranger")), lane=Lane.EMERGENCY)
    subjects = await _whom(turn, services)
    if len(subjects) > 1:
        return _which(turn, subjects)
    return await _press_for(turn, services, subjects[0])


async def _press_for(turn: Turn, services: Services, subject: Person) -> Answer:
    running = await duties.open_help(services.work, subject.id)
    if running is None:
        duty = await duties.open_duty(services.work, _opening(turn, services, subject))
        if duty is not None:
            return await _opened(turn, services, duty, subject)
        running = await duties.open_help(services.work, subject.id)
    if running is None:  # this very press was handled before and its request is closed by now
        return Answer(lane=Lane.EMERGENCY)
    return await _again(turn, services, running)


@topic.action("sos", roles=ANYONE, strangers=True, command="help.command")
async def command(turn: Turn, services: Services) -> Answer:
    """The typed way to press."""
    return await press(turn, services)


async def _whom(turn: Turn, services: Services) -> list[Person]:
    """Whom a press is for: the presser; where they are here as family, their elders, one a home."""
    person = turn.who
    if not person.is_any(Role.FAMILY) or person.is_any(Role.ELDER):
        return [person]
    ids = await people.elders_of(services.work, person.id)
    elders = (await people.persons(services.work, ids)).values()
    homes = {elder.household_id or -elder.id: elder for elder in reversed(list(elders))}
    return list(reversed(homes.values())) or [person]


def _which(turn: Turn, elders: list[Person]) -> Answer:
    """Family of elders in several homes: only they know to which one to send somebody."""
    rows = tuple((Button(f"🆘 {elder.name}", f"help.for:{elder.id}"),) for elder in elders)
    return Answer.of(Message(turn.say("help.for_whom"), buttons=rows), lane=Lane.EMERGENCY)


@topic.action("help.for", roles=frozenset({Role.FAMILY}))
async def press_for(turn: Turn, services: Services) -> Answer:
    """Family says for which of their elders."""
    elders = {elder.id: elder for elder in await _whom(turn, services)}
    if turn.number() not in elders:
        return Answer.of(Message(turn.say("menu.not_for_you")))
    return await _press_for(turn, services, elders[turn.number()])


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


async def _opened(turn: Turn, services: Services, duty: Duty, subject: Person) -> Answer:
    owed = await services.climb(services.work, duty)
    call = await help.call(services.work, duty)
    time = clock_time(duty.opened_at, call.zone)
    if subject.id != turn.who.id:
        text = turn.say("help.for_other", name=subject.name, time=time)
    elif owed:
        text = turn.say("help.received", time=time)
    else:
        text = turn.say("help.received_nobody", time=time, phone=call.community_phone)
    return Answer(
        messages=(Message(text + "\n\n" + turn.say("help.tell_more"), buttons=_more(turn, duty)),),
        owed=tuple(o for o in owed if o.person_id != turn.who.id),
        step=Step("help.more", {"duty": duty.id}),
        lane=Lane.EMERGENCY,
    )


def _more(turn: Turn, duty: Duty) -> Rows:
    kinds = [
        (Button(turn.say.plain(f"help.kind_{kind}"), f"help.kind:{duty.id}:{kind}"),)
        for kind in HelpKind
    ]
    return (*kinds, (Button(turn.say.plain("help.wrong"), f"help.wrong:{duty.id}"),))


async def _again(turn: Turn, services: Services, duty: Duty) -> Answer:
    """A second press is no second request: it is noted, passed on, and answered with how things stand."""
    presses = await duties.press_again(services.work, duty, turn.who.id)
    call = await help.call(services.work, replace(duty, presses=presses))
    if duty.state is DutyState.OPEN:
        time = clock_time(duty.opened_at, call.zone)
        text = turn.say("help.again_open", time=time, presses=presses)
    else:
        doing = turn.say(f"help.doing_{STATE_KEYS[duty.state]}")
        text = turn.say("help.again_taken", worker=call.worker, doing=doing)
    owed = await _tell_helpers(turn, services, duty, "help.card_again", presses=presses)
    step = Step("help.more", {"duty": duty.id})
    message = Message(text, buttons=_more(turn, duty))
    return Answer(messages=(message,), owed=owed, step=step, lane=Lane.EMERGENCY)


async def _tell_helpers(
    turn: Turn, services: Services, duty: Duty, key: str, **values: object
) -> tuple[Owed, ...]:
    """A line about a running request for whoever has it, or for everyone told where nobody has."""
    helpers = await _helpers(services, duty)
    return tuple(
        Owed(
            person.id,
            Message(services.phrases[person.language](key, **values)),
            Lane.EMERGENCY,
            duty_id=duty.id,
        )
        for person in helpers
        if person.id != turn.who.id
    )


async def _helpers(services: Services, duty: Duty) -> list[Person]:
    ids = [duty.owner_id] if duty.owner_id else await duties.told(services.work, duty.id)
    persons = await people.persons(services.work, ids)
    return [person for person in persons.values() if may_serve(person, duty)]


@topic.action("help.kind", roles=ANYONE)
async def say_kind(turn: Turn, services: Services) -> Answer:
    """One tap says what it is about."""
    duty = await _own(turn, services)
    kind = turn.args[1] if len(turn.args) > 1 else ""
    if duty is None or kind not in list(HelpKind):
        return Answer.of(Message(turn.say("help.cancel_gone")))
    await _add(turn, services, duty, help.KIND + kind)
    owed = await _refresh(services, await _fresh(services, duty), Lane.EMERGENCY)
    step = Step("help.more", {"duty": duty.id})
    message = Message(turn.say(f"help.noted_{kind}"))
    return Answer(messages=(message,), owed=owed, step=step, lane=Lane.EMERGENCY)


@topic.text(
    order=0,
    claim=lambda turn, _: turn.step is not None and turn.step.action == "help.more",
    roles=ANYONE,
)
async def more(turn: Turn, services: Services) -> Answer:
    """What is said, sent or shown after a press joins the request and reaches who has it."""
    assert turn.step is not None
    duty = await duties.get(services.work, int(turn.step.data["duty"]))
    if duty is None or duty.state is DutyState.CLOSED:
        return PASS
    call = await help.call(services.work, duty)
    incoming = turn.incoming
    words = incoming.text or (incoming.contact.phone if incoming.contact else "")
    await _add(turn, services, duty, words or _shape(incoming))
    about = {"name": call.person.name, "place": call.person.place}
    if words:
        owed = await _tell_helpers(turn, services, duty, "help.card_adds", words=words, **about)
    else:
        owed = await _pass_on(turn, services, duty, about)
    noted = Message(turn.say("help.noted_text"))
    return Answer(messages=(noted,), owed=owed, step=turn.step, lane=Lane.EMERGENCY)


def _shape(incoming: Incoming) -> str:
    if incoming.location:
        return f"{incoming.location.latitude:.5f},{incoming.location.longitude:.5f}"
    return str(incoming.media.kind) if incoming.media else "…"


async def _pass_on(
    turn: Turn, services: Services, duty: Duty, about: dict[str, str]
) -> tuple[Owed, ...]:
    helpers = await _helpers(services, duty)
    media: Media | None = turn.incoming.media
    return tuple(
        Owed(
            person.id,
            Message(
                services.phrases[person.language]("help.card_sends", **about),
                media=media,
                location=turn.incoming.location,
            ),
            Lane.EMERGENCY,
            duty_id=duty.id,
        )
        for person in helpers
    )


async def _add(turn: Turn, services: Services, duty: Duty, detail: str) -> None:
    await duties.log(
        services.work, duty.id, DutyEvent.ADDED, actor_id=turn.who.id, detail=detail[:1000]
    )


async def _own(turn: Turn, services: Services) -> Duty | None:
    """The open request named in the tap, if it is the person's own or they raised it."""
    duty = await duties.get(services.work, turn.number())
    mine = duty is not None and turn.who.id in (duty.subject_id, duty.raised_by)
    return duty if mine and duty and duty.state is not DutyState.CLOSED else None


async def _fresh(services: Services, duty: Duty) -> Duty:
    return await duties.get(services.work, duty.id) or duty


@topic.action("help.wrong", roles=ANYONE)
async def wrong(turn: Turn, services: Services) -> Answer:
    """按错了: closes as a false alarm while nobody is on the way yet."""
    duty = await _own(turn, services)
    if duty is None:
        return Answer.of(Message(turn.say("help.cancel_gone")))
    within = services.policies.false_alarm_within.total_seconds()
    if duty.state >= DutyState.ON_THE_WAY or not may_cancel(duty.opened_at, turn.now, within):
        return Answer.of(Message(turn.say("help.cancel_late")), step=turn.step)
    closed = await duties.close(services.work, duty.id, Outcome.FALSE_ALARM, turn.who.id)
    if closed is None:
        return Answer.of(Message(turn.say("help.cancel_gone")))
    owed = await _refresh(services, closed, Lane.EMERGENCY)
    owed += await _tell_family(turn, services, closed, "help.family_cancelled")
    return Answer(messages=(Message(turn.say("help.cancelled")),), owed=owed, lane=Lane.EMERGENCY)


async def _refresh(services: Services, duty: Duty, lane: Lane) -> tuple[Owed, ...]:
    """The request's card as it stands now, edited in place for all staff who were told."""
    call = await help.call(services.work, duty)
    told = await people.persons(services.work, await duties.told(services.work, duty.id))
    return tuple(
        Owed(person.id, _edited(services, person, call), lane, duty_id=duty.id)
        for person in told.values()
        if may_serve(person, duty)
    )


def _edited(services: Services, person: Person, call: Call) -> Message:
    return replace(worker_card(services.phrases[person.language], call), in_place=True)


async def _tell_family(turn: Turn, services: Services, duty: Duty, key: str) -> tuple[Owed, ...]:
    assert duty.subject_id is not None
    elder = await people.person(services.work, duty.subject_id)
    relatives = await people.relatives(services.work, duty.subject_id)
    persons = await people.persons(services.work, [r.person_id for r in relatives])
    name = elder.name if elder else ""
    return tuple(
        Owed(
            person.id,
            Message(services.phrases[person.language](key, name=name)),
            Lane.EMERGENCY,
            duty_id=duty.id,
        )
        for person in persons.values()
        if person.id != turn.who.id
    )


@topic.action("help.take", roles=_STAFF)
async def take(turn: Turn, services: Services) -> Answer:
    """我来: the first to take a request has it; everyone else sees who."""
    return await _move(turn, services, DutyState.TAKEN)


@topic.action("help.go", roles=_STAFF)
async def go(turn: Turn, services: Services) -> Answer:
    """在路上."""
    return await _move(turn, services, DutyState.ON_THE_WAY)


@topic.action("help.arrive", roles=_STAFF)
async def arrive(turn: Turn, services: Services) -> Answer:
    """到了."""
    return await _move(turn, services, DutyState.ARRIVED)


@topic.action("help.done", roles=_STAFF)
async def done(turn: Turn, services: Services) -> Answer:
    """已处理: a named person closes it."""
    return await _move(turn, services, DutyState.CLOSED)


async def _move(turn: Turn, services: Services, to: DutyState) -> Answer:
    duty = await duties.get(services.work, turn.number())
    if duty is None or not may_serve(turn.who, duty):
        return Answer.of(Message(turn.say("help.not_yours")))
    if to is DutyState.CLOSED:
        moved = await duties.close(services.work, duty.id, Outcome.DONE, turn.who.id)
    else:
        moved = await duties.move(services.work, duty.id, to, turn.who.id)
    if moved is None:
        return await _too_late(turn, services, duty)
    return await _moved(turn, services, moved)


async def _too_late(turn: Turn, services: Services, duty: Duty) -> Answer:
    call = await help.call(services.work, await _fresh(services, duty))
    state = turn.say.plain(f"help.state_{STATE_KEYS[call.duty.state]}")
    notice = turn.say.plain("help.too_late", worker=call.worker or call.person.name, state=state)
    card = _edited(services, turn.who, call)
    return Answer(messages=(card,), notice=notice, step=turn.step)


async def _moved(turn: Turn, services: Services, duty: Duty) -> Answer:
    call = await help.call(services.work, duty)
    others = [
        o for o in await _refresh(services, duty, Lane.CONVERSATION) if o.person_id != turn.who.id
    ]
    notice = "help.took" if duty.state is DutyState.TAKEN else "help.moved"
    return Answer(
        messages=(_edited(services, turn.who, call),),
        owed=(*await _tell_home(turn, services, call), *others),
        notice=turn.say.plain(notice),
        step=turn.step,
        lane=Lane.EMERGENCY,
    )


async def _tell_home(turn: Turn, services: Services, call: Call) -> tuple[Owed, ...]:
    """Every change is told to the elder, to who pressed for them, and to the family, in plain words."""
    duty, subject = call.duty, call.duty.subject_id
    time = clock_time(turn.now, call.zone)
    ids = {subject, duty.raised_by, *(r.person_id for r in call.person.family)} - {None}
    owed = []
    for person in (await people.persons(services.work, [i for i in ids if i])).values():
        say = services.phrases[person.language]
        status = say(f"help.status_{STATE_KEYS[duty.state]}", worker=call.worker, time=time)
        if person.id != subject:
            status = say("help.family_status", name=call.person.name, status=status)
        owed.append(Owed(person.id, Message(status), Lane.EMERGENCY, duty_id=duty.id))
    return tuple(owed)
