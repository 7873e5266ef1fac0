"""`python -m tests.faults.stage`: has everything imported, and forks a desk at each line of its input.

What takes seconds at a start (imports, the index of the guides) is done once; what a forked child then
runs is `serve`, in a process of its own that is killed like any other. One JSON object a line comes in for
each child, one goes out when it runs and one when it has ended.
"""

import ctypes
import gc
import importlib
import json
import os
import select
import signal
import sys
import traceback
from datetime import timedelta
from pathlib import Path
from typing import Any

os.environ.setdefault("PTB_TIMEDELTA", "1")

import sqlalchemy as sa

import bot.app
import bot.building
import bot.channels.telegram
import bot.channels.web
import bot.demo  # noqa: F401
from bot.__main__ import _open_until_stopped
from bot.commands import run, settings_of
from bot.parts import Parts, utc_now
from bot.settings import Settings
from knowledge import Knowledge
from knowledge.certificates import load_certificates
from knowledge.emergencies import load_emergencies
from knowledge.guides import GuideBook, shipped_guides
from knowledge.hotlines import load_hotlines
from knowledge.source import Source
from storage.alone import alone
from storage.trouble import address
from tests.faults.board import Board
from tests.faults.crossings import Crossings

FEW = 5
"""Guides on the shelf: a help request needs none, and each start checks all there are."""

LOOK = 0.05
"""Seconds between two looks for children that have ended."""
PARENT_DEATH_SIGNAL = 1
"""`PR_SET_PDEATHSIG` of Linux's prctl(2)."""


def few_guides() -> GuideBook:
    """The shipped book, cut short."""
    book = shipped_guides()
    return book.with_guides(book.guides[:FEW])


def small_knowledge() -> Knowledge:
    return Knowledge(
        book=few_guides(),
        emergencies=load_emergencies(Source.shipped("emergencies.yaml")),
        hotlines=load_hotlines(Source.shipped("hotlines.yaml")),
        certificates=load_certificates(Source.shipped("certificates.yaml")),
    )


class Stage:
    def __init__(self) -> None:
        self._knowledge = small_knowledge()
        self._children: set[int] = set()
        gc.collect()
        gc.freeze()

    def play(self) -> None:
        """Until the input ends; then no child is left behind."""
        try:
            _say({"ready": os.getpid()})
            self._listen()
        finally:
            for pid in self._children:
                os.kill(pid, signal.SIGKILL)

    def _listen(self) -> None:
        heard = b""
        while True:
            if select.select([0], [], [], LOOK)[0]:
                more = os.read(0, 1 << 16)
                if not more:
                    return
                *orders, heard = (heard + more).split(b"\n")
                for order in orders:
                    self._fork(json.loads(order))
            self._reap()

    def _fork(self, order: dict[str, Any]) -> None:
        pid = os.fork()
        if pid == 0:
            _end_with_the_stage()
            _become_a_desk(order, self._knowledge)
        self._children.add(pid)
        _say({"order": order["order"], "pid": pid})

    def _reap(self) -> None:
        while self._children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            self._children.discard(pid)
            _say({"ended": pid, "code": os.waitstatus_to_exitcode(status)})


def _say(said: dict[str, Any]) -> None:
    os.write(1, (json.dumps(said) + "\n").encode())


def _end_with_the_stage() -> None:
    """Where the system can: no desk goes on, and holds a processor, when the tests were broken off."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL)


def _become_a_desk(order: dict[str, Any], shelf: Knowledge) -> None:
    """Never returns: the child's end is the process's end."""
    code = 1
    try:
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.environ.clear()
        os.environ.update(order["env"])
        os.chdir(order["folder"])
        _hurry(order["hurry"])
        settings = settings_of()
        run(settings, _serve(settings, order, shelf))
        code = 0
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 1
    except BaseException as error:  # noqa: BLE001  (whatever it is, it must not go on as a stage)
        code = getattr(error, "exit_code", 1)  # typer's Exit, which has said why
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _hurry(shorter: dict[str, float]) -> None:
    """Waits that would make thousands of restarts long: `module.NAME` and its seconds."""
    for name, seconds in shorter.items():
        place, _, constant = name.rpartition(".")
        module = importlib.import_module(place)
        was = getattr(module, constant)
        setattr(
            module, constant, timedelta(seconds=seconds) if isinstance(was, timedelta) else seconds
        )


def _be_impatient(milliseconds: int) -> None:
    """How long SQLite waits for another's lock, where half a minute each time would make it long."""

    @sa.event.listens_for(sa.Engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={milliseconds}")
        cursor.close()


async def _serve(settings: Settings, order: dict[str, Any], shelf: Knowledge) -> None:
    """As `bot serve`, by the board's clock and with its traps where there is a board."""
    board, clock = None, utc_now
    if order["board"]:
        board = Board(Path(order["board"]))
        clock = board.clock
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        journal = os.open(order["journal"], flags) if order["journal"] else None
        Crossings(board, journal).watch()
    if order["patience_ms"] and settings.database_url.startswith("sqlite"):
        _be_impatient(order["patience_ms"])
    with alone(address(settings.database_url)):
        parts = Parts.make(settings, clock=clock, knowledge=shelf)
        try:
            await _open_until_stopped(parts, sample=False)
        finally:
            await parts.database.close()


if __name__ == "__main__":
    Stage().play()
