"""One life of the desk: the script is played, the process stops where the board says, a trouble strikes,
and the life goes on until everything is still."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self

import sqlalchemy.exc

from tests.botapi import BotApi
from tests.botapi.ledger import Sent
from tests.faults.board import ANY, RUNNING, STOPPED, Board
from tests.faults.process import HURRIED, Forked, Stage
from tests.faults.script import FIRST, PEOPLE, PRESS, STAFF, Act, Scene
from tests.faults.town import Left, Town

PATIENCE = 90.0
"""Seconds of the machine within which a scene must be over, whatever happened in it."""
STUCK = 0.25
"""Seconds without any change after which the clock is moved to what is due next."""
LONGEST_WAIT = timedelta(seconds=60)
"""So far the clock is moved in one scene: what is owed and waits for longer is as good as lost."""
SLACK = 1.0
"""Seconds of the machine for a step that the clock has just made due."""
FEW_TIMES = 5
"""How many times its ladder's wait a request may stand where the clock is set back, and back again."""
LOOK = 0.015
RISEN = 1000
"""Added to the number of a scene that goes on after a death: counting begins anew."""


@dataclass(frozen=True, slots=True)
class Point:
    """Where a life is troubled: at the so many-th crossing of that name in the scene."""

    scene: str
    name: str
    nth: int

    def __str__(self) -> str:
        return f"{self.scene} / {self.name} #{self.nth}"

    @classmethod
    def read(cls, text: str) -> "Point":
        """The point as `str` writes it."""
        scene, _, rest = text.partition(" / ")
        name, _, nth = rest.rpartition(" #")
        return cls(scene, name, int(nth))


class NeverStill(AssertionError):
    """The life did not come to rest; the message says what was left and what the process said."""


@dataclass(slots=True)
class Happened:
    """What became of the traps of a life."""

    sprung: list[Point] = field(default_factory=list)
    missed: list[Point] = field(default_factory=list)
    deaths: dict[Point, int] = field(default_factory=dict)


Trouble = Callable[["Life", Point], Awaitable[None]]
"""What strikes while the process stands in the trap; it, or the process, is released by it."""


