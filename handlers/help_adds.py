"""After the press: what it is about, what is said or shown, and 按错了."""

from markupsafe import Markup

from domain.duty import Duty, DutyEvent, DutyState, Outcome, may_cancel
from domain.help import Call, HelpKind
from domain.messages import Button, Incoming, Lane, MediaKind, Message, Owed, Rows
from domain.people import ANYONE, Person
from handlers import help_after
from handlers.base import PASS, Answer, Services, Topic, Turn
from handlers.emergency import advice
from handlers.help_news import (
    LISTENS,
    alone_in,
    in_charge,
    lines,
    listening,
    reached,
    tell_home,
)
from handlers.help_typed import may_be_off, means, standing
from handlers.lasting import holds
from handlers.service import choices, elders
from handlers.spoken import as_written, kept, offering
from knowledge.answers import ReplyKind
from storage import duties, help, help_press, people, told
from wording.help import cards_now

topic = Topic("adds")


async def _running(turn: Turn, services: Services) -> Duty | Answer:
    """The request that a tap names, or what to say instead: it is over, or none of theirs.

    It is theirs who need help, and whose elders they are; who pressed and was taken out since is none.
    """
    duty = await help.get(services.work, turn.number())
    if duty is None or not await _concerns(turn, services, duty):
        return Answer.of(Message(turn.say("menu.not_for_you")), step=turn.step)
    if duty.state is DutyState.CLOSED:
        return Answer.of(Message(turn.say("help.cancel_gone")))
    return duty


async def _concerns(turn: Turn, services: Services, duty: Duty) -> bool:
    who = turn.who.id
    return who == duty.subject_id or duty.subject_id in await people.elders_of(services.work, who)


@topic.action("adds.kind", roles=ANYONE)
async def say_kind(turn: Turn, services: Services) -> Answer:
    """One tap says what it is about; a fall or an illness makes haste and rings."""
    duty = await _running(turn, services)
    if isinstance(duty, Answer):
        return duty
    kind = turn.args[1] if len(turn.args) > 1 else ""
    if kind not in list(HelpKind):
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    await _add(turn, services, duty, help.KIND + kind)
    if kind == HelpKind.FALL:
        await help_press.hurry(services.work, duty)
    call = await help.call(services.work, duty)
    staff = await told.staff(services.work, duty)
    charged = await in_charge(services, duty)
    owed = (
        *cards_now(services.phrases, call, staff, Lane.EMERGENCY),
        *lines(turn, services, call, charged, f"help.line_{kind}"),
    )
    passed_on = await _passed_on(turn, services, owed)
    text = turn.say(f"help.noted_{kind}", passed_on=passed_on)
    step = listening(turn, services, duty)
    buttons = await _services_for(turn, services, duty) if kind == HelpKind.SERVICE else ()
    if buttons:
        text += "\n" + turn.say("help.arrange")
    message = Message(text, buttons=buttons)
    return Answer(messages=(message,), owed=owed, step=step, lane=Lane.EMERGENCY)


async def _services_for(turn: Turn, services: Services, duty: Duty) -> Rows:
    """送餐, 陪诊, 家务 can be arranged right here, for whom the press was; the call stays open."""
    elder = (await elders(turn, services)).get(duty.subject_id or -1)
    return await choices(turn, services, elder) if elder else ()


async def _passed_on(turn: Turn, services: Services, owed: tuple[Owed, ...]) -> Markup:
    """That it is on its way to a worker, or that it will be: as things are."""
    on_its_way = await reached(services, {item.person_id for item in owed})
    return turn.say("help.passed_on" if on_its_way else "help.will_pass_on")


@topic.text(order=0, claim=lambda turn, _: holds(turn, LISTENS), roles=ANYONE)
async def more(turn: Turn, services: Services) -> Answer:
    """What is said, sent or shown after a press joins the request and reaches who has it.

    Words of a danger to life get the advice and the number first, and make haste; where it is only guessed
    what has happened, the numbers alone: 他在里面 is said of who lies there, and a worker is to find the door
    unlocked. A question that
    has an answer is passed on too, with the answer one tap away.
    """
    turn = as_written(turn, services)
    assert turn.step is not None
    duty = await help.get(services.work, int(turn.step.data["duty"]))
    if duty is None or duty.state is DutyState.CLOSED or not await _concerns(turn, services, duty):
        return PASS
    incoming = turn.incoming
    words = incoming.text or _card(incoming)
    if incoming.text and (incoming.media or incoming.location):
        await _add(turn, services, duty, _shape(incoming))
    await _add(turn, services, duty, _typed(words) or _shape(incoming))
    call = await help.call(services.work, duty)
    owed = _sent_on(turn, services, call, await in_charge(services, duty), words)
    noted = Message(await _passed_on(turn, services, owed))
    if call.duty.owner_id or means(turn, services, "asking"):
        noted = Message(noted.html + "\n" + await standing(turn, services, call))
    alarm = services.knowledge.emergencies.recognise(words) if words else None
    if alarm is not None:
        await help_press.hurry(services.work, duty)
    if alarm is not None and alarm.by_ear:
        noted = Message(turn.say("help.numbers_short") + "\n" + noted.html)
    elif alarm is not None:
        first = advice(turn, services, alarm, may_press=False)
        noted = Message(first.html + "\n\n" + noted.html)
    elif means(turn, services, "wrong", "off"):
        off = may_be_off(turn, call)
        noted = Message(noted.html + "\n" + off.html, buttons=off.buttons)
    elif incoming.text:
        noted = Message(noted.text, buttons=await answers(turn, services))
    step = kept(turn, services.policies.help_listens)
    answer = Answer(messages=(noted,), owed=owed, step=step, lane=Lane.EMERGENCY)
    return offering(turn, answer)


