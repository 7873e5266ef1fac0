"""A channel that lives in memory: conversations in tests, with no platform at all."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bot.channels.base import (
    Abilities,
    CommandMenu,
    Parcel,
    Received,
    Store,
    Unreachable,
    Unreadable,
)
from domain.messages import Contact, Incoming, Location, Media, MediaKind, Message


@dataclass(slots=True)
class Chat:
    """What one person sees: messages by the name under which they can be edited."""

    shown: dict[str, Message] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    blocked: bool = False

    @property
    def messages(self) -> list[Message]:
        """All messages as they stand now, oldest first."""
        return list(self.shown.values())

    @property
    def last(self) -> Message:
        """The newest message."""
        return self.messages[-1]


class MemoryChannel:
    """Everything a channel does, without a network."""

    name = "memory"
    abilities = Abilities(max_text=100_000, max_caption=100_000)

    def __init__(self) -> None:
        self.chats: dict[str, Chat] = {}
        self.parcels: list[Parcel] = []
        self._store: Store | None = None
        self._updates = 0

    async def start(self, store: Store) -> None:
        self._store = store

    async def stop_receiving(self) -> None:
        self._store = None

    async def stop(self) -> None:
        self._store = None

    def chat(self, address: str) -> Chat:
        """The chat at an address, empty where nothing was said yet."""
        return self.chats.setdefault(address, Chat())

    async def receive(self, incoming: Incoming, update_key: str = "") -> bool:
        """A person says something; the same `update_key` again is the same update."""
        self._updates += 1
        key = update_key or str(self._updates)
        return await self.deliver(key, incoming.address, _write(incoming))

    async def deliver(self, update_key: str, address: str, payload: str) -> bool:
        """A raw update, which need not be readable."""
        if self._store is None:
            raise RuntimeError("the channel is not receiving")
        return await self._store(Received(self.name, update_key, address, payload))

    def read(self, payload: str) -> Incoming:
        try:
            data = json.loads(payload)
            place, contact, media = (data.pop(k, None) for k in ("location", "contact", "media"))
            return Incoming(
                self.name,
                location=Location(*place) if place else None,
                contact=Contact(*contact) if contact else None,
                media=Media(MediaKind(media[0]), *media[1:]) if media else None,
                **data,
            )
        except (ValueError, TypeError) as error:
            raise Unreadable(str(error)) from error

    async def send(self, parcel: Parcel) -> str:
        chat = self.chat(parcel.address)
        if chat.blocked:
            raise Unreachable("blocked")
        self.parcels.append(parcel)
        ref = parcel.edits if parcel.edits in chat.shown else str(parcel.id)
        chat.shown[ref] = replace(parcel.message)
        return ref

    async def acknowledge(self, incoming: Incoming, notice: str) -> None:
        if notice:
            self.chat(incoming.address).notices.append(notice)

    async def announce(self, menus: Sequence[CommandMenu]) -> None:
        """There is no menu to show."""

    async def greet(self, address: str, menu: CommandMenu) -> None:
        """There is no menu to show."""

    def link(self, code: str) -> str:
        return f"memory:{code}"


def _write(incoming: Incoming) -> str:
    data: dict[str, object] = {
        "address": incoming.address,
        "text": incoming.text,
        "action": incoming.action,
        "message_ref": incoming.message_ref,
        "tap_id": incoming.tap_id,
        "language_hint": incoming.language_hint,
        "reachable": incoming.reachable,
    }
    if incoming.location:
        data["location"] = [incoming.location.latitude, incoming.location.longitude]
    if incoming.contact:
        data["contact"] = [incoming.contact.phone, incoming.contact.name]
    if incoming.media:
        data["media"] = [incoming.media.kind, incoming.media.channel, incoming.media.ref]
    return json.dumps(data, ensure_ascii=False)
