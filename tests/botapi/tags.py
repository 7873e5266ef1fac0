"""Telegram's HTML: the few tags it knows, its strictness and its error messages.

Follows `parse_html` of tdlib/td `MessageEntity.cpp`, so that a text which the platform refuses is
refused here in the same words, byte offsets included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.botapi.links import link_or_none, mentioned_user

Entity = dict[str, Any]

_STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
_TAGS = frozenset(_STYLES) | {"a", "pre", "code", "blockquote", "tg-emoji", "tg-time"}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

_SPECIAL = re.compile(r"[<&]")
_SPACES = re.compile(r"[ \t\r\n\0\x0b]*")
_NAME = re.compile(r"[^ \t\r\n\0\x0b>]*")
_ATTRIBUTE = re.compile(r"[^ \t\r\n\0\x0b=>/\"']*")
_TOKEN = re.compile(r"[A-Za-z0-9.\-]*")
_SURROGATE = re.compile("[\ud800-\udfff]")
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([A-Za-z]*))")


class HtmlError(ValueError):
    """The text is not Telegram's HTML; the message is the platform's reason."""


@dataclass(slots=True)
class _Open:
    tag: str
    offset: int  # UTF-16 units
    piece: int  # where the tag's own text starts among the pieces
    attributes: dict[str, str]


@dataclass(slots=True)
class _Parser:
    source: str
    at: int = 0
    length: int = 0  # UTF-16 units written so far
    pieces: list[str] = field(default_factory=list)
    opened: list[_Open] = field(default_factory=list)
    entities: list[Entity] = field(default_factory=list)

    def parse(self) -> None:
        while True:
            found = _SPECIAL.search(self.source, self.at)
            self.write(self.source[self.at : found.start() if found else None])
            if not found:
                break
            self.at = found.start()
            if found[0] == "&":
                self.reference()
            elif self.char(self.at + 1) == "/":
                self.end_tag()
            else:
                self.start_tag()
        if self.opened:
            tag = self.opened[-1].tag
            raise HtmlError(f'Can\'t find end tag corresponding to start tag "{tag}"')

    def char(self, index: int) -> str:
        return self.source[index] if index < len(self.source) else ""

    def write(self, text: str) -> None:
        if text:
            self.pieces.append(text)
            self.length += utf16_length(text)

    def take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.source, self.at)
        assert found is not None  # every pattern here may be empty
        self.at = found.end()
        return found[0]

    def fail(self, what: str, begin: int) -> HtmlError:
        return HtmlError(f"{what} at byte offset {len(self.source[:begin].encode())}")

    def reference(self) -> None:
        decoded, self.at = _decode_reference(self.source, self.at)
        self.write(decoded)

    def start_tag(self) -> None:
        begin = self.at
        self.at += 1
        tag = self.take(_NAME).lower()
        if not self.char(self.at):
            raise self.fail("Unclosed start tag", begin)
        if tag not in _TAGS:
            raise self.fail(f'Unsupported start tag "{tag}"', begin)
        attributes = self.attributes(tag, begin)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise self.fail('Tag "span" must have class "tg-spoiler"', begin)
        self.opened.append(_Open(tag, self.length, len(self.pieces), attributes))

    def attributes(self, tag: str, begin: int) -> dict[str, str]:
        """Reads up to and over the tag's closing bracket."""
        found: dict[str, str] = {}
        while True:
            self.take(_SPACES)
            if self.char(self.at) == ">":
                self.at += 1
                return found
            name = self.take(_ATTRIBUTE)
            if not name:
                raise self.fail(f'Empty attribute name in the tag "{tag}"', begin)
            self.take(_SPACES)
            if self.char(self.at) == "=":
                found[name] = self.value(tag, begin)
            elif not self.char(self.at):
                raise self.fail(f'Unclosed start tag "{tag}"', begin)
            else:
                found[name] = ""

    def value(self, tag: str, begin: int) -> str:
        self.at += 1
        self.take(_SPACES)
        quote = self.char(self.at)
        if not quote:
            raise self.fail(f'Unclosed start tag "{tag}"', begin)
        value = self.quoted(quote) if quote in "'\"" else self.token()
        if not self.char(self.at):
            raise self.fail("Unclosed start tag", begin)
        return value

    def token(self) -> str:
        begin = self.at
        value = self.take(_TOKEN).lower()
        after = self.char(self.at)
        if after and after not in " \t\r\n\0\x0b>":
            raise self.fail("Unexpected end of name token", begin)
        return value

    def quoted(self, quote: str) -> str:
        end = self.source.find(quote, self.at + 1)
        if end < 0:
            self.at = len(self.source)
            return ""
        raw = self.source[self.at + 1 : end]
        self.at = end + 1
        return _decode_all(raw)

    def end_tag(self) -> None:
        begin = self.at
        if not self.opened:
            raise self.fail("Unexpected end tag", begin)
        self.at += 2
        name = self.take(_NAME).lower()
        self.take(_SPACES)
        if self.char(self.at) != ">":
            raise self.fail("Unclosed end tag", begin)
        self.at += 1
        opened = self.opened.pop()
        if name and name != opened.tag:
            raise HtmlError(
                f"Unmatched end tag at byte offset {len(self.source[:begin].encode())}, "
                f'expected "</{opened.tag}>", found "</{name}>"'
            )
        if self.length > opened.offset:
            self.close(opened)

    def close(self, opened: _Open) -> None:
        entity: Entity = {"offset": opened.offset, "length": self.length - opened.offset}
        attributes = opened.attributes
        if opened.tag in _STYLES:
            self.entities.append({"type": _STYLES[opened.tag]} | entity)
        elif opened.tag == "a":
            self.close_link(entity, attributes.get("href") or "".join(self.pieces[opened.piece :]))
        elif opened.tag == "blockquote":
            kind = "expandable_blockquote" if "expandable" in attributes else "blockquote"
            self.entities.append({"type": kind} | entity)
        elif opened.tag == "tg-emoji":
            self.close_emoji(entity, attributes.get("emoji-id", ""))
        elif opened.tag == "tg-time":
            unix = attributes.get("unix", "0")
            if unix.isdigit() and int(unix):
                self.entities.append({"type": "date_time"} | entity | {"unix_time": int(unix)})
        else:
            self.close_code(opened.tag, entity, attributes.get("class", ""))

    def close_link(self, entity: Entity, url: str) -> None:
        user_id = mentioned_user(url)
        link = link_or_none(url)
        if user_id is not None:
            user = {"id": user_id, "is_bot": False, "first_name": str(user_id)}
            self.entities.append({"type": "text_mention"} | entity | {"user": user})
        elif link:
            self.entities.append({"type": "text_link"} | entity | {"url": link})

    def close_emoji(self, entity: Entity, number: str) -> None:
        if not number.isdigit() or not int(number):
            raise HtmlError("Invalid custom emoji identifier specified")
        self.entities.append({"type": "custom_emoji"} | entity | {"custom_emoji_id": number})

    def close_code(self, tag: str, entity: Entity, class_name: str) -> None:
        """`<pre><code class="language-…">` is one entity that knows its language."""
        last = self.entities[-1] if self.entities else {}
        same = last.get("offset") == entity["offset"] and last.get("length") == entity["length"]
        if tag == "pre" and same and last.get("type") == "code" and "language" in last:
            last["type"] = "pre"
            return
        if tag == "code" and class_name.startswith("language-"):
            entity = entity | {"language": class_name.removeprefix("language-")}
        self.entities.append({"type": tag} | entity)


