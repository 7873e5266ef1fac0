"""每天报平安: an elder agrees to it, says 我很好 in one tap, is away for a while, or stops; family looks."""

from collections.abc import Callable
from datetime import timedelta

from domain.calendar import local_day
from domain.checkin import HOURS, TRIPS, Checkin, Day, DayState, How, ask_at, next_ask
from domain.help import may_serve
from domain.messages import Button, Message, Owed, Rows
from domain.people import STAFF, Person, Role
from handlers.base import PASS, Answer, Services, Topic, Turn
from handlers.checkin_life import relieved, sign
from handlers.help_news import reached
from handlers.service import AT_HOME, elder_of, elders, not_for_them
from knowledge.service import shipped_service
from storage import checkin, people
from storage.people import Community
from wording import Say
from wording.checkin import hours, invitation, noted
from wording.checkin import question_card as card_of
from wording.help import clock_time
from wording.service import named_day

topic = Topic("checkin")

_ELDER = frozenset({Role.ELDER})


async def _community(turn: Turn, services: Services) -> Community:
    return await people.community(services.work, turn.who.community_id)


@topic.action("checkin", roles=AT_HOME)
async def page(turn: Turn, services: Services) -> Answer:
    """How it stands, and what can be done: for the elder, and for whose family looks."""
    elder = await elder_of(turn, services)
    if elder is None:
        return await not_for_them(turn, services)
    found = await checkin.get(services.work, elder.id)
    if elder.id == turn.who.id:
        return Answer.of(await _own_page(turn, services, found), step=turn.step)
    return Answer.of(await _their_page(turn, services, elder, found), step=turn.step)


async def _own_page(turn: Turn, services: Services, found: Checkin | None) -> Message:
    say = turn.say
    if found is None or found.stopped or not found.agreed:
        return Message(say("checkin.intro"), buttons=hours(say))
    community = await _community(turn, services)
    state, day = await _state(turn, services, community, found)
    rows: list[tuple[Button, ...]] = []
    if found.is_on(local_day(turn.now, community.zone)):
        if day is None or day.safe_at is None:
            rows.append((Button(say.plain("checkin.fine"), "checkin.fine"),))
        rows.append((Button(say.plain("checkin.away"), f"checkin.away:{turn.who.id}"),))
    else:
        rows.append((Button(say.plain("checkin.back"), f"checkin.back:{turn.who.id}"),))
    rows.append(
        (
            Button(say.plain("checkin.change"), "checkin.hours"),
            Button(say.plain("checkin.stop"), "checkin.stop"),
        )
    )
    text = say("checkin.mine", hour=found.hour, state=state)
    return Message(text, buttons=tuple(rows))


async def _their_page(
    turn: Turn, services: Services, elder: Person, found: Checkin | None
) -> Message:
    say = turn.say
    if found is None or found.stopped or not found.agreed:
        key = "checkin.theirs_proposed" if found and found.proposed_by else "checkin.theirs_none"
        label = say.plain("checkin.invite", name=elder.name)
        button = Button(label, f"checkin.invite:{elder.id}")
        return Message(say(key, name=elder.name), buttons=((button,),))
    community = await _community(turn, services)
    state, _ = await _state(turn, services, community, found)
    on = found.is_on(local_day(turn.now, community.zone))
    key = "away" if on else "back"
    rows: Rows = ((Button(say.plain(f"checkin.{key}"), f"checkin.{key}:{elder.id}"),),)
    text = say("checkin.theirs", name=elder.name, hour=found.hour, state=state)
    return Message(text, buttons=rows)


async def _state(
    turn: Turn, services: Services, community: Community, found: Checkin
) -> tuple[str, Day | None]:
    """How today stands, in a sentence."""
    say, today = turn.say, local_day(turn.now, community.zone)
    if not found.is_on(today) and found.paused_until:
        until = named_day(say, found.paused_until, today)
        return say("checkin.state_away", when=until), None
    day = await checkin.day(services.work, found.person_id, today)
    if day is None:
        return say("checkin.state_none"), None
    if day.safe_at is not None:
        key = "checkin.state_seen" if day.how is How.SEEN else "checkin.state_safe"
        time = clock_time(day.safe_at, community.zone)
        return say(key, time=time, who=day.by_name), day
    key = {DayState.UNASKED: "unasked", DayState.UNREACHED: "unreached"}.get(day.state, "waiting")
    return say(f"checkin.state_{key}"), day


@topic.action("checkin.hours", roles=_ELDER)
async def which_hour(turn: Turn, services: Services) -> Answer:
    """Another hour, or the first one."""
    return Answer.of(Message(turn.say("checkin.intro"), buttons=hours(turn.say)), step=turn.step)


