"""The devices' channel: platforms post presses, and ask how they stand. Nothing is sent to a device."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
import structlog
from aiohttp import web
from prometheus_client import Counter

from bot.channels.base import Abilities, CommandMenu, Parcel, Received, Store
from bot.channels.device import asked
from bot.channels.device.answer import told
from bot.channels.device.asked import Asked, MalformedError
from bot.channels.device.door import Door
from bot.channels.device.page import Pages
from bot.channels.device.trouble import trouble
from domain.device import REQUEST, DeviceEvent
from domain.messages import Incoming
from storage import device
from storage.database import Database
from storage.device import Standing
from wording import Phrases

log = structlog.get_logger()

LOOKS = (0.02, 0.04, 0.08, 0.16, 0.3, 0.6, 0.8)
"""Seconds between looks whether a press has been handled: two altogether. Who waits longer asks again."""
AWAY = (sa.exc.SQLAlchemyError, OSError)


@dataclass(frozen=True, slots=True)
class DeviceConfig:
    """Who hears of what is refused (a person's code, or ""), and whether a proxy stands before us."""

    operator: str = ""
    behind_proxy: bool = False


class DeviceChannel:
    """`POST /devices/help`, `GET /devices/help/{id}` and their description, on the one web server."""

    name = device.CHANNEL
    abilities = Abilities(max_text=4000, max_caption=4000)

    def __init__(
        self, config: DeviceConfig, database: Database, phrases: Phrases, outcomes: Counter
    ) -> None:
        self._database = database
        self._phrases = phrases
        self._outcomes = outcomes
        self._door = Door(database, phrases, config.operator, outcomes, config.behind_proxy)
        self._pages = Pages()
        self._store: Store | None = None

    def mount(self, application: web.Application) -> None:
        """Add the routes."""
        application.add_routes(
            [
                web.post("/devices/help", self._post),
                web.get("/devices/help/{id}", self._get, allow_head=False),
                web.get("/devices/openapi.json", self._pages.openapi),
                web.get("/devices", self._pages.page),
            ]
        )

    async def start(self, store: Store) -> None:
        self._store = store

    async def stop_receiving(self) -> None:
        self._store = None

    async def stop(self) -> None:
        self._store = None

    def read(self, payload: str) -> Incoming:
        return asked.incoming(payload)

    async def send(self, parcel: Parcel) -> str:
        """A device hears nothing; its platform asks. (A turn that failed says sorry here.)"""
        return ""

    async def acknowledge(self, incoming: Incoming, notice: str) -> None:
        """Nobody looks."""

    async def announce(self, menus: Sequence[CommandMenu]) -> None:
        """There is no menu."""

    async def greet(self, address: str, menu: CommandMenu) -> None:
        """There is no menu."""

    def link(self, code: str) -> str:
        return ""

    async def _post(self, request: web.Request) -> web.Response:
        """Stored for good before it is answered; 200 with how it stands, 202 where it is not handled yet."""
        try:
            platform, body = await self._door.signed(request)
            press = self._parse(request, body)
            await self._take(platform, press)
            standing = await self._wait(platform, press.id)
        except AWAY as error:
            log.error("device.not_stored", why=type(error).__name__)
            raise trouble("away", wait=2) from error
        self._outcomes.labels("taken").inc()
        return self._answer(press.id, standing)

    def _parse(self, request: web.Request, body: bytes) -> Asked:
        try:
            return asked.parse(body)
        except MalformedError as error:
            raise self._door.refuse(request, "malformed", why=str(error)) from None

    async def _take(self, platform: str, press: Asked) -> None:
        if self._store is None:
            raise trouble("away", wait=2)
        async with self._database.reading() as work:
            address = device.code_of(work, platform, press.device)
            known = await device.by_code(work, address)
        if known is None:
            wanted = press.event is DeviceEvent.HELP
            raise await self._door.unknown(platform, press.device, help_wanted=wanted)
        payload = press.payload(address)
        key = device.update_key(platform, press.id)
        if await self._store(Received(self.name, key, address, payload)):
            return
        async with self._database.reading() as work:
            before = await device.stored(work, platform, press.id)
        if before not in (None, payload):
            self._outcomes.labels("id_used").inc()
            raise trouble("id_used")

    async def _wait(self, platform: str, request: str) -> Standing:
        """How it stands once it is handled, by whichever process; as it is when that takes long."""
        for pause in LOOKS:
            await asyncio.sleep(pause)
            async with self._database.reading() as work:
                found = await device.standing(work, platform, request)
            if found is not None and found.state != "new":
                return found
        return Standing("new")

    async def _get(self, request: web.Request) -> web.Response:
        """How a request stands now."""
        try:
            platform, _ = await self._door.signed(request)
            name = request.match_info["id"]
            async with self._database.reading() as work:
                found = await device.standing(work, platform, name)
        except AWAY as error:
            raise trouble("away", wait=2) from error
        if found is None or not REQUEST.fullmatch(name):
            raise trouble("unknown_request")
        return self._answer(name, found)

    def _answer(self, request: str, standing: Standing) -> web.Response:
        body: dict[str, Any] = told(request, standing, self._phrases[standing.language])
        return web.Response(
            status=202 if standing.state == "new" else 200,
            text=json.dumps(body, ensure_ascii=False),
            content_type="application/json",
            headers={"Cache-Control": "no-store"},
        )
