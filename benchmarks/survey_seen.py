"""What was seen of one run of the survey benchmark: counts, times, and what every second went to."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

SILENT = 0.5
"""Seconds without a message, from which on a gap is counted and its cause named. The pace leaves 0.03."""


@dataclass(slots=True)
class Life:
    """One life of the desk. Times are the local Telegram's."""

    started: float
    opened: float = 0.0
    """When it had said where it listens."""
    cpu: float = 0.0
    """Processor time until then, seconds."""
    killed: float = 0.0
    first: float = 0.0
    """Its first message."""


@dataclass(slots=True)
class Seen:
    """One run."""

    limit: int
    first: float = 0.0
    last: float = 0.0
    until: float = 0.0
    """When the last invitation came; edits of questions go on after it, at the pace of fingers. Of raters
    alone: when they were done."""
    said: int = 0
    messages: int = 0
    """Until then, edits among them: they take their places in the same row."""
    invited: Counter[int] = field(default_factory=Counter)
    refusals: list[tuple[float, str]] = field(default_factory=list)
    gaps: list[tuple[float, float]] = field(default_factory=list)
    """From and until when nothing was said, in the time that is measured."""
    lives: list[Life] = field(default_factory=list)
    cpu: float = 0.0
    load: float = 0.0
    unknown: set[int] = field(default_factory=set)
    """The chats whose invitation the outbox calls unknown."""
    sheets: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)

    @property
    def seconds(self) -> float:
        return self.until - self.first

    @property
    def forced(self) -> float:
        """Seconds that the limit alone makes so many messages take."""
        return self.messages / self.limit

    @property
    def ratio(self) -> float:
        return self.seconds / self.forced

    @property
    def kills(self) -> int:
        return sum(life.killed > 0 for life in self.lives)

    @property
    def dead(self) -> float:
        """Seconds of the push in which no desk had spoken yet after the one before it was killed."""
        pairs = zip(self.lives, self.lives[1:], strict=False)
        spans = (min(b.first, self.until) - a.killed for a, b in pairs if b.first)
        return sum(span for span in spans if span > 0)

    def hears(self, at: float) -> None:
        """A message came."""
        if self.first and self.last and at - self.last > SILENT:
            self.gaps.append((self.last, at))
        self.last = at
        if self.lives and not self.lives[-1].first:
            self.lives[-1].first = at

    def silent(self) -> dict[str, list[float]]:
        """The gaps' lengths by their cause."""
        kills = [life.killed for life in self.lives if life.killed]
        found: dict[str, list[float]] = {"after a kill": [], "after a 429": [], "otherwise": []}
        for since, until in self.gaps:
            if until <= self.until:
                found[_cause(since, until, kills, self.refusals)].append(until - since)
        return found


def _cause(
    since: float, until: float, kills: Iterable[float], refusals: Iterable[tuple[float, str]]
) -> str:
    if any(since - SILENT <= at <= until for at in kills):
        return "after a kill"
    if any(since <= at <= until for at, _ in refusals):
        return "after a 429"
    return "otherwise"


def show(name: str, seen: Seen) -> None:
    """Print it."""
    times = Counter(seen.invited.values())
    gaps = "; ".join(
        f"{len(each)} {why}, {sum(each):.1f} s" for why, each in seen.silent().items() if each
    )
    starts = [life for life in seen.lives if life.opened]
    print(
        f"\n{name}: {seen.messages} messages and edits in {seen.seconds:.1f} s, the limit of {seen.limit}"
        f" alone forces {seen.forced:.1f} s (ratio {seen.ratio:.3f}); refused with 429:"
        f" {dict(Counter(why for _, why in seen.refusals)) or 'none'}\n"
        f"  silent for more than {SILENT} s: {gaps or 'never'}\n"
        f"  invited once {times[1]}, more than once {sum(times.values()) - times[1]};"
        f" unknown {len(seen.unknown)}, of them come {len(seen.unknown & set(seen.invited))};"
        f" ballots {dict(seen.states)}; sheets {seen.sheets.total()}\n"
        f"  {len(starts)} starts, each to its open door"
        f" {_mean([life.opened - life.started for life in starts]):.1f} s and"
        f" {_mean([life.cpu for life in starts]):.1f} s of processor time; the last desk's"
        f" {1000 * seen.cpu / max(seen.said, 1):.1f} ms a message of all; load of the machine"
        f" {seen.load:.1f}",
        flush=True,
    )
    if seen.kills:
        alive = seen.seconds - seen.dead
        print(
            f"  dead for {seen.dead:.1f} s after {seen.kills} kills; in the {alive:.1f} s that are left the"
            f" limit forces {seen.forced:.1f} (ratio {alive / seen.forced:.3f})"
        )


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def keep(seen: Seen, file: Path) -> None:
    """What the undisturbed run said and counted, for a run with kills that is made by itself."""
    file.write_text(json.dumps({"said": seen.said, "sheets": seen.sheets}))


def kept(file: Path) -> tuple[Counter[str], int]:
    """The sheets of an earlier undisturbed run, and its messages; raises OSError where there was none."""
    found = json.loads(file.read_text())
    return Counter(found["sheets"]), found["said"]
