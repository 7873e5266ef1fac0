"""Where somebody belongs: their community, its office hours, and whom to ring."""

from markupsafe import Markup

from domain.office import OfficeHours
from handlers.base import Services, Turn
from storage import people
from storage.people import Community
from wording import Say
from wording.ring import to_ring


async def community_of(turn: Turn, services: Services) -> Community | None:
    """The asker's community; a stranger's, where the desk serves only one."""
    if turn.person is not None:
        return await people.community(services.work, turn.person.community_id)
    communities = await people.all_communities(services.work)
    return communities[0] if len(communities) == 1 else None


def phone_of(community: Community | None) -> str:
    """The community's own number; "" where it has none."""
    return str(community.details.get("phone") or "") if community else ""


def ring(say: Say, community: Community | None) -> Markup:
    """Whom to ring there, in words: its own number, else the city's hotline."""
    return to_ring(say, phone_of(community))


def office_of(community: Community, services: Services) -> OfficeHours:
    """When somebody of the community is there to answer."""
    hours = community.details.get("hours")
    return OfficeHours.of(hours, community.zone, services.policies.calendar)
