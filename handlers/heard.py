"""A question is kept as it was asked, so that the buttons under its answer find it later, too."""

from domain.draft import Why
from handlers.ask_found import is_no_question
from handlers.base import Services, Turn
from handlers.misses import draft
from knowledge.answers import Reply, ReplyKind
from storage import enquiries
from storage.enquiries import Heard
from storage.people import Community

LONGEST = 2000
"""Characters of a question that are kept."""


async def noted(
    turn: Turn,
    services: Services,
    community: Community | None,
    reply: Reply,
    kind: ReplyKind | None = None,
) -> int:
    """The number of the kept question; 0 for a greeting, which is none. `kind`: what it counts as, where
    that is not what was offered."""
    if is_no_question(reply):
        return 0
    heard = Heard(
        turn.address_id,
        community.id if community else None,
        turn.incoming.text[:LONGEST],
        (kind or _offered(reply)).value,
        reply.guide.id if reply.guide else None,
        list(reply.offered),
    )
    enquiry_id = await enquiries.note(services.work, heard)
    if reply.kind is ReplyKind.HANDOFF and reply.place is None:
        await draft(services, heard, Why.HANDOFF)
    return enquiry_id


async def noted_piece(
    turn: Turn, services: Services, community: Community | None, one: Reply
) -> int:
    """A question of several that got no answer, kept as one of its own: 问社工 hands over just that."""
    community_id = community.id if community else None
    text = one.asked[:LONGEST]
    heard = Heard(turn.address_id, community_id, text, one.kind.value, None, list(one.offered))
    enquiry_id = await enquiries.note(services.work, heard)
    await draft(services, heard, Why.HANDOFF)
    return enquiry_id


def _offered(reply: Reply) -> ReplyKind:
    """What a question counts as: behind advice for an emergency stand choices, or a person."""
    if reply.emergency is None:
        return reply.kind
    return ReplyKind.CHOICES if reply.candidates else ReplyKind.HANDOFF
