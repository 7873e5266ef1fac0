"""Who hears of what changes in the roster, and what may be said about it."""

from collections.abc import Callable, Collection

from markupsafe import Markup

from domain.leave import Leave
from domain.messages import Lane, Message, Owed, Rows
from domain.people import Role
from domain.roster import Post
from handlers.base import Services, Turn
from storage import leave, people
from storage.people import Community
from wording import Say

Words = Callable[[Say], Markup]
"""A sentence in whatever language its reader reads."""


async def here(turn: Turn, services: Services) -> Community:
    """The community of whoever speaks."""
    return await people.community(services.work, turn.who.community_id)


async def names(services: Services, ids: Collection[int]) -> dict[int, str]:
    """What people are called."""
    found = await people.persons(services.work, set(ids))
    return {person.id: person.name for person in found.values()}


async def tell(
    services: Services,
    ids: Collection[int],
    words: Words,
    buttons: Callable[[Say], Rows] = lambda _: (),
) -> tuple[Owed, ...]:
    """A sentence for each of these people, in their language."""
    found = await people.persons(services.work, set(ids))
    return tuple(
        Owed(
            person.id,
            _message(services.phrases[person.language], words, buttons),
            Lane.CONVERSATION,
        )
        for person in found.values()
    )


def _message(say: Say, words: Words, buttons: Callable[[Say], Rows]) -> Message:
    return Message(words(say), buttons=buttons(say))


async def heads(services: Services, community_id: int, but: Collection[int] = ()) -> list[int]:
    """The supervisors of a community, but for those who know already."""
    found = await people.with_role(services.work, community_id, Role.SUPERVISOR)
    return [person_id for person_id in found if person_id not in but]


async def away_at(services: Services, community: Community, post: Post) -> dict[int, Leave]:
    """Who is on leave when a shift begins, by person."""
    day = post.since.astimezone(community.zone).date()
    agreed = await leave.in_community(services.work, community.id)
    return {each.person_id: each for each in agreed if each.holds_on(day, day)}
