"""When a worker's morning message comes, and whether."""

from domain.messages import Message
from domain.people import Role
from domain.visit_day import NEVER, USUAL_HOUR
from handlers.base import Answer, Services, Topic, Turn
from storage import visit_workers
from storage.visit_workers import NOTHING
from wording import Say
from wording.digest import clock, hours

topic = Topic("digest")

_WORKER = frozenset({Role.WORKER})
OFFERED = (480, USUAL_HOUR, 540, 570, 600, 720, 810, 840, 960)
"""Minutes after midnight: before the day's walk, or before the afternoon's; none in the quiet hours."""


@topic.action("digest", roles=_WORKER, command="digest.command")
async def choose(turn: Turn, services: Services) -> Answer:
    """The hours, the one that holds marked."""
    known = (await visit_workers.agreed(services.work, [turn.who.id])).get(turn.who.id, NOTHING)
    now = USUAL_HOUR if known.digest_at is None else known.digest_at
    text = turn.say("digest.choose", now=_hour(turn.say, now))
    return Answer.of(Message(text, buttons=hours(turn.say, OFFERED, now)), step=turn.step)


def _hour(say: Say, minutes: int) -> str:
    return say.plain("digest.none_now") if minutes == NEVER else clock(minutes)


@topic.action("digest.at", roles=_WORKER)
async def set_hour(turn: Turn, services: Services) -> Answer:
    """From tomorrow on, or today if the hour is still to come."""
    wanted = next((at for at in (*OFFERED, NEVER) if turn.args[:1] == (str(at),)), None)
    if wanted is None:
        return Answer.of(Message(turn.say("menu.old_button")), step=turn.step)
    await visit_workers.choose_digest(services.work, turn.who.id, wanted)
    key = "digest.stopped" if wanted == NEVER else "digest.changed"
    text = turn.say(key, hour=_hour(turn.say, wanted))
    message = Message(text, buttons=hours(turn.say, OFFERED, wanted), in_place=True)
    return Answer.of(message, step=turn.step)
