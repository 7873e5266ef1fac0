"""A platform of one-touch devices, as its programmers would write it from our description."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import aiohttp
from aiohttp import web

from bot.channels.device import DeviceChannel, DeviceConfig
from bot.parts import Parts
from domain.device import signature
from storage import device, people
from storage.device import Key
from tests.support.desk import Desk

NAME = "yijiantong"
NUMBER = "0574-87654321"


def device_channel(parts: Parts) -> list[DeviceChannel]:
    """The devices' channel, as the composition root makes it."""
    return [DeviceChannel(DeviceConfig(), parts.database, parts.phrases, parts.metrics.devices)]


class Platform:
    """Signs and posts; every part of a request can be made wrong."""

    def __init__(self, http: aiohttp.ClientSession, base: str, desk: Desk, key: Key) -> None:
        self._http, self._base, self._desk, self.key = http, base, desk, key

    async def post(self, raw: bytes | None = None, **fields: str) -> tuple[int, dict[str, Any]]:
        body = json.dumps({"device": NUMBER, **fields}).encode() if raw is None else raw
        return await self.sends("POST", "/devices/help", body)

    async def asks(self, request: str) -> tuple[int, dict[str, Any]]:
        return await self.sends("GET", f"/devices/help/{request}", b"")

    async def sends(
        self,
        method: str,
        path: str,
        body: bytes,
        *,
        late: float = 0.0,
        secret: str = "",
        headers: dict[str, str] | None = None,
    ) -> tuple[int, dict[str, Any]]:
        """`late`: seconds by which the clock of the platform is behind ours."""
        time = str(int(self._desk.clock.now.timestamp() - late))
        sign = signature(secret or self.key.secret, time, method, path, body)
        signed = {"Linli-Key": self.key.key, "Linli-Timestamp": time, "Linli-Signature": sign}
        async with self._http.request(
            method, self._base + path, data=body, headers={**signed, **(headers or {})}
        ) as answer:
            said = answer.status, await answer.json()
        await self._desk.settles()
        return said


@asynccontextmanager
async def platform_of(desk: Desk) -> AsyncIterator[Platform]:
    """A platform with a key, whose one device on record is granny's, speaking to a desk's web server."""
    application = web.Application()
    channel = desk.app.channels[device.CHANNEL]
    assert isinstance(channel, DeviceChannel)
    channel.mount(application)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with desk.database.writing() as work:
        granny = await people.person_by_code(work, "granny")
        assert granny is not None
        await device.put(work, NAME, NUMBER, granny.id)
        key = await device.new_key(work, NAME, timedelta(0))
    async with aiohttp.ClientSession() as http:
        yield Platform(http, f"http://127.0.0.1:{runner.addresses[0][1]}", desk, key)
    await runner.cleanup()
