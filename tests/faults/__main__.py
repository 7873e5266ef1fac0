"""`python -m tests.faults`: the generated campaigns by hand: `points`, `run` and `replay`."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, nullcontext
from pathlib import Path

from tests.faults.campaign import LANES, Campaign, Trial, kinds_on
from tests.faults.life import Point
from tests.faults.process import Stage
from tests.faults.town import Towns
from tests.faults.troubles import BOTH, KINDS
from tests.support.memory import use_memory
from tests.support.postgres import postgres_server


def say(line: str) -> None:
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


@asynccontextmanager
async def ready(database: str) -> AsyncIterator[Campaign]:
    """A campaign on that kind of database, its town founded and its life rehearsed."""
    server = postgres_server() if database == "postgresql" else nullcontext("")
    async with AsyncExitStack() as stack:
        address = stack.enter_context(server)
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="linli-town-"))
        stage = await stack.enter_async_context(Stage())
        campaign = Campaign(stage, Towns(Path(folder), address), say=say)
        await campaign.prepare()
        yield campaign


async def points(database: str) -> int:
    async with ready(database) as campaign:
        for number, point in enumerate(campaign.points):
            sys.stdout.write(f"{number:4} {point}\n")
    return 0


async def run(database: str, troubles: list[str], most: int, seed: int, lanes: int) -> int:
    async with ready(database) as campaign:
        trials = [
            trial
            for kind in kinds_on(database)
            if not troubles or kind.name in troubles
            for trial in campaign.plan(kind, most=most, seed=seed)
        ]
        say(f"{database}: {len(campaign.points)} points, {len(trials)} lives")
        report = await campaign.run(trials, lanes)
    for trouble, point in report.missed:
        say(f"not come to: {trouble} at {point}")
    say(str(report))
    return 1 if report.failed else 0


async def replay(database: str, trouble: str, wanted: list[str]) -> int:
    """One life with the trouble at each of these points."""
    async with ready(database) as campaign:
        points = [campaign.points[int(w)] if w.isdigit() else Point.read(w) for w in wanted]
        trial = Trial(tuple((KINDS[trouble], point) for point in points))
        report = await campaign.run([trial], 1)
    say(str(report))
    return 1 if report.failed or not report.struck else 0


def main() -> int:
    use_memory()
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("points", "run", "replay"):
        command = commands.add_parser(name)
        command.add_argument("--database", choices=BOTH, default="sqlite")
        if name == "replay":
            told = "number or name; again for more in one life"
            command.add_argument("--point", required=True, action="append", help=told)
            command.add_argument("--trouble", choices=KINDS, default="kill")
        if name == "run":
            command.add_argument("--trouble", choices=KINDS, action="append", default=[])
            command.add_argument("--most", type=int, default=0, help="lives of each kind")
            command.add_argument("--seed", type=int, default=0)
            command.add_argument("--lanes", type=int, default=LANES)
    given = parser.parse_args()
    if given.command == "points":
        return asyncio.run(points(given.database))
    if given.command == "run":
        asked = given.trouble, given.most, given.seed, given.lanes
        return asyncio.run(run(given.database, *asked))
    return asyncio.run(replay(given.database, given.trouble, given.point))


if __name__ == "__main__":
    sys.exit(main())
