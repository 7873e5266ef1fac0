"""The one place that makes a message fit a channel: split or shortened, never dropped."""

import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from markupsafe import Markup

from bot.channels.base import Abilities
from domain.messages import Button, Message

TOKEN = re.compile(r"<(/?)([a-zA-Z]+)[^<>]*>|&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);|.", re.DOTALL)
"""A tag (its slash and its name are groups), an entity or a character."""

STOPS = tuple(
    re.compile(stop)
    for stop in (r"\n\n", r"\n", r"[。！？；][”’」』）]?|[.!?;] ", r"[，、：]|, ", " ")
)
"""Where a text is best cut, best first: after a paragraph, line, sentence, phrase, word."""

ZWJ = "\u200d"
JOINED = re.compile("[\u200d\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff]")
"""Belongs to the character before it: the look or the skin of an emoji, or the glue of a family."""
FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")
"""Half a flag."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A visible character as it is written, and the tags that are open around it."""

    shown: str
    source: str
    tags: tuple[str, ...]


def units(text: str) -> int:
    """Length in UTF-16 code units, which is how Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def at_most(text: str, limit: int) -> bool:
    """Whether its length is so many units; a character has two at the most, so few need counting."""
    return 2 * len(text) <= limit or units(text) <= limit


def visible(text: str) -> str:
    """What is left of the markup when it is read: what Telegram's limits count."""
    return "".join(glyph.shown for glyph in _glyphs(text))


def fold(message: Message, abilities: Abilities) -> list[Message]:
    """The message as one or more that fit.

    The buttons stay under the last; the lasting keyboard and the place come with the first.
    """
    message = replace(message, buttons=_shortened(message, abilities.max_label))
    filed = bool(message.attachment or message.media)
    limit = abilities.max_caption if filed else abilities.max_text
    if _fits(message.html, limit):
        return [message]
    pieces = _split(message.html, abilities.max_text)
    if filed:
        bare = replace(message, text="", buttons=())
        rest = replace(message, attachment=None, media=None, keyboard=None, location=None)
        return [bare, *_texts(replace(rest, in_place=False), pieces)]
    return _texts(message, pieces)


def _shortened(message: Message, limit: int) -> tuple[tuple[Button, ...], ...]:
    """Labels that fit. The lasting keyboard's stay whole: a press comes back as its label."""
    return tuple(tuple(_short(button, limit) for button in row) for row in message.buttons)


def _short(button: Button, limit: int) -> Button:
    if at_most(button.label, limit):
        return button
    glyphs = list(_glyphs(html.escape(button.label)))
    label = "".join(g.shown for g in glyphs[: _room(glyphs, limit - 1)])
    return replace(button, label=label + "…")


def _texts(message: Message, pieces: list[Markup]) -> list[Message]:
    """One message a piece; what is not text comes once."""
    first = replace(message, text=pieces[0], buttons=())
    bare = replace(first, keyboard=None, location=None, in_place=False)
    texts = [first, *(replace(bare, text=piece) for piece in pieces[1:])]
    return [*texts[:-1], replace(texts[-1], buttons=message.buttons)]


def _fits(text: str, limit: int) -> bool:
    """The markup only adds, so most texts need no reading."""
    return at_most(text, limit) or at_most(visible(text), limit)


def _split(text: str, limit: int) -> list[Markup]:
    """Pieces of at most `limit` units; tags that are open at a cut go on behind it."""
    glyphs = list(_glyphs(text))
    pieces: list[Markup] = []
    while glyphs:
        room = _room(glyphs, limit)
        cut = room if room == len(glyphs) else _cut(glyphs, room)
        pieces.append(_written(_trimmed(glyphs[:cut])))
        glyphs = glyphs[cut:]
    return [piece for piece in pieces if piece] or [Markup()]


def _glyphs(text: str) -> Iterator[Glyph]:
    """The visible characters one by one. A closing tag without an opening one is nothing."""
    tags: list[str] = []
    for token in TOKEN.finditer(text):
        source, closing, name = token[0], token[1], token[2]
        if not name:
            shown = html.unescape(source)
            written = html.escape(source, quote=False) if len(source) == 1 else source
            yield Glyph(shown, written, tuple(tags))
        elif not closing:
            tags.append(source)
        elif name.lower() in (names := [_name(tag) for tag in tags]):
            del tags[len(names) - 1 - names[::-1].index(name.lower()) :]


def _name(tag: str) -> str:
    found = TOKEN.match(tag)
    assert found is not None
    return str(found[2]).lower()


def _room(glyphs: list[Glyph], limit: int) -> int:
    """How many of them fit in `limit` units, at least one, without breaking an emoji apart."""
    used = fitting = 0
    while fitting < len(glyphs) and (used := used + units(glyphs[fitting].shown)) <= limit:
        fitting += 1
    whole = fitting
    while whole and _joined(glyphs, whole):
        whole -= 1
    return max(1, whole or fitting)


def _joined(glyphs: list[Glyph], cut: int) -> bool:
    """Whether a cut before this glyph would break one picture apart."""
    if cut >= len(glyphs):
        return False
    before, after = glyphs[cut - 1].shown, glyphs[cut].shown
    if FLAG.match(before) and FLAG.match(after):
        halves = 0
        while halves < cut and FLAG.match(glyphs[cut - 1 - halves].shown):
            halves += 1
        return halves % 2 == 1
    return before == ZWJ or bool(JOINED.match(after)) or bool(unicodedata.combining(after[0]))


def _cut(glyphs: list[Glyph], room: int) -> int:
    """The best place to cut in the second half of what fits."""
    if glyphs[room].shown.isspace():
        return room
    text = "".join(glyph.shown[0] for glyph in glyphs[:room])
    for stop in STOPS:
        if ends := [found.end() for found in stop.finditer(text, room // 2)]:
            return ends[-1]
    return room


def _trimmed(glyphs: list[Glyph]) -> list[Glyph]:
    """Without white space at the ends, where the platform would drop it too."""
    inked = [i for i, glyph in enumerate(glyphs) if not glyph.shown.isspace()]
    return glyphs[inked[0] : inked[-1] + 1] if inked else []


def _written(glyphs: list[Glyph]) -> Markup:
    """The glyphs as markup, every tag closed that was opened."""
    out: list[str] = []
    opened: tuple[str, ...] = ()
    for glyph in glyphs:
        if glyph.tags != opened:
            out += _turned(opened, glyph.tags)
            opened = glyph.tags
        out.append(glyph.source)
    return Markup("".join([*out, *_turned(opened, ())]))  # noqa: S704  (pieces of what was safe)


def _turned(old: tuple[str, ...], new: tuple[str, ...]) -> list[str]:
    """The tags that lead from one nesting to another."""
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    return [*(f"</{_name(tag)}>" for tag in reversed(old[same:])), *new[same:]]
