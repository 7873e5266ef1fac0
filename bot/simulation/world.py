"""One run: the agenda of what people will do, and the desk's own next step, in the order of time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count

import sqlalchemy as sa

from bot.channels.base import Parcel
from bot.simulation.arrivals import Year, arrivals, storms
from bot.simulation.assumed import Assumed
from bot.simulation.cases import Told, told
from bot.simulation.cast import Act, Cast
from bot.simulation.engine import Engine, engine, prepare
from bot.simulation.manners import Manners
from bot.simulation.town import Town, town
from domain.duty import DutyKind
from domain.ladder import Ladder
from knowledge import Knowledge
from scheduler.duties import LATE
from storage import inbox
from storage.tables.duties import duties

SWEEP = timedelta(seconds=1)
"""The desk looks once a second what is due."""
WATCH = timedelta(hours=1)
AFTERWARDS = timedelta(days=7)
"""After the year's last press, how long is waited for what is still open."""


@dataclass(frozen=True, slots=True)
class Run:
    """What is to be played: some communities, over a year, under a ladder (None: the shipped one)."""

    towns: tuple[int, ...]
    year: Year
    assumed: Assumed
    seed: int
    ladder: Ladder | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What came of it. `faults` must be empty: each is a sentence about something that must not be."""

    requests: tuple[Told, ...] = ()
    homes: int = 0
    workers: int = 0
    presses: int = 0
    messages: int = 0
    faults: tuple[str, ...] = ()

    def __add__(self, other: "Result") -> "Result":
        return Result(
            self.requests + other.requests,
            self.homes + other.homes,
            self.workers + other.workers,
            self.presses + other.presses,
            self.messages + other.messages,
            self.faults + other.faults,
        )


async def play(
    run: Run,
    url: str,
    knowledge: Knowledge | None = None,
    passed: Callable[[float], None] = lambda share: None,
) -> Result:
    """Play it on an empty database; `passed` hears which share of the year is over."""
    await prepare(url)
    return await play_prepared(run, url, knowledge, passed)


async def play_prepared(
    run: Run, url: str, knowledge: Knowledge | None, passed: Callable[[float], None]
) -> Result:
    """The same, where the tables are there."""
    towns = [town(number, run.assumed, run.seed) for number in run.towns]
    starts = run.year.moment(run.year.first, 0)
    async with engine(url, towns, starts, run.ladder, knowledge) as desk:
        world = World(run, towns, desk)
        await world.run(passed)
        return await world.result()


class World:
    """People with their telephones around one desk."""

    def __init__(self, run: Run, towns: Sequence[Town], desk: Engine) -> None:
        self._run = run
        self._desk = desk
        self._numbers = count()
        self._agenda: list[tuple[datetime, int, Act]] = []
        self._casts = [self._cast(each) for each in towns]
        self._faults: list[str] = []
        self._watched = desk.clock.now
        self._swept = desk.clock.now
        self._plan_blocked()
        self._plan_surges()
        self._plan(run.year.moment(run.year.first + timedelta(days=7), 2.7), self._roster)

    def _cast(self, place: Town) -> Cast:
        run = self._run
        manners = Manners(place, run.assumed, run.year.zone, run.seed)
        cast = Cast(place, run.assumed, manners, self._desk, self._plan)
        for one in arrivals(place, run.year, run.assumed, run.seed):
            self._plan(one.at, lambda one=one: cast.press(one))  # type: ignore[misc]
        return cast

    def _plan(self, moment: datetime, act: Act) -> None:
        heappush(self._agenda, (moment, next(self._numbers), act))

    async def _roster(self) -> None:
        """Laid out four weeks ahead each night; here once a week, which is enough."""
        await self._desk.lay_out_roster()
        if (again := self._desk.clock.now + timedelta(days=7)) < self._run.year.ends:
            self._plan(again, self._roster)

    def _plan_surges(self) -> None:
        for day in sorted(storms(self._run.year, self._run.assumed.typhoons, self._run.seed)):
            for cast in self._casts:
                self._plan(self._run.year.moment(day, 0), lambda cast=cast: self._surge(cast))  # type: ignore[misc]

    async def _surge(self, cast: Cast) -> None:
        """What has run out is ended first, and what is new is told, as by the desk's own look every few
        seconds; a day later it is looked again."""
        await self._look_at_surges()
        await cast.switch_surge()
        await self._look_at_surges()
        self._plan(self._desk.clock.now + timedelta(days=1, seconds=5), self._look_at_surges)

    async def _look_at_surges(self) -> None:
        self._hear(await self._desk.look_at_surges())

    def _plan_blocked(self) -> None:
        """Some leave their chat for a while and come back."""
        staff, year = self._run.assumed.staff, self._run.year
        for cast in self._casts:
            for code in sorted(cast.town.enrolled):
                dice = cast.dice("blocks", code)
                if dice.random() < staff.blocks:
                    day = year.first + timedelta(days=dice.randrange(year.days))
                    self._plan(year.moment(day, 12), lambda c=code: self._leave(c))  # type: ignore[misc]

    async def _leave(self, code: str) -> None:
        self._desk.phones.chat(code).blocked = True
        back = self._desk.clock.now + timedelta(days=self._run.assumed.staff.blocked_days)
        self._plan(back, lambda: self._return(code))

    async def _return(self, code: str) -> None:
        self._desk.phones.chat(code).blocked = False
        self._hear(await self._desk.says(code, reachable=True))

    async def run(self, passed: Callable[[float], None]) -> None:
        """From event to event, until nothing is left to do."""
        year, clock = self._run.year, self._desk.clock
        starts, patience = clock.now, year.ends + AFTERWARDS
        while (due := await self._desk.next_due()) is not None or self._agenda:
            planned = self._agenda[0][0] if self._agenda else patience
            due = self._sweep_for(due) if due else patience
            if min(planned, due) >= patience:
                break
            clock.to(min(planned, due))
            if due <= planned:
                await self._climb()
            else:
                await heappop(self._agenda)[2]()
            await self._watch()
            passed(min((clock.now - starts) / (year.ends - starts), 1.0))

    async def _climb(self) -> None:
        """What is due is done; what a sweep did not do, the next one finds a second later."""
        self._swept = self._desk.clock.now
        self._hear(await self._desk.climb())
        left = await self._desk.next_due()
        if left is not None and left < self._swept - LATE:
            raise RuntimeError(f"a duty's step of {left:%Y-%m-%d %H:%M:%S} cannot be taken")

    def _sweep_for(self, due: datetime) -> datetime:
        """The first look, at a whole second, that finds it."""
        whole = due if due.microsecond == 0 else due.replace(microsecond=0) + SWEEP
        return max(whole, self._swept + SWEEP)

    def _hear(self, came: list[Parcel]) -> None:
        for cast in self._casts:
            cast.hear(came)

    async def _watch(self) -> None:
        """Hourly, where something happens: the watchdog has nothing to bark at."""
        now = self._desk.clock.now
        if now - self._watched < WATCH:
            return
        self._watched = now
        if stuck := await self._desk.stuck():
            self._faults.append(f"{now:%Y-%m-%d %H:%M}: {stuck} duties without a next step in time")

    async def result(self) -> Result:
        """What the database says about the year."""
        async with self._desk.database.reading() as work:
            requests = await told(work, self._casts)
            known = await work.conn.scalar(
                sa.select(sa.func.count()).where(duties.c.kind == DutyKind.HELP)
            )
            dead = len(await inbox.dead_letters(work))
        self._find(bool(dead), f"{dead} presses or taps could not be handled")
        self._find(known != len(requests), f"{known} requests stored, {len(requests)} answered")
        unsent = await self._desk.unsent()
        self._find(bool(unsent), f"{unsent} messages about requests were never sent")
        open_, unnamed = _without_outcome(requests)
        self._find(bool(open_), f"{open_} requests without an outcome")
        self._find(bool(unnamed), f"{unnamed} requests closed by nobody")
        lost = sum(len(cast.unanswered) for cast in self._casts)
        self._find(bool(lost), f"{lost} presses without an answer")
        return Result(
            tuple(requests),
            sum(len(cast.town.homes) for cast in self._casts),
            sum(len(cast.town.staff) - 2 for cast in self._casts),
            sum(cast.presses for cast in self._casts),
            self._desk.phones.sent,
            tuple(self._faults),
        )

    def _find(self, wrong: bool, sentence: str) -> None:
        if wrong:
            self._faults.append(sentence)


def _without_outcome(requests: Sequence[Told]) -> tuple[int, int]:
    open_ = sum(not one.outcome for one in requests)
    return open_, sum(bool(one.outcome) and not one.named for one in requests)
