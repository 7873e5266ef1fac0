"""The web chat: a phone-first page, live by server-sent events, with nothing to install."""

from bot.channels.web.channel import WebChannel
from bot.channels.web.config import Persona, WebConfig

__all__ = ["Persona", "WebChannel", "WebConfig"]
