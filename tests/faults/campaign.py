"""A campaign: the life is rehearsed once to learn where it can be troubled; then every point is a trial.

A life has one trouble in each of its scenes, so a few dozen lives hold all points. What was missed in one
(a crossing that only a freshly started process comes to) is tried once more from a fresh start.
"""

import asyncio
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any

import sqlalchemy as sa

from storage.tables.clock import job_periods
from tests.faults import proof
from tests.faults.life import Happened, Life, Point
from tests.faults.process import Stage
from tests.faults.script import LIFE, Scene
from tests.faults.town import Towns
from tests.faults.troubles import KINDS, Kind

OPENING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""A working Monday, ten in the morning in Ningbo: the morning's jobs are done before a life begins."""
BEGIN = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
MODES = {"sqlite": "polling", "postgresql": "webhook"}
"""How each hears: both ways are walked."""
LANES = 4
"""Lives side by side: they wait more than they work."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """A life to be lived: which trouble strikes at which point, one of a scene at most."""

    troubles: tuple[tuple[Kind, Point], ...]
    fresh: bool = False

    def commands(self, database: str) -> str:
        """How each of them is played again."""
        return "\n".join(
            f"python -m tests.faults replay --database {database}"
            f' --trouble {kind.name} --point "{point}"'
            for kind, point in self.troubles
        )

    @property
    def kinds(self) -> list[Kind]:
        return [kind for kind, _ in self.troubles]

    @property
    def name(self) -> str:
        return " + ".join(sorted({kind.name for kind in self.kinds}))


@dataclass(slots=True)
class Report:
    """What came of a campaign on one database."""

    database: str
    struck: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, Point]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    seconds: float = 0

    def __str__(self) -> str:
        kinds = ", ".join(f"{name} {count}" for name, count in sorted(self.struck.items()))
        return (
            f"{self.database}: {sum(self.struck.values())} points in {self.seconds:.0f} s ({kinds});"
            f" {len(self.missed)} missed, {len(self.failed)} failed"
        )


class Campaign:
    """Lives over one kind of database."""

    def __init__(
        self,
        stage: Stage,
        towns: Towns,
        script: Sequence[Scene] = LIFE,
        say: Say = lambda _: None,
        *,
        one_way: bool = True,
    ) -> None:
        """`one_way`: whether the script has one outcome, to which every life must come."""
        self.towns = towns
        self.script = script
        self._one_way = one_way
        self._stage = stage
        self._say = say
        self._stories: list[list[Any]] = []
        self.points: list[Point] = []

    @asynccontextmanager
    async def _life(self, url: str = "", patience_ms: int = 0) -> AsyncIterator[Life]:
        with tempfile.TemporaryDirectory(prefix="linli-life-") as name:
            folder = Path(name)
            life = Life(
                self._stage,
                url or await self.towns.copy(folder),
                folder,
                mode=MODES[self.towns.kind],
                patience_ms=patience_ms,
            )
            # Where a script may go more than one way, whoever finds no button looks at the list.
            life.free = life.jumps = not self._one_way
            async with life:
                yield life
        if not url:
            await self.towns.drop(life.town.url)

    async def prepare(self) -> None:
        """Found the town, let its morning pass, and rehearse the life."""
        url = await self.towns.new()
        async with self._life(url=url) as life:
            life.board.move_to(OPENING)
            await life.town.found()
            await life.play(Scene("opening"))
            await _morning_is_over(life)
            await life.play(Scene("still"))
        await self.rehearse()

    async def rehearse(self) -> None:
        """The life without any trouble: what it comes to, and every crossing of every scene."""
        crossed: list[tuple[str, Counter[str]]] = []
        async with self._life() as life:
            journal = life.process.journal = Path(life.process.log).with_name("journal")
            await life.begin(BEGIN)
            await life.play(Scene("quiet"), fresh=True)
            background = await _background(journal, life.scene)
            for scene in self.script:
                await life.play(scene, fresh=True)
                crossed.append((scene.name, _crossed(journal, life.scene)))
                self._stories.append(proof.story(await life.town.evidence()))
            if not self._one_way:  # a press may come to its turn after the end of what it was about
                await life.close_all()
            proof.prove(await life.town.evidence(), life.api)
        self.points = list(_points(crossed, background))

    def plan(self, kind: Kind, *, most: int = 0, seed: int = 0) -> list[Trial]:
        """Lives that hold all points at which this trouble can strike, or `most` lives of them."""
        by_scene: dict[str, list[Point]] = defaultdict(list)
        chance = random.Random(f"{kind.name}{seed}")
        for point in self.points:
            if kind.where(point.name):
                by_scene[point.scene].append(point)
        for points in by_scene.values():
            chance.shuffle(points)
        lives = max(map(len, by_scene.values()), default=0)
        lives = min(lives, most) if most else lives
        return [
            Trial(tuple((kind, points[n]) for points in by_scene.values() if n < len(points)))
            for n in range(lives)
        ]

    def sample(self, seed: int) -> list[Trial]:
        """One life with a death in every scene, and one with another trouble in each that it must come out
        of the same; those that make it take another way are for the whole campaign."""
        deaths = self.plan(KINDS["kill"], most=1, seed=seed)
        others = [kind for kind in kinds_on(self.towns.kind) if kind.same]
        return [*deaths, self._mixed(others, random.Random(seed))]

    def _mixed(self, kinds: Sequence[Kind], chance: random.Random) -> Trial:
        """A trouble of chance in every scene."""
        mixed: list[tuple[Kind, Point]] = []
        for scene in self.script:
            kind = chance.choice(kinds)
            points = [p for p in self.points if p.scene == scene.name and kind.where(p.name)]
            if points:
                mixed.append((kind, chance.choice(points)))
        return Trial(tuple(mixed))

    async def run(self, trials: Sequence[Trial], lanes: int = LANES) -> Report:
        """All of them, several side by side; what was missed once more, from fresh starts."""
        report, began = Report(self.towns.kind), monotonic()
        missed = await self._run(trials, report, lanes)
        again = list(_joined(missed))
        left = await self._run(again, report, lanes) if again else []
        report.missed = [(kind.name, point) for kind, point in left]
        report.seconds = monotonic() - began
        return report

    async def _run(
        self, trials: Sequence[Trial], report: Report, lanes: int
    ) -> list[tuple[Kind, Point]]:
        waiting, missed, began = list(reversed(trials)), [], monotonic()

        async def lane() -> None:
            while waiting:
                trial = waiting.pop()
                missed.extend(await self._try(trial, report))
                done, report.seconds = len(trials) - len(waiting), monotonic() - began
                self._say(f"life {done} of {len(trials)} ({trial.name}) | {report}")

        await asyncio.gather(*(lane() for _ in range(min(lanes, len(trials)))))
        return missed

    async def _try(self, trial: Trial, report: Report) -> list[tuple[Kind, Point]]:
        """One life; returns the troubles that it did not come to."""
        try:
            happened = await self.live(trial)
        except (Exception, AssertionError) as error:  # noqa: BLE001  (the others go on; told at the end)
            commands = trial.commands(self.towns.kind)
            report.failed.append(f"{type(error).__name__}: {error}\n{commands}")
            self._say(report.failed[-1])
            return []
        report.struck.update(
            kind.name for kind, point in trial.troubles if point in happened.sprung
        )
        return [(kind, point) for kind, point in trial.troubles if point in happened.missed]

    async def live(self, trial: Trial) -> Happened:
        """The whole script with the trial's troubles; raises AssertionError where the proof fails."""
        at = {point.scene: (kind, point) for kind, point in trial.troubles}
        kinds = trial.kinds
        async with self._life(patience_ms=max(kind.patience_ms for kind in kinds)) as life:
            life.redelivers = any(kind.redelivers for kind in kinds)
            life.free = life.free or any(kind.free for kind in kinds)
            life.jumps = life.jumps or any(kind.jumps for kind in kinds)
            life.may_end = any(kind.may_end for kind in kinds)
            await life.begin(BEGIN)
            same = self._one_way and all(kind.same for kind in kinds)
            scenes = self.script[: self._until(trial)] if same else self.script
            for scene in scenes:
                await self._scene(life, scene, at.get(scene.name), trial.fresh)
            if not same:
                await life.close_all()
            found = await life.town.evidence()
            ended = not same or len(scenes) == len(self.script)
            proof.prove(found, life.api, set().union(*(kind.ends for kind in kinds)), ended=ended)
            if same:
                proof.same(self._stories[len(scenes) - 1], proof.story(found))
            return life.happened

    def _until(self, trial: Trial) -> int:
        """How many scenes are played: the next one after the last trouble shows that life goes on."""
        names = [scene.name for scene in self.script]
        return min(max(names.index(point.scene) for _, point in trial.troubles) + 2, len(names))

    async def _scene(
        self, life: Life, scene: Scene, trouble: tuple[Kind, Point] | None, fresh: bool
    ) -> None:
        if trouble is None:
            await life.play(scene, fresh=fresh)
            return
        kind, point = trouble
        await life.play(scene, point, kind.strike, fresh=fresh)
        if kind.mends is not None and point in life.happened.sprung:
            kind.mends(life, point)
            await life.play(Scene("mended"))


