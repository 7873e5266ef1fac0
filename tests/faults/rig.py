"""A real process of the desk beside a Telegram in a process of its own, to be killed and restarted."""

import asyncio
import os
import signal
import socket
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
import sqlalchemy as sa

from bot.loading import load
from domain.messages import message_from_json
from knowledge.register import Register
from storage import inbox, migrate, people
from storage.database import Database
from storage.tables.duties import duties
from storage.tables.messaging import inbox as inbox_rows
from storage.tables.messaging import outbox as outbox_rows
from storage.tables.people import addresses
from storage.tables.visit import visits
from storage.vault import Vault
from tests.botapi import TOKEN

ROOT = Path(__file__).resolve().parents[2]
SECRET = "faults" * 8
ELDER, WORKER = 1_000, 5_000
"""Telegram ids of the first elder and of the first worker."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def real_clock() -> datetime:
    return datetime.now(UTC)


def a_district(homes: int) -> Register:
    """Elders with a worker each, in communities of two, so that no chat is told of all."""
    communities = []
    for first in range(0, homes, 2):
        numbers = range(first, min(first + 2, homes))
        communities.append(
            {
                "code": f"c{first}",
                "name": f"社区{first}",
                "staff": [
                    {"code": f"w{n}", "name": f"社工{n}", "roles": ["worker"]} for n in numbers
                ],
                "households": [
                    {
                        "building": "3幢",
                        "room": f"{n + 100}",
                        "worker": f"w{n}",
                        "members": [{"code": f"e{n}", "name": f"老人{n}", "roles": ["elder"]}],
                    }
                    for n in numbers
                ],
            }
        )
    return Register.model_validate({"version": 1, "communities": communities})


@dataclass
class Evidence:
    """What the database says after it all."""

    inbox: list[Any] = field(default_factory=list)
    outbox: list[Any] = field(default_factory=list)
    duties: list[Any] = field(default_factory=list)
    visits: list[Any] = field(default_factory=list)

    def owed(self) -> tuple[Counter[tuple[str, str]], Counter[tuple[str, str]]]:
        """By chat and text: how often it was owed, and how often it may have gone out at most."""
        least: Counter[tuple[str, str]] = Counter()
        most: Counter[tuple[str, str]] = Counter()
        for row in self.outbox:
            key = (row.address, message_from_json(row.body).plain)
            least[key] += 1
            most[key] += 1 + row.tries
        return least, most


class House:
    """The database of the district, looked at from outside the process under test."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.database = Database(url, Vault(SECRET), real_clock)

    async def move_in(self, homes: int) -> None:
        """Tables, people, and a Telegram chat for each of them."""
        await migrate.upgrade(self.database)
        async with self.database.writing() as work:
            await load(work, a_district(homes))
            pairs = {f"e{n}": str(ELDER + n) for n in range(homes)}
            pairs |= {f"w{n}": str(WORKER + n) for n in range(homes)}
            ids = await inbox.address_ids(work, [("telegram", chat) for chat in pairs.values()])
            for code, chat in pairs.items():
                person = await people.person_by_code(work, code)
                assert person is not None
                await people.bind(work, ids["telegram", chat], person.id)

    async def left(self) -> dict[str, int]:
        """Updates not handled yet and messages not settled yet, by state."""
        tables = {"inbox": inbox_rows, "outbox": outbox_rows}
        open_ones = ("new", "queued", "sending")
        async with self.database.reading() as work:
            return {
                f"{name} {state}": count
                for name, rows in tables.items()
                for state, count in await work.conn.execute(
                    sa.select(rows.c.state, sa.func.count())
                    .where(rows.c.state.in_(open_ones))
                    .group_by(rows.c.state)
                )
            }

    async def evidence(self) -> Evidence:
        sent = sa.select(outbox_rows, addresses.c.address).join(
            addresses, addresses.c.id == outbox_rows.c.address_id
        )
        async with self.database.reading() as work:
            queries = (sa.select(inbox_rows), sent, sa.select(duties), sa.select(visits))
            found = [(await work.conn.execute(query)).all() for query in queries]
        return Evidence(*(list(rows) for rows in found))

    async def close(self) -> None:
        await self.database.close()


class Process:
    """`python -m bot serve`, with all that it says kept for the assertion's message."""

    def __init__(
        self,
        url: str,
        folder: Path,
        *,
        api: str = "",
        mode: str = "polling",
        claim: float = 0,
        sweep: float = 0.3,
    ) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / "process.log"
        self._claim = claim
        self._running: asyncio.subprocess.Process | None = None
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LINLI_")}
        self._env = kept | {
            "LINLI_DATABASE_URL": url,
            "LINLI_SECRET_KEY": SECRET,
            "LINLI_WEB_PORT": str(self.port),
            "LINLI_SWEEP_SECONDS": str(sweep),
            "LINLI_FRONT_RATE": "1000",
            "LINLI_ROUTINE_RATE": "1000",
            "LINLI_LOG_FORMAT": "json",
            "PYTHONPATH": str(ROOT),
        }
        if api:
            self._env |= {
                "LINLI_TELEGRAM_TOKEN": TOKEN,
                "LINLI_TELEGRAM_API": api,
                "LINLI_TELEGRAM_MODE": mode,
                "LINLI_WEBHOOK_URL": self.address,
                "LINLI_WEBHOOK_SECRET": "webhook-secret",
            }
        self._folder = folder

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

    def _command(self) -> Sequence[str]:
        if not self._claim:
            return ["-m", "bot", "serve"]
        shorter = (
            "import datetime, runpy, sys, storage.outbox as outbox;"
            f"outbox.CLAIM = datetime.timedelta(seconds={self._claim});"
            "sys.argv = ['bot', 'serve']; runpy.run_module('bot', run_name='__main__')"
        )
        return ["-c", shorter]

    async def start(self, wait: bool = True) -> None:
        """Start it; with `wait`, until it says that it is ready."""
        with self.log.open("ab") as log:
            self._running = await asyncio.create_subprocess_exec(
                sys.executable,
                *self._command(),
                cwd=self._folder,
                env=self._env,
                stdout=log,
                stderr=log,
            )
        if wait:
            await self.ready()

    async def ready(self) -> None:
        async with aiohttp.ClientSession() as http, asyncio.timeout(60):
            while True:
                assert self._running is not None
                assert self._running.returncode is None, self.said()
                try:
                    async with http.get(self.address + "/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        """SIGKILL: no goodbye of any kind."""
        if self._running is not None and self._running.returncode is None:
            self._running.kill()
            await self._running.wait()

    async def ask_to_stop(self) -> int:
        """SIGTERM; returns the exit code."""
        assert self._running is not None
        self._running.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self._running.wait(), 30)

    async def ends(self) -> int:
        assert self._running is not None
        return await asyncio.wait_for(self._running.wait(), 60)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")
