"""What may happen while the process stands at a crossing: a death, a platform or a database in trouble,
a clock that jumps."""

import asyncio
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import asyncpg
import sqlalchemy as sa

from tests.faults.life import Life, Point

BOTH = ("sqlite", "postgresql")
AWAY_S = 1.2
"""For so long the database lets nobody in."""
IMPATIENT_MS = 300
"""For so long SQLite waits for another's lock; PostgreSQL needs no such thing."""
JUMP_S = 900.0

Strike = Callable[[Life, Point], Awaitable[None]]


def anywhere(_name: str) -> bool:
    return True


def at_a_write(name: str) -> bool:
    return not before_a_message(name) and " " in name and name.split()[1].islower()


def before_a_message(name: str) -> bool:
    """About to be sent to a chat: `before sendMessage 1000`."""
    words = name.split()
    return words[0] == "before" and len(words) == 3 and words[2].isdigit()


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of trouble. `where` it can strike; `same`: whether the life must come to the same as one
    without any; `ends`: how messages may end; `mends`: what is done when the scene is over."""

    name: str
    strike: Strike
    where: Callable[[str], bool] = anywhere
    same: bool = True
    ends: frozenset[str] = frozenset({"sent"})
    databases: tuple[str, ...] = BOTH
    mends: Callable[[Life, Point], None] | None = None
    redelivers: bool = False
    patience_ms: int = 0
    free: bool = False
    """Whether the story may take another way, so that it is not asked who heard what in which scene."""
    jumps: bool = False
    """Whether the clock does: each ladder must go on all the same."""
    may_end: bool = False
    """Whether a process that is about to start may give up, which is then started again as by systemd."""


async def die(life: Life, _point: Point) -> None:
    await life.die_and_rise()


async def die_twice(life: Life, point: Point) -> None:
    """Dead, started, and dead once more in the middle of taking up what was left."""
    first = life.happened.deaths.get(point, 0) == 0
    life.happened.deaths[point] = life.happened.deaths.get(point, 0) + 1
    await life.die_and_rise(again=life.again(point) if first else 0)


def platform(**fault: object) -> Strike:
    """The message that is about to be sent meets this fault, once."""

    async def strike(life: Life, point: Point) -> None:
        _, method, chat = point.name.split()
        life.api.faults.next(method, chat=int(chat), **fault)  # type: ignore[arg-type]
        if fault.get("status") == 403:
            life.deaf.add(int(chat))
        life.release()

    return strike


def speaks_again(life: Life, point: Point) -> None:
    """Who had blocked the bot opens it again, which the platform tells."""
    life.api.user(int(point.name.split()[2])).unblocks()


LOOK_S, NOTICE_S = 0.05, 5.0
"""How often we look whether the process has looked at its clock, which it does every fifth of a second
here; and for how long, on a busy machine."""


async def database_away(life: Life, _point: Point) -> None:
    """Every connection is cut and none is let in for a while; SQLite's file is another's meanwhile."""
    if life.town.kind == "postgresql":
        await _shut_out(life)
    else:
        await _lock(life)


async def _shut_out(life: Life) -> None:
    url = sa.make_url(life.town.url)
    name = url.database
    server = url.set(database="postgres", drivername="postgresql")
    conn = await asyncpg.connect(server.render_as_string(hide_password=False))
    try:
        await conn.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        await conn.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name
        )
        life.release()
        await asyncio.sleep(AWAY_S)
    finally:
        await conn.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        await conn.close()


async def _lock(life: Life) -> None:
    """As soon as the process lets go of it: it may stand in the middle of a transaction."""
    held, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        file = sqlite3.connect(
            str(life.town.database.url.database), timeout=10, isolation_level=None
        )
        file.execute("BEGIN IMMEDIATE")
        held.set()
        let_go.wait(AWAY_S)
        file.rollback()
        file.close()

    task = asyncio.create_task(asyncio.to_thread(hold))
    await asyncio.sleep(0.02)
    life.release()
    await task


def jump(seconds: float, back_after: float = 0) -> Strike:
    """The wall clock is set by somebody; with `back_after`, set right again so many seconds later."""

    async def strike(life: Life, _point: Point) -> None:
        noticed = life.set_backs()
        life.board.move(seconds)
        life.release()
        if back_after:
            await asyncio.sleep(back_after)
            life.board.move(-seconds)
        if seconds < 0 or back_after:
            await _until_noticed(life, noticed)

    return strike


async def _until_noticed(life: Life, before: int) -> None:
    """The process has seen that its clock was set back; one that is just about to begin need not say so."""
    for _ in range(round(NOTICE_S / LOOK_S)):
        if life.set_backs() > before:
            return
        await asyncio.sleep(LOOK_S)


KINDS = {
    kind.name: kind
    for kind in (
        Kind("kill", die),
        Kind("kill-twice", die_twice),
        Kind("kill-repeated", die, redelivers=True),
        Kind("flood", platform(status=429, retry_after=1), before_a_message),
        Kind("error-500", platform(status=500), before_a_message),
        Kind("unheard", platform(lost="drop"), before_a_message),
        Kind("unanswered", platform(lost="drop", when="after"), before_a_message),
        Kind(
            "blocked",
            platform(status=403),
            before_a_message,
            same=False,
            ends=frozenset({"sent", "unreachable"}),
            mends=speaks_again,
            free=True,  # whoever was to take it over cannot be asked: all are, and another does
        ),
        Kind("database-away", database_away, at_a_write, patience_ms=IMPATIENT_MS, may_end=True),
        Kind("clock-ahead", jump(JUMP_S), same=False, free=True, jumps=True),
        Kind("clock-back", jump(-JUMP_S), same=False, free=True, jumps=True),
        Kind("clock-swings", jump(4 * JUMP_S, back_after=0.3), same=False, free=True, jumps=True),
    )
}
