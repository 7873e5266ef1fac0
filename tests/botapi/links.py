"""Which addresses the platform lets into links and buttons (tdlib/td `LinkManager::check_link`)."""

from __future__ import annotations

import re

from tests.botapi.errors import bad_request

_DEEP = re.compile(r"(tg|ton|tonsite):(?://)?(.*)", re.IGNORECASE | re.DOTALL)
_WEB = re.compile(r"(?:(?P<scheme>[^:/?#]*)://)?(?P<host>[^/?#]*)(?P<rest>.*)", re.DOTALL)
_MENTION = re.compile(r"tg://user\?id=(\d+)")


def mentioned_user(url: str) -> int | None:
    """The id in a `tg://user?id=…` link."""
    found = _MENTION.match(url)
    return int(found[1]) if found else None


def checked_link(url: str) -> str:
    """The address as the platform keeps it.

    Raises:
        ValueError: with the platform's reason. `tel:` and `mailto:` are refused, and so is a host
            without a dot.
    """
    deep = _DEEP.match(url)
    if deep:
        return f"{deep[1].lower()}://{deep[2]}"
    parts = _WEB.match(url.strip())
    assert parts is not None  # every part of the pattern may be empty
    scheme = (parts["scheme"] or "http").lower()
    if scheme not in ("http", "https"):
        raise ValueError("Unsupported URL protocol")
    if "." not in parts["host"]:
        raise ValueError("Wrong HTTP URL")
    return f"{scheme}://{parts['host'].lower()}{parts['rest'] or '/'}"


def link_or_none(url: str) -> str | None:
    """In a text the platform drops a link that it does not accept, and keeps the words."""
    try:
        return checked_link(url)
    except ValueError:
        return None


def button_link(url: str) -> str:
    """In a button a refused address refuses the message."""
    try:
        return checked_link(url)
    except ValueError as error:
        raise bad_request(f"Inline keyboard button URL '{url}' is invalid: {error}") from None
