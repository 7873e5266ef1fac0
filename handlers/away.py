"""搬到别的社区: one community asks, the other takes in; until then whoever moves lacks nothing."""

from datetime import timedelta

from markupsafe import Markup
from rapidfuzz import fuzz, process

from domain.address import parse_visit_sentence
from domain.calendar import local_day
from domain.messages import Button, Message, Owed
from domain.moves import Move, MoveState
from domain.people import STAFF, Home, Person
from handlers.base import Answer, Services, Topic, Turn
from handlers.care import HEAD, MAY, heads, in_care, in_place, told
from handlers.greeting import greet
from handlers.lasting import holds, lasting
from handlers.move_cases import kept
from handlers.move_done import called_off
from handlers.moves import not_yours
from handlers.visit_card import label
from handlers.visit_homes import ALIKE, MOST, by_address
from storage import leaving, moves, people, visit_homes
from storage.moves import Entry
from storage.people import Community

topic = Topic("away")

WHERE, TAKING = "away.where", "away.taking"
WAITS = timedelta(minutes=15)


async def places(turn: Turn, services: Services, person: Person) -> Answer:
    """To which community? Its name is typed: a city has hundreds."""
    if (waits := await moves.asked_about(services.work, person.id)) is not None:
        rows = ((Button(turn.say.plain("moves.away_back"), f"away.back:{waits.id}"),),)
        return Answer.of(Message(turn.say("moves.away_waits", name=person.name), buttons=rows))
    step = lasting(turn, WHERE, WAITS, person=person.id)
    return Answer.of(Message(turn.say("moves.away_where", name=person.name)), step=step)


@topic.text(order=31, claim=lambda turn, _: holds(turn, WHERE), roles=MAY)
async def typed(turn: Turn, services: Services) -> Answer:
    """Communities of about that name."""
    assert turn.step is not None
    person = await in_care(turn, services, int(turn.step.data["person"]))
    if person is None:
        return not_yours(turn)
    every = {
        one.id: one.name
        for one in await people.all_communities(services.work)
        if one.id != turn.who.community_id
    }
    found = process.extract(
        turn.incoming.text.strip(), every, scorer=fuzz.WRatio, limit=MOST, score_cutoff=ALIKE
    )
    if not found:
        return Answer.of(Message(turn.say("moves.no_such_place")), step=turn.step)
    rows = tuple((Button(name, f"away.ask:{person.id}:{one}"),) for name, _, one in found)
    return Answer.of(Message(turn.say("moves.away_sure", name=person.name), buttons=rows))


async def _community(services: Services, community_id: int) -> Community | None:
    every = await people.all_communities(services.work)
    return next((one for one in every if one.id == community_id), None)


@topic.action("away.ask", roles=MAY)
async def ask(turn: Turn, services: Services) -> Answer:
    """The other community's supervisors hear a name; more only when they have taken them in."""
    work = services.work
    person = await in_care(turn, services, turn.number())
    to = await _community(services, turn.number(1))
    lives = person is not None and person.household_id is not None
    if person is None or to is None or not lives or to.id == person.community_id:
        return not_yours(turn)
    if person.is_any(*STAFF) or await moves.asked_about(work, person.id) is not None:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    here = await people.community(work, person.community_id)
    move_id = await moves.note(
        work,
        Move.AWAY,
        person.id,
        here.id,
        turn.who.id,
        local_day(turn.now, here.zone),
        MoveState.ASKED,
        from_home=person.household_id,
        to_community=to.id,
    )
    hearing = await heads(services, to.id)
    owed = await _put_to(services, hearing, move_id, person, here, turn.who.name)
    key = "moves.away_asked" if hearing else "moves.away_nobody"
    text = turn.say(key, name=person.name, community=to.name)
    return Answer.of(in_place(Message(text), turn), owed=owed)


async def _put_to(
    services: Services, ids: list[int], move_id: int, person: Person, here: Community, by: str
) -> tuple[Owed, ...]:
    owed = []
    for one in (await people.persons(services.work, ids)).values():
        say = services.phrases[one.language]
        rows = (
            (Button(say.plain("moves.take_in", name=person.name), f"away.take:{move_id}"),),
            (Button(say.plain("moves.away_no"), f"away.no:{move_id}"),),
        )
        text = say("moves.away_news", name=person.name, community=here.name, by=by)
        owed.append(Owed(one.id, Message(text, buttons=rows)))
    return tuple(owed)


async def _waiting(turn: Turn, services: Services) -> Entry | None:
    """What is asked of this supervisor's community and not answered."""
    entry = await moves.get(services.work, turn.number())
    asked = entry is not None and entry.state is MoveState.ASKED
    return entry if entry and asked and entry.to_community == turn.who.community_id else None


