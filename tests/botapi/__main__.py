"""`python -m tests.botapi`: the server alone, for a bot that runs in another process."""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import signal
import sys

from tests.botapi.api import TOKEN, BotApi


async def serve(port: int, token: str, webhook_pause: float = 1.0) -> None:
    """Serves until told to stop; the first line of standard output says where."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with BotApi(token, port=port, webhook_pause=webhook_pause) as api:
        sys.stdout.write(json.dumps({"url": api.url, "token": api.token}) + "\n")
        sys.stdout.flush()
        # Everything is kept for the proofs; without this the collector walks all of it again and
        # again, and its pauses would be taken for the bot's.
        gc.collect()
        gc.freeze()
        gc.disable()
        await stop.wait()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.botapi", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--webhook-pause", type=float, default=1.0, help="as BotApi's")
    arguments = parser.parse_args()
    asyncio.run(serve(arguments.port, arguments.token, arguments.webhook_pause))


if __name__ == "__main__":
    main()