@topic.action("checkin.by", roles=_ELDER)
async def begin(turn: Turn, services: Services) -> Answer:
    """The elder agrees, for themselves: nobody else can."""
    hour = turn.number()
    if hour not in HOURS:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    before = await checkin.get(services.work, turn.who.id)
    community = await _community(turn, services)
    first = next_ask(turn.now, hour, community.zone, services.policies)
    await checkin.agree(services.work, turn.who.id, community.id, hour, first)
    today = local_day(turn.now, community.zone)
    when = named_day(turn.say, local_day(first, community.zone), today)
    message = Message(turn.say("checkin.begun", when=when, hour=hour))
    asked_by = before.proposed_by if before and not before.agreed else None
    owed = await _tell(turn, services, {asked_by}, "checkin.begun_told", hour=hour)
    life = await sign(turn, services) or ()  # today, where today would still be asked
    return Answer(messages=(message,), owed=(*owed, *life), step=turn.step)


async def _tell(
    turn: Turn, services: Services, ids: set[int | None], key: str, **values: object
) -> tuple[Owed, ...]:
    """A sentence about the elder who speaks, for others."""
    wanted = {i for i in ids if i is not None and i != turn.who.id}
    found = (await people.persons(services.work, wanted)).values()
    return tuple(
        Owed(one.id, Message(services.phrases[one.language](key, name=turn.who.name, **values)))
        for one in found
    )


@topic.action("checkin.no", roles=_ELDER)
async def decline(turn: Turn, services: Services) -> Answer:
    """不用了: what was proposed is declined, and nothing more is said."""
    found = await checkin.get(services.work, turn.who.id)
    if found is not None and not found.agreed:
        await checkin.stop(services.work, turn.who.id)
    return Answer.of(Message(turn.say("checkin.declined")), step=turn.step)


@topic.action("checkin.stop", roles=_ELDER)
async def stop(turn: Turn, services: Services) -> Answer:
    """不报了, the elder's own decision; the family hears of it."""
    relief = await sign(turn, services) or ()
    found = await checkin.get(services.work, turn.who.id)
    takes_part = found is not None and found.agreed and not found.stopped
    await checkin.stop(services.work, turn.who.id)
    kin = await people.family_of(services.work, turn.who.id) if takes_part else ()
    owed = await _tell(turn, services, set(kin), "checkin.ended_told")
    message = Message(turn.say("checkin.ended"))
    return Answer(messages=(message,), owed=(*relief, *owed), step=turn.step)


@topic.action("checkin.fine", roles=_ELDER)
async def fine(turn: Turn, services: Services) -> Answer:
    """我很好: one tap, noted with its time."""
    found = await checkin.get(services.work, turn.who.id)
    community = await _community(turn, services)
    today = local_day(turn.now, community.zone)
    if found is None or not found.is_on(today):
        return Answer.of(await _own_page(turn, services, found), step=turn.step)
    owed = await sign(turn, services, How.TAP)
    if owed is None:
        return Answer.of(await _before(turn, services, community), step=turn.step)
    message = noted(turn.say, today, clock_time(turn.now, community.zone))
    return Answer(messages=(message,), owed=owed, step=turn.step)


async def _before(turn: Turn, services: Services, community: Community) -> Message:
    """It was said before today, by themselves or by somebody who saw them."""
    day = await checkin.day(services.work, turn.who.id, local_day(turn.now, community.zone))
    time = clock_time(day.safe_at if day and day.safe_at else turn.now, community.zone)
    seen = day is not None and day.how is How.SEEN
    key = "checkin.noted_seen" if seen else "checkin.noted_before"
    card = card_of(local_day(turn.now, community.zone))
    text = turn.say(key, time=time, who=day.by_name if day else "")
    return Message(text, card=card, in_place=True)


def _says_fine(turn: Turn, _services: Services) -> bool:
    elder = turn.person is not None and turn.person.is_any(Role.ELDER)
    return elder and shipped_service().is_fine(turn.incoming.text)


@topic.text(order=87, claim=_says_fine, roles=_ELDER)
async def said_fine(turn: Turn, services: Services) -> Answer:
    """我很好, typed under the question."""
    found = await checkin.get(services.work, turn.who.id)
    community = await _community(turn, services)
    if found is None or not found.is_on(local_day(turn.now, community.zone)):
        return PASS
    return await fine(turn, services)


def _wants_it(turn: Turn, _services: Services) -> bool:
    return shipped_service().is_sign_of_life(turn.incoming.text)


@topic.text(order=87, claim=_wants_it, roles=AT_HOME)
async def wanted(turn: Turn, services: Services) -> Answer:
    """报平安, typed by who does not take part yet, or whose family asks: how it stands, and the hours."""
    return await page(turn, services)


@topic.action("checkin.away", roles=AT_HOME)
async def away(turn: Turn, services: Services) -> Answer:
    """出门几天: until a day on which it begins again by itself."""
    elder = await elder_of(turn, services)
    if elder is None:
        return await not_for_them(turn, services)
    community = await _community(turn, services)
    today = local_day(turn.now, community.zone)
    rows = tuple(
        (
            Button(
                turn.say.plain(
                    "checkin.away_days",
                    count=days,
                    when=named_day(turn.say, today + timedelta(days=days), today),
                ),
                f"checkin.until:{elder.id}:{days}",
            ),
        )
        for days in TRIPS
    )
    return Answer.of(Message(turn.say("checkin.away_which"), buttons=rows), step=turn.step)


