"""Everybody's telephone: the memory channel, which keeps what a hand would still find in the chat."""

import re
from dataclasses import dataclass

from bot.channels.base import Parcel
from bot.channels.memory import MemoryChannel
from domain.messages import Message

_CARD = re.compile(r"help:(\d+)$")
_TAKE = re.compile(r"calls\.take:(\d+)$")
KEPT = 40
"""Messages that a chat still shows; nobody scrolls further up."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a chat shows of a request now, on its card or in a list, and under which name it is tapped."""

    duty: int
    ref: str
    message: Message

    def action(self, name: str, wanted: str = "") -> str:
        """What the button of that action carries, of several the one that ends as `wanted`; "" where
        the card does not offer it."""
        found = [
            button.action
            for row in self.message.buttons
            for button in row
            if f"{button.action}:".startswith(f"{name}:{self.duty}:")
        ]
        exact = [action for action in found if wanted and action.endswith(f":{wanted}")]
        return next(iter([*exact, *found]), "")


class Phones(MemoryChannel):
    """Cards by chat and request; what came since one last looked."""

    def __init__(self) -> None:
        super().__init__()
        self._cards: dict[tuple[str, int], Shown] = {}
        self.sent = 0

    async def send(self, parcel: Parcel) -> str:
        ref = await super().send(parcel)
        self.sent += 1
        if (duty := duty_of(parcel.message)) is not None:
            self._cards[parcel.address, duty] = Shown(duty, ref, parcel.message)
        for listed in listed_in(parcel.message):
            place, shown = (parcel.address, listed), Shown(listed, ref, parcel.message)
            self._cards.setdefault(place, shown)
        chat = self.chat(parcel.address).shown
        while len(chat) > KEPT:
            del chat[next(iter(chat))]
        return ref

    def card(self, address: str, duty: int) -> Shown | None:
        """The request's newest card in the chat."""
        return self._cards.get((address, duty))

    def news(self) -> list[Parcel]:
        """What has come since the last call, in the order in which it was owed."""
        came, self.parcels = self.parcels, []
        return sorted(came, key=lambda parcel: parcel.id)


def duty_of(message: Message) -> int | None:
    """The request whose card it is."""
    found = _CARD.match(message.card)
    return int(found[1]) if found else None


def listed_in(message: Message) -> list[int]:
    """The requests that a list in surge mode offers to take; none where it is a request's own card."""
    if message.card:
        return []
    found = (_TAKE.match(button.action) for row in message.buttons for button in row)
    return [int(each[1]) for each in found if each]
