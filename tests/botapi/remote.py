"""`RemoteBotApi`: the server in a process of its own, driven through its control addresses."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import ClientSession

_ROOT = Path(__file__).resolve().parents[2]


class RemoteBotApi:
    """Starts `python -m tests.botapi` and stops it again; benchmarks give it a core of its own."""

    def __init__(self, token: str, *, port: int = 0, webhook_pause: float = 1.0) -> None:
        self.token = token
        self.url = ""
        self._port = port
        self._pause = webhook_pause
        self._process: asyncio.subprocess.Process | None = None
        self._session: ClientSession | None = None

    async def __aenter__(self) -> Self:
        arguments = ["-m", "tests.botapi", "--port", str(self._port), "--token", self.token]
        arguments += ["--webhook-pause", str(self._pause)]
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, *arguments, cwd=_ROOT, stdout=asyncio.subprocess.PIPE
        )
        assert self._process.stdout is not None  # asked for above
        self.url = json.loads(await self._process.stdout.readline())["url"]
        self._session = ClientSession(self.url)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    async def ask(self, method: str, path: str, body: object = None, **query: int) -> Any:
        """One control request; the server's complaint becomes a RuntimeError."""
        assert self._session is not None, "use it as `async with RemoteBotApi(…)`"
        address = f"/control/{path}"
        async with self._session.request(method, address, json=body, params=query) as answer:
            if answer.status != 200:
                raise RuntimeError(f"{answer.status} {await answer.text()}")
            return await answer.json()

    async def act(self, *acts: dict[str, Any]) -> list[int]:
        """Lets people do things, `{"user": 7, "says": "你好"}`; answers the update ids."""
        ids: list[int] = await self.ask("POST", "act", list(acts))
        return ids

    async def sent(self, since: int = 0) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.ask("GET", "sent", since=since)
        return found

    async def updates(self, since: int = 0) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = await self.ask("GET", "updates", since=since)
        return found

    async def counters(self) -> dict[str, Any]:
        found: dict[str, Any] = await self.ask("GET", "counters")
        return found

    async def fault(self, **fault: Any) -> None:
        """The fields of `tests.botapi.faults.Fault`."""
        await self.ask("POST", "faults", [fault])

    async def limit(self, **limits: Any) -> None:
        """The fields of `tests.botapi.limits.Limits`."""
        await self.ask("POST", "limits", limits)
