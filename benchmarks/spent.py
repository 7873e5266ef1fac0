"""Processor seconds of this process and its PostgreSQL: a busy machine makes waits longer, not these."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
_PARENT, _ENDED = 1, slice(13, 15)
"""Fields of /proc/PID/stat behind the name: the parent, and the time of children that have ended."""


@dataclass(frozen=True, slots=True)
class Meter:
    """`postmaster` is the server's process, 0 where it runs elsewhere and only the clock is left."""

    postmaster: int

    @classmethod
    def of(cls, backend: int) -> "Meter":
        """By the process (`pg_backend_pid()`) that serves one of our connections."""
        local = Path(f"/proc/{backend}").exists() and _is_postgres(backend)
        return cls(_parent(backend) if local else 0)

    def now(self) -> float:
        """Seconds spent until now; only differences mean anything."""
        if not self.postmaster:
            return time.perf_counter()
        return time.process_time() + self._of_the_server()

    def _of_the_server(self) -> float:
        """Of its processes that live, to the nanosecond; of those that have ended, as the server was told."""
        spent = sum(map(int, _fields(self.postmaster, "stat")[_ENDED])) / _TICKS
        for path in Path("/proc").glob("[0-9]*"):
            pid = int(path.name)
            if pid == self.postmaster or _parent(pid) == self.postmaster:
                spent += int((_fields(pid, "schedstat") or ["0"])[0]) / 1e9
        return spent


def _parent(pid: int) -> int:
    stat = _fields(pid, "stat")
    return int(stat[_PARENT]) if stat else 0


def _is_postgres(pid: int) -> bool:
    return "postgres" in Path(f"/proc/{pid}/comm").read_text()


def _fields(pid: int, name: str) -> list[str]:
    """Of what the system tells of a process, what stands behind its name; nothing where it has just ended."""
    try:
        return Path(f"/proc/{pid}/{name}").read_text().rpartition(")")[2].split()
    except OSError:
        return []
