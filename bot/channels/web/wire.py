"""How lines of the transcript travel to the page."""

import json
from typing import Any
from urllib.parse import quote

from bot.channels.web.config import Persona
from storage.web import OWN, Entry, History, Visitor


def event(name: str, data: Any, seq: int | None = None) -> bytes:
    """One server-sent event; `seq` is what the browser names when it comes back."""
    number = "" if seq is None else f"id: {seq}\n"
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"{number}event: {name}\ndata: {text}\n\n".encode()


def line(entry: Entry, persona: Persona | None, shown_as: Entry | None = None) -> dict[str, Any]:
    """A line for the page. `shown_as` is the first version, which gives the place and the time."""
    first = shown_as or entry
    out: dict[str, Any] = {
        "seq": entry.seq,
        "ref": entry.replaces or entry.seq,
        "mine": entry.mine,
        "at": first.at.isoformat(),
        **_body(entry, persona),
    }
    if entry.source.startswith(OWN):
        out["id"] = entry.source.removeprefix(OWN)
    return out


def history(past: History, visitor: Visitor, persona: Persona | None) -> dict[str, Any]:
    """All that a new page starts with, in one piece."""
    keyboard = past.keyboard.body["keyboard"] if past.keyboard else []
    return {
        "entries": [line(now, persona, first) for first, now in past.entries],
        "keyboard": keyboard,
        "last": past.last,
        "large": visitor.large_text,
        "language": visitor.language,
        "board": visitor.oversees,
    }


def _body(entry: Entry, persona: Persona | None) -> dict[str, Any]:
    """The message without what is not the page's business: recipes, cards, lanes."""
    body = entry.body
    out = {key: body[key] for key in ("html", "buttons", "keyboard", "location") if key in body}
    if "media" in body:
        out["media"] = body["media"][0]
    if "attachment" in body:
        _, filename, _, picture = body["attachment"]
        out["file"] = {
            "name": filename,
            "picture": picture,
            "url": file_url(entry.seq, filename, persona),
        }
    return out


def file_url(seq: int, filename: str, persona: Persona | None) -> str:
    """Where the page finds an attachment."""
    shoes = "" if persona is None else f"?as={persona.key}"
    return f"/files/{seq}/{quote(filename, safe='')}{shoes}"
