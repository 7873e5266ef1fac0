"""What benchmarks that are held to bars share: a PostgreSQL, a profile on demand, an exit status."""

import argparse
import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import NoReturn

from tests.support.postgres import postgres_server

Measure = Callable[[argparse.Namespace, str, Path | None], Awaitable[bool]]
"""From the options (with `profile`), a server's address and where to write the profile, to whether every
bar was reached."""


def judged(measure: Measure, options: argparse.Namespace) -> NoReturn:
    """Measure, print, and end with 1 where a bar was missed."""

    async def run(server: str, report: Path | None) -> bool:
        return await measure(options, server, report)

    with postgres_server() as server, tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "profile.json" if options.profile else None
        reached = asyncio.run(run(server, report))
        if report is not None:
            _print_profile(report)
    raise SystemExit(0 if reached else 1)


def _print_profile(report: Path) -> None:
    """Where the CPU time of a bot that ran under the sampler went."""
    for title, shares in json.loads(report.read_text()).items():
        print(f"\nthe desk's CPU time, {title}:")
        for name, share in list(shares.items())[:30]:
            print(f"{share:7.1%}  {name}")
