"""A page of memory between a process under test and whoever watches it; a SIGKILL leaves it as it is."""

import mmap
import struct
import time
from datetime import UTC, datetime
from pathlib import Path

_SIZE = 512
_SCENE, _CLOCK, _STATE, _NTH, _NAME = 0, 8, 16, 24, 32
RUNNING, STOPPED = 0, 1
CRAWL = 0.01
"""Seconds of the process's clock in a second: no two moments are the same, and no ladder climbs because a
machine is slow."""
ANY = "*"
"""The name of a trap that counts every crossing."""


class Board:
    """Who watches says which scene is played, what time it is and where to stop; the process says that it
    stands there."""

    def __init__(self, file: Path) -> None:
        self.file = file
        if not file.exists():
            file.write_bytes(bytes(_SIZE))
        with file.open("r+b") as opened:
            self._page = mmap.mmap(opened.fileno(), _SIZE)

    def _whole(self, place: int) -> int:
        return int(struct.unpack_from("<q", self._page, place)[0])

    def _put(self, place: int, number: int) -> None:
        struct.pack_into("<q", self._page, place, number)

    @property
    def scene(self) -> int:
        """Counting begins anew with each scene."""
        return self._whole(_SCENE)

    def clock(self) -> datetime:
        """The time that the process reads: it crawls, and else goes on only when it is moved."""
        (moved,) = struct.unpack_from("<d", self._page, _CLOCK)
        return datetime.fromtimestamp(moved + time.time() * CRAWL, UTC)

    def move(self, seconds: float) -> None:
        """The clock jumps, forward or back."""
        (moved,) = struct.unpack_from("<d", self._page, _CLOCK)
        struct.pack_into("<d", self._page, _CLOCK, moved + seconds)

    def move_to(self, moment: datetime) -> None:
        self.move((moment - self.clock()).total_seconds())

    @property
    def state(self) -> int:
        """RUNNING, or STOPPED in the trap until somebody says that it is running again."""
        return self._whole(_STATE)

    @state.setter
    def state(self, state: int) -> None:
        self._put(_STATE, state)

    @property
    def trap(self) -> tuple[str, int]:
        """The name of the crossing at which to stop, and at which of those of that name."""
        length = self._whole(_NAME)
        name = bytes(self._page[_NAME + 8 : _NAME + 8 + length]).decode()
        return name, self._whole(_NTH)

    def play(self, scene: int, name: str = "", nth: int = 0) -> None:
        """From now on this scene, with a trap or without one."""
        encoded = name.encode()[: _SIZE - _NAME - 8]
        self._put(_NTH, nth)
        self._put(_NAME, len(encoded))
        self._page[_NAME + 8 : _NAME + 8 + len(encoded)] = encoded
        self.state = RUNNING
        self._put(_SCENE, scene)  # last: the process reads the rest when this changes

    def close(self) -> None:
        self._page.close()