@topic.action("away.no", roles=HEAD)
async def decline(turn: Turn, services: Services) -> Answer:
    """Not here: whoever asked hears so, and nothing has changed."""
    entry = await _waiting(turn, services)
    person = await people.person(services.work, entry.person_id) if entry else None
    if entry is None or person is None:
        return not_yours(turn)
    declined = await moves.settle_state(
        services.work, entry.id, MoveState.ASKED, MoveState.DECLINED
    )
    if not declined:  # another supervisor was first
        return not_yours(turn)
    owed = await told(
        turn, services, {entry.actor_id}, "moves.away_declined", name=person.name, by=turn.who.name
    )
    text = turn.say("moves.away_no_done", name=person.name)
    return Answer.of(in_place(Message(text), turn), owed=owed, step=turn.step)


@topic.action("away.back", roles=MAY)
async def take_back(turn: Turn, services: Services) -> Answer:
    """Asked by mistake."""
    entry = await moves.get(services.work, turn.number())
    person = await in_care(turn, services, entry.person_id) if entry else None
    if entry is None or person is None:
        return not_yours(turn)
    done = await moves.settle_state(services.work, entry.id, MoveState.ASKED, MoveState.UNDONE)
    key = "moves.away_taken_back" if done else "moves.too_late"
    return Answer.of(in_place(Message(turn.say(key, name=person.name)), turn), step=turn.step)


@topic.action("away.take", roles=HEAD)
async def take(turn: Turn, services: Services) -> Answer:
    """Into which home?"""
    entry = await _waiting(turn, services)
    person = await people.person(services.work, entry.person_id) if entry else None
    if entry is None or person is None:
        return not_yours(turn)
    if await leaving.urgent(services.work, person.id):
        return Answer.of(Message(turn.say("moves.urgent", name=person.name)), step=turn.step)
    text = turn.say("moves.away_home", name=person.name)
    return Answer.of(Message(text), step=lasting(turn, TAKING, WAITS, move=entry.id))


@topic.text(order=31, claim=lambda turn, _: holds(turn, TAKING), roles=HEAD)
async def into(turn: Turn, services: Services) -> Answer:
    """An address was typed; the home is shown once more, to be tapped."""
    assert turn.step is not None
    said = parse_visit_sentence(turn.incoming.text)
    every = await visit_homes.doors_of_community(services.work, turn.who.community_id)
    found = by_address(every, said).doors if said is not None else ()
    if not found:
        return Answer.of(Message(turn.say("moves.no_such_home")), step=turn.step)
    move_id = turn.step.data["move"]
    rows = tuple((Button(label(d), f"away.in:{move_id}:{d.home.id}"),) for d in found)
    return Answer.of(Message(turn.say("moves.away_into"), buttons=rows), step=turn.step)


@topic.action("away.in", roles=HEAD)
async def taken(turn: Turn, services: Services) -> Answer:
    """From now on they are ours; the community they left keeps what was done there."""
    work = services.work
    entry, home = await _waiting(turn, services), await people.home(work, turn.number(1))
    person = await people.person(work, entry.person_id) if entry else None
    if entry is None or person is None or home is None:
        return not_yours(turn)
    if home.community_id != turn.who.community_id or await leaving.urgent(work, person.id):
        return Answer.of(Message(turn.say("moves.urgent", name=person.name)), step=turn.step)
    if not await moves.settle_state(
        work, entry.id, MoveState.ASKED, MoveState.DONE, to_home=home.id
    ):
        return not_yours(turn)
    await moves.end_plans(work, person.id)
    owed = await called_off(turn, services, person)
    old = await people.home(work, person.household_id)
    await leaving.naturalise(work, person, home.community_id)
    await leaving.place(work, person.id, home.community_id, home.id)
    await leaving.vacate(work, person.household_id, home.id)
    await leaving.readdress(work, person.id, home.id)
    await leaving.look_after(work, person.id, home.community_id, home.worker_id)
    owed += await _news(turn, services, entry, person, old, home)
    here = await people.community(work, home.community_id)
    owed += (await kept(turn, services, person, Move.AWAY, here.name)).owed
    text = turn.say("moves.away_done", name=person.name, home=home.place)
    rows = ((Button(turn.say.plain("moves.see"), f"people.of:{person.id}"),),)
    return Answer.of(in_place(Message(text, buttons=rows), turn), owed=owed)


async def _news(
    turn: Turn,
    services: Services,
    entry: Entry,
    person: Person,
    old: Home | None,
    home: Home,
) -> tuple[Owed, ...]:
    """Whoever asked, both workers, and the person: where they are and who looks after them."""
    here = await people.community(services.work, home.community_id)
    values = {"name": person.name, "community": here.name, "home": home.place}
    before = {entry.actor_id, old.worker_id if old else None}
    owed = await told(turn, services, before, "moves.away_gone", **values)
    owed += await told(turn, services, {home.worker_id}, "moves.away_came", **values)
    now = await people.person(services.work, person.id)
    say = services.phrases[person.language]
    worker = await people.person(services.work, home.worker_id) if home.worker_id else None
    text = say("moves.you_are_here", worker=worker.name if worker else "", **values)
    welcome = await greet(turn, services, now)
    whole = Markup("\n\n").join([text, welcome.html])
    return (*owed, Owed(person.id, Message(whole, keyboard=welcome.keyboard, menu=True)))
