"""`python -m benchmarks.sampler REPORT …`: runs `python -m bot …` and writes where its CPU time goes.

From SIGUSR1 on, a timer of the process's own CPU time interrupts it; each sample counts for the
function of ours that asked for the work and for the library that was doing it.
"""

import json
import signal
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType

import greenlet  # type: ignore[import-untyped]  # SQLAlchemy brings it

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("bot", "handlers", "knowledge", "storage", "scheduler", "wording", "domain")
INTERVAL = 0.002
"""Seconds of CPU time between samples."""

Stack = tuple[CodeType, ...]


class Samples:
    """Every stack that was seen, and how often; sorted out only when it is written."""

    def __init__(self) -> None:
        self._seen: Counter[Stack] = Counter()

    def start(self, _signal: int, _frame: FrameType | None) -> None:
        """The start-up is over: what follows is counted."""
        signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)

    def take(self, _signal: int, frame: FrameType | None) -> None:
        """One sample."""
        self._seen[_stack(frame)] += 1

    def write(self, file: Path) -> None:
        """Shares of the whole, by function of ours and by library."""
        report = {
            "on whose behalf (parts overlap: who calls counts too)": self._inclusive(),
            "in whose function, libraries counting for their caller": self._shares(
                _function, "event loop and web server"
            ),
            "in which library": self._shares(_library, "python"),
        }
        file.write_text(json.dumps(report))

    def _inclusive(self) -> dict[str, float]:
        """What each function of ours and all that it called took."""
        total = sum(self._seen.values()) or 1
        counts: Counter[str] = Counter()
        for stack, times in self._seen.items():
            counts.update(dict.fromkeys({_function(code) for code in stack} - {""}, times))
        return {name: times / total for name, times in counts.most_common()}

    def _shares(self, name: Callable[[CodeType], str], otherwise: str) -> dict[str, float]:
        """What the innermost frame with a name took part in, as a share of all samples."""
        total = sum(self._seen.values()) or 1
        counts: Counter[str] = Counter()
        for stack, times in self._seen.items():
            counts[next((found for code in stack if (found := name(code))), otherwise)] += times
        return {name: times / total for name, times in counts.most_common()}


def _stack(frame: FrameType | None) -> Stack:
    """Innermost first, through the greenlets in which SQLAlchemy runs."""
    found = []
    running = greenlet.getcurrent()
    while frame is not None:
        found.append(frame.f_code)
        frame = frame.f_back
        if frame is None and running is not None:
            running = running.parent
            frame = running.gr_frame if running is not None else None
    return tuple(found)


def _function(code: CodeType) -> str:
    """`room/module.function` if it is ours."""
    path = Path(code.co_filename)
    if not path.is_relative_to(ROOT) or path.relative_to(ROOT).parts[0] not in ROOMS:
        return ""
    return f"{path.relative_to(ROOT).with_suffix('')}.{code.co_qualname}"


def _library(code: CodeType) -> str:
    """The installed package, or the room of ours."""
    parts = Path(code.co_filename).parts
    if "site-packages" in parts:
        return parts[parts.index("site-packages") + 1].removesuffix(".py")
    function = _function(code)
    return f"ours: {function.split('/')[0]}" if function else ""


def main() -> None:
    report, *arguments = sys.argv[1:]
    samples = Samples()
    signal.signal(signal.SIGPROF, samples.take)
    signal.signal(signal.SIGUSR1, samples.start)
    from bot.__main__ import app

    try:
        app(arguments, prog_name="bot")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        samples.write(Path(report))


if __name__ == "__main__":
    main()
