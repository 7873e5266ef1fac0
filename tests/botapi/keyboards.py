"""Reply markup: inline keyboards, reply keyboards, and what makes the platform refuse one."""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.botapi.calls import Call
from tests.botapi.errors import ApiError, bad_request
from tests.botapi.links import button_link

Markup = dict[str, Any]

MAX_DATA = 64  # bytes of callback_data
_ACTIONS = frozenset(
    {
        "url",
        "callback_data",
        "web_app",
        "login_url",
        "switch_inline_query",
        "switch_inline_query_current_chat",
        "switch_inline_query_chosen_chat",
        "copy_text",
        "callback_game",
        "pay",
    }
)
_STYLES = (None, "", "danger", "success", "primary")


class Button(NamedTuple):
    """An inline button as a person sees it."""

    label: str
    data: str | None
    url: str | None
    message_id: int


def read_markup(call: Call, *, inline_only: bool = False) -> Markup | None:
    """The checked markup of a request, or None when there is none in effect."""
    markup = call.json("reply_markup", "reply keyboard markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("Object expected as reply markup")
    checked = _check(markup)
    if inline_only and checked and "inline_keyboard" not in checked:
        raise bad_request("Inline keyboard expected")
    return checked


def _check(markup: Markup) -> Markup | None:
    if markup.get("keyboard"):
        rows = _rows(markup["keyboard"], 'Field "keyboard" must be an Array of Arrays', _reply)
        return markup | {"keyboard": rows} if rows else None
    if markup.get("inline_keyboard"):
        complaint = 'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
        rows = _rows(markup["inline_keyboard"], complaint, _inline)
        return {"inline_keyboard": rows} if rows else None
    if markup.get("remove_keyboard") or markup.get("force_reply"):
        return markup
    return None


def _rows(rows: Any, complaint: str, check: Any) -> list[list[Markup]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(complaint)
    checked = [[button for button in map(check, row) if button["text"]] for row in rows]
    return [row for row in checked if row]


def _reply(button: Any) -> Markup:
    if isinstance(button, str):
        return {"text": button}
    if not isinstance(button, dict):
        raise _refused("keyboard button", "KeyboardButton must be a String or an Object")
    _check_text(button, "keyboard button")
    return button


def _inline(button: Any) -> Markup:
    if not isinstance(button, dict):
        raise _refused("inline keyboard button", "InlineKeyboardButton must be an Object")
    _check_text(button, "inline keyboard button")
    actions = [name for name in _ACTIONS if button.get(name) not in (None, "")]
    if not actions:
        raise _refused(
            "inline keyboard button", "Text buttons are unallowed in the inline keyboard"
        )
    if len(actions) > 1:
        # The platform silently keeps the first; its manual says "exactly one". A double must tell.
        raise _refused("inline keyboard button", f"Exactly one action expected, found {actions}")
    if "url" in actions:
        return button | {"url": button_link(button["url"])}
    if "callback_data" in actions and len(str(button["callback_data"]).encode()) > MAX_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    return button


def _check_text(button: Markup, noun: str) -> None:
    if not isinstance(button.get("text"), str):
        raise _refused(noun, 'Can\'t find field "text"')
    if button.get("style") not in _STYLES:
        raise _refused(noun, "invalid button style specified")


def _refused(noun: str, reason: str) -> ApiError:
    return bad_request(f"Can't parse {noun}: {reason}")


def buttons_of(markup: Markup | None, message_id: int) -> list[Button]:
    """The inline buttons of one message, row by row."""
    rows = (markup or {}).get("inline_keyboard", [])
    return [
        Button(button["text"], button.get("callback_data"), button.get("url"), message_id)
        for row in rows
        for button in row
    ]
