"""Where the synthetic request comes from and its messages end: like a platform, and nobody's."""

import json
from collections.abc import Sequence

from bot.channels.base import Abilities, CommandMenu, Parcel, Store, Unreadable
from domain.messages import Incoming
from domain.probe import CHANNEL


class ProbeChannel:
    """Takes every message and shows it to nobody; that it was sent stands in the outbox."""

    name = CHANNEL
    abilities = Abilities(max_text=100_000, max_caption=100_000)

    async def start(self, store: Store) -> None:
        """The clock speaks here, through the same store."""

    async def stop_receiving(self) -> None:
        """Nothing comes by itself."""

    async def stop(self) -> None:
        """There is no connection."""

    def read(self, payload: str) -> Incoming:
        try:
            said = json.loads(payload)
            return Incoming(self.name, str(said["address"]), action=str(said["action"]))
        except (ValueError, TypeError, KeyError) as error:
            raise Unreadable(f"not what the clock says: {error!r}") from error

    async def send(self, parcel: Parcel) -> str:
        return str(parcel.id)

    async def acknowledge(self, incoming: Incoming, notice: str) -> None:
        """Nobody looks."""

    async def announce(self, menus: Sequence[CommandMenu]) -> None:
        """There is no menu."""

    async def greet(self, address: str, menu: CommandMenu) -> None:
        """There is no menu."""

    def link(self, code: str) -> str:
        return ""
