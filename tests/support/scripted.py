"""A channel whose platform does what a test says: for delivery's tests."""

from collections.abc import Sequence
from time import monotonic

from bot.channels.base import Abilities, CommandMenu, Parcel, Store
from domain.messages import Incoming, Lane


class ScriptedChannel:
    """`trouble` maps a text to the errors that sending it meets, one after the other."""

    name = "memory"
    abilities = Abilities(max_text=100_000, max_caption=100_000)

    def __init__(self) -> None:
        self.trouble: dict[str, list[Exception]] = {}
        self.tried: list[str] = []
        self.sent: list[str] = []
        self.parcels: list[Parcel] = []

    async def start(self, store: Store) -> None:
        """Nobody speaks here."""

    async def stop_receiving(self) -> None:
        """Nobody speaks here."""

    async def stop(self) -> None:
        """There is no connection."""

    def read(self, payload: str) -> Incoming:
        return Incoming(self.name, payload)

    async def send(self, parcel: Parcel) -> str:
        text = parcel.message.plain
        self.tried.append(text)
        if errors := self.trouble.get(text):
            raise errors.pop(0) if len(errors) > 1 else errors[0]
        self.sent.append(text)
        self.parcels.append(parcel)
        return str(parcel.id)

    async def acknowledge(self, incoming: Incoming, notice: str) -> None:
        """Nobody taps here."""

    async def announce(self, menus: Sequence[CommandMenu]) -> None:
        """There is no menu to show."""

    async def greet(self, address: str, menu: CommandMenu) -> None:
        """There is no menu to show."""

    def link(self, code: str) -> str:
        return ""


class PacedChannel(ScriptedChannel):
    """A platform on which a chat hears `burst` messages at once and then one a second."""

    def __init__(self, burst: int) -> None:
        super().__init__()
        self._burst = burst
        self._free_at: dict[str, float] = {}
        self.heard_at: dict[str, float] = {}
        self.processes = 1

    def pause(self, lane: Lane, address: str, edit: bool) -> float:
        free_at = self._free_at.get(address, 0.0)
        return max(0.0, free_at - (self._burst - 1) - monotonic())

    def share(self, processes: int) -> None:
        self.processes = processes

    async def send(self, parcel: Parcel) -> str:
        now = monotonic()
        self._free_at[parcel.address] = max(now, self._free_at.get(parcel.address, now)) + 1
        self.heard_at[parcel.message.plain] = now
        return await super().send(parcel)
