"""The picture of a poll that is over, for whoever may see it."""

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.render.poll import poll_picture
from domain.people import STAFF, Person
from domain.policies import Policies
from domain.poll import Poll, PollState
from storage import people, poll, poll_groups
from storage.database import Work
from wording import Say


async def tally(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, policies: Policies
) -> bytes:
    """For the staff of the community that asked."""
    found = await _over(work, params)
    if found.community_id != viewer.community_id or not viewer.is_any(*STAFF):
        raise PermissionError("this poll is another community's")
    return await _drawn(work, found, say)


async def in_group(work: Work, address_id: int, params: Mapping[str, Any], say: Say) -> bytes:
    """For the group in which it was asked, and no other."""
    found = await _over(work, params)
    group = await poll_groups.at(work, address_id)
    if group is None or group.id != found.group_id:
        raise PermissionError("this poll was asked in another group")
    return await _drawn(work, found, say)


async def _over(work: Work, params: Mapping[str, Any]) -> Poll:
    found = await poll.get(work, int(params["poll"]))
    if found is None or found.state is not PollState.CLOSED or found.hidden:
        raise PermissionError("this poll has no figures to show")
    return found


async def _drawn(work: Work, found: Poll, say: Say) -> bytes:
    community = (await people.community(work, found.community_id)).name
    return await asyncio.to_thread(poll_picture, found, community, say.plain)