class Life:
    """A copy of the town, a platform of its own, and the process between them."""

    def __init__(
        self, stage: Stage, url: str, folder: Path, *, mode: str, patience_ms: int = 0
    ) -> None:
        self.board = Board(folder / "board")
        self.town = Town(url, self.board.clock)
        self.api = BotApi(webhook_pause=0.02)
        self.happened = Happened()
        self.redelivers = False
        self.free = False
        self.jumps = False
        self.may_end = False
        self.deaf: set[int] = set()
        self._armed: tuple[Point, Trouble] | None = None
        self.scene = -1
        self._moved = timedelta(0)
        self._stage, self._url, self._folder = stage, url, folder
        self._mode, self._patience = mode, patience_ms
        self._process: Forked | None = None

    async def __aenter__(self) -> Self:
        await self.api.__aenter__()
        for chat in PEOPLE.values():
            self.api.user(chat)
            self.api.engine.state.chats[chat].started = True
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.process.kill()
        await self.town.close()
        await self.api.__aexit__(kind, error, trace)
        self.board.close()

    @property
    def process(self) -> Forked:
        if self._process is None:
            self._process = Forked(
                self._stage,
                self._url,
                self._folder,
                api=self.api.url,
                mode=self._mode,
                sweep=0.1,
                hurry=HURRIED,
                board=self.board,
                patience_ms=self._patience,
            )
        return self._process

    async def begin(self, at: datetime) -> None:
        """Set the clock, and know what was there before."""
        self.board.move_to(at)
        await self.town.begin()

    async def play(
        self,
        scene: Scene,
        point: Point | None = None,
        trouble: Trouble | None = None,
        *,
        fresh: bool = False,
    ) -> None:
        """One scene to its end, with a trouble at a point of it; `fresh`: by a process just started."""
        self.board.play(self.scene)  # no trap of the scene before is left open
        if fresh:
            await self.process.kill()
            if not scene.asleep:
                await self.process.start()
        self.scene += 1
        self._armed = (point, trouble) if point and trouble else None
        self._moved = timedelta(0)
        since, steps = len(self.api.sent), await self.town.steps()
        self.board.play(self.scene, point.name if point else "", point.nth if point else 0)
        self.board.move(scene.later)
        if scene.asleep:
            await self.process.kill()
        if scene.backwards:
            self.api.hold()
        updates = [await self._act(act) for act in scene.acts]
        if scene.backwards:
            self.api.release(reversed)
        if not self.process.runs:
            await self.process.start(wait=False)
        await self._rest(scene, since)
        if self.jumps and scene.later:
            await self._goes_on(scene, since, steps)
        if self.redelivers:
            for update in updates:
                self.api.redeliver(update)
            await self._rest(scene, since)
        if point is not None and point not in self.happened.sprung:
            self.happened.missed.append(point)

    async def _goes_on(self, scene: Scene, since: int, steps: int) -> None:
        """Whatever the clock did: within a few times of what its ladder waits, a request goes on."""
        for _ in range(FEW_TIMES):
            if await self.town.steps() > steps or not await self.town.open_requests():
                return
            self.board.move(scene.later)
            await self._rest(scene, since, steps)
        assert await self.town.steps() > steps, self._says(scene, await self._left(), [])

    def set_backs(self) -> int:
        """How often the process has said that its clock was set back."""
        return self.process.said().count("clock.set_back")

    async def _act(self, act: Act) -> int:
        user = self.api.user(act.who)
        try:
            update = getattr(user, act.does)(act.what) if act.what else getattr(user, act.does)()
        except LookupError:
            if not (self.free or self.deaf):
                raise
            return await self._find(act)
        if self.redelivers:
            self.api.redeliver(update)
        return int(update.update_id)

    async def _find(self, act: Act) -> int:
        """The button never came, or is gone: as people do then, they press again or look at the list.
        What the platform holds back is told first: they wait for an answer."""
        user, held = self.api.user(act.who), self.api.held
        asked = user.says("/helplist" if act.who in STAFF else PRESS)
        if held:
            self.api.release(reversed)
        await self._rest(Scene("looks for a button"), 0)
        if held:
            self.api.hold()
        if any(act.what in button.label for button in user.buttons()):
            return int(user.taps(act.what).update_id)
        return int(asked.update_id)

    async def close_all(self) -> None:
        """What a troubled life left open is taken and closed by a worker."""
        user = self.api.user(FIRST)
        for label in ("", "我来", "已处理", "帮好了") * 3:
            if not await self.town.open_requests():
                return
            try:
                user.taps(label) if label else user.says("/helplist")
            except LookupError:
                continue
            await self.play(Scene("closed by hand"))

    async def _rest(self, scene: Scene, since: int, steps: int = -1) -> None:
        """Until all is said and nothing is left; the trap is looked at all the while. `steps`: a busy
        machine's clockwork is given a moment to take one more than those."""
        deadline, changed, before = monotonic() + PATIENCE, monotonic(), Left((("", 0),), None)
        while True:
            if self.board.state == STOPPED and self._armed is not None:
                await self._suffer(*self._armed)
                changed = monotonic()
            unconfirmed = self._unconfirmed  # before: what is confirmed meanwhile is left already
            left = await self._left()
            unheard = self._unheard(scene, since)
            still = left is not None and not left and not unheard and not unconfirmed
            if still and (monotonic() - changed > SLACK or await self.town.steps() > steps):
                return
            if left is not None and left != before:
                before, changed = left, monotonic()
            if not self.process.runs and self.may_end and not self.process.began:
                await self._rise()
            if monotonic() > deadline or not self.process.runs:
                raise NeverStill(self._says(scene, left, unheard))
            if monotonic() - changed > STUCK and self._skip(left):
                changed = monotonic()
            await asyncio.sleep(LOOK)

    async def _suffer(self, point: Point, trouble: Trouble) -> None:
        if point not in self.happened.sprung:
            self.happened.sprung.append(point)
        await trouble(self, point)

    async def _left(self) -> Left | None:
        """None where the database lets nobody look just now."""
        try:
            return await self.town.left()
        except (sqlalchemy.exc.SQLAlchemyError, OSError):
            return None

    @property
    def _unconfirmed(self) -> bool:
        return bool(self.api.pending or self.api.engine.queue.again)

    def _unheard(self, scene: Scene, since: int) -> list[tuple[int, str]]:
        new: Sequence[Sent] = self.api.sent[since:]
        return [
            (who, words)
            for who, words in scene.hears
            if not self.free and who not in self.deaf
            if not any(one.chat_id == who and words in one.text for one in new)
        ]

    def _skip(self, left: Left | None) -> bool:
        """Nothing goes on by itself: the clock is moved to what is due next."""
        if left is None or left.next_due is None:
            return False
        wait = left.next_due - self.board.clock() + timedelta(milliseconds=20)
        if wait <= timedelta(0) or self._moved + wait > LONGEST_WAIT:
            return False
        self._moved += wait
        self.board.move(wait.total_seconds())
        return True

    def release(self) -> None:
        """The process goes on."""
        self.board.state = RUNNING

    async def die_and_rise(self, again: int = 0) -> None:
        """SIGKILL where it stands, and a new start; `again`: it dies once more, so many crossings on."""
        await self.process.kill()
        await self._rise(again)

    async def _rise(self, again: int = 0) -> None:
        """A new start, which the trap of the death before no longer waits for."""
        self.board.play(self.scene + RISEN, ANY if again else "", again)
        await self.process.start(wait=False)

    def again(self, point: Point) -> int:
        """How many crossings after a death the next one comes: by chance, the same for the same point."""
        return random.Random(str(point)).randrange(1, 25)

    def _says(self, scene: Scene, left: Left | None, unheard: list[tuple[int, str]]) -> str:
        return (
            f"{scene.name}: never still. Left: {left}; not told: {unheard}; not confirmed:"
            f" {[u.update_id for u in self.api.pending]}; the process said:\n"
            + self.process.said()[-4000:]
        )
