"""Turns a second and how long a reply takes, beside a bare bot that only stores and answers.

    python -m benchmarks.turns              three bots, five alternating rounds, each at most and at half
    python -m benchmarks.turns --profile    the same, and where the desk's CPU time goes

One run, one machine, one load: what counts is the ratio. See benchmarks/README.md.
"""

import argparse
import gc
import os
import signal
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import monotonic, process_time

from benchmarks.bars import judged
from benchmarks.city import citizens
from benchmarks.crowd import Crowd, Mix, questions
from benchmarks.load import Load, Measured
from benchmarks.processes import Running, bare, desk
from tests.botapi import BotApi
from tests.support.postgres import analyze, drop_database, new_database

BAR = 0.6
"""The desk's turns a second over those of the bare bot with one commit an update."""
P99_AT_HALF = 50.0
"""Milliseconds, at half of the load that the desk took at most."""


@dataclass(slots=True)
class Contender:
    """A bot, the people who talk to it, and its rounds so far."""

    running: Running
    load: Load
    rounds: list[Measured] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    """Milliseconds of the bot's own CPU time a turn, each round."""
    load_cpu: list[float] = field(default_factory=list)
    """Share of a core that the load and the local Telegram took, each round."""
    at_half: list[Measured] = field(default_factory=list)
    """At half of what the desk took at most in the same round."""

    async def play(self, seconds: float, in_flight: int) -> Measured:
        before, began, own = self.running.cpu_seconds(), monotonic(), process_time()
        measured = await self.load.closed(seconds, in_flight)
        self.load_cpu.append((process_time() - own) / (monotonic() - began))
        used = self.running.cpu_seconds() - before
        self.rounds.append(measured)
        self.cpu.append(used / max(len(measured.latencies), 1) * 1000)
        return measured

    @property
    def rate(self) -> float:
        return median(measured.rate for measured in self.rounds)

    def line(self) -> str:
        p50 = median(measured.percentile(50) for measured in self.rounds)
        p99 = median(measured.percentile(99) for measured in self.rounds)
        missing = sum(measured.missing for measured in self.rounds)
        name = self.running.name
        return (
            f"{name:34} {self.rate:8.0f} {p50:9.1f} {p99:9.1f} {median(self.cpu):9.2f} {missing:8}"
        )


async def contend(options: argparse.Namespace, server: str, report: Path | None) -> bool:
    """Measure and print; whether every bar was reached."""
    async with AsyncExitStack() as stack:
        who = citizens(options.people)
        crowds, apis = [], []
        for _ in range(3):
            api = await stack.enter_async_context(BotApi())
            crowd = Crowd(api, who, questions())
            crowd.open_chats(who)
            apis.append(api)
            crowds.append(crowd)
        urls = [await new_database(server) for _ in apis]
        for url in urls:
            stack.push_async_callback(drop_database, server, url)
        bots = [
            desk("desk", apis[0], urls[0], who, report),
            bare("bare, a commit an update", apis[1], urls[1]),
            bare("bare, group commit", apis[2], urls[2], "--group"),
        ]
        contenders = [
            Contender(await stack.enter_async_context(bot), Load(api, crowd, Mix()))
            for bot, api, crowd in zip(bots, apis, crowds, strict=True)
        ]
        for contender in contenders:  # caches fill, connections open, statements are prepared
            await contender.load.closed(options.warm, options.in_flight)
        for url in urls:
            await analyze(url)
        return await _measure(contenders, options)


async def _measure(contenders: list[Contender], options: argparse.Namespace) -> bool:
    _quiet_collector()
    if options.profile:
        os.kill(contenders[0].running.pid, signal.SIGUSR1)
    first, each, group = contenders
    halves = []
    for number in range(options.rounds):
        in_turn = contenders[number % 3 :] + contenders[: number % 3]
        for contender in in_turn:
            await contender.play(options.seconds, options.in_flight)
        # Of the same minute: a machine that others use, too, is half as fast the next.
        halves.append(first.rounds[-1].rate / 2)
        for contender in in_turn:
            contender.at_half.append(await contender.load.paced(options.seconds, halves[-1]))
    _print_table(contenders, options)
    ratio = first.rate / each.rate
    print(f"\ndesk / bare, a commit an update: {ratio:.2f} (bar {BAR}, aim 1.0)")
    print(f"desk / bare, group commit:       {first.rate / group.rate:.2f}")
    print(
        f"\nat {median(halves):.0f} turns a second, half of the desk's most in the same round, at random:"
    )
    p99 = [_print_paced(contender) for contender in contenders]
    print(f"(bar for the desk: p99 {P99_AT_HALF:.0f} ms)")
    return ratio >= BAR and p99[0] < P99_AT_HALF


def _quiet_collector() -> None:
    """The local Telegram keeps everything; walking it would look like the bot's own pauses."""
    gc.collect()
    gc.freeze()
    gc.disable()


def _print_paced(contender: Contender) -> float:
    """Print how long replies took at half the load; returns the 99th percentile in milliseconds."""
    p50 = median(measured.percentile(50) for measured in contender.at_half)
    each = [measured.percentile(99) for measured in contender.at_half]
    missing = sum(measured.missing for measured in contender.at_half)
    spread = f"{min(each):.0f} to {max(each):.0f}"
    name = f"{contender.running.name:34}"
    print(f"{name} p50 {p50:7.1f} ms  p99 {median(each):7.1f} ms ({spread})  missing {missing}")
    return median(each)


def _print_table(contenders: list[Contender], options: argparse.Namespace) -> None:
    print(
        f"{options.people} people, {options.in_flight} waiting at once, medians of"
        f" {options.rounds} alternating rounds of {options.seconds:g} s"
    )
    print(f"{'':34} {'turns/s':>8} {'p50 ms':>9} {'p99 ms':>9} {'CPU ms':>9} {'missing':>8}")
    for contender in contenders:
        print(contender.line())
    busiest = max(share for contender in contenders for share in contender.load_cpu)
    print(f"the load and the local Telegram took at most {busiest:.0%} of a core")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.turns", description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--in-flight", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--warm", type=float, default=6)
    parser.add_argument("--profile", action="store_true")
    return parser.parse_args()


def main() -> None:
    judged(contend, _options())


if __name__ == "__main__":
    main()
