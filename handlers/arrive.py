"""有人搬进来: name, number and since when, and the code for their telephone is there at once."""

from datetime import date

from markupsafe import Markup

from domain.calendar import local_day
from domain.days_said import day_ago, read_to_come
from domain.messages import Button, Message, Rows
from domain.moves import Arrival, Move, read_arrival
from domain.people import Home, Person, Role
from handlers.base import Answer, Services, Topic, Turn
from handlers.care import MAY, heads, own_home, told
from handlers.lasting import holds, lasting
from handlers.moves import WAITS, not_yours
from handlers.unbind import shown_code
from storage import arriving, moves, people
from wording.visit import day_of

topic = Topic("arrive")

WHO, SINCE = "arrive.who", "arrive.since"


@topic.action("arrive", roles=MAY)
async def who(turn: Turn, services: Services) -> Answer:
    """Who is it?"""
    home = await own_home(turn, services, turn.number())
    if home is None:
        return not_yours(turn)
    text = turn.say("moves.who_comes", home=home.place)
    return Answer.of(Message(text), step=lasting(turn, WHO, WAITS, home=home.id))


@topic.text(order=31, claim=lambda turn, _: holds(turn, WHO, SINCE), roles=MAY)
async def typed(turn: Turn, services: Services) -> Answer:
    """Name and number; or, once these are known, another day than those offered."""
    assert turn.step is not None
    home = await own_home(turn, services, int(turn.step.data["home"]))
    if home is None:
        return not_yours(turn)
    if turn.step.action == SINCE:
        return await _on(turn, services, turn.incoming.text)
    read = read_arrival(turn.incoming.text)
    if read is None:
        return Answer.of(Message(turn.say("moves.no_name")), step=turn.step)
    living = (await people.members(services.work, [home.id])).get(home.id, [])
    if any(one.name == read.name for one in living):
        text = turn.say("moves.lives_there", name=read.name, home=home.place)
        return Answer.of(Message(text), step=turn.step)
    return await _since(turn, services, home, read)


async def _since(turn: Turn, services: Services, home: Home, read: Arrival) -> Answer:
    """Since when; whoever was here before under that name may be the same."""
    before = await arriving.former(services.work, home.community_id, read.name)
    role = turn.say.plain("moves.role_elder" if read.elder else "moves.role_resident")
    values = {"name": read.name, "phone": read.phone, "home": home.place, "role": role}
    text = turn.say("moves.since_in", **values)
    rows: list[tuple[Button, ...]] = [_days(turn, "")]
    if before is not None:
        text += turn.say("moves.was_here", name=read.name)
        rows = [_days(turn, "again"), _days(turn, "new")]
    step = lasting(
        turn,
        SINCE,
        WAITS,
        home=home.id,
        name=read.name,
        phone=read.phone,
        elder=read.elder,
        before=before,
    )
    return Answer.of(Message(text, buttons=tuple(rows)), step=step)


def _days(turn: Turn, who: str) -> tuple[Button, ...]:
    mark = turn.say.plain(f"moves.as_{who}") if who else ""
    names = ("moves.today", "moves.yesterday", "moves.before")
    return tuple(
        Button(f"{mark}{turn.say.plain(name)}", f"arrive.on:{back}:{who or 'new'}")
        for back, name in enumerate(names[: 2 if who else 3])
    )


@topic.action("arrive.on", roles=MAY)
async def on(turn: Turn, services: Services) -> Answer:
    """One of the offered days was tapped: it is done."""
    return await _on(turn, services, turn.args[0] if turn.args else "")


async def _on(turn: Turn, services: Services, said: str) -> Answer:
    if not holds(turn, SINCE) or turn.step is None:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    data = turn.step.data
    home = await own_home(turn, services, int(data["home"]))
    if home is None:
        return not_yours(turn)
    zone = (await people.community(services.work, home.community_id)).zone
    today = local_day(turn.now, zone)
    day = day_ago(said, today)
    if day is None:
        key = "moves.no_day" if read_to_come(said, today) is None else "moves.not_here_yet"
        return Answer.of(Message(turn.say(key)), step=turn.step)
    again = len(turn.args) > 1 and turn.args[1] == "again"
    came = Arrival(str(data["name"]), str(data["phone"]), bool(data["elder"]))
    person = await _let_in(services, home, came, data["before"] if again else None)
    return await _done(turn, services, home, person, day)


async def _let_in(services: Services, home: Home, came: Arrival, before: int | None) -> Person:
    """Somebody new, or the same as before with all that is on record of them."""
    community = await people.community(services.work, home.community_id)
    person_id = (
        await arriving.come_back(services.work, before, home, came)
        if before is not None
        else await arriving.settle_in(services.work, community.code, home, came)
    )
    person = await people.person(services.work, person_id)
    assert person is not None, "they were let in just now"
    return person


async def _done(turn: Turn, services: Services, home: Home, person: Person, day: date) -> Answer:
    move_id = await moves.note(
        services.work,
        Move.IN,
        person.id,
        person.community_id,
        turn.who.id,
        day,
        to_home=home.id,
    )
    values = {"name": person.name, "home": home.place, "by": turn.who.name}
    done = turn.say("moves.done_in", day=day_of(turn.say, day), **values)
    text = Markup("\n\n").join([done, await shown_code(turn, services, person)])
    rows: Rows = ((Button(turn.say.plain("moves.undo"), f"move.undo:{move_id}"),),)
    if person.is_any(Role.ELDER):
        kin = Button(turn.say.plain("family.key"), f"family.page:{person.id}")
        rows = ((kin,), *rows)
    ids = {home.worker_id} if home.worker_id else {*await heads(services, home.community_id)}
    owed = await told(turn, services, ids, "moves.news_in", **values)
    return Answer.of(Message(text, buttons=rows), owed=owed)
