"""Telegram: aiogram hears, python-telegram-bot speaks."""

from bot.channels.telegram import lean  # noqa: F401  (first of all)
from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.config import ChannelError, TelegramConfig

__all__ = ["ChannelError", "TelegramChannel", "TelegramConfig"]
