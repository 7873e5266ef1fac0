"""The board of calls for help as a picture and as a table, for whoever oversees the communities on it."""

import asyncio
from collections.abc import Mapping
from typing import Any

from bot.render.help_board import board_picture
from bot.render.help_sheet import as_workbook
from domain.people import Person
from domain.policies import Policies
from storage import help_board
from storage.database import Work
from storage.help_board import View
from wording import Say


async def board(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, _policies: Policies
) -> bytes:
    """`days` days of all that the viewer oversees, as a PNG."""
    return await asyncio.to_thread(board_picture, await _view(work, viewer, params), say)


async def sheet(
    work: Work, viewer: Person, params: Mapping[str, Any], say: Say, _policies: Policies
) -> bytes:
    """The same as XLSX: totals, days, weeks, communities, and every call without name or home."""
    return await asyncio.to_thread(as_workbook, await _view(work, viewer, params), say)


async def _view(work: Work, viewer: Person, params: Mapping[str, Any]) -> View:
    view = await help_board.view(work, viewer.id, int(params["days"]))
    if view is None:
        raise PermissionError(f"person {viewer.id} oversees no community")
    return view
