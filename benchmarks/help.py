"""How long a press for help takes while 40,000 homes are being asked how satisfied they are.

    python -m benchmarks.help              1, 10 and 50 presses a second, without and with the push
    python -m benchmarks.help --profile    the same, and where the desk's CPU time goes

From the press (the update is made) to three moments: it is stored (the webhook's answer), the reply
stands in the elder's chat, and the first worker's chat has it. See benchmarks/README.md.
"""

import argparse
import asyncio
import gc
import os
import re
import signal
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from random import Random
from statistics import mean, quantiles
from time import monotonic

import sqlalchemy as sa

from benchmarks.bars import judged
from benchmarks.city import Citizen, citizens, settle
from benchmarks.load import PATIENCE, Watched
from benchmarks.processes import SECRET, Running, settled_desk
from benchmarks.push import Push
from bot.parts import utc_now
from domain.duty import DutyState
from domain.people import Language
from storage.database import Database
from storage.tables.duties import duties
from storage.vault import Vault
from tests.botapi import BotApi, Sent, Update
from tests.support.postgres import drop_database, new_database
from wording import Phrases

RATES: Mapping[int, float] = {1: 10.0, 10: 15.0, 50: 5.0}
"""Presses a second, and for how many seconds in each block."""
BLOCKS = (False, True, True, False)
"""Whether the push is running; in this order, what drifts on the machine touches both alike."""
JUDGED = 10
REPLY_BAR, WORKER_BAR, RATIO_BAR = 1.0, 2.0, 1.5
"""At JUDGED presses a second: seconds at p99 with the push; and p99 with over p99 without."""
PUSH_PACE, OWED_A_PRESS = 22, 4
"""Messages a second of the push (LINLI_ROUTINE_RATE as shipped); and what one press owes at once: the
reply, two workers, the daughter."""
WARM = 4.0
REST = 1.5
"""Seconds for which what follows the last reply of a window may still go out."""

_HOUSE = re.compile(r"(\d+)幢")


@dataclass(slots=True)
class Press:
    """One press, and by when (Unix seconds) each thing had become of it."""

    update: Update
    replied: float | None = None
    worker: float | None = None


@dataclass(slots=True)
class Window:
    """What was measured at one rate, with or without the push; blocks add to it."""

    stored: list[float] = field(default_factory=list)
    replied: list[float] = field(default_factory=list)
    worker: list[float] = field(default_factory=list)
    presses: int = 0
    pushed: int = 0
    seconds: float = 0.0
    cpu: list[float] = field(default_factory=list)
    """Share of a core that the desk took, each block."""

    @property
    def missing(self) -> int:
        """Things that had not become of a press when patience was at its end."""
        return 3 * self.presses - sum(map(len, (self.stored, self.replied, self.worker)))


class Presses:
    """Elders who press on the local Telegram, one after the other, community by community."""

    def __init__(self, api: BotApi, who: list[Citizen], push: Push) -> None:
        self._api = api
        self._label = Phrases.shipped()[Language.ZH].plain("help.key")
        self._random = Random(1919)
        self._elders = cycle(sorted((one for one in who if one.elder), key=_home))
        self._staff = {one.chat: _community(one) for one in who if one.staff}
        self._open: dict[int, Press] = {}
        self._by_home: dict[tuple[str, str], Press] = {}
        self._push = push
        self._pushed = 0
        for one in who:
            api.user(one.chat)
            api.engine.state.chats[one.chat].started = True
        api.ledger.sent = Watched(self._heard)

    async def window(self, rate: int, seconds: float, into: Window) -> None:
        """Presses at random moments at this rate, and what became of them."""
        loop = asyncio.get_running_loop()
        self._pushed = 0
        due, end = loop.time(), loop.time() + seconds
        while (due := due + self._random.expovariate(rate)) < end:
            await asyncio.sleep(max(due - loop.time(), 0))
            self._press()
        await asyncio.sleep(max(end - loop.time(), 0))
        into.pushed += self._pushed
        into.seconds += seconds
        await self._wait_for_all(loop.time() + PATIENCE)
        self._count(into)

    def _press(self) -> None:
        elder = next(self._elders)
        press = Press(self._api.user(elder.chat).says(self._label))
        self._open[elder.chat] = press
        self._by_home[_community(elder), str(_house(elder))] = press

    def _heard(self, sent: Sent) -> None:
        if self._push.is_pushed_to(sent.chat_id):
            self._pushed += 1
        elif (community := self._staff.get(sent.chat_id)) is not None:
            found = _HOUSE.search(sent.text)
            press = self._by_home.get((community, found[1])) if found else None
            if press is not None and press.worker is None:
                press.worker = sent.at
        elif (press := self._open.get(sent.chat_id)) is not None and press.replied is None:
            press.replied = sent.at

    async def _wait_for_all(self, until: float) -> None:
        loop = asyncio.get_running_loop()
        while loop.time() < until and not all(map(self._whole, self._open.values())):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        await asyncio.sleep(REST)

    def _whole(self, press: Press) -> bool:
        stored = press.update.update_id in self._api.engine.queue.confirmed
        return stored and press.replied is not None and press.worker is not None

    def _count(self, into: Window) -> None:
        into.presses += len(self._open)
        for press in self._open.values():
            began, stored = press.update.at, self._api.engine.queue.confirmed
            into.stored += _since(began, stored.get(press.update.update_id))
            into.replied += _since(began, press.replied)
            into.worker += _since(began, press.worker)
        self._open.clear()
        self._by_home.clear()