@topic.action("checkin.until", roles=AT_HOME)
async def away_until(turn: Turn, services: Services) -> Answer:
    """The elder is away, as they or their family say; the other side hears it."""
    elder, days = await elder_of(turn, services), turn.number(1)
    found = await checkin.get(services.work, elder.id) if elder else None
    if elder is None or found is None or not found.agreed or found.stopped or days not in TRIPS:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    community = await _community(turn, services)
    today = local_day(turn.now, community.zone)
    until = today + timedelta(days=days)
    relief = (await sign(turn, services) or ()) if elder.id == turn.who.id else ()
    first = ask_at(until, found.hour, community.zone, services.policies)
    await checkin.pause(services.work, elder.id, until, first)
    owed = await _others(turn, services, elder, lambda say: named_day(say, until, today))
    text = turn.say("checkin.away_on", when=named_day(turn.say, until, today))
    return Answer(messages=(Message(text),), owed=(*relief, *owed), step=turn.step)


async def _others(
    turn: Turn, services: Services, elder: Person, when: Callable[[Say], str]
) -> tuple[Owed, ...]:
    kin = await people.family_of(services.work, elder.id)
    ids = {elder.id, *kin} - {turn.who.id}
    return tuple(
        Owed(
            one.id,
            Message(
                services.phrases[one.language](
                    "checkin.away_told",
                    who=turn.who.name,
                    name=elder.name,
                    when=when(services.phrases[one.language]),
                )
            ),
        )
        for one in (await people.persons(services.work, ids)).values()
    )


@topic.action("checkin.back", roles=AT_HOME)
async def back(turn: Turn, services: Services) -> Answer:
    """回来了, earlier than thought."""
    elder = await elder_of(turn, services)
    found = await checkin.get(services.work, elder.id) if elder else None
    if elder is None or found is None or not found.agreed or found.stopped:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    community = await _community(turn, services)
    first = next_ask(turn.now, found.hour, community.zone, services.policies)
    await checkin.resume(services.work, elder.id, first)
    today = local_day(turn.now, community.zone)
    when = named_day(turn.say, local_day(first, community.zone), today)
    return Answer.of(Message(turn.say("checkin.back_on", when=when)), step=turn.step)


@topic.action("checkin.invite", roles=AT_HOME | STAFF)
async def invite(turn: Turn, services: Services) -> Answer:
    """Family, or the home's worker, proposes it; the elder's own tap turns it on."""
    elder = await _invited(turn, services)
    if elder is None:
        return Answer.of(Message(turn.say("menu.not_for_you")), step=turn.step)
    if not await reached(services, (elder.id,)):
        text = turn.say("checkin.invited_no_channel", name=elder.name)
        return Answer.of(Message(text), step=turn.step)
    new = await checkin.propose(services.work, elder.id, elder.community_id, turn.who.id, HOURS[0])
    if not new:
        return Answer.of(Message(turn.say("checkin.invited_not", name=elder.name)), step=turn.step)
    say = services.phrases[elder.language]
    owed = (Owed(elder.id, invitation(say, turn.who.name)),)
    message = Message(turn.say("checkin.invited", name=elder.name))
    return Answer(messages=(message,), owed=owed, step=turn.step)


async def _invited(turn: Turn, services: Services) -> Person | None:
    """The elder whom the button names, if they are the speaker's own family or of the speaker's homes."""
    known = await elders(turn, services)
    if turn.number() in known:
        return known[turn.number()]
    own = {id_ for id_, _ in await checkin.elders_to_invite(services.work, turn.who.id)}
    if not turn.who.is_any(*STAFF) or turn.number() not in own:
        return None
    return await people.person(services.work, turn.number())


@topic.action("checkin.seen", roles=AT_HOME | STAFF)
async def seen(turn: Turn, services: Services) -> Answer:
    """A named person says that they spoke to the elder, or saw them."""
    duty = await checkin.get_silence(services.work, turn.number())
    kin = duty is not None and duty.subject_id in await elders(turn, services)
    if duty is None or not (kin or may_serve(turn.who, duty)):
        return Answer.of(Message(turn.say("checkin.not_yours")), step=turn.step)
    closed = await checkin.found(services.work, duty, turn.who.id)
    if closed is None:
        return Answer.of(await _over(turn, services, duty.id), step=turn.step)
    owed = [*await relieved(turn, services, duty.id)]
    elder = await people.person(services.work, duty.subject_id or 0)
    if elder is not None:
        text = services.phrases[elder.language]("checkin.told_seen", who=turn.who.name)
        owed.append(Owed(elder.id, Message(text), duty_id=duty.id))
    message = Message(turn.say("checkin.seen_noted"))
    return Answer(messages=(message,), owed=tuple(owed), step=turn.step)


async def _over(turn: Turn, services: Services, duty_id: int) -> Message:
    duty = await checkin.get_silence(services.work, duty_id)
    assert duty is not None, "it was there just now"
    silence = await checkin.silence(services.work, duty)
    time = clock_time(duty.moved_at or turn.now, silence.call.zone)
    return Message(turn.say("checkin.over", who=silence.call.worker, time=time))
