"""A simulated year in words, as JSON and as a picture."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bot.simulation.cases import Told
from bot.simulation.ladders import rungs_of
from bot.simulation.sums import DOOR, MINUTE, Line, counts, led, lines, waiting
from bot.simulation.world import Result
from domain.ladder import Ladder

_HOW_TO_READ = (
    "Aims beside it: 97.5 % taken in 60 s, 99 % in 180 s (UK TSA); at the door in 45 min for 90 % (MASCOT).",
    "Real: inbox, turns, handlers, ladder, escalation, roster, outbox and delivery, on a database.",
    "Simulated: people, their telephones (sending takes no time) and the clock. What people do is",
    "assumed, but for what care.yaml names a source for: compare ladders by it, promise nothing by it.",
)


@dataclass(frozen=True, slots=True)
class Played:
    """A ladder and what came of it."""

    name: str
    ladder: Ladder
    result: Result


@dataclass(frozen=True, slots=True)
class Sample:
    """What was played: so many of all communities, drawn whole by the seed."""

    towns: int
    of: int
    days: int
    seed: int


def page(sample: Sample, first: Played, others: Sequence[Played] = ()) -> str:
    """The whole printout."""
    result = first.result
    parts = [
        f"One-touch help: {sample.days} days, {sample.towns} of {sample.of} communities"
        f" (seed {sample.seed}): {result.homes} homes with the button, {result.workers} workers,",
        f"{result.presses} presses, {len(result.requests)} requests, {result.messages} messages.",
        *_HOW_TO_READ,
        "",
        *(_line(line) for line in lines(result.requests)),
        "",
        *(f"{name:<46} {number:>7}" for name, number in counts(result.requests).items()),
        "",
        f"{'what led to the first take':<90} {'takes':>7} {'share':>7} {'median':>8}",
        *_led(first),
    ]
    if others:
        parts += ["", *_beside(first, others)]
    parts += ["", *(f"FAULT: {fault}" for fault in result.faults)]
    return "\n".join(parts).rstrip()


def _line(line: Line) -> str:
    if not line.cases:
        return f"{line.name:<46} {'–':>7}   no such requests"
    within = (
        f"{line.share.low:.1%} – {line.share.high:.1%}" if line.share else "too few communities"
    )
    return f"{line.name:<46} {line.value:>7.1%}   95 %: {within}   of {line.cases}"


def _led(played: Played) -> list[str]:
    found = led(played.result.requests, rungs_of(played.ladder))
    return [f"{one.by:<90} {one.takes:>7} {one.share:>7.1%} {one.seconds:>6.0f} s" for one in found]


def _beside(first: Played, others: Sequence[Played]) -> list[str]:
    head = f"{'the same people, under another ladder':<90} {'60 s':>7} {'180 s':>7} {'door':>7}"
    rows = [f"{head} {'never taken':>11} {'no outcome':>10}"]
    for played in (first, *others):
        shares = " ".join(f"{line.value:>7.1%}" for line in lines(played.result.requests)[:3])
        numbers = counts(played.result.requests)
        rows.append(
            f"{played.name:<90} {shares} {numbers['never taken']:>11}"
            f" {numbers['without an outcome']:>10}"
        )
    return [*rows, "Whichever rung is the first goes out with the press, whatever its time."]


def plain(sample: Sample, first: Played, others: Sequence[Played] = ()) -> dict[str, Any]:
    """The same as values, for programs."""
    return {"sample": asdict(sample), "ladders": [_plain(one) for one in (first, *others)]}


def _plain(played: Played) -> dict[str, Any]:
    result = played.result
    return {
        "name": played.name,
        "ladder": played.ladder.to_json(),
        "homes": result.homes,
        "workers": result.workers,
        "presses": result.presses,
        "requests": len(result.requests),
        "messages": result.messages,
        "shares": [asdict(line) for line in lines(result.requests)],
        "counts": counts(result.requests),
        "led": [asdict(one) for one in led(result.requests, rungs_of(played.ladder))],
        "faults": list(result.faults),
    }


def draw(first: Played, path: Path) -> None:
    """How fast requests are taken and somebody is at the door; and what led to it."""
    figure = Figure(figsize=(12, 5), layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    _curves(left, first.result.requests)
    found = led(first.result.requests, [f"rung {n}" for n, _ in enumerate(first.ladder.rungs, 1)])
    bars = right.barh([one.by for one in found], [one.share for one in found])
    right.bar_label(bars, [f"{one.share:.1%}" for one in found], padding=3)
    right.invert_yaxis()
    right.set_xlim(0, 1.1)
    right.set_title("What led to the first take")
    figure.savefig(path, dpi=110)


def _curves(axes: Axes, requests: Sequence[Told]) -> None:
    asked = waiting(requests)
    visited = [one for one in asked if not one.by_telephone]
    for name, times, of in (
        ("taken", [one.taken for one in asked], len(asked)),
        ("at the door", [one.door for one in visited], len(visited)),
    ):
        passed = sorted(time for time in times if time is not None)
        axes.step(passed, [(n + 1) / of for n in range(len(passed))], label=name, where="post")
    for mark in (MINUTE, 3 * MINUTE, DOOR):
        axes.axvline(mark, color="#57606a", lw=0.7, ls=":")
    axes.set_xscale("log")
    axes.set_xticks(
        [10, MINUTE, 3 * MINUTE, 600, DOOR, 6 * 3600],
        ["10 s", "60 s", "180 s", "10 min", "45 min", "6 h"],
    )
    axes.set_xlim(5, 12 * 3600)
    axes.set_ylim(0, 1.01)
    axes.grid(axis="y", alpha=0.3)
    axes.legend(loc="lower right")
    axes.set_title("Share of requests, by time since the press (what is open counts)")
