"""A real process of the desk, started from the command line or forked from a stage that has everything
imported; killed, and started again."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp

from tests.botapi import TOKEN
from tests.faults.board import Board

ROOT = Path(__file__).resolve().parents[2]
SECRET = "faults" * 8

HURRIED = {
    "bot.channels.telegram.pace.SECOND": 0.1,
    "bot.app.LOOK_SECONDS": 0.2,
    "scheduler.clockwork.CATCH_UP_SECONDS": 1.0,
    "scheduler.clockwork.LEASE_SECONDS": 0.3,
    "storage.outbox.CLAIM": 3.0,
}
"""Waits of seconds that would come after every one of hundreds of deaths; `test_takeover` bears them."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stage:
    """`python -m tests.faults.stage`, and what it says of its children."""

    def __init__(self) -> None:
        self._stage: asyncio.subprocess.Process | None = None
        self._orders: dict[int, asyncio.Future[int]] = {}
        self._ends: dict[int, asyncio.Future[int]] = {}
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._stage = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.faults.stage",
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert self._stage.stdout is not None
        ready = await asyncio.wait_for(self._stage.stdout.readline(), 300)
        assert ready, "the stage has said why it cannot play"
        self._listening = asyncio.create_task(self._listen(self._stage.stdout))
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._stage is not None
        assert self._stage.stdin is not None
        self._stage.stdin.close()
        with suppress(BrokenPipeError, ConnectionResetError):
            await self._stage.stdin.wait_closed()
        await self._stage.wait()
        if self._listening is not None:
            await self._listening

    async def _listen(self, said: asyncio.StreamReader) -> None:
        while line := await said.readline():
            word = json.loads(line)
            if "order" in word:
                self._ends[word["pid"]] = asyncio.get_running_loop().create_future()
                self._orders.pop(word["order"]).set_result(word["pid"])
            elif (end := self._ends.pop(word["ended"], None)) is not None:
                end.set_result(word["code"])

    async def fork(self, order: Mapping[str, Any]) -> tuple[int, "asyncio.Future[int]"]:
        """A new child; its number, and its exit code when it has ended (negative: the signal)."""
        assert self._stage is not None
        assert self._stage.stdin is not None
        number = id(order)
        answer: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._orders[number] = answer
        self._stage.stdin.write((json.dumps({**order, "order": number}) + "\n").encode())
        await self._stage.stdin.drain()
        pid = await answer
        return pid, self._ends[pid]


class Process:
    """`python -m bot serve`, with all that it says kept for the assertion's message."""

    def __init__(
        self, url: str, folder: Path, *, api: str = "", mode: str = "polling", sweep: float = 0.3
    ) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / "process.log"
        self._folder = folder
        self._env = _settings(url, self.address, api, mode, sweep)
        self._pid = 0
        self._said = 0
        self._end: asyncio.Future[int] | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.kill()

    async def start(self, wait: bool = True) -> None:
        """Start it; with `wait`, until it says that it is ready."""
        self._said = self.log.stat().st_size if self.log.exists() else 0
        self._pid, self._end = await self._born()
        if wait:
            try:
                await self.ready()
            except BaseException:
                await self.kill()  # nobody else would: it is not in anybody's hands yet
                raise

    async def _born(self) -> tuple[int, "asyncio.Future[int]"]:
        """Its number, and its exit code when it has ended (negative: the signal)."""
        with self.log.open("ab") as log:
            born = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "serve",
                cwd=self._folder,
                env=self._env | {"PYTHONPATH": str(ROOT)},
                stdout=log,
                stderr=log,
            )
        return born.pid, asyncio.ensure_future(born.wait())

    async def ready(self) -> None:
        async with aiohttp.ClientSession() as http, asyncio.timeout(60):
            while True:
                assert self.runs, self.said()
                try:
                    async with http.get(self.address + "/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.02)

    @property
    def runs(self) -> bool:
        return self._end is not None and not self._end.done()

    @property
    def began(self) -> bool:
        """Whether it has said, since it was started last, that it is at work."""
        return b'"event": "started"' in self.log.read_bytes()[self._said :]

    async def kill(self) -> None:
        """SIGKILL: no goodbye of any kind."""
        if self._end is not None and not self._end.done():
            os.kill(self._pid, signal.SIGKILL)
            await self._end

    async def ask_to_stop(self) -> int:
        """SIGTERM; returns the exit code."""
        os.kill(self._pid, signal.SIGTERM)
        return await self.ends(30)

    async def ends(self, within: float = 60) -> int:
        """The exit code when it has ended by itself, within so many seconds."""
        assert self._end is not None
        try:
            return await asyncio.wait_for(asyncio.shield(self._end), within)
        except TimeoutError:
            await self.kill()
            raise

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")


class Forked(Process):
    """The same, forked from a stage.

    `hurry`: waits to be shortened (see HURRIED). `board`: whose clock it reads and whose traps it stands in;
    `journal` is then where it writes what it crosses.
    """

    def __init__(
        self,
        stage: Stage,
        url: str,
        folder: Path,
        *,
        api: str,
        mode: str = "polling",
        sweep: float = 0.3,
        hurry: Mapping[str, float] | None = None,
        board: Board | None = None,
        patience_ms: int = 0,
    ) -> None:
        super().__init__(url, folder, api=api, mode=mode, sweep=sweep)
        self.journal: Path | None = None
        self._stage = stage
        self._order = {
            "env": self._env,
            "folder": str(folder),
            "log": str(self.log),
            "board": str(board.file) if board else "",
            "hurry": dict(hurry or {}),
            "patience_ms": patience_ms,
        }

    async def _born(self) -> tuple[int, "asyncio.Future[int]"]:
        journal = str(self.journal) if self.journal else ""
        return await self._stage.fork({**self._order, "journal": journal})


def _settings(url: str, address: str, api: str, mode: str, sweep: float) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
    settings = kept | {
        "LINLI_DATABASE_URL": url,
        "LINLI_SECRET_KEY": SECRET,
        "LINLI_WEB_PORT": address.rpartition(":")[2],
        "LINLI_SWEEP_SECONDS": str(sweep),
        "LINLI_FRONT_RATE": "1000",
        "LINLI_ROUTINE_RATE": "1000",
        "LINLI_LOG_FORMAT": "json",
        "LINLI_PROBE_MINUTES": "0",
    }
    if not api:
        return settings
    return settings | {
        "LINLI_TELEGRAM_TOKEN": TOKEN,
        "LINLI_TELEGRAM_API": api,
        "LINLI_TELEGRAM_MODE": mode,
        "LINLI_WEBHOOK_URL": address,
        "LINLI_WEBHOOK_SECRET": "webhook-secret",
    }
