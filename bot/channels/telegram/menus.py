"""The commands that Telegram shows: one menu for strangers, one for each person by role."""

from collections.abc import Sequence

import structlog
from telegram import BotCommand, BotCommandScope, BotCommandScopeChat, BotCommandScopeDefault
from telegram.error import TelegramError
from telegram.ext import ExtBot

from bot.channels.base import CommandMenu
from domain.people import Language

log = structlog.get_logger()

CHATS_REMEMBERED = 10_000
Lines = tuple[tuple[str, str], ...]


class Menus:
    """Sets menus, best effort; one that this process has set already is not set again."""

    def __init__(self, bot: ExtBot[int]) -> None:
        self._bot = bot
        self._shown: dict[tuple[str, str], Lines] = {}

    async def announce(self, menus: Sequence[CommandMenu]) -> None:
        """Strangers' commands, by the language of their app; Chinese where it is neither."""
        for menu in menus:
            if menu.role is None:
                await self._show("", menu, menu.language.value)
                if menu.language is Language.ZH:
                    await self._show("", menu, "")

    async def greet(self, address: str, menu: CommandMenu) -> None:
        """One person's commands, whatever the language of their app; a stranger's are everybody's."""
        if menu.role is None:
            await self._forget(address)
        else:
            await self._show(address, menu, "")

    async def _forget(self, address: str) -> None:
        """No commands of their own: the chat shows those of strangers, in the language of the app."""
        try:
            await self._bot.delete_my_commands(scope=_scope(address))
        except TelegramError as fault:
            log.warning("telegram_menu_not_set", fault=type(fault).__name__, language="")
            return
        self._shown.pop((address, ""), None)

    async def _show(self, address: str, menu: CommandMenu, language: str) -> None:
        lines = tuple((line.name, line.description) for line in menu.lines)
        if self._shown.get((address, language)) == lines:
            return
        try:
            await self._bot.set_my_commands(
                [BotCommand(name, description) for name, description in lines],
                scope=_scope(address),
                language_code=language or None,
            )
        except TelegramError as fault:
            log.warning("telegram_menu_not_set", fault=type(fault).__name__, language=language)
            return
        if len(self._shown) >= CHATS_REMEMBERED:
            self._shown.clear()
        self._shown[(address, language)] = lines


def _scope(address: str) -> BotCommandScope:
    return BotCommandScopeChat(address) if address else BotCommandScopeDefault()
