"""换社工: a worker's homes, or those of a building, are given to a colleague; a worker leaves."""

from domain.calendar import local_day
from domain.messages import Button, Message
from domain.moves import Move
from domain.people import Person, Role
from handlers.base import Answer, Services, Topic, Turn
from handlers.care import HEAD, in_place, told, yes_or_not
from handlers.moves import not_yours
from handlers.parting import cut_off
from storage import enroll, family, give, moves, outbox, people
from storage.give import ALL, Staffed

topic = Topic("give")


async def _workers(turn: Turn, services: Services) -> dict[int, Staffed]:
    every = await give.workers(services.work, turn.who.community_id)
    return {one.person_id: one for one in every}


@topic.action("give", roles=HEAD)
async def whose(turn: Turn, services: Services) -> Answer:
    """Whose homes?"""
    every = (await _workers(turn, services)).values()
    rows = tuple(
        (Button(turn.say.plain("give.who", name=one.name, count=one.homes), _of(one)),)
        for one in every
    )
    return Answer.of(in_place(Message(turn.say("give.whose"), buttons=rows), turn), step=turn.step)


def _of(one: Staffed) -> str:
    return f"give.of:{one.person_id}"


@topic.action("give.of", roles=HEAD)
async def which(turn: Turn, services: Services) -> Answer:
    """Which of them? Whoever has none may be let go."""
    one = (await _workers(turn, services)).get(turn.number())
    if one is None:
        return not_yours(turn)
    blocks = await give.blocks(services.work, one.person_id, turn.who.community_id)
    say = turn.say
    rows = [
        (Button(say.plain("give.block", name=name, count=n), f"give.to:{one.person_id}:{i}"),)
        for i, name, n in blocks
    ]
    if len(blocks) > 1:
        every = say.plain("give.all", count=one.homes)
        rows.insert(0, (Button(every, f"give.to:{one.person_id}:{ALL}"),))
    if not blocks:
        rows.append((Button(say.plain("give.leaves"), f"give.leaves:{one.person_id}"),))
    key = "give.which" if blocks else "give.has_none"
    message = Message(say(key, name=one.name), buttons=tuple(rows))
    return Answer.of(in_place(message, turn), step=turn.step)


@topic.action("give.to", roles=HEAD)
async def to_whom(turn: Turn, services: Services) -> Answer:
    """To whom?"""
    every = await _workers(turn, services)
    giver = every.get(turn.number())
    if giver is None:
        return not_yours(turn)
    able = set(await people.with_role(services.work, turn.who.community_id, Role.WORKER)) - {
        giver.person_id
    }
    rows = tuple(
        (
            Button(
                turn.say.plain("give.who", name=every[one].name, count=every[one].homes),
                f"give.sure:{giver.person_id}:{turn.number(1)}:{one}",
            ),
        )
        for one in every
        if one in able
    )
    text = turn.say("give.to" if rows else "give.nobody", name=giver.name)
    return Answer.of(in_place(Message(text, buttons=rows), turn), step=turn.step)


async def _meant(turn: Turn, services: Services) -> tuple[Staffed, Staffed, int] | None:
    """Who gives, who takes, which building, if both still are what they were."""
    every = await _workers(turn, services)
    giver, taker, block = every.get(turn.number()), every.get(turn.number(2)), turn.number(1)
    able = await people.with_role(services.work, turn.who.community_id, Role.WORKER)
    if giver is None or taker is None or taker.person_id not in able or giver == taker:
        return None
    blocks = await give.blocks(services.work, giver.person_id, turn.who.community_id)
    known = blocks and (block == ALL or block in {i for i, _, _ in blocks})
    return (giver, taker, block) if known else None


@topic.action("give.sure", roles=HEAD)
async def sure(turn: Turn, services: Services) -> Answer:
    """What goes with them, before it goes."""
    meant = await _meant(turn, services)
    if meant is None:
        return not_yours(turn)
    giver, taker, block = meant
    found = await give.preview(services.work, giver.person_id, turn.who.community_id, block)
    text = turn.say(
        "give.sure",
        giver=giver.name,
        taker=taker.name,
        homes=found.homes,
        special=found.special,
        duties=found.duties,
        after=taker.homes + found.homes,
    )
    yes = f"give.yes:{giver.person_id}:{block}:{taker.person_id}"
    rows = yes_or_not(turn, "give.sure_yes", yes, f"give.of:{giver.person_id}")
    return Answer.of(in_place(Message(text, buttons=rows), turn), step=turn.step)


@topic.action("give.yes", roles=HEAD)
async def done(turn: Turn, services: Services) -> Answer:
    """Given; both hear of it."""
    meant = await _meant(turn, services)
    if meant is None:
        return not_yours(turn)
    giver, taker, block = meant
    work, here = services.work, turn.who.community_id
    found = await give.give(work, giver.person_id, taker.person_id, here, block)
    zone = (await people.community(work, here)).zone
    today = local_day(turn.now, zone)
    record = {"homes": found.homes, "duties": found.duties, "building": block}
    await moves.note(
        work,
        Move.GIVEN,
        giver.person_id,
        here,
        turn.who.id,
        today,
        other_id=taker.person_id,
        record=record,
    )
    values = {"giver": giver.name, "taker": taker.name, "by": turn.who.name}
    counts = {"homes": found.homes, "special": found.special, "duties": found.duties}
    owed = await told(turn, services, [giver.person_id], "give.news_giver", **values, **counts)
    owed += await told(turn, services, [taker.person_id], "give.news_taker", **values, **counts)
    rows = ((Button(turn.say.plain("give.more", name=giver.name), _of(giver)),),)
    text = turn.say("give.done", **values, **counts)
    return Answer.of(in_place(Message(text, buttons=rows), turn), owed=owed, step=turn.step)


async def _leaving(turn: Turn, services: Services) -> Person | None:
    """Somebody of the staff here who has no homes any more, and is not who is talking."""
    one = (await _workers(turn, services)).get(turn.number())
    if one is None or one.homes or one.person_id == turn.who.id:
        return None
    person = await people.person(services.work, one.person_id)
    return None if person is None or person.is_any(Role.SUPERVISOR, Role.STREET) else person


@topic.action("give.leaves", roles=HEAD)
async def leaves(turn: Turn, services: Services) -> Answer:
    """Asked once."""
    person = await _leaving(turn, services)
    if person is None:
        return not_yours(turn)
    rows = yes_or_not(turn, "give.leaves_yes", f"give.left:{person.id}", "give")
    text = turn.say("give.leaves_sure", name=person.name)
    return Answer.of(in_place(Message(text, buttons=rows), turn), step=turn.step)


@topic.action("give.left", roles=HEAD)
async def left(turn: Turn, services: Services) -> Answer:
    """They work here no more: the month's quota ends today, nothing opens for them any more."""
    person = await _leaving(turn, services)
    if person is None:
        return not_yours(turn)
    work = services.work
    zone = (await people.community(work, person.community_id)).zone
    today = local_day(turn.now, zone)
    await give.last_day(work, person.id, today)
    await enroll.end_codes(work, person.id)
    await family.end_codes(work, person.id)
    unbound = await people.unbind(work, person.id)
    await outbox.withdraw(work, unbound, "access was revoked")
    await people.retire(work, person.id)
    await cut_off(work, services.phrases[person.language], unbound)
    await moves.note(work, Move.GIVEN, person.id, person.community_id, turn.who.id, today)
    text = turn.say("give.left", name=person.name)
    return Answer.of(in_place(Message(text), turn), step=turn.step)
