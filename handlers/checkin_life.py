"""Any sign of life of an elder, whatever they said or pressed: it answers the morning's question."""

from domain.calendar import day_bounds
from domain.checkin import How, day_of
from domain.messages import Owed
from handlers.base import Services, Turn
from storage import checkin, people
from wording.checkin import cards_now, noted, relief
from wording.help import clock_time


async def sign(turn: Turn, services: Services, how: How = How.LIFE) -> tuple[Owed, ...] | None:
    """The first sign of an elder's day: who was worried is told; None where there was one before, or
    they take no part.

    A message that was long on its way counts for the day on which it was sent.
    """
    community = await people.community(services.work, turn.who.community_id)
    sent = turn.incoming.sent_at or turn.now
    day = day_of(min(sent, turn.now), community.zone)
    _, ends = day_bounds(day, community.zone)
    found = await checkin.alive(services.work, turn.who.id, day, ends, how)
    if found is None:
        return None
    owed = await _relieved(turn, services)
    if found.asked and how is not How.TAP:
        time = clock_time(turn.now, community.zone)
        owed = (*owed, Owed(turn.who.id, noted(turn.say, day, time)))
    return owed


async def _relieved(turn: Turn, services: Services) -> tuple[Owed, ...]:
    duty = await checkin.open_silence(services.work, turn.who.id)
    closed = duty and await checkin.found(services.work, duty, turn.who.id)
    return await relieved(turn, services, closed.id) if closed else ()


async def relieved(turn: Turn, services: Services, duty_id: int) -> tuple[Owed, ...]:
    """A silence is over: everybody who was told of it reads so, but for who says it."""
    duty = await checkin.get_silence(services.work, duty_id)
    assert duty is not None, "it was closed just now"
    silence = await checkin.silence(services.work, duty)
    told = [one for one in await checkin.told(services.work, duty) if one.id != turn.who.id]
    return (
        *cards_now(services.phrases, silence, told),
        *relief(services.phrases, silence, told, turn.now),
    )
