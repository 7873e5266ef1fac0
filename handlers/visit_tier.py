"""How often a home is owed a visit, and that something has happened there: said by whoever looks after it."""

from domain.address import parse_visit_sentence
from domain.messages import Button, Message, Rows
from domain.people import Role
from domain.visit_day import Tier
from handlers.base import Answer, Services, Topic, Turn
from handlers.visit_card import label
from handlers.visit_homes import by_address
from storage import visit_homes, visit_tier
from storage.visit_homes import Door
from wording import Say

topic = Topic("tier")

_WORKER = frozenset({Role.WORKER})
_MAY = frozenset({Role.WORKER, Role.SUPERVISOR})
NONE, SHOCK = "none", "shock"


async def _doors(turn: Turn, services: Services) -> list[Door]:
    """Their own homes; a supervisor's are all of the community."""
    if turn.who.is_any(Role.SUPERVISOR):
        return await visit_homes.doors_of_community(services.work, turn.who.community_id)
    return await visit_homes.doors(services.work, turn.who.id)


async def _door(turn: Turn, services: Services) -> Door | None:
    """The home that is named, by its number or its address, if it is one of theirs."""
    if turn.args and (said := parse_visit_sentence(turn.args[0])) is not None:
        meant = by_address(await _doors(turn, services), said)
        return meant.doors[0] if meant.sure else None
    work, me = services.work, turn.who
    if me.is_any(Role.SUPERVISOR):
        return await visit_homes.door_of_community(work, turn.number(), me.community_id)
    return await visit_homes.own_door(work, turn.number(), me.id)


@topic.action("tier", roles=_MAY, command="visit.tier_command")
async def choose(turn: Turn, services: Services) -> Answer:
    """How it stands, and the choices."""
    door = await _door(turn, services)
    if door is None:
        return Answer.of(Message(turn.say("visit.tier_whose")), step=turn.step)
    return Answer.of(await _card(turn, services, door, in_place=False), step=turn.step)


async def _card(turn: Turn, services: Services, door: Door, *, in_place: bool) -> Message:
    now = await visit_tier.of(services.work, door.home.id)
    text = turn.say("visit.tier", home=label(door), tier=_words(turn.say, now))
    return Message(text, buttons=_choices(turn.say, door), in_place=in_place)


def _words(say: Say, tier: Tier | None) -> str:
    return say.plain(f"visit.tier_{tier or NONE}")


def _choices(say: Say, door: Door) -> Rows:
    choices = [*Tier, NONE, SHOCK]
    return tuple(
        (Button(say.plain(f"visit.tier_{each}"), f"tier.set:{door.home.id}:{each}"),)
        for each in choices
    )


@topic.action("tier.set", roles=_MAY)
async def set_tier(turn: Turn, services: Services) -> Answer:
    """From now on; a shock counts for the next 24 hours, until somebody was there."""
    door = await _door(turn, services)
    wanted = turn.args[1] if len(turn.args) > 1 else ""
    if door is None or wanted not in [*Tier, NONE, SHOCK]:
        return Answer(notice=turn.say.plain("visit.not_your_home"), step=turn.step)
    if wanted == SHOCK:
        await visit_tier.note_shock(services.work, door.home.id)
        return Answer.of(Message(turn.say("visit.tier_shocked", home=label(door))), step=turn.step)
    tier = None if wanted == NONE else Tier(wanted)
    await visit_tier.put(services.work, door.home.id, tier)
    return Answer.of(await _card(turn, services, door, in_place=True), step=turn.step)
