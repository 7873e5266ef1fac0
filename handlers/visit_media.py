"""Photos and voice of a visit: what is sent after it, or with it, stays with it."""

from datetime import timedelta

from domain.messages import Message
from domain.people import Role
from handlers.base import PASS, Answer, Services, Topic, Turn
from handlers.visit_card import show
from storage import visit, visit_media

topic = Topic("shot")

_WORKER = frozenset({Role.WORKER})
BELONGS = timedelta(minutes=30)
"""How long after a visit a photo or a voice message is taken for one of it."""


def _shows(turn: Turn, _: Services) -> bool:
    return turn.incoming.media is not None and not turn.incoming.text


@topic.text(order=55, claim=_shows, roles=_WORKER)
async def of_the_last_visit(turn: Turn, services: Services) -> Answer:
    """A photo without words belongs to the visit that was written down just before."""
    media, sent = turn.incoming.media, min(turn.incoming.sent_at or turn.now, turn.now)
    visit_id = await visit_media.newest_visit(services.work, turn.who.id, sent - BELONGS)
    saved = await visit.get(services.work, visit_id) if visit_id else None
    if saved is None or media is None:
        return PASS
    await visit_media.keep(services.work, saved.id, media, f"turn:{turn.inbox_id}")
    return Answer.of(await show(turn, services, saved, in_place=False), step=turn.step)


@topic.action("shot.see", roles=_WORKER)
async def see(turn: Turn, services: Services) -> Answer:
    """All of it again, for whoever made the visit."""
    saved = await visit.get(services.work, turn.number())
    if saved is None or saved.worker_id != turn.who.id:
        return Answer(notice=turn.say.plain("visit.not_yours"), step=turn.step)
    kept = await visit_media.of(services.work, saved.id)
    said = turn.say("visit.media_of", count=len(kept))
    return Answer.of(*(Message(said, media=media) for media in kept), step=turn.step)