async def _morning_is_over(life: Life) -> None:
    """The jobs of the morning are done: no more are begun for a second, and none is unfinished."""
    count = sa.select(sa.func.count(), sa.func.count(job_periods.c.finished_at))
    before: tuple[int, int] = (0, -1)
    async with asyncio.timeout(60):
        while True:
            await asyncio.sleep(1)
            async with life.town.database.reading() as work:
                begun, finished = (await work.conn.execute(count)).one()
            if begun and (begun, finished) == before and begun == finished:
                return
            before = begun, finished


async def _background(journal: Path, scene: int) -> set[str]:
    """What is crossed though nothing happens: the sweeps have come round four times, and bring no news."""
    before: Counter[str] = Counter()
    while True:
        await asyncio.sleep(1)
        now = _crossed(journal, scene)
        if max(now.values(), default=0) >= 4 and now.keys() == before.keys():
            return set(now)
        before = now


def _crossed(journal: Path, scene: int) -> Counter[str]:
    """How often what was crossed in a scene."""
    lines = (line.split(" ", 1) for line in journal.read_text().splitlines())
    return Counter(name for number, name in lines if number == str(scene))


def _points(crossed: Iterable[tuple[str, Counter[str]]], background: set[str]) -> Iterable[Point]:
    """What is crossed all the time, whether anything happens or not, counts in one scene only."""
    known: set[str] = set()
    for scene, names in crossed:
        for name, count in names.items():
            if name in background:
                if name not in known:
                    yield Point(scene, name, 1)
                known.add(name)
                continue
            for nth in range(1, count + 1):
                if nth in (1, count) or nth == _one_of(scene, name, count):
                    yield Point(scene, name, nth)


def _one_of(scene: str, name: str, count: int) -> int:
    """Of what happens many times in a scene (nine messages are settled, say), one more by chance."""
    return random.Random(f"{scene}{name}").randint(1, count)


def _joined(troubles: Iterable[tuple[Kind, Point]]) -> Iterable[Trial]:
    """Put together again, one of a scene in each life, each life of one kind."""
    lives: list[dict[str, tuple[Kind, Point]]] = []
    for kind, point in troubles:
        for life in lives:
            if point.scene not in life and all(other is kind for other, _ in life.values()):
                life[point.scene] = kind, point
                break
        else:
            lives.append({point.scene: (kind, point)})
    for life in lives:
        yield Trial(tuple(life.values()), fresh=True)


def kinds_on(database: str) -> list[Kind]:
    return [kind for kind in KINDS.values() if database in kind.databases]
