"""Logging a visit in three taps: the list, the home, what it was about. In one sentence: `visit_said`."""

from collections.abc import Sequence
from datetime import date, timedelta

from domain.calendar import Month, local_day
from domain.messages import Button, Message, Rows
from domain.people import Role
from domain.visit import Mode, Quota, Topic, count_home_days
from domain.visit_day import Ahead, DayPlan, Going, Span, Standing, plan, span_of
from handlers import base
from handlers.base import PASS, Answer, Services, Step, Turn
from handlers.router import at_step
from handlers.visit_card import chunks, label, label_of, month_pace, zone_here
from handlers.visit_said import says_address
from handlers.visit_save import Said, save, save_words
from storage import family, visit, visit_day, visit_homes, visit_workers
from storage.visit_day import Named
from storage.visit_homes import Door
from wording import Say
from wording.digest import why

topic = base.Topic("visit", keys={"visit.key": "visit"})

_WORKER = frozenset({Role.WORKER})
OFFERED = 6
"""Homes in the list: what a telephone shows without scrolling."""


@topic.action("visit", roles=_WORKER, command="visit.command")
async def choose(turn: Turn, services: Services) -> Answer:
    """The homes to go to next, each with its reason."""
    zone, me = await zone_here(turn, services), turn.who.id
    homes = (await visit_day.standings(services.work, [me], zone))[me]
    if not homes:
        return Answer.of(Message(turn.say("visit.no_homes")))
    going = (await _plan(turn, services, homes, local_day(turn.now, zone))).going
    named = await visit_day.named(services.work, {one.home for one in going})
    rows = tuple((_choice(turn.say, named[one.home], one),) for one in going)
    return Answer.of(Message(turn.say("visit.pick"), buttons=rows, in_place=True))


async def _plan(turn: Turn, services: Services, homes: Sequence[Standing], today: date) -> DayPlan:
    """The same walk as in the morning's message, as things stand now, and some more to choose from; who
    works on a day off chooses, too."""
    calendar, quota = services.policies.calendar, Quota(services.policies.visits_a_month)
    month, me = Month.of(today), turn.who.id
    made = (await visit.facts(services.work, [me], month))[me]
    stand = await month_pace(services, me, count_home_days(made), today)
    there = (await visit_workers.presences(services.work, [me], month))[me]
    days = calendar.workdays(today + timedelta(days=1), span_of(Span.QUARTER, today)[1])
    ahead = Ahead((today, *(day for day in days if there.works_on(day))))
    return plan(homes, ahead, stand.missing, quota.most_a_day, OFFERED)


def _choice(say: Say, named: Named, one: Going) -> Button:
    text = say.plain("visit.choice", home=label_of(named.home, named.name), why=why(say, one))
    return Button(text, f"visit.pick:{one.home}")


async def _own_door(turn: Turn, services: Services) -> Door | None:
    return await visit_homes.own_door(services.work, turn.number(), turn.who.id)


@topic.action("visit.pick", roles=_WORKER)
async def pick(turn: Turn, services: Services) -> Answer:
    """What it was about: one tap saves, and so do words."""
    return await _about(turn, services, in_place=True)


@topic.action("visit.go", roles=_WORKER)
async def go(turn: Turn, services: Services) -> Answer:
    """The same from the morning's message, which stays for the homes that follow."""
    return await _about(turn, services, in_place=False)


async def _about(turn: Turn, services: Services, *, in_place: bool) -> Answer:
    door = await _own_door(turn, services)
    if door is None:
        return Answer(notice=turn.say.plain("visit.not_your_home"), step=turn.step)
    text = turn.say("visit.about", home=label(door))
    old = bool(await family.elders_at(services.work, door.home.id))
    message = Message(text, buttons=_abouts(turn.say, door, old=old), in_place=in_place)
    step = Step("visit.note", {"home": door.home.id, "key": _tap_key(turn, door)})
    return Answer.of(message, step=step)


def _abouts(say: Say, door: Door, *, old: bool) -> Rows:
    """`old`: an elder lives there, whose family may be asked in."""

    def button(text: str, code: str) -> Button:
        return Button(text, f"visit.log:{door.home.id}:{code}")

    topics = [button(say.plain(f"papers.topic_{each}"), each) for each in Topic]
    modes = (
        button(say.plain("visit.nobody_off"), Mode.NOBODY_IN),
        button(say.plain("visit.phone_off"), Mode.PHONE),
    )
    kin = (Button(say.plain("family.key"), f"family.home:{door.home.id}"),)
    tier = Button(say.plain("visit.tier_button"), f"tier:{door.home.id}")
    who = (Button(say.plain("moves.button"), f"people.home:{door.home.id}"),)
    back = (Button(say.plain("visit.back"), "visit"), tier)
    return (*chunks(topics, 3), modes, *(((*kin, *who),) if old else (who,)), back)


def _tap_key(turn: Turn, door: Door) -> str:
    """Two taps on one message are one visit; where a channel names no message, each turn is."""
    where = turn.incoming.message_ref or f"turn-{turn.inbox_id}"
    return f"pick:{turn.address_id}:{where[:60]}:{door.home.id}"


@topic.action("visit.log", roles=_WORKER)
async def log(turn: Turn, services: Services) -> Answer:
    """The third tap: saved, with the topic or the mode that was tapped."""
    door = await _own_door(turn, services)
    code = turn.args[1] if len(turn.args) > 1 else ""
    if door is None or code not in [*Topic, *Mode]:
        return Answer(notice=turn.say.plain("visit.not_your_home"), step=turn.step)
    mode = Mode(code) if code in list(Mode) else Mode.HOME
    topics = (Topic(code),) if code in list(Topic) else ()
    said = Said.now(turn, "", _tap_key(turn, door))
    return await save(turn, services, door, said, mode, topics)


@topic.text(order=50, claim=at_step("visit.note"), roles=_WORKER)
async def note(turn: Turn, services: Services) -> Answer:
    """Words instead of a topic; a sentence with an address of its own is another visit."""
    assert turn.step is not None
    door = await visit_homes.own_door(services.work, int(turn.step.data["home"]), turn.who.id)
    words = turn.incoming.text.strip()
    if door is None or says_address(turn, services):
        return PASS
    if not words:
        return Answer.of(Message(turn.say("menu.not_understood")), step=turn.step)
    return await save_words(turn, services, door, Said.now(turn, words, turn.step.data["key"]))
