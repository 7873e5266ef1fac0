"""The methods about the bot itself: who it is, its commands, its menu, taps and files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tests.botapi.calls import Call
from tests.botapi.errors import bad_request
from tests.botapi.state import State

if TYPE_CHECKING:
    from tests.botapi.engine import Engine

Wire = dict[str, Any]
Commands = list[dict[str, str]]

MAX_TOAST = 200  # characters of answerCallbackQuery, core.telegram.org/bots/api
MAX_COMMANDS = 100

_COMMAND = re.compile(r"/?[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"([a-z]{2})?")
_BROAD = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
_NARROW = ("chat", "chat_administrators", "chat_member")


async def get_me(engine: Engine, call: Call) -> Wire:
    return engine.state.bot | {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


async def set_my_commands(engine: Engine, call: Call) -> bool:
    wanted = call.json("commands", "commands") or []
    if not isinstance(wanted, list):
        raise bad_request("Expected an Array of BotCommand")
    if len(wanted) > MAX_COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    engine.state.commands[_slot(engine.state, call)] = [_command(item) for item in wanted]
    return True


async def get_my_commands(engine: Engine, call: Call) -> Commands:
    return engine.state.commands.get(_slot(engine.state, call), [])


async def delete_my_commands(engine: Engine, call: Call) -> bool:
    engine.state.commands.pop(_slot(engine.state, call), None)
    return True


def _command(item: Any) -> dict[str, str]:
    if not isinstance(item, dict):
        raise bad_request("Can't parse BotCommand: expected an Object")
    command, description = str(item.get("command", "")), str(item.get("description", ""))
    if not _COMMAND.fullmatch(command):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command.removeprefix("/"), "description": description}


def _slot(state: State, call: Call) -> tuple[str, str]:
    """Where a list of commands is kept: its scope, written out, and its language."""
    scope = call.json("scope", "BotCommandScope") or {"type": "default"}
    language = call.text("language_code")
    if not _LANGUAGE.fullmatch(language):
        raise bad_request("Invalid language code specified")
    if not isinstance(scope, dict) or scope.get("type") not in _BROAD + _NARROW:
        raise bad_request("Can't parse BotCommandScope: Unsupported type specified")
    if scope["type"] in _BROAD:
        return scope["type"], language
    chat_id = str(scope.get("chat_id", ""))
    state.known(int(chat_id) if chat_id.lstrip("-").isdigit() else None)
    return f"{scope['type']}:{chat_id}", language


def commands_seen_by(state: State, person: Wire) -> Commands:
    """The menu one person sees: the narrowest scope wins, the person's language before none.

    The order is that of core.telegram.org/bots/api#determining-list-of-commands for private chats.
    """
    language = str(person.get("language_code") or "")[:2]
    for scope in (f"chat:{person['id']}", "all_private_chats", "default"):
        for code in (language, ""):
            if (scope, code) in state.commands:
                return state.commands[scope, code]
    return []


async def set_chat_menu_button(engine: Engine, call: Call) -> bool:
    button = call.json("menu_button", "menu button") or {"type": "default"}
    if not isinstance(button, dict):
        raise bad_request("MenuButton must be an Object")
    if call.has("chat_id"):
        engine.state.known(call.chat_id)
    engine.state.menu_buttons[call.chat_id] = button
    return True


async def get_chat_menu_button(engine: Engine, call: Call) -> Wire:
    return engine.state.menu_buttons.get(call.chat_id, {"type": "commands"})


async def answer_callback_query(engine: Engine, call: Call) -> bool:
    text = call.text("text")
    if len(text) > MAX_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    engine.state.answer(call.text("callback_query_id"), text, call.flag("show_alert"))
    return True


async def get_file(engine: Engine, call: Call) -> Wire:
    if not call.has("file_id"):
        raise bad_request("file_id not specified")
    stored = engine.state.files.get(call.text("file_id"))
    if stored is None:
        raise bad_request("invalid file_id")
    return stored.wire | {"file_path": stored.path}


async def get_chat(engine: Engine, call: Call) -> Wire:
    chat = engine.state.known(call.chat_id)
    return chat.wire | {
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": _GIFTS,
    }


_GIFTS = dict.fromkeys(
    (
        "unlimited_gifts",
        "limited_gifts",
        "unique_gifts",
        "premium_subscription",
        "gifts_from_channels",
    ),
    False,
)
