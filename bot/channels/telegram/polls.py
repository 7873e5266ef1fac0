"""The platform's own polls: asked in a group, stopped, and their figures handed on.

Always anonymous: the platform then tells nobody, us included, who chose what, and needs no rule of ours
to keep it. No closing time is given to it: a poll that it closes by itself cannot be stopped, and what
`stopPoll` answers is the one way to get the last figures for certain.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from telegram.error import BadRequest
from telegram.ext import ExtBot

from bot.channels.base import Refused
from bot.channels.telegram import faults
from bot.channels.telegram.parts import Part

OVER = ("poll has already been closed",)

Bot = ExtBot[int]
Heard = Callable[[Any], Awaitable[None]]
"""Takes an update, as the platform would send it."""


async def nobody_hears(_update: Any) -> None:
    """Before the channel has begun to hear."""


async def ask(bot: Bot, chat: int, part: Part) -> str:
    """Send the poll; returns the message's id and, after a colon, the poll's own. Raises the library's
    errors."""
    wanted = part.message.poll
    assert wanted is not None, "see `call`"
    sent = await bot.send_poll(
        chat,
        wanted.question,
        list(wanted.options),
        is_anonymous=True,
        allows_multiple_answers=wanted.multiple,
        description=wanted.note or None,
    )
    return f"{sent.message_id}:{sent.poll.id}" if sent.poll else str(sent.message_id)


async def stop(bot: Bot, chat: int, part: Part, heard: Heard) -> str:
    """Stop it, and hand its last figures on. One that is stopped already is well. Raises the library's
    errors, and Refused where it is not known which."""
    number = part.edits.partition(":")[0]
    if not number.isdigit():
        raise Refused("no poll to stop: the platform's name for it is not known")
    try:
        answer = await bot.do_api_request(
            "StopPoll", api_kwargs={"chat_id": chat, "message_id": int(number)}
        )
    except BadRequest as fault:
        if faults.says(fault, OVER):
            return part.edits
        raise
    await heard({"poll": answer})
    return part.edits
