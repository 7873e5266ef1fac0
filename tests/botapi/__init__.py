"""A local Telegram Bot API server for tests and benchmarks, over real HTTP.

The bot under test talks to it as to the platform; the test plays the people on the other side:

    async with BotApi() as api:
        wang = api.user(7, "王阿姨")
        wang.starts()
        menu = await wang.hears("您好")
        wang.taps("一键求助", menu)
        await wang.hears("已经通知社工")

Private chats, and groups that the bot is taken into and put out of, with polls in them. Its strictness
follows the sources of the official server; where it is stricter on purpose, the code says so.
"""

from tests.botapi.api import TOKEN, BotApi
from tests.botapi.errors import ApiError
from tests.botapi.faults import Fault, Faults
from tests.botapi.groups import Group
from tests.botapi.keyboards import Button
from tests.botapi.ledger import Called, Sent
from tests.botapi.limits import Limits
from tests.botapi.messages import Message
from tests.botapi.remote import RemoteBotApi
from tests.botapi.samples import png
from tests.botapi.state import Toast
from tests.botapi.updates import Update
from tests.botapi.users import NotHeardError, User

__all__ = [
    "TOKEN",
    "ApiError",
    "BotApi",
    "Button",
    "Called",
    "Fault",
    "Faults",
    "Group",
    "Limits",
    "Message",
    "NotHeardError",
    "RemoteBotApi",
    "Sent",
    "Toast",
    "Update",
    "User",
    "png",
]