def _since(began: float, at: float | None) -> list[float]:
    return [] if at is None else [at - began]


def _community(one: Citizen) -> str:
    return one.code.partition("-")[0]


def _house(elder: Citizen) -> int:
    """The number of the elder's house, as their card shows it."""
    return int(elder.code.split("-")[1].removeprefix("h")) + 1


def _home(elder: Citizen) -> tuple[int, int]:
    """One elder of each community, then the next one of each: no worker hears of many at once."""
    return _house(elder), elder.chat


Windows = dict[tuple[int, bool], Window]


async def measure(options: argparse.Namespace, server: str, report: Path | None) -> bool:
    """Measure and print; whether every bar was reached."""
    async with AsyncExitStack() as stack:
        api = await stack.enter_async_context(BotApi())
        url = await new_database(server)
        stack.push_async_callback(drop_database, server, url)
        own = Database(url, Vault(SECRET), utc_now)
        stack.push_async_callback(own.close)
        who = citizens(options.people)
        await settle(own, who)
        push = Push(own, api, options.homes)
        await push.prepare()
        presses = Presses(api, who, push)
        _quiet_collector()
        windows = {(rate, pushing): Window() for rate in options.rates for pushing in (False, True)}
        for rate in options.rates:
            sampled = report if rate == JUDGED else None
            more = _settings(rate, options)
            async with settled_desk("desk", api, url, sampled, more) as running:
                await _blocks(Bench(running, own, push, presses, sampled), rate, windows)
        _print_table(windows, options)
        return JUDGED not in options.rates or _judge(windows)


def _settings(rate: int, options: argparse.Namespace) -> dict[str, str]:
    """The rates of an operator for whom the platform lets so many more messages pass as the presses
    owe; at its free 30 a second they alone would be over it, and the push would stand still."""
    always = {"QUIET_FROM": "0", "QUIET_UNTIL": "0"}
    if options.shipped_rates:
        return always | {"FRONT_RATE": "28", "ROUTINE_RATE": str(PUSH_PACE)}
    return always | {"ROUTINE_RATE": str(PUSH_PACE + OWED_A_PRESS * rate)}


@dataclass(frozen=True, slots=True)
class Bench:
    """A running desk and what is done to it."""

    running: Running
    own: Database
    push: Push
    presses: Presses
    report: Path | None


async def _blocks(bench: Bench, rate: int, windows: Windows) -> None:
    await bench.presses.window(rate, WARM, Window())  # caches fill, statements are prepared
    await _close_all(bench.own)
    if bench.report:
        os.kill(bench.running.pid, signal.SIGUSR1)
    for number, pushing in enumerate(BLOCKS):
        if pushing != ((False, *BLOCKS)[number]):
            await (bench.push.begin() if pushing else bench.push.hold())
            await asyncio.sleep(REST)
        into, before, began = windows[rate, pushing], bench.running.cpu_seconds(), monotonic()
        await bench.presses.window(rate, RATES[rate], into)
        into.cpu.append((bench.running.cpu_seconds() - before) / (monotonic() - began))
        await _close_all(bench.own)


