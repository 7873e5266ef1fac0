"""The picture of a code with which somebody becomes an elder's family."""

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.render.family import code_picture
from domain.people import Person
from domain.policies import Policies
from storage import family
from storage.database import Work
from wording import Say


async def code(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, policies: Policies
) -> bytes:
    """The link as a QR code, for whoever may say who the elder's family is."""
    if await family.kept_by(work, viewer, int(params["elder"])) is None:
        raise PermissionError("only the elder and who looks after them ask people in")
    return await asyncio.to_thread(code_picture, str(params["link"]))