def _card(incoming: Incoming) -> str:
    """Whose number was shared, and the number; "" where none was."""
    contact = incoming.contact
    return f"{contact.name} {contact.phone}".strip() if contact else ""


def _typed(words: str) -> str:
    """With a blank before what would be read as a tap's mark, or as a photo or voice that was sent."""
    return f" {words}" if words.startswith(help.KIND) or words in list(MediaKind) else words


def _shape(incoming: Incoming) -> str:
    if incoming.location:
        return f"{incoming.location.latitude:.5f},{incoming.location.longitude:.5f}"
    return str(incoming.media.kind) if incoming.media else "…"


async def answers(turn: Turn, services: Services) -> Rows:
    """The guide that answers it, where it was a question after all."""
    reply = await services.knowledge.reply(turn.incoming.text, turn.language)
    if reply.kind is not ReplyKind.ANSWER or reply.guide is None:
        return ()
    name = reply.guide.in_language(turn.language).name
    return ((Button(turn.say.plain("help.see_guide", name=name), f"ask.guide:{reply.guide.id}"),),)


def _sent_on(
    turn: Turn, services: Services, call: Call, staff: list[Person], words: str
) -> tuple[Owed, ...]:
    owed: tuple[Owed, ...] = ()
    if words:
        owed += lines(turn, services, call, staff, "help.card_adds", words=words)
    incoming = turn.incoming
    if not (incoming.media or incoming.location):
        return owed
    about = {"name": call.person.name, "place": call.person.place}
    return owed + tuple(
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


@topic.action("adds.wrong", roles=ANYONE)
async def wrong(turn: Turn, services: Services) -> Answer:
    """按错了: calls it off, soon after the press, while nobody has set out and nobody else pressed.

    Else it is passed on: somebody who is being looked for, or is coming, had better hear a voice.
    """
    duty = await _running(turn, services)
    if isinstance(duty, Answer):
        return duty
    within = services.policies.false_alarm_within.total_seconds()
    alone = await alone_in(turn, services, duty)
    closed = None
    if alone and may_cancel(duty.opened_at, turn.now, within):
        closed = await duties.call_off(services.work, duty, Outcome.FALSE_ALARM, turn.who.id)
    if closed is None:
        return await _regretted(turn, services, duty, alone)
    call = await help.call(services.work, closed)
    staff = await told.staff(services.work, closed)
    knew = lines(turn, services, call, staff, "help.line_false_alarm")
    owed = (
        *cards_now(services.phrases, call, staff, Lane.EMERGENCY),
        *knew,
        *await help_after.look_in(turn, services, closed),
        *await tell_home(turn, services, call, "help.home_cancelled"),
    )
    hear = await reached(services, {item.person_id for item in knew})
    text = turn.say("help.cancelled_told" if hear else "help.cancelled")
    return Answer(messages=(Message(text),), owed=owed, lane=Lane.EMERGENCY)


async def _regretted(turn: Turn, services: Services, duty: Duty, alone: bool) -> Answer:
    await duties.log(services.work, duty.id, DutyEvent.REGRETTED, actor_id=turn.who.id)
    now = await help.get(services.work, duty.id) or duty
    call = await help.call(services.work, now)
    owed = lines(turn, services, call, await in_charge(services, now), "help.card_regrets")
    key = "late" if now.owner_id else "open"
    text = turn.say(f"help.cancel_{key if alone else 'others'}", worker=call.worker)
    if not await reached(services, {item.person_id for item in owed}):
        text = turn.say("help.cancel_untold")
    return Answer(messages=(Message(text),), owed=owed, step=turn.step, lane=Lane.EMERGENCY)