def _quiet_collector() -> None:
    """The local Telegram keeps everything; walking it would look like the desk's own pauses."""
    gc.collect()
    gc.freeze()
    gc.disable()


async def _close_all(own: Database) -> None:
    """Between windows, so that no ladder goes on and everybody may press anew."""
    async with own.writing() as work:
        closed = {"state": int(DutyState.CLOSED), "closed_at": work.now, "next_at": None}
        await work.conn.execute(sa.update(duties).values(closed))


def _print_table(windows: Windows, options: argparse.Namespace) -> None:
    print(
        f"{options.people} people press, {options.homes} homes are owed an invitation;"
        f" milliseconds from the press, p50 / p99 / most"
    )
    head = (
        f"{'presses/s':>9} {'push':>5} {'presses':>8} {'stored':>19} {'reply':>19} {'worker':>19}"
    )
    print(f"{head} {'missing':>8} {'pushed/s':>9} {'CPU':>6}")
    for (rate, pushing), window in windows.items():
        times = " ".join(f"{_times(t):>19}" for t in (window.stored, window.replied, window.worker))
        print(
            f"{rate:>9} {'yes' if pushing else 'no':>5} {window.presses:>8} {times}"
            f" {window.missing:>8} {window.pushed / window.seconds:>9.1f}"
            f" {mean(window.cpu):>6.0%}"
        )
    print(f"{sum(window.pushed for window in windows.values())} invitations went out meanwhile\n")
    for rate in options.rates:
        shown = list(_ratios(windows, rate))
        print(f"{rate:>3} a second, with the push / without, p50 and p99: {', '.join(shown)}")


def _times(seconds: list[float]) -> str:
    return " / ".join(
        f"{each * 1000:.0f}" for each in (_p(seconds, 50), _p(seconds, 99), max(seconds))
    )


def _ratios(windows: Windows, rate: int) -> Iterator[str]:
    for name in ("stored", "replied", "worker"):
        p50, p99 = (_ratio(windows, rate, name, percent) for percent in (50, 99))
        yield f"{name} {p50:.2f} {p99:.2f}"


def _ratio(windows: Windows, rate: int, name: str, percent: int) -> float:
    with_push, without = (getattr(windows[rate, pushing], name) for pushing in (True, False))
    return _p(with_push, percent) / _p(without, percent)


def _p(seconds: list[float], percent: int) -> float:
    return quantiles(seconds, n=100, method="inclusive")[percent - 1]


def _judge(windows: Windows) -> bool:
    judged = windows[JUDGED, True]
    reply, worker = _p(judged.replied, 99), _p(judged.worker, 99)
    ratio = max(_ratio(windows, JUDGED, name, 99) for name in ("replied", "worker"))
    missing = judged.missing + windows[JUDGED, False].missing
    print(
        f"\nat {JUDGED} a second with the push, p99: reply {reply * 1000:.0f} ms"
        f" (bar {REPLY_BAR * 1000:.0f}), worker {worker * 1000:.0f} ms (bar {WORKER_BAR * 1000:.0f});"
        f" ratio {ratio:.2f} (bar {RATIO_BAR}); missing {missing} (bar 0)"
    )
    kept = reply < REPLY_BAR and worker < WORKER_BAR and ratio <= RATIO_BAR
    return kept and not missing


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.help", description=__doc__)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--homes", type=int, default=40_000, help="homes that the push goes to")
    parser.add_argument(
        "--rates", type=int, nargs="+", choices=RATES, default=list(RATES), help="presses a second"
    )
    parser.add_argument(
        "--shipped-rates",
        action="store_true",
        help="28 messages a second, as Telegram's free limit",
    )
    parser.add_argument("--profile", action="store_true")
    return parser.parse_args()


def main() -> None:
    """Measure and print a table."""
    judged(measure, _options())


if __name__ == "__main__":
    main()
