"""The bots under test, each a process of its own, on a database of its own."""

import asyncio
import os
import secrets
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from benchmarks.city import Citizen, settle
from bot.parts import utc_now
from storage.database import Database
from storage.vault import Vault
from tests.botapi import BotApi

ROOT = Path(__file__).resolve().parents[1]
SECRET = "benchmark" * 4
COMPILED = {
    "PYTHONDONTWRITEBYTECODE": "",
    "PYTHONPYCACHEPREFIX": str(Path(tempfile.gettempdir(), "linli-benchmark-compiled")),
}
"""An installed desk's code is compiled once, and not at each start as where a checkout is worked on."""
FRONT_RATE = 1000
"""The most that LINLI_FRONT_RATE takes: Telegram's 30 a second would be all that is measured."""


@dataclass(frozen=True, slots=True)
class Running:
    """A bot that has told the local Telegram where it listens."""

    name: str
    pid: int

    def cpu_seconds(self) -> float:
        """CPU time used so far; 0 where the system does not tell."""
        file = Path(f"/proc/{self.pid}/stat")
        if not file.exists():
            return 0.0
        fields = file.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@asynccontextmanager
async def bare(name: str, api: BotApi, database: str, *flags: str) -> AsyncIterator[Running]:
    """The bare aiogram bot."""
    options = {
        "--api": api.url,
        "--token": api.token,
        "--database": database,
        "--secret": "bare",
        "--port": str(_free_port()),
    }
    arguments = [part for pair in options.items() for part in pair]
    command = ["-m", "benchmarks.bare", *arguments, *flags]
    async with _started(name, api, command, {}) as running:
        yield running


@asynccontextmanager
async def desk(
    name: str, api: BotApi, database: str, who: list[Citizen], report: Path | None
) -> AsyncIterator[Running]:
    """The desk as an operator starts it, with the city in its database."""
    made = Database(database, Vault(SECRET), utc_now)
    await settle(made, who)
    await made.close()
    async with settled_desk(name, api, database, report) as running:
        yield running


@asynccontextmanager
async def settled_desk(
    name: str,
    api: BotApi,
    database: str,
    report: Path | None = None,
    more: Mapping[str, str] = MappingProxyType({}),
) -> AsyncIterator[Running]:
    """The same where the city is there already; `more` settings by name."""
    port = _free_port()
    settings = {
        "DATABASE_URL": database,
        "TELEGRAM_TOKEN": api.token,
        "TELEGRAM_API": api.url,
        "TELEGRAM_MODE": "webhook",
        "WEBHOOK_URL": f"http://127.0.0.1:{port}",
        "WEBHOOK_SECRET": secrets.token_urlsafe(16),
        "WEB_PORT": str(port),
        "SECRET_KEY": SECRET,
        "FRONT_RATE": str(FRONT_RATE),
        "LOG_LEVEL": "warning",
        **more,
    }
    program = ["-m", "benchmarks.sampler", str(report)] if report else ["-m", "bot"]
    environment = {f"LINLI_{key}": value for key, value in settings.items()}
    async with _started(name, api, [*program, "serve"], environment) as running:
        yield running


@asynccontextmanager
async def _started(
    name: str, api: BotApi, arguments: list[str], environment: dict[str, str]
) -> AsyncIterator[Running]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=ROOT,
        env=os.environ | COMPILED | environment,
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        await api.until(lambda: api.engine.delivery is not None or process.returncode, timeout=600)
        assert process.returncode is None, f"{name} did not start"
        yield Running(name, process.pid)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