def utf16_length(text: str) -> int:
    """Length in UTF-16 code units, in which the platform counts entity offsets."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _decode_reference(text: str, at: int) -> tuple[str, int]:
    """The character meant at `at` and where reading goes on; what is unknown stays as it is."""
    found = _REFERENCE.match(text, at)
    assert found is not None  # called only at an ampersand
    if found[3] is not None:
        char = _NAMED.get(found[3], "")
    else:
        code = int(found[1] or "0", 16) if found[1] is not None else int(found[2] or "0")
        wrong = code == 0 or code >= 0x10FFFF or len(found[0]) >= 10
        char = "" if wrong else chr(code)
    if not char:
        return "&", at + 1
    end = found.end()
    return char, end + 1 if text[end : end + 1] == ";" else end


def _decode_all(text: str) -> str:
    pieces, at = [], 0
    while (found := text.find("&", at)) >= 0:
        pieces.append(text[at:found])
        char, at = _decode_reference(text, found)
        pieces.append(char)
    return "".join([*pieces, text[at:]])


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Plain text and its entities.

    Raises:
        HtmlError: where the platform would answer "can't parse entities".
    """
    if not _SPECIAL.search(source):
        return source, []
    parser = _Parser(source)
    parser.parse()
    text = "".join(parser.pieces)
    if _SURROGATE.search(text):
        raise HtmlError(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    for entity in parser.entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    parser.entities.sort(key=lambda entity: (entity["offset"], -entity["length"]))
    return text, parser.entities
