"""The HTTP side: one route for methods, one for files, faults on the way out."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.botapi.calls import Call, parse_body
from tests.botapi.engine import Done, Engine
from tests.botapi.errors import ApiError
from tests.botapi.faults import Fault
from tests.botapi.ledger import Called
from tests.botapi.updates import Update

MAX_UPLOAD = 50 * 1024 * 1024  # bytes, core.telegram.org/bots/api#sending-files

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")


@dataclass(slots=True, frozen=True)
class NoAnswer:
    """The line goes dead: at once, or after hanging until the bot gives up."""

    hang: bool


class Server:
    """An engine behind a loopback port."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.app = web.Application(client_max_size=MAX_UPLOAD)
        self.app.router.add_route("*", "/bot{token}/{method}", self._method)
        self.app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        self._closing = asyncio.Event()
        # Bot tests make and close servers by the hundred; a handler that hangs on purpose must not
        # hold each of them for the usual minute.
        self._runner = web.AppRunner(self.app, access_log=None, shutdown_timeout=0.5)

    async def start(self, port: int = 0) -> int:
        """Listens; returns the port."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port, backlog=1024)
        await site.start()
        return int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        self._closing.set()
        self.engine.poll.terminate()
        await self.engine.set_hook(None)
        await self._runner.cleanup()

    async def _method(self, request: web.Request) -> web.StreamResponse:
        arrived = self.engine.clock()
        call = Call(request.match_info["method"])
        answer: object
        try:
            self._authorise(request.match_info["token"])
            await self._read(request, call)
            answer = await self._run(call)
        except ApiError as error:
            answer = error
        status = _status(answer)
        self.engine.ledger.calls.append(Called(arrived, call.method, call.chat_id, status))
        if isinstance(answer, NoAnswer):
            return await self._lose(request, answer)
        return web.Response(body=_encoded(answer), status=status, content_type="application/json")

    def _authorise(self, token: str) -> None:
        if token == self.engine.token:
            return
        # A token of the right shape is unknown, anything else is an address that does not exist.
        raise (
            ApiError(401, "Unauthorized") if _TOKEN.fullmatch(token) else ApiError(404, "Not Found")
        )

    async def _read(self, request: web.Request, call: Call) -> None:
        content_type = request.headers.get("Content-Type", "")
        try:
            call.params, call.files = parse_body(content_type, await request.read())
        except web.HTTPRequestEntityTooLarge:
            raise ApiError(413, "Request Entity Too Large") from None
        if request.query_string:
            call.params = dict(request.query) | call.params

    async def _run(self, call: Call) -> object:
        """The method's result, unless a fault decides otherwise."""
        fault = self.engine.faults.take(call)
        if fault is None:
            return await self.engine.run(call)
        await self._before(fault)
        if fault.when == "before" and fault.lost:
            return NoAnswer(fault.lost == "hang")
        result = await self.engine.run(call)
        if fault.when == "after":
            fault.strike()
            if fault.lost:
                return NoAnswer(fault.lost == "hang")
        return result

    async def _before(self, fault: Fault) -> None:
        if fault.delay:
            await self._pause(fault.delay)
        if fault.when == "before":
            fault.strike()

    async def _lose(self, request: web.Request, how: NoAnswer) -> web.StreamResponse:
        if how.hang:
            await self._pause(3600)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _pause(self, seconds: float) -> None:
        """Waits, but never longer than the server lives."""
        try:
            async with asyncio.timeout(seconds):
                await self._closing.wait()
        except TimeoutError:
            return

    async def _file(self, request: web.Request) -> web.Response:
        stored = self.engine.state.file_at(request.match_info["path"])
        if request.match_info["token"] != self.engine.token or stored is None:
            raise web.HTTPNotFound
        return web.Response(body=stored.data, content_type="application/octet-stream")


def _status(answer: object) -> int:
    if isinstance(answer, NoAnswer):
        return 0
    return answer.code if isinstance(answer, ApiError) else 200


def _encoded(answer: Any) -> bytes:
    if isinstance(answer, ApiError):
        return json.dumps(answer.wire()).encode()
    if isinstance(answer, list) and answer and isinstance(answer[0], Update):
        return b'{"ok":true,"result":[' + b",".join(u.encoded for u in answer) + b"]}"
    if isinstance(answer, Done):
        told = {"ok": True, "result": answer.result, "description": answer.description}
        return json.dumps(told).encode()
    return json.dumps({"ok": True, "result": answer}).encode()
