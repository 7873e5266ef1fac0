"""The picture of a code with which somebody becomes an elder's family."""

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.render.family import code_picture
from domain.family import may_keep
from domain.people import Person
from domain.policies import Policies
from storage import people
from storage.database import Work
from wording import Say


async def code(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, policies: Policies
) -> bytes:
    """The link as a QR code, for whoever may say who the elder's family is."""
    elder = await people.person(work, int(params["elder"]))
    home = await people.home(work, elder.household_id) if elder else None
    if elder is None or not may_keep(viewer, elder, home):
        raise PermissionError("only the elder and who looks after them ask people in")
    return await asyncio.to_thread(code_picture, str(params["link"]))
