"""A message in a chat: one object, seen by the bot as JSON and by the person as text."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.botapi.keyboards import Button, Markup, buttons_of
from tests.botapi.tags import Entity


@dataclass(slots=True, eq=False)
class Message:
    """What a chat shows now; edits are applied in place and remembered in `versions`."""

    message_id: int
    chat: dict[str, Any]
    sender: dict[str, Any]
    from_bot: bool
    sent_at: float  # Unix seconds
    text: str = ""  # the caption, where there is media
    entities: list[Entity] = field(default_factory=list)
    markup: Markup | None = None
    kind: str = "text"  # or photo, document, voice, location, contact, poll
    content: dict[str, Any] = field(default_factory=dict)
    data: bytes | None = None  # of a photo, document or voice
    reply_to: Message | None = None
    forwarded: dict[str, Any] | None = None
    edited_at: float | None = None
    deleted: bool = False
    revision: int = 0  # rises with every change anywhere in the api, see `State.change`
    versions: list[str] = field(default_factory=list)
    markups: list[Markup | None] = field(default_factory=list)
    votes: dict[int, tuple[str, ...]] = field(default_factory=dict)  # of a poll: by person

    @property
    def chat_id(self) -> int:
        return int(self.chat["id"])

    @property
    def edited(self) -> bool:
        return self.edited_at is not None

    @property
    def sent(self) -> datetime:
        return datetime.fromtimestamp(self.sent_at, UTC)

    @property
    def buttons(self) -> list[Button]:
        """The inline buttons under it now."""
        return buttons_of(self.markup, self.message_id)

    @property
    def photo(self) -> bytes | None:
        return self.data if self.kind == "photo" else None

    @property
    def document(self) -> bytes | None:
        return self.data if self.kind == "document" else None

    @property
    def filename(self) -> str | None:
        name: str | None = self.content.get("document", {}).get("file_name")
        return name

    @property
    def inline_markup(self) -> Markup | None:
        """Reply keyboards belong to the chat; only inline ones travel with the message."""
        return self.markup if self.markup and "inline_keyboard" in self.markup else None

    @property
    def editable(self) -> bool:
        """`can_edit_message` of tdlib: the bot's own, and not one that carried a reply keyboard."""
        return (
            self.from_bot and not self.forwarded and (not self.markup or bool(self.inline_markup))
        )

    def entity_text(self, kind: str) -> list[str]:
        """The pieces of the text marked so, for instance everything in bold."""
        raw = self.text.encode("utf-16-le")
        spans = [(e["offset"], e["length"]) for e in self.entities if e["type"] == kind]
        return [raw[at * 2 : (at + size) * 2].decode("utf-16-le") for at, size in spans]

    def wire(self) -> dict[str, Any]:
        """The message as the platform describes it to the bot."""
        wire: dict[str, Any] = {
            "message_id": self.message_id,
            "from": self.sender,
            "chat": self.chat,
            "date": int(self.sent_at),
        }
        if self.edited_at is not None:
            wire["edit_date"] = int(self.edited_at)
        if self.forwarded is not None:
            wire["forward_origin"] = self.forwarded
        if self.reply_to is not None and not self.reply_to.deleted:
            wire["reply_to_message"] = self.reply_to.quoted()
        wire |= self.content
        name = "text" if self.kind == "text" else "caption"
        if self.text:
            wire[name] = self.text
        if self.entities:
            wire["entities" if name == "text" else "caption_entities"] = self.entities
        if self.inline_markup:
            wire["reply_markup"] = self.inline_markup
        return wire

    def quoted(self) -> dict[str, Any]:
        """As it appears inside a reply: without its own reply."""
        wire = self.wire()
        wire.pop("reply_to_message", None)
        return wire

    def __str__(self) -> str:
        who = "bot" if self.from_bot else self.sender["first_name"]
        rows = " ".join(f"[{button.label}]" for button in self.buttons)
        note = " (edited)" if self.edited else ""
        kind = "" if self.kind == "text" else f"<{self.kind}> "
        return f"{who}: {kind}{self.text}{note} {rows}".rstrip()
