"""Texts and captions: what the platform counts, trims and refuses.

Lengths are counted in Unicode characters after the entities were parsed (`utf8_length` in tdlib/td
`MessageContent.cpp`), while entity offsets are UTF-16 units.
"""

from __future__ import annotations

import re

from tests.botapi.calls import Call
from tests.botapi.errors import bad_request
from tests.botapi.tags import Entity, HtmlError, parse_html, utf16_length

MAX_TEXT = 4096  # characters, `message_text_length_max`
MAX_CAPTION = 1024  # characters, `message_caption_length_max`
MAX_SOURCE = 1 << 15  # bytes before parsing, `get_formatted_text`

Text = tuple[str, list[Entity]]

_UNCLEAN = re.compile("[\x00-\x09\x0b-\x1f\u2028-\u202e]")
_CLEANED: dict[int, int | None] = {code: ord(" ") for code in range(32) if code != 10}
_CLEANED |= {13: None} | dict.fromkeys(range(0x2028, 0x202F))
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u3164]*")
_COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w+)?")


def message_text(call: Call, *, editing: bool = False) -> Text:
    """The text of a message to send or to put in an old one's place."""
    if not call.text("text"):
        raise bad_request("Message text is empty")
    text, entities = formatted(call, "text", "parse_mode", "entities")
    if _INVISIBLE.fullmatch(text):
        raise bad_request("Text must be non-empty")
    if len(text) > MAX_TEXT:
        raise bad_request("MESSAGE_TOO_LONG" if editing else "Message is too long")
    return text, entities


def message_caption(call: Call, *, editing: bool = False) -> Text:
    """A caption, which may be empty."""
    text, entities = formatted(call, "caption", "parse_mode", "caption_entities")
    if len(text) > MAX_CAPTION:
        raise bad_request("MEDIA_CAPTION_TOO_LONG" if editing else "Message caption is too long")
    return text, entities


def formatted(call: Call, name: str, mode_name: str, entities_name: str) -> Text:
    """A parameter with its markup parsed, its control characters gone and its ends trimmed."""
    source = call.text(name)
    if len(source) * 4 > MAX_SOURCE and len(source.encode()) > MAX_SOURCE:
        raise bad_request("Text is too long")
    source = _cleaned(source)
    mode = call.text(mode_name).lower()
    if not source or mode in ("", "none"):
        return _trimmed(source, call.json(entities_name, "entities") or [])
    if mode != "html":
        # Markdown is real on the platform; nobody here writes it, and a silent pass would lie.
        raise bad_request("Unsupported parse_mode")
    try:
        text, entities = parse_html(source)
    except HtmlError as error:
        raise bad_request(f"Can't parse entities: {error}") from None
    return _trimmed(text, entities)


def _cleaned(text: str) -> str:
    """Control characters become blanks or go, as in `clean_input_string` of tdlib."""
    return text.translate(_CLEANED) if _UNCLEAN.search(text) else text


def _trimmed(text: str, entities: list[Entity]) -> Text:
    """Blanks go at the end always, at the start only before the first entity."""
    text = text.rstrip()
    first = entities[0]["offset"] if entities else len(text)
    cut = min(len(text) - len(text.lstrip(" \n")), first)
    text, end = text[cut:], utf16_length(text) - cut
    kept = []
    for entity in entities:
        offset = entity["offset"] - cut
        length = min(entity["length"], end - offset)
        if length > 0:
            kept.append(entity | {"offset": offset, "length": length})
    return text, kept


def typed_by_user(text: str) -> Text:
    """A person's words: the platform marks commands in them."""
    text, _ = _trimmed(_cleaned(text), [])
    return text, [
        {
            "type": "bot_command",
            "offset": utf16_length(text[: found.start()]),
            "length": len(found[0]),
        }
        for found in _COMMAND.finditer(text)
    ]
