"""人员变动: whom it is about, by home or by name, and all that can be done about them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup
from rapidfuzz import fuzz

from domain.address import parse_visit_sentence
from domain.messages import Button, Message, Rows
from domain.moves import Move, MoveState
from domain.people import STAFF, Person, Role
from handlers.base import Answer, Services, Topic, Turn
from handlers.care import AT_WORK, HEAD, MAY, doors, in_care, in_place, leads, own_home
from handlers.lasting import holds, lasting
from handlers.visit_card import label
from handlers.visit_homes import ALIKE, MOST, by_address, called
from storage import family, moves, people
from storage.people import Bound
from storage.visit_homes import Door
from wording import Say
from wording.visit import dated, day_of

topic = Topic("people", keys={"moves.button": "people"})

FINDS = "people.find"
WAITS = timedelta(minutes=15)
"""How long what is typed is taken for the answer: an office looks things up in between."""
_SHOWN = 12


@topic.action("people", roles=MAY, command="moves.command")
async def start(turn: Turn, services: Services) -> Answer:
    """Whom is it about? Who leads sees who waits to be taken in, too."""
    if turn.args and turn.args[0]:
        return await _found(turn, services, turn.args[0])
    rows = await _asked(turn, services) if leads(turn) else ()
    text = turn.say("moves.whom" if leads(turn) else "moves.whom_of_yours")
    return Answer.of(Message(text, buttons=rows), step=lasting(turn, FINDS, WAITS))


async def _asked(turn: Turn, services: Services) -> Rows:
    waiting = await moves.asked_of(services.work, turn.who.community_id)
    found = await people.persons(services.work, [one.person_id for one in waiting])
    rows = [
        (
            Button(
                turn.say.plain("moves.take_in", name=found[one.person_id].name),
                f"away.take:{one.id}",
            ),
        )
        for one in waiting[:_SHOWN]
    ]
    give = (Button(turn.say.plain("give.button"), "give"),)
    return (*rows, give, (Button(turn.say.plain("moves.log_button"), "people.log"),))


@topic.text(order=31, claim=lambda turn, _: holds(turn, FINDS), roles=MAY)
async def find(turn: Turn, services: Services) -> Answer:
    """A home or a name was typed."""
    return await _found(turn, services, turn.incoming.text)


async def _found(turn: Turn, services: Services, text: str) -> Answer:
    homes = await _homes(turn, services, text)
    staff = await _staff(turn, services, text) if leads(turn) else []
    if len(homes) == 1 and not staff:
        return Answer.of(await _home(turn, services, homes[0].home.id))
    if not homes and len(staff) == 1:
        return Answer.of(await person_card(turn, services, staff[0]))
    step = lasting(turn, FINDS, WAITS)
    if not homes and not staff:
        return Answer.of(Message(turn.say("moves.nobody")), step=step)
    rows = [(Button(label(door), f"people.home:{door.home.id}"),) for door in homes]
    rows += [(Button(one.name, f"people.of:{one.id}"),) for one in staff]
    return Answer.of(Message(turn.say("moves.which"), buttons=tuple(rows)), step=step)


async def _homes(turn: Turn, services: Services, text: str) -> Sequence[Door]:
    known = await doors(turn, services)
    said = parse_visit_sentence(text)
    return by_address(known, said).doors if said is not None else called(known, text)


async def _staff(turn: Turn, services: Services, text: str) -> list[Person]:
    """Colleagues of about that name."""
    ids: set[int] = set()
    for role in STAFF:
        ids |= set(await people.with_role(services.work, turn.who.community_id, role))
    found = (await people.persons(services.work, sorted(ids))).values()
    alike = [one for one in found if fuzz.ratio(one.name, text.strip()) >= ALIKE]
    exactly = [one for one in alike if one.name == text.strip()]
    return (exactly or alike)[:MOST]


@topic.action("people.home", roles=MAY)
async def home(turn: Turn, services: Services) -> Answer:
    """Who lives in a home."""
    if await own_home(turn, services, turn.number()) is None:
        return not_yours(turn)
    return Answer.of(in_place(await _home(turn, services, turn.number()), turn), step=turn.step)


async def _home(turn: Turn, services: Services, home_id: int) -> Message:
    found = await people.home(services.work, home_id)
    assert found is not None, "it was looked up just now"
    living = (await people.members(services.work, [home_id])).get(home_id, [])
    rows = [(Button(_titled(turn.say, one), f"people.of:{one.id}"),) for one in living[:_SHOWN]]
    rows.append((Button(turn.say.plain("moves.comes_in"), f"arrive:{home_id}"),))
    key = "moves.home" if living else "moves.home_empty"
    return Message(turn.say(key, home=found.place, count=len(living)), buttons=tuple(rows))


def _titled(say: Say, person: Person) -> str:
    key = "moves.elder" if person.is_any(Role.ELDER) else "moves.resident"
    return say.plain(key, name=person.name)


@topic.action("people.of", roles=MAY)
async def of(turn: Turn, services: Services) -> Answer:
    """One person, and what can be done."""
    person = await in_care(turn, services, turn.number())
    if person is None:
        return not_yours(turn)
    return Answer.of(in_place(await person_card(turn, services, person), turn), step=turn.step)


def not_yours(turn: Turn) -> Answer:
    """A forged or old button reaches nobody."""
    return Answer.of(Message(turn.say("moves.not_yours")), step=turn.step)


async def person_card(turn: Turn, services: Services, person: Person) -> Message:
    """Where they live, on which channels they are, and the buttons."""
    home = await people.home(services.work, person.household_id)
    chats = await people.bound(services.work, person.id)
    zone = (await people.community(services.work, person.community_id)).zone
    lines = [turn.say("moves.person", name=person.name, home=home.place if home else "")]
    lines += [_chat(turn.say, one, zone) for one in chats]
    if not chats:
        lines.append(turn.say("unbind.nowhere"))
    said, rows = await _planned(turn, services, person)
    lines += said
    for one in chats:
        which = told_apart(turn.say, one, chats, zone)
        rows.append((Button(turn.say.plain("unbind.button", channel=which), _lost(one)),))
    rows.append((Button(turn.say.plain("unbind.code_button"), f"unbind.code:{person.id}"),))
    if home is not None and not person.is_any(*STAFF):
        rows += _kinds(turn.say, person)
    rows += await _kin(turn, services, person)
    return Message(Markup("\n").join(lines), buttons=tuple(rows))


async def _planned(
    turn: Turn, services: Services, person: Person
) -> tuple[list[Markup], list[tuple[Button, ...]]]:
    """A move that is to come, and the buttons that put it off."""
    plan = await moves.plan_of(services.work, person.id)
    if plan is None:
        return [], []
    home = await people.home(services.work, plan.to_home)
    day = dated(turn.say, plan.day, turn.now.date())
    text = turn.say(f"moves.plan_line_{plan.event}", day=day, home=home.place if home else "")
    row = (
        Button(turn.say.plain("moves.plan_day"), f"moveplan.day:{plan.id}"),
        Button(turn.say.plain("moves.plan_off"), f"moveplan.off:{plan.id}"),
    )
    return [text], [row]


async def _kin(turn: Turn, services: Services, person: Person) -> list[tuple[Button]]:
    """Family from elsewhere, who live in no home that could be looked up."""
    ties = await family.of_elder(services.work, person.id)
    found = await people.persons(services.work, [tie.person_id for tie in ties])
    return [
        (
            Button(
                turn.say.plain("moves.kin", relation=tie.relation, name=tie.name),
                f"people.of:{tie.person_id}",
            ),
        )
        for tie in ties
        if found[tie.person_id].household_id is None and not found[tie.person_id].is_any(*AT_WORK)
    ]


def _lost(one: Bound) -> str:
    return f"unbind:{one.address_id}"


def _chat(say: Say, one: Bound, zone: ZoneInfo) -> Markup:
    name = channel(say, one)
    if one.seen_at is None:
        return say("unbind.chat_never", channel=name)
    return say("unbind.chat", channel=name, at=_moment(say, one.seen_at.astimezone(zone)))


def _moment(say: Say, at: datetime) -> str:
    return f"{day_of(say, at.date())} {at:%H:%M}"


def channel(say: Say, one: Bound) -> str:
    """What people call a channel; never the number or name of the account."""
    known = {"telegram": "unbind.telegram", "web": "unbind.web"}
    return say.plain(known.get(one.channel, "unbind.other"))


def told_apart(say: Say, one: Bound, chats: Sequence[Bound], zone: ZoneInfo) -> str:
    """The channel; of several chats on the same one, also when it was last used."""
    name = channel(say, one)
    if sum(each.channel == one.channel for each in chats) == 1:
        return name
    if one.seen_at is None:
        return say.plain("unbind.one_never", channel=name)
    return say.plain("unbind.one_of", channel=name, at=_moment(say, one.seen_at.astimezone(zone)))


def _kinds(say: Say, person: Person) -> list[tuple[Button]]:
    def button(kind: Move) -> tuple[Button]:
        return (Button(say.plain(f"moves.do_{kind}"), f"move:{kind}:{person.id}"),)

    return [button(kind) for kind in (Move.WITHIN, Move.AWAY, Move.OUT, Move.DIED)]


@topic.action("people.log", roles=HEAD)
async def log(turn: Turn, services: Services) -> Answer:
    """Who came, moved, left or died lately, whose phone was unbound, by whom."""
    here = await people.community(services.work, turn.who.community_id)
    found = await moves.latest(services.work, here.id, _SHOWN)
    if not found:
        return Answer.of(Message(turn.say("moves.log_empty")), step=turn.step)
    lines = [turn.say("moves.log_head")]
    for one in found:
        left = one.entry.event is Move.GIVEN and one.entry.other_id is None
        key = "moves.log_left" if left else f"moves.log_{one.entry.event}"
        at = one.entry.at.astimezone(here.zone)
        state = "" if one.entry.state is MoveState.DONE else f"moves.state_{one.entry.state}"
        lines.append(
            turn.say(
                key,
                at=_moment(turn.say, at),
                day=day_of(turn.say, one.entry.day),
                name=one.name,
                by=one.actor or turn.say.plain("moves.by_office"),
                other=one.other,
                state=turn.say(state) if state else "",
            )
        )
    return Answer.of(Message(Markup("\n").join(lines)), step=turn.step)
